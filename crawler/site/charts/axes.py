"""Axes: round numbers to begin and end with, and round dates between."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from babel.dates import format_date
from msgspec import Struct

from crawler.figures import forms
from crawler.site.charts import svg

Written = Callable[[float], str]


class Scale(Struct, frozen=True):
    """Values from `low` to `high`, zero among them, with round `ticks` from end to end."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def part(self, value: float) -> float:
        """0 at the top to 1 at the bottom, as pictures count."""
        return (self.high - value) / (self.high - self.low)


def value_scale(values: Sequence[float], steps: int = 4) -> Scale:
    """A scale with zero and all the values on it, and about `steps` steps of 1, 2 or 5 times a power of ten."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    step = round_step((high - low) / steps, whole=all(float(value).is_integer() for value in values))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, tuple(round(at * step, 12) for at in range(first, last + 1)))


def round_step(least: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5, 10, 20 … that is at least `least`; never below one where what is counted is whole."""
    if whole and least <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def tick_writer(scale: Scale, written: Written | None) -> Written:
    """How the ticks of a scale read: `20K` and not `20.0K`; `written` where the caller has its own way."""
    if written:
        return lambda value: written(value).replace(".0K", "K").replace(".0M", "M").replace(".0B", "B")
    step = scale.ticks[1] - scale.ticks[0]
    if step < 1:
        digits = max(1, -math.floor(math.log10(step)))
        return lambda value: f"{value:,.{digits}f}" if value else "0"
    return _shortest


def _shortest(value: float) -> str:
    return forms.short(Decimal(value)).replace(".0", "")


def plainly(value: float) -> str:
    """`1,234`, and one decimal where there is one."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.1f}"


class Mark(Struct, frozen=True):
    """A day on an axis; `minor` ones go where there is little room."""

    day: date
    label: str
    minor: bool


def day_marks(first: date, last: date, language: str, most: int = 8) -> tuple[Mark, ...]:
    """Up to about `most` round days from first to last: days, months or years, as far as the stretch asks."""
    days = (last - first).days
    if days <= 45:
        step = next(step for step in (1, 2, 5, 7, 14) if days / step <= most)
        found = [first + timedelta(step * at) for at in range(days // step + 1)]
        labels = [_named(day, "d MMM" if index else "d MMM y", language) for index, day in enumerate(found)]
    else:
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240) if months / step <= most), 600)
        start = first.year * 12 + first.month - (first.day == 1)
        start += -start % step
        found = [date(at // 12, at % 12 + 1, 1) for at in range(start, last.year * 12 + last.month, step)]
        labels = [
            str(day.year)
            if step >= 12 or (day.month == 1 and months > 6)
            else _named(day, "MMM y", language)
            if index == 0
            else _named(day, "MMM", language)
            for index, day in enumerate(found)
        ]
    return tuple(
        Mark(day, label, len(found) > most / 2 and (len(found) - 1 - index) % 2 == 1)
        for index, (day, label) in enumerate(zip(found, labels, strict=True))
    )


@cache
def _named(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))


def month_name(month: int, language: str) -> str:
    """`Sep`."""
    return _named(date(2000, month, 1), "MMM", language)


def grid(scale: Scale, ticks: Sequence[str], height: float, unit: str) -> str:
    """Lines across and their values, the one at zero stronger, and above them what they count."""
    named = f'<text x="0" y="-10" class="unit">{svg.safe(svg.clipped(unit, 40))}</text>'
    return named + "".join(
        f'<line x1="0" x2="100%" y1="{y}" y2="{y}" class="{"axis" if not tick else "grid"}"/>'
        f'<text x="-8" y="{y}" dy=".35em" class="tick end">{svg.safe(text)}</text>'
        for tick, text in zip(scale.ticks, ticks, strict=True)
        for y in [svg.short(height * scale.part(tick))]
    )


def is_wide(ticks: Sequence[str]) -> bool:
    """Whether the values of an axis need more room than usual."""
    return max(map(len, ticks)) > 6
