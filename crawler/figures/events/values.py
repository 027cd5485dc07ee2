"""Values that have moved far from what was told last, and what moved them, added up over the days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from crawler import __version__
from crawler.figures.last_time import compare
from crawler.figures.model import Total, ValueLine, plain
from crawler.figures.publishing import RESTRICTED, group_of
from crawler.figures.rates import Rates
from crawler.figures.valuation import LANDSCAPE, Figure, Valuation, read_figures, stored_lines
from crawler.figures.value_changes import CAUSES, add_up
from crawler.figures.value_parts import HEADLINE
from crawler.rules import EventRules
from crawler.store.changes import Change, ToldValue
from crawler.store.rates import read_rates

ORGANIZATION = "organization:"
ORGANIZATION_TIMES = 4
"""One organisation moves more easily than all together: its percentage is so many times that of the landscape,"""
LEAST_PERCENT = 1
"""and what moves must be at least so much of the whole landscape."""
NOTHING = Total(scope="", measure="value", value=None, known=0, total=0)

_TOTALS = f"""
SELECT scope, value FROM totals
WHERE day = ? AND measure = 'value' AND policy = '{HEADLINE}' AND value IS NOT NULL
  AND (scope = '{LANDSCAPE}' OR scope GLOB '{ORGANIZATION}*')
ORDER BY scope <> '{LANDSCAPE}', scope
"""


class Step(Struct, frozen=True):
    """How a value came from one computed day to the next, in dollars by cause.

    `upgraded`: what our own other rules make of it; it moved nothing.
    """

    causes: Mapping[str, Decimal]
    upgraded: Decimal
    is_public: bool


class Moved(Struct, frozen=True):
    """How far a value is from what was told last: `before` and the causes add up to it."""

    before: Decimal
    causes: Mapping[str, Decimal]
    is_public: bool


class News(Struct, frozen=True):
    """The events, and what is told of every value after them on the two days."""

    changes: list[Change]
    told: list[ToldValue]
    days: tuple[str, str]


def find_moves(connection: sqlite3.Connection, day: date, rules: EventRules) -> News | None:
    """The values that have moved until `day`, whose totals are computed; None where they are not."""
    computed = connection.execute(
        "SELECT day, version FROM computed_days WHERE origin = 'live' AND day <= ? ORDER BY day DESC LIMIT 2",
        [day.isoformat()],
    ).fetchall()
    if not computed or computed[0]["day"] != day.isoformat():
        return None
    days = (computed[1]["day"] if computed[1:] else (day - timedelta(days=1)).isoformat(), day.isoformat())
    is_upgrade = bool(computed[1:]) and computed[1]["version"] != __version__
    totals = {scope: Decimal(value) for scope, value in connection.execute(_TOTALS, [days[1]])}
    told = _read_told(connection, days[0])
    news = News([], [], days)
    for scope, step in _steps(connection, days, list(totals), is_upgrade=is_upgrade):
        now, base = totals[scope], told.get(scope)
        if base is not None:
            moved = add(base, step)
            if not has_moved(scope, moved.before, now, totals.get(LANDSCAPE), rules):
                news.told.extend((base, _told(scope, days[1], moved.before, moved.causes, is_public=moved.is_public)))
                continue
            news.changes.append(_change(scope, moved, now))
        news.told.extend(_anew(scope, days, now, step))
    return news


def add(base: ToldValue, step: Step) -> Moved:
    """What has moved since a value was told, with the step of the last day."""
    return Moved(
        Decimal(base.value) + step.upgraded,
        {cause: Decimal(getattr(base, cause)) + step.causes[cause] for cause in CAUSES},
        step.is_public and base.licence_class != RESTRICTED,
    )


def has_moved(scope: str, before: Decimal, now: Decimal, landscape: Decimal | None, rules: EventRules) -> bool:
    """Whether a value is so far from what was told last that it is worth an event."""
    moved = abs(now - before) * 100
    if scope == LANDSCAPE:
        return moved > before * rules.value_percent
    is_great = landscape is not None and moved >= landscape * LEAST_PERCENT
    return is_great and moved > before * rules.value_percent * ORGANIZATION_TIMES


def _anew(scope: str, days: tuple[str, str], now: Decimal, step: Step) -> tuple[ToldValue, ToldValue]:
    """From here on nothing has moved; if the last day is computed anew, its step counts as far as it differs."""
    less = {cause: -amount for cause, amount in step.causes.items()}
    return (
        _told(scope, days[0], now - step.upgraded, less, is_public=step.is_public),
        _told(scope, days[1], now, dict.fromkeys(CAUSES, Decimal(0)), is_public=True),
    )


def _told(scope: str, day: str, value: Decimal, causes: Mapping[str, Decimal], *, is_public: bool) -> ToldValue:
    return ToldValue(
        scope=scope,
        day=day,
        policy=HEADLINE,
        value=plain(value),
        licence_class=_licence(is_public=is_public),
        **{cause: plain(amount) for cause, amount in causes.items()},
    )


def _change(scope: str, moved: Moved, now: Decimal) -> Change:
    return Change(
        kind="value_moved",
        before=plain(moved.before),
        after=plain(now),
        organization_id=scope.removeprefix(ORGANIZATION) if scope != LANDSCAPE else None,
        scope=scope,
        detail={"currency": "USD", "causes": {cause: plain(amount) for cause, amount in moved.causes.items()}},
        licence_class=_licence(is_public=moved.is_public),
    )


def _licence(*, is_public: bool) -> str:
    return "public" if is_public else RESTRICTED


def _read_told(connection: sqlite3.Connection, day: str) -> dict[str, ToldValue]:
    columns = ", ".join(ToldValue.__struct_fields__)
    rows = connection.execute(f"SELECT {columns} FROM told_values WHERE day = ? AND policy = ?", [day, HEADLINE])
    return {row["scope"]: ToldValue(**dict(row)) for row in rows}


def _steps(
    connection: sqlite3.Connection, days: tuple[str, str], scopes: list[str], *, is_upgrade: bool
) -> Iterator[tuple[str, Step]]:
    """How each scope came from the first to the second of the days."""
    earlier, later = (_valuations(connection, day) for day in days)
    rates = Rates(read_rates(connection, "ecb"))
    for scope in scopes:
        before = earlier.get(scope) or _valuation(days[0], scope, [], {})
        after = later.get(scope) or _valuation(days[1], scope, [], {})
        since = compare(before, NOTHING, after, HEADLINE, rates)
        whole = add_up(since.changes)
        causes = {cause: getattr(whole, cause) for cause in CAUSES}
        upgraded = causes["method"] if is_upgrade else Decimal(0)
        yield (
            scope,
            Step(causes | {"method": causes["method"] - upgraded}, upgraded, is_public=since.causes_may_be_published),
        )


def _valuations(connection: sqlite3.Connection, day: str) -> dict[str, Valuation]:
    """The values of a day by scope, each with its own lines."""
    lines: dict[str, list[ValueLine]] = {LANDSCAPE: stored_lines(connection, day, LANDSCAPE)}
    for line in lines[LANDSCAPE]:
        lines.setdefault(f"{ORGANIZATION}{group_of(line)}", []).append(line)
    figures = read_figures(connection, (line.figure_id for line in lines[LANDSCAPE] if line.figure_id is not None))
    return {scope: _valuation(day, scope, of_scope, figures) for scope, of_scope in lines.items()}


def _valuation(day: str, scope: str, lines: list[ValueLine], figures: dict[int, Figure]) -> Valuation:
    return Valuation(day=day, origin="live", recorded_on=None, scope=scope, totals={}, lines=lines, figures=figures)
