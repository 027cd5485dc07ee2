"""landscape2's own types, as strict as its JSON reader and stricter: no field that it does not know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Moment = Annotated[datetime, Meta(tz=True)]
"""`DateTime<Utc>`: RFC 3339 with an offset."""
I64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
U64 = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""Also `usize`; msgspec knows no greater bound."""


class Contributors(Struct, forbid_unknown_fields=True):
    """How many, and where."""

    count: U64
    url: str


class Commit(Struct, forbid_unknown_fields=True):
    """`ts` must be there in what landscape2 writes; it may be null."""

    ts: Moment | None
    url: str


class Release(Struct, forbid_unknown_fields=True):
    """The same for a release."""

    ts: Moment | None
    url: str


class Repository(Struct, forbid_unknown_fields=True):
    """`RepositoryGithubData`."""

    contributors: Contributors
    description: str
    generated_at: Moment
    latest_commit: Commit
    participation_stats: list[I64]
    stars: I64
    url: str
    topics: list[str] = []
    first_commit: Commit | None = None
    languages: dict[str, I64] | None = None
    latest_release: Release | None = None
    license: str | None = None


class Acquisition(Struct, forbid_unknown_fields=True):
    """A company that was bought."""

    acquiree_cb_permalink: str | None = None
    acquiree_name: str | None = None
    announced_on: date | None = None
    price: U64 | None = None


class FundingRound(Struct, forbid_unknown_fields=True):
    """A round."""

    amount: U64 | None = None
    announced_on: date | None = None
    kind: str | None = None


class Organization(Struct, forbid_unknown_fields=True):
    """`Organization`."""

    generated_at: Moment
    acquisitions: list[Acquisition] | None = None
    categories: list[str] | None = None
    city: str | None = None
    company_type: str | None = None
    country: str | None = None
    description: str | None = None
    funding: I64 | None = None
    funding_rounds: list[FundingRound] | None = None
    homepage_url: str | None = None
    kind: str | None = None
    linkedin_url: str | None = None
    name: str | None = None
    num_employees_max: I64 | None = None
    num_employees_min: I64 | None = None
    region: str | None = None
    stock_exchange: str | None = None
    ticker: str | None = None
    twitter_url: str | None = None


def read_github(data: bytes) -> dict[str, Repository]:
    """The file github.json; the weeks are a year, or none: sums of years of other lengths lose weeks."""
    entries = msgspec.json.decode(data, type=dict[str, Repository])
    assert {len(entry.participation_stats) for entry in entries.values()} <= {0, 52}
    return entries


def read_crunchbase(data: bytes) -> dict[str, Organization]:
    """The file crunchbase.json."""
    return msgspec.json.decode(data, type=dict[str, Organization])
