"""Organisations as the CNCF landscape saw them: by Crunchbase's word and the list's, whatever the date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from crawler.figures.ownership import Claim

SOURCES = ("seeds", "crunchbase")
"""Who tells of parents; the list comes first."""


class Seen(Struct, frozen=True):
    """An organisation in that view."""

    name: str
    """As Crunchbase calls it, else as the list does: it told organisations apart by it."""
    ticker: str | None
    """Of a listing that has not ended; empty where the list says that there is none."""
    ticker_below: str | None
    """What those that it owns inherit: Crunchbase's word, as the list's was on one item's organisation alone; the
    list's where Crunchbase tells nothing of it."""
    parent_id: str | None


_ORGANIZATIONS = "SELECT id, name, ticker FROM organizations WHERE removed_at IS NULL"
_TOLD = """
SELECT organization_id, field, value FROM organization_facts
WHERE source = 'crunchbase' AND field IN ('name', 'ticker', 'listed')
ORDER BY id
"""


def read_seen(connection: sqlite3.Connection, claims: Iterable[Claim]) -> dict[str, Seen]:
    """Every organisation in that view."""
    told: dict[str, dict[str, str | None]] = {}
    for organization_id, field, value in connection.execute(_TOLD):
        told.setdefault(organization_id, {})[field] = value
    parents = _parents(claims)
    seen = {}
    for one, name, ticker in connection.execute(_ORGANIZATIONS):
        crunchbase = told.get(one, {})
        told_ticker = None if crunchbase.get("listed") == "delisted" else crunchbase.get("ticker")
        seen[one] = Seen(
            name=crunchbase.get("name") or name,
            ticker=told_ticker if ticker is None else ticker,
            ticker_below=told_ticker if crunchbase else ticker,
            parent_id=parents.get(one),
        )
    return seen


def _parents(claims: Iterable[Claim]) -> dict[str, str]:
    """The parent of each child: of the list the last that still is one, else the first that Crunchbase names."""
    parents: dict[str, tuple[tuple[int, bool, int], str]] = {}
    for claim in claims:
        if claim.source not in SOURCES:
            continue
        place = -claim.id if claim.source == "seeds" else claim.id
        rank = (SOURCES.index(claim.source), claim.until is not None, place)
        if claim.child_id not in parents or rank < parents[claim.child_id][0]:
            parents[claim.child_id] = rank, claim.parent_id
    return {child_id: parent_id for child_id, (_, parent_id) in parents.items()}
