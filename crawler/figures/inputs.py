"""What a value policy may look at: organisations, their usable money facts, and who is in which scope."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.counts import Origin
from crawler.figures.rates import Rates
from crawler.figures.scopes import SCOPES, scopes


class Organization(Struct, frozen=True):
    """An organisation of the list, with what groups and listings need."""

    id: str
    name: str
    parent_id: str | None
    parent_share: Decimal | None
    ticker: str | None


class Fact(Struct, frozen=True):
    """A row of `figures` that may be used: neither superseded nor withdrawn, dated not after the day."""

    id: int
    organization_id: str
    amount: Decimal
    currency: str
    as_of: str


class Scope(Struct, frozen=True):
    """A scope as the policies see it. `organizations` are distinct, in the order of their first item's name.

    The stars are summed over items: a repository that two items name counts twice.
    """

    items: int
    organizations: tuple[str, ...]
    item_stars: int | None
    item_repositories_known: int
    item_repositories: int


class Inputs(Struct, frozen=True):
    """Everything that the policies of one day read."""

    day: date
    organizations: dict[str, Organization]
    facts: dict[tuple[str, str], list[Fact]]
    """By organisation and measure, newest first."""
    scopes: dict[str, Scope]
    rates: Rates

    def newest(self, organization_id: str, measure: str) -> list[Fact]:
        """The usable facts of an organisation, newest first."""
        return self.facts.get((organization_id, measure), [])

    def chain(self, organization_id: str) -> Iterator[Organization]:
        """The organisation, its parent and so on, until none is known or one comes again."""
        seen: set[str] = set()
        current = self.organizations.get(organization_id)
        while current is not None and current.id not in seen:
            seen.add(current.id)
            yield current
            current = self.organizations.get(current.parent_id) if current.parent_id else None


_ITEMS = """
SELECT sp.scope, count(DISTINCT sp.project_id) AS items, sum(r.stars) AS stars, count(r.stars) AS known,
  count(pr.repository_id) AS repositories
FROM scope_projects sp
LEFT JOIN project_repositories pr ON pr.project_id = sp.project_id
LEFT JOIN repositories r ON r.id = pr.repository_id AND r.origin = :origin
GROUP BY sp.scope
"""

_SCOPE_ORGANIZATIONS = """
SELECT sp.scope, p.organization_id
FROM scope_projects sp
JOIN projects p ON p.id = sp.project_id
JOIN organizations o ON o.id = p.organization_id AND o.removed_at IS NULL
ORDER BY sp.scope, p.name COLLATE NOCASE, p.id
"""

# A date may stop at the year or month; as text it is then a prefix, and so not after any day in it.
_FACTS = """
SELECT id, organization_id, measure, amount, currency, as_of
FROM figures
WHERE superseded_by IS NULL AND withdrawn_at IS NULL AND as_of <= ?
ORDER BY as_of DESC, id DESC
"""


def read_inputs(connection: sqlite3.Connection, *, day: date, origin: Origin) -> Inputs:
    """The inputs of `day`; stars come only from repositories of that origin."""
    facts: dict[tuple[str, str], list[Fact]] = {}
    for row in connection.execute(_FACTS, (day.isoformat(),)):
        fact = Fact(row["id"], row["organization_id"], Decimal(row["amount"]), row["currency"], row["as_of"])
        facts.setdefault((row["organization_id"], row["measure"]), []).append(fact)
    return Inputs(
        day=day,
        organizations=_organizations(connection),
        facts=facts,
        scopes=_scopes(connection, origin),
        rates=Rates(),
    )


def _organizations(connection: sqlite3.Connection) -> dict[str, Organization]:
    rows = connection.execute(
        "SELECT id, name, parent_id, parent_share, ticker FROM organizations WHERE removed_at IS NULL ORDER BY id"
    )
    return {
        row["id"]: Organization(
            row["id"],
            row["name"],
            row["parent_id"],
            Decimal(row["parent_share"]) if row["parent_share"] else None,
            row["ticker"] or None,
        )
        for row in rows
    }


def _scopes(connection: sqlite3.Connection, origin: Origin) -> dict[str, Scope]:
    members: dict[str, dict[str, None]] = {}
    for scope, organization_id in connection.execute(SCOPES + _SCOPE_ORGANIZATIONS):
        members.setdefault(scope, {})[organization_id] = None
    items = {row["scope"]: row for row in connection.execute(SCOPES + _ITEMS, {"origin": origin})}
    return {
        scope: Scope(
            items=items[scope]["items"] if scope in items else 0,
            organizations=tuple(members.get(scope, ())),
            item_stars=items[scope]["stars"] if scope in items else None,
            item_repositories_known=items[scope]["known"] if scope in items else 0,
            item_repositories=items[scope]["repositories"] if scope in items else 0,
        )
        for scope in scopes(connection)
    }
