"""What a value policy may look at: organisations, their groups, their money facts, and who is in which scope."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.cncf import Seen, read_seen
from crawler.figures.code_sizes import CodeSizes, read_code_sizes
from crawler.figures.counts import Origin
from crawler.figures.days import first_day, within
from crawler.figures.groups import Group, build_groups, group_id_of
from crawler.figures.identity import same_organizations
from crawler.figures.ownership import Claim, owners_on, read_claims
from crawler.figures.rates import Rates
from crawler.figures.scope_members import Scope, read_scopes
from crawler.model import LICENCE_CLASSES
from crawler.store.organizations import identifiers
from crawler.store.past import day_shown
from crawler.store.rates import read_rates

CONVERTED = "converted"
"""The method of a figure that its source converted to dollars itself, at a rate that it does not tell."""

SOURCES = ("seeds", "sec", "wikidata", "crunchbase", "coingecko", "opencollective", "yahoo", "fmp")
"""Whose word on one day is taken, all else being equal: the first's."""


class Organization(Struct, frozen=True, kw_only=True):
    """An organisation: of the list, or found by a source."""

    id: str
    name: str
    kind: str | None
    ticker: str | None
    token: str | None
    """CoinGecko's id of its network's token."""
    token_relation: str | None
    """`native`: its own network; `related`: one that it serves."""
    attribution: Mapping[str, str | None]
    """The columns `attribution_…`: `share`, `low`, `high`, `rule`, `source_url`, `as_of` and `class`."""


class Fact(Struct, frozen=True, kw_only=True):
    """A row of `figures` that stands and holds on the day."""

    id: int
    organization_id: str
    measure: str
    amount: Decimal
    currency: str
    as_of: str
    observed_at: str
    source: str
    source_url: str | None
    method: str
    kind: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    licence_class: str
    since: date
    """From when on it holds: the last day that its date can mean, or the day within that on which it was observed."""

    @property
    def age_key(self) -> tuple[date, int, int, int]:
        """Sorts the newest last; of one day what may be published most freely, so that more of a total may.

        Then by source, so that it does not matter who answered last.
        """
        rank = (*LICENCE_CLASSES, self.licence_class).index(self.licence_class)
        source = (*SOURCES, self.source).index(self.source)
        return self.since, -rank, -source, self.id


class Standing(Struct, frozen=True, kw_only=True):
    """Who is who on a day, who owns whom, and which money facts there are."""

    day: date
    organizations: dict[str, Organization]
    same: dict[str, str]
    """By id the id that stands for it: several rows may be the same organisation."""
    facts: dict[tuple[str, str], list[Fact]]
    """By an id that stands for an organisation, and measure; newest first. Not those that a source converted."""
    stated: dict[tuple[str, str], list[Fact]]
    """The same as each row states it: by any id, the converted ones too."""
    groups: dict[str, Group]
    """The groups of the list's organisations, by id."""
    group_of: dict[str, str]
    """The group of every organisation, whether the list has it or not, by any id."""
    rates: Rates

    def newest(self, organization_id: str, measure: str) -> list[Fact]:
        """The facts of an organisation that stand, newest first; rows that are the same one have them together."""
        return self.facts.get((self.same[organization_id], measure), [])


class Inputs(Standing, frozen=True, kw_only=True):
    """Everything that the policies of one day read."""

    seen: dict[str, Seen]
    scopes: dict[str, Scope]
    code: CodeSizes | None
    """None for a past day: of the code of that time nothing is kept."""


# A date may stop at the year or month; as text it is then a prefix, and so not after any day in it. Which of these
# already hold on the day is seen row by row.
_FACTS = """
SELECT f.id, f.organization_id, f.measure, f.amount, f.currency, f.as_of, f.observed_at, f.source, f.source_url,
  f.method, f.kind, f.low, f.high, f.licence_class
FROM figures f
JOIN organizations o ON o.id = f.organization_id AND o.removed_at IS NULL
WHERE f.as_of <= :day AND f.superseded_by IS NULL AND f.withdrawn_at IS NULL
"""

_PRESENT = """
SELECT DISTINCT p.organization_id FROM projects p
JOIN organizations o ON o.id = p.organization_id AND o.removed_at IS NULL
WHERE p.removed_at IS NULL
"""
_ORGANIZATIONS = "SELECT * FROM organizations WHERE removed_at IS NULL ORDER BY id"


def read_inputs(connection: sqlite3.Connection, *, day: date, origin: Origin) -> Inputs:
    """The inputs of `day`; stars come only from repositories of that origin."""
    claims = read_claims(connection)
    standing = read_standing(connection, day=day, origin=origin, claims=claims)
    newest = _newest_day(connection)
    is_past = day_shown(connection) is not None or (newest is not None and day < newest)
    return Inputs(
        **structs.asdict(standing),
        seen=read_seen(connection, claims),
        scopes=read_scopes(connection, origin, standing.group_of),
        code=None if is_past else read_code_sizes(connection, day=day, origin=origin),
    )


