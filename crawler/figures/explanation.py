"""Where the value of one organisation comes from: who it is, who owns it, and every figure that was weighed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence, Set
from datetime import date

from msgspec import Struct

from crawler.figures.exchange import rate_of
from crawler.figures.inputs import Standing, read_standing
from crawler.figures.model import Figure, ValueLine
from crawler.figures.ownership import Claim
from crawler.figures.rates import Rate
from crawler.figures.valuation import Valuation, read_figures
from crawler.store.organizations import CURATED_FIELDS


class Identifier(Struct, frozen=True, kw_only=True):
    """What somebody says of an organisation, with columns of `organization_facts`."""

    field: str
    value: str | None
    source: str
    source_url: str | None
    licence_class: str
    observed_at: str | None


class Owner(Struct, frozen=True, kw_only=True):
    """A row of `ownerships`."""

    child_id: str
    parent_id: str
    share: str | None
    valid_from: str | None
    valid_to: str | None
    source: str
    source_url: str | None
    licence_class: str
    observed_at: str
    is_followed: bool
    """Whether it leads to the ultimate parent on the day; the others are older, later, smaller or less trusted."""


_OWNER_COLUMNS = ", ".join(name for name in Owner.__struct_fields__ if name != "is_followed")


class Explanation(Struct, frozen=True, kw_only=True):
    """All that leads to the value of one organisation on one day."""

    id: str
    name: str
    kind: str | None
    valuation: Valuation
    way_up: list[str]
    """Itself first, its ultimate parent last."""
    same_as: list[str]
    """Other rows that are the same organisation."""
    identifiers: list[Identifier]
    owners: list[Owner]
    lines: list[ValueLine]
    figures: list[Figure]
    """Those that the lines name, by id."""
    unused: list[Figure]
    """Figures of the organisation itself that hold on the day, and that no line names."""
    rates: dict[int, Rate]
    """At which rate each figure in another currency is worth dollars, by id; those without any are left out."""


def read_explanation(connection: sqlite3.Connection, organization_id: str, valuation: Valuation) -> Explanation:
    """The explanation of an organisation from the landscape's valuation of a day."""
    inputs = read_standing(connection, day=date.fromisoformat(valuation.day), origin=valuation.origin)
    return explain(connection, organization_id, valuation, inputs)


def explain(
    connection: sqlite3.Connection, organization_id: str, valuation: Valuation, inputs: Standing
) -> Explanation:
    """The same where it is known already who is who on that day; the valuation needs the lines of its group only."""
    row = connection.execute("SELECT name, kind FROM organizations WHERE id = ?", (organization_id,)).fetchone()
    day = date.fromisoformat(valuation.day)
    way = _way_up(inputs, organization_id)
    way_up = [organization_id, *(claim.parent_id for claim in way)]
    standing = {inputs.same.get(one, one) for one in way_up}
    rows = set(way_up) | {one for one, other in inputs.same.items() if other in standing}
    lines = [line for line in valuation.lines if _concerns(line, rows, organization_id, way_up)]
    used = {line.figure_id for line in lines}
    figures = [figure for figure in valuation.figures.values() if figure.id in used]
    unused = [figure for figure in _standing(connection, organization_id, inputs) if figure.id not in used]
    found = {figure.id: rate_of(figure, day, inputs.rates) for figure in (*figures, *unused)}
    return Explanation(
        id=organization_id,
        name=row["name"],
        kind=row["kind"],
        valuation=valuation,
        way_up=way_up,
        identifiers=_identifiers(connection, organization_id),
        same_as=_same(inputs, organization_id),
        owners=list(_owners(connection, way_up, {claim.id for claim in way})),
        lines=sorted(lines, key=lambda line: (line.policy, line.measure, not line.counted)),
        figures=figures,
        unused=unused,
        rates={figure_id: rate for figure_id, rate in found.items() if rate},
    )


def _identifiers(connection: sqlite3.Connection, organization_id: str) -> list[Identifier]:
    """The list's own word, then the newest of each source on each field."""
    columns = ", ".join(CURATED_FIELDS.values())
    row = connection.execute(f"SELECT {columns} FROM organizations WHERE id = ?", (organization_id,)).fetchone()
    said = [
        Identifier(
            field=field, value=row[column], source="seeds", source_url=None, licence_class="curated", observed_at=None
        )
        for field, column in CURATED_FIELDS.items()
        if row[column]
    ]
    facts = connection.execute(
        "SELECT field, value, source, source_url, licence_class, max(id), observed_at FROM organization_facts"
        " WHERE organization_id = ? GROUP BY field, source ORDER BY field, source",
        (organization_id,),
    )
    names = Identifier.__struct_fields__
    return said + [Identifier(**{name: fact[name] for name in names}) for fact in facts if fact["value"]]


def _same(inputs: Standing, organization_id: str) -> list[str]:
    standing = inputs.same.get(organization_id)
    return sorted(one for one, other in inputs.same.items() if other == standing and one != organization_id)


def _way_up(inputs: Standing, organization_id: str) -> Sequence[Claim]:
    """The claims that lead to its ultimate parent; empty where it is one, or the list has nothing of its group."""
    standing = inputs.same.get(organization_id, organization_id)
    group = inputs.groups.get(inputs.group_of.get(organization_id, ""))
    members = group.members if group else ()
    return next((member.owners for member in members if member.organization_id == standing), ())


def _owners(connection: sqlite3.Connection, way_up: Sequence[str], followed: Set[int]) -> Iterator[Owner]:
    """All that is said of who owns an organisation of the way up, the followed claim of each first."""
    for child_id in way_up:
        rows = connection.execute(
            f"SELECT id, {_OWNER_COLUMNS} FROM ownerships WHERE child_id = ? AND withdrawn_at IS NULL"
            " ORDER BY valid_from, id",
            (child_id,),
        )
        owners = []
        for row in rows:
            values = dict(row)
            owners.append(Owner(is_followed=values.pop("id") in followed, **values))
        yield from sorted(owners, key=lambda owner: not owner.is_followed)


def _concerns(line: ValueLine, rows: Set[str], organization_id: str, way_up: Sequence[str]) -> bool:
    """Its own lines and those of its owners; of a whole group where it is the ultimate parent."""
    if line.organization_id is None:
        return line.group_id in way_up
    return line.organization_id in rows or line.group_id == organization_id


def _standing(connection: sqlite3.Connection, organization_id: str, inputs: Standing) -> list[Figure]:
    """By measure, the newest first of each."""
    stated = sorted((measure, facts) for (of, measure), facts in inputs.stated.items() if of == organization_id)
    ids = [fact.id for _, facts in stated for fact in facts]
    found = read_figures(connection, ids)
    return [found[one] for one in ids]
