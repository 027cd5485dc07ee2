"""What may be told of organisations outside: their names, homes and tickers, what they raised, and whom they bought."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct, structs

from crawler.figures.counts import Origin
from crawler.figures.exchange import UNCONVERTED
from crawler.figures.inputs import Fact, Standing, read_standing
from crawler.figures.ownership import MAJORITY
from crawler.figures.policy import Valued, flow
from crawler.figures.raised import equity_raised, equity_rounds
from crawler.listed import SeedOrganization, Seeds
from crawler.store.organizations import identifiers
from crawler.store.restricted import RESTRICTED, is_restricted_figure, restricted_sources

MOST = 2**63 - 1
"""The readers hold money in 64 bits."""
DEAL_TAKES = timedelta(days=730)
"""A price so long before the new owner is that of his deal: the longest one known took a year and a half."""

_RESTRICTED = "SELECT f.id FROM figures f WHERE {is_restricted}"
_OWNERS = """
SELECT w.parent_id, w.child_id, w.share, w.valid_from, w.licence_class, o.name, o.found_by, o.crunchbase_permalink
FROM ownerships w JOIN organizations o ON o.id = w.child_id
WHERE w.withdrawn_at IS NULL AND w.valid_from IS NOT NULL AND w.valid_from <= ?
ORDER BY w.valid_from DESC, w.child_id, w.id
"""


class Round(Struct, frozen=True):
    """A funding round: whole dollars, its day, and its kind by Crunchbase's names; None is "not known"."""

    usd: int | None
    day: str | None
    kind: str | None


class Acquisition(Struct, frozen=True):
    """A company that was bought: its name, the day of the deal, and the price in whole dollars."""

    name: str
    permalink: str | None
    day: str | None
    usd: int | None


class Company(Struct, frozen=True, kw_only=True):
    """An organisation as it may be told; None is "not known"."""

    name: str | None = None
    homepage_url: str | None = None
    ticker: str | None = None
    exchange: str | None = None
    usd_raised: int | None = None
    """What it raised for its shares."""
    rounds: tuple[Round, ...] = ()
    """Newest first."""
    acquisitions: tuple[Acquisition, ...] = ()
    """Newest first."""
    sources: tuple[tuple[str, bool], ...] = ()
    """Of the figures: each by its source, and whether it is in other money than its own."""


class Organizations:
    """The organisations of a list, read in one go."""

    def __init__(self, connection: sqlite3.Connection, seeds: Seeds, *, include_restricted: bool) -> None:
        self._seeds = {one.id: one for one in seeds.organizations}
        self._by_permalink = {
            one.crunchbase_permalink.casefold(): one.id for one in seeds.organizations if one.crunchbase_permalink
        }
        self._facts = identifiers(connection, public_only=not include_restricted)
        self._standing = _standing(connection, include_restricted=include_restricted)
        self._bought = _bought(connection, self._standing, include_restricted=include_restricted)
        self._known: dict[str, Company] = {}

    def find(self, organization_id: str | None) -> Company | None:
        """What may be told of one; None where that is nothing."""
        if organization_id is None:
            return None
        if organization_id not in self._known:
            self._known[organization_id] = self._read(organization_id)
        company = self._known[organization_id]
        return None if company == Company() else company

    def of_permalink(self, permalink: str) -> Company | None:
        """The same by Crunchbase's permalink."""
        return self.find(self._by_permalink.get(permalink.casefold()))

    def _read(self, organization_id: str) -> Company:
        seeded, facts = self._seeds.get(organization_id), self._facts.get(organization_id, {})
        company = Company(
            name=_name(seeded) or facts.get("name"),
            homepage_url=facts.get("homepage"),
            ticker=facts.get("ticker"),
            exchange=facts.get("exchange") if facts.get("ticker") else None,
            acquisitions=tuple(self._bought.get(organization_id, ())),
        )
        if self._standing is None or organization_id not in self._standing.same:
            return company
        raised = equity_raised(self._standing, organization_id)
        rounds, _ = equity_rounds(self._standing, organization_id)
        return structs.replace(
            company,
            usd_raised=_whole(raised.usd),
            rounds=tuple(map(_round, rounds)),
            sources=tuple(dict.fromkeys(map(_source, [*(valued for valued, _ in raised.counting), *rounds]))),
        )


