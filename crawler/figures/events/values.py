"""Values that have moved far from what was told last, and what moved them, added up over the days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Set
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from crawler import __version__
from crawler.figures.last_time import compare
from crawler.figures.model import Figure, Total, ValueLine, plain
from crawler.figures.publishing import group_of
from crawler.figures.rates import Rates
from crawler.figures.valuation import LANDSCAPE, Valuation, read_figures, stored_lines
from crawler.figures.value_changes import CAUSES, add_up
from crawler.figures.value_parts import HEADLINE
from crawler.rules import EventRules
from crawler.store.changes import Change, ToldValue
from crawler.store.rates import read_rates
from crawler.store.restricted import RESTRICTED

ORGANIZATION = "organization:"
ORGANIZATION_TIMES = 4
"""One organisation moves more easily than all together: its percentage is so many times that of the landscape,"""
LEAST_PERCENT = 1
"""and what moves must be at least so much of the whole landscape."""
NOTHING = Total(scope="", measure="value", value=None, known=0, total=0)

_TOTALS = f"""
SELECT scope, value FROM totals
WHERE day = ? AND measure = 'value' AND policy = '{HEADLINE}'
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
    """How far a value is from what was told last: `before` and the causes add up to it. None: it was not known."""

    before: Decimal | None
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
    told = _read_told(connection, days[0])
    totals = _values(connection, days[1], told.keys())
    whole = _greatest(totals.get(LANDSCAPE), told.get(LANDSCAPE))
    news = News([], [], days)
    for scope, step in _steps(connection, days, list(totals), is_upgrade=is_upgrade):
        now, base = totals[scope], told.get(scope)
        if base is not None:
            moved = add(base, step)
            if not has_moved(scope, moved.before, now, whole, rules):
                news.told.extend((base, _told(scope, days[1], moved.before, moved.causes, is_public=moved.is_public)))
                continue
            news.changes.append(_change(scope, moved, now))
        news.told.extend(_anew(scope, days, now, step))
    return news


def _values(connection: sqlite3.Connection, day: str, told: Set[str]) -> dict[str, Decimal | None]:
    """The values of a day by scope. None: something was told, and the owner is still there, but nothing is known.

    Of what was never known nothing is told until it is; who is no longer listed has no value that could move.
    """
    known: dict[str, Decimal | None] = {
        scope: Decimal(value) for scope, value in connection.execute(_TOTALS, [day]) if value is not None
    }
    if away := told - known.keys():
        lines = [line for line in stored_lines(connection, day, LANDSCAPE) if line.policy == HEADLINE]
        listed = {LANDSCAPE, *(f"{ORGANIZATION}{group_of(line)}" for line in lines)}
        known |= dict.fromkeys(sorted(away & listed, key=lambda scope: (scope != LANDSCAPE, scope)))
    return known


def _greatest(now: Decimal | None, told: ToldValue | None) -> Decimal:
    """The value of the landscape, before or after: what all of it loses at once matters, too."""
    before = Decimal(told.value) if told is not None and told.value is not None else Decimal(0)
    return max(now or Decimal(0), before)


def add(base: ToldValue, step: Step) -> Moved:
    """What has moved since a value was told, with the step of the last day."""
    return Moved(
        None if base.value is None else Decimal(base.value) + step.upgraded,
        {cause: Decimal(getattr(base, cause)) + step.causes[cause] for cause in CAUSES},
        step.is_public and base.licence_class != RESTRICTED,
    )


def has_moved(scope: str, before: Decimal | None, now: Decimal | None, landscape: Decimal, rules: EventRules) -> bool:
    """Whether a value is so far from what was told last that it is worth an event.

    One that is no longer known, or is again, is as far as can be; but one organisation has to matter all the same.
    """
    if before is None and now is None:
        return False
    moved = abs((now or Decimal(0)) - (before or Decimal(0))) * 100
    is_turn = before is None or now is None
    if scope == LANDSCAPE:
        return is_turn or moved > (before or Decimal(0)) * rules.value_percent
    is_great = moved >= landscape * LEAST_PERCENT
    return is_great and (is_turn or moved > (before or Decimal(0)) * rules.value_percent * ORGANIZATION_TIMES)


def _anew(scope: str, days: tuple[str, str], now: Decimal | None, step: Step) -> tuple[ToldValue, ToldValue]:
    """From here on nothing has moved; if the last day is computed anew, its step counts as far as it differs."""
    less = {cause: -amount for cause, amount in step.causes.items()}
    return (
        _told(scope, days[0], None if now is None else now - step.upgraded, less, is_public=step.is_public),
        _told(scope, days[1], now, dict.fromkeys(CAUSES, Decimal(0)), is_public=True),
    )


def _told(scope: str, day: str, value: Decimal | None, causes: Mapping[str, Decimal], *, is_public: bool) -> ToldValue:
    return ToldValue(
        scope=scope,
        day=day,
        policy=HEADLINE,
        value=_text(value),
        licence_class=_licence(is_public=is_public),
        **{cause: plain(amount) for cause, amount in causes.items()},
    )


def _change(scope: str, moved: Moved, now: Decimal | None) -> Change:
    return Change(
        kind="value_moved",
        before=_text(moved.before),
        after=_text(now),
        organization_id=scope.removeprefix(ORGANIZATION) if scope != LANDSCAPE else None,
        scope=scope,
        detail={"currency": "USD", "causes": {cause: plain(amount) for cause, amount in moved.causes.items()}},
        licence_class=_licence(is_public=moved.is_public),
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


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