def read_standing(
    connection: sqlite3.Connection, *, day: date, origin: Origin, claims: Sequence[Claim] | None = None
) -> Standing:
    """The same without what is known of code, stars and scopes: it takes a fifth of the time.

    `claims`: all that is said about owners, where the caller has read it already.
    """
    claims = read_claims(connection) if claims is None else claims
    rows = connection.execute(_ORGANIZATIONS).fetchall()
    known = identifiers(connection)
    same = same_organizations(
        known,
        rank={row["id"]: 0 if row["declared"] else 2 if row["found_by"] else 1 for row in rows},
        owned=((claim.child_id, claim.parent_id) for claim in claims),
    )
    owners, dropped = owners_on(day, claims, same)
    organizations = _organizations(rows, known, same)
    names = {one.id: one.name for one in organizations.values()}
    present = dict.fromkeys(same[row["organization_id"]] for row in connection.execute(_PRESENT))
    recorded = (_newest_day(connection) or day) if origin == "sandbox" else None
    stated = _facts(connection, day, recorded)
    return Standing(
        day=day,
        organizations=organizations,
        same=same,
        facts=_pooled(stated, same),
        stated=stated,
        groups=build_groups(present, owners, dropped, names),
        group_of={one: group_id_of(same[one], owners) for one in same},
        rates=Rates(read_rates(connection, "ecb")),
    )


def _newest_day(connection: sqlite3.Connection) -> date | None:
    newest = connection.execute("SELECT max(day) FROM computed_days").fetchone()[0]
    return None if newest is None else date.fromisoformat(newest)


def _organizations(
    rows: list[sqlite3.Row], known: Mapping[str, Mapping[str, str]], same: Mapping[str, str]
) -> dict[str, Organization]:
    """By any id; what the row that stands for it does not say, the others may."""
    by_standing: dict[str, list[sqlite3.Row]] = {}
    for row in sorted(rows, key=lambda row: row["id"] != same[row["id"]]):
        by_standing.setdefault(same[row["id"]], []).append(row)
    return {row["id"]: _organization(row, by_standing[same[row["id"]]], known) for row in rows}


def _organization(row: sqlite3.Row, same: list[sqlite3.Row], known: Mapping[str, Mapping[str, str]]) -> Organization:
    attributed = next((one for one in same if one["attribution_share"] or one["attribution_class"]), row)
    columns = ("share", "low", "high", "rule", "source_url", "as_of", "class")
    return Organization(
        id=row["id"],
        name=row["name"],
        kind=next((one["kind"] for one in same if one["kind"]), None),
        ticker=next((ticker for one in same if (ticker := known[one["id"]].get("ticker"))), None),
        token=next((token for one in same if (token := known[one["id"]].get("token"))), None),
        token_relation=next((one["token_relation"] for one in same if one["token_relation"]), None),
        attribution={column: attributed[f"attribution_{column}"] for column in columns},
    )


def _facts(connection: sqlite3.Connection, day: date, recorded: date | None) -> dict[tuple[str, str], list[Fact]]:
    """The facts that hold on the day, newest first. `recorded`: the day of a recording."""
    facts: dict[tuple[str, str], list[Fact]] = {}
    for row in connection.execute(_FACTS, {"day": day.isoformat()}):
        values = dict(row)
        for column in ("amount", "low", "high"):
            values[column] = None if values[column] is None else Decimal(values[column])
        fact = Fact(since=_since(row["as_of"], row["observed_at"], recorded), **values)
        if fact.since <= day:
            facts.setdefault((fact.organization_id, fact.measure), []).append(fact)
    for of_one in facts.values():
        of_one.sort(key=lambda fact: fact.age_key, reverse=True)
    return facts


def _since(as_of: str, observed_at: str, recorded: date | None) -> date:
    observed = date.fromisoformat(observed_at[:10])
    # A recording is observed when it is played back, though whoever recorded it saw it on its own day or before.
    if recorded and first_day(as_of) <= recorded:
        observed = min(observed, recorded)
    return within(as_of, observed)


def _pooled(stated: Mapping[tuple[str, str], list[Fact]], same: Mapping[str, str]) -> dict[tuple[str, str], list[Fact]]:
    pooled: dict[tuple[str, str], list[Fact]] = {}
    for (organization_id, measure), facts in stated.items():
        own = [fact for fact in facts if fact.method != CONVERTED]
        pooled.setdefault((same[organization_id], measure), []).extend(own)
    for facts in pooled.values():
        facts.sort(key=lambda fact: fact.age_key, reverse=True)
    return pooled