def _name(seeded: SeedOrganization | None) -> str | None:
    """Its name in the list; an organisation that is known by its Crunchbase address alone has none."""
    if seeded is None or (not seeded.declared and seeded.name == seeded.crunchbase_permalink):
        return None
    return seeded.name


def _standing(connection: sqlite3.Connection, *, include_restricted: bool) -> Standing | None:
    """The money facts of the day of the totals; None where none were computed."""
    newest = connection.execute("SELECT day, origin FROM computed_days ORDER BY day DESC LIMIT 1").fetchone()
    if newest is None:
        return None
    origin: Origin = "sandbox" if newest["origin"] == "sandbox" else "live"
    standing = read_standing(connection, day=date.fromisoformat(newest["day"]), origin=origin)
    if include_restricted:
        return standing
    hidden = {row["id"] for row in connection.execute(_RESTRICTED.format(is_restricted=is_restricted_figure("f.id")))}
    facts = {key: [fact for fact in of_one if fact.id not in hidden] for key, of_one in standing.facts.items()}
    return structs.replace(standing, facts=facts)


def _bought(
    connection: sqlite3.Connection, standing: Standing | None, *, include_restricted: bool
) -> dict[str, list[Acquisition]]:
    """By buyer the deals of which the price is known; who owns whom may also have come about without one."""
    bought: dict[str, list[Acquisition]] = {}
    if standing is None:
        return bought
    sources = frozenset() if include_restricted else restricted_sources(connection)
    seen: set[tuple[str, str]] = set()
    for row in connection.execute(_OWNERS, [standing.day.isoformat()]):
        buyer, child = row["parent_id"], row["child_id"]
        is_hidden = row["licence_class"] == RESTRICTED and not include_restricted
        is_part = row["share"] is not None and Decimal(row["share"]) < MAJORITY
        if is_hidden or is_part or row["found_by"] in sources or (buyer, child) in seen or child not in standing.same:
            continue
        price = _announced(standing.newest(child, "acquisition_price"), row["valid_from"])
        if price is not None:
            seen.add((buyer, child))
            deal = flow(standing, price)
            name, permalink = row["name"], row["crunchbase_permalink"]
            bought.setdefault(buyer, []).append(Acquisition(name, permalink, _day(price.as_of), _whole(deal.usd)))
    return bought


def _announced(prices: list[Fact], since: str) -> Fact | None:
    """The first price that was told of the deal by which the owner since then became it; `prices`: newest first.

    The day of a deal may be known only to the month, where the price's is.
    """
    if len(since) < len("2023-09-30"):
        return next((price for price in reversed(prices) if price.as_of.startswith(since)), None)
    latest = date.fromisoformat(since)
    of_deal = [price for price in prices if latest - DEAL_TAKES <= price.since <= latest]
    return of_deal[-1] if of_deal else None


def _round(valued: Valued) -> Round:
    return Round(_whole(valued.usd), _day(valued.fact.as_of), valued.fact.kind)


def _source(valued: Valued) -> tuple[str, bool]:
    return valued.fact.source, valued.fact.currency not in UNCONVERTED


def _whole(usd: Decimal | None) -> int | None:
    """Whole dollars; None for more than the readers can hold."""
    if usd is None:
        return None
    whole = int(usd.quantize(Decimal(1), ROUND_HALF_UP))
    return whole if 0 <= whole <= MOST else None


def _day(as_of: str) -> str | None:
    """The date where it is a whole one."""
    return as_of if len(as_of) == len("2023-09-30") else None
