"""Funding rounds that were not known before, each once, whoever tells of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.days import first_day, last_day
from crawler.figures.events.answered import had_answered
from crawler.figures.events.late import is_late
from crawler.figures.inputs import read_inputs
from crawler.figures.model import plain
from crawler.store.changes import Change, read_mark

SAME_DAYS = 14
SAME_PERCENT = Decimal(5)
"""How far two sources may lie apart, in days and amount, and still mean one round."""


class Round(Struct, frozen=True, kw_only=True):
    """A figure of the measure `funding_round`."""

    id: int
    organization_id: str
    amount: str
    currency: str
    as_of: str
    source: str
    source_url: str | None
    licence_class: str
    kind: str | None
    stands: bool
    """Neither corrected nor taken back."""
    is_news: bool
    """Nothing was told up to it, its source had told of the organisation before, and it corrects no older figure."""


_NEWS = f"""
f.id > :mark AND {had_answered("f", "organization_id")} AND NOT EXISTS (
  SELECT 1 FROM figures old WHERE old.superseded_by = f.id AND old.id <= :mark)
"""
_ROUNDS = f"""
SELECT f.id, f.organization_id, f.amount, f.currency, f.as_of, f.source, f.source_url, f.licence_class, f.kind,
  f.superseded_by IS NULL AND f.withdrawn_at IS NULL AS stands, {_NEWS} AS is_news, f.id > :mark AS is_new
FROM figures f JOIN organizations o ON o.id = f.organization_id AND o.removed_at IS NULL
WHERE f.measure = 'funding_round' ORDER BY f.id
"""


def round_changes(connection: sqlite3.Connection, day: date) -> list[Change]:
    """The events of all rounds that came since rows of `figures` were looked at last."""
    mark = read_mark(connection, "figures") or 0
    rows = connection.execute(_ROUNDS, {"mark": mark})
    rounds = [Round(**{name: row[name] for name in Round.__struct_fields__}) for row in rows]
    if not any(one.is_news and not is_late(one.as_of, day) for one in rounds):
        return []
    same = read_inputs(connection, day=day, origin="live").same
    return [
        Change(
            kind="funding_round",
            after=f"{plain(Decimal(one.amount))} {one.currency}",
            at=one.as_of,
            organization_id=one.organization_id,
            detail={"kind": one.kind},
            source=one.source,
            source_url=one.source_url,
            licence_class=one.licence_class,
            figure_id=one.id,
        )
        for one in new_rounds(rounds, mark, day, same)
    ]


def new_rounds(rounds: Iterable[Round], mark: int, day: date, same: Mapping[str, str]) -> Iterator[Round]:
    """The rounds of the last year that are news and that nobody has told of; `same`: the id that stands for another."""
    known: dict[str, list[Round]] = {}
    for one in rounds:
        of_one = known.setdefault(same.get(one.organization_id, one.organization_id), [])
        if one.id > mark:
            if not (one.is_news and one.stands) or is_late(one.as_of, day) or any(are_same(one, x) for x in of_one):
                continue
            yield one
        of_one.append(one)


def are_same(one: Round, other: Round) -> bool:
    """Whether two figures about one organisation mean the same round; a source that states two means two."""
    if one.source == other.source and one.stands and other.stands:
        return False
    amounts = sorted((Decimal(one.amount), Decimal(other.amount)))
    apart = max(first_day(one.as_of) - last_day(other.as_of), first_day(other.as_of) - last_day(one.as_of))
    return (
        one.currency == other.currency
        and apart.days <= SAME_DAYS
        and (amounts[1] - amounts[0]) * 100 <= amounts[1] * SAME_PERCENT
    )
