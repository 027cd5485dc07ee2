"""The money figures of an organisation: as each was stated, by whom and when, and what it raised year by year."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.days import first_day
from crawler.figures.explanation import Explanation
from crawler.figures.forms import rough, short
from crawler.figures.model import Figure
from crawler.figures.rates import Rate
from crawler.figures.valuation import read_figures
from crawler.site.amounts import age_of, spaced
from crawler.site.asked import Asked
from crawler.store.restricted import is_restricted_figure

MOST_OF_MEASURE = 12
"""Figures of one kind in the table, beside those that policies weigh: a quote may come daily."""
MOST_GONE = 40
LONG = 100_000_000
"""From here on an amount has its short form beside it."""
MOST_OF_OTHERS = 40

_ROWS = """
SELECT id, measure, as_of, superseded_by, withdrawn_at,
  iif({is_restricted}, 'restricted', licence_class) AS licence_class
FROM figures WHERE organization_id = ?
ORDER BY superseded_by IS NOT NULL OR withdrawn_at IS NOT NULL, measure, as_of DESC, id DESC
"""


class FigureRow(Struct, frozen=True, kw_only=True):
    """A figure as it is shown."""

    id: int
    organization_id: str
    measure: str
    kind: str | None
    amount: str
    """As it was stated, to the last digit, in `currency`."""
    short: str
    """The same in a few characters; empty where it is short enough."""
    spread: str
    currency: str
    as_of: str
    observed_on: str
    source: str
    source_url: str | None
    method: str
    licence_class: str
    note: str | None
    age: str
    """`fresh`, `stale` or `expired`, `later` for one that is dated after the day; empty for what never gets old."""
    rate: Rate | None
    is_weighed: bool
    """Whether a policy looks at it."""
    superseded_by: int | None = None
    withdrawn_on: str | None = None


class Figures(Struct, frozen=True, kw_only=True):
    """All of one organisation."""

    standing: list[FigureRow]
    older: int
    """So many more that stand, older ones of their kind, are left out."""
    of_others: list[FigureRow]
    """Of its group, which policies weigh together with its own."""
    of_others_more: int
    gone: list[FigureRow]
    gone_more: int
    hidden: int
    """So many besides, of its own that stand, may not be shown."""
    stale: int
    expired: int


def figures_of(asked: Asked, explanation: Explanation, strangers: frozenset[str]) -> Figures:
    """Its figures that stand, by kind and newest first; what was corrected or taken back stands apart."""
    rows = asked.connection.execute(
        _ROWS.format(is_restricted=is_restricted_figure("figures.id")), (explanation.id,)
    ).fetchall()
    weighed = {figure.id for figure in explanation.figures}
    of_measure: Counter[str] = Counter()
    standing, gone, older, hidden = [], [], 0, 0
    for row in rows:
        if row["superseded_by"] is not None or row["withdrawn_at"] is not None:
            if not asked.hides(row["licence_class"]):
                gone.append(row)
            continue
        if asked.hides(row["licence_class"]):
            hidden += 1
            continue
        of_measure[row["measure"]] += 1
        if of_measure[row["measure"]] <= MOST_OF_MEASURE or row["id"] in weighed:
            standing.append(row["id"])
        else:
            older += 1
    known = read_figures(asked.connection, [*standing, *(row["id"] for row in gone[:MOST_GONE])])
    rates = _rates(explanation, known)
    shown = [_row(explanation, known[one], weighed, rates.get(one)) for one in standing]
    others = [
        one
        for one in explanation.figures
        if one.organization_id not in {explanation.id, *strangers} and not asked.hides(one.licence_class)
    ]
    return Figures(
        standing=shown,
        older=older,
        of_others=[_row(explanation, one, weighed, explanation.rates.get(one.id)) for one in others[:MOST_OF_OTHERS]],
        of_others_more=max(0, len(others) - MOST_OF_OTHERS),
        gone=[
            structs.replace(
                _row(explanation, known[row["id"]], weighed, None),
                superseded_by=row["superseded_by"],
                withdrawn_on=row["withdrawn_at"][:10] if row["withdrawn_at"] else None,
            )
            for row in gone[:MOST_GONE]
        ],
        gone_more=max(0, len(gone) - MOST_GONE),
        hidden=hidden,
        stale=sum(row.age == "stale" for row in shown),
        expired=sum(row.age == "expired" for row in shown),
    )


def _rates(explanation: Explanation, known: dict[int, Figure]) -> dict[int, Rate]:
    return {one: rate for one in known if (rate := explanation.rates.get(one))}


def _short(figure: Figure) -> str:
    amount = Decimal(figure.amount)
    if amount < LONG:
        return ""
    return rough(amount) if figure.currency == "USD" else short(amount)


def _row(explanation: Explanation, figure: Figure, weighed: set[int], rate: Rate | None) -> FigureRow:
    day = date.fromisoformat(explanation.valuation.day)
    return FigureRow(
        id=figure.id,
        organization_id=figure.organization_id,
        measure=figure.measure,
        kind=figure.kind,
        amount=spaced(figure.amount),
        short=_short(figure),
        spread=f"{spaced(figure.low)} – {spaced(figure.high)}" if figure.low and figure.high else "",
        currency=figure.currency,
        as_of=figure.as_of,
        observed_on=figure.observed_at[:10],
        source=figure.source,
        source_url=figure.source_url,
        method=figure.method,
        licence_class=figure.licence_class,
        note=figure.note,
        age="later" if first_day(figure.as_of) > day else age_of(figure.measure, figure.source, figure.as_of, day),
        rate=rate,
        is_weighed=figure.id in weighed,
    )
