"""Axes: round numbers to begin and end with, and round dates between."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from msgspec import Struct

from crawler.figures import forms
from crawler.site.charts import svg

_POINTLESS = re.compile(r"\.0(?=[KMBT])")
Written = Callable[[float], str]
_MOST, _FEW = 8, 4
"""So many marks of time fit on a wide page, and on a phone."""


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
        return lambda value: trimmed(written(value))
    step = scale.ticks[1] - scale.ticks[0]
    if step < 1:
        digits = max(1, -math.floor(math.log10(step)))
        return lambda value: f"{value:,.{digits}f}" if value else "0"
    return _shortest


def _shortest(value: float) -> str:
    return trimmed(forms.short(Decimal(value)))


def trimmed(text: str) -> str:
    """A tick without decimals that say nothing, and with a real minus: `$20M` for `$20.0M`."""
    return _POINTLESS.sub("", text).replace("-", "−")


def plainly(value: float) -> str:
    """`1,234`, and one decimal where there is one."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.1f}"


class Mark(Struct, frozen=True):
    """A day on an axis; `minor` ones go where there is little room."""

    day: date
    label: str
    minor: bool


def day_marks(first: date, last: date, language: str) -> tuple[Mark, ...]:
    """Round days from first to last: days, months or years, as far as the stretch asks."""
    days = (last - first).days
    if days <= 45:
        step = next(step for step in (1, 2, 5, 7, 14) if days / step <= _MOST - 2)
        found = [first + timedelta(step * at) for at in range(days // step + 1)]
        return tuple(
            Mark(day, _named(day, "d MMM" if index else "d MMM y", language), len(found) > _FEW and index % 2 == 1)
            for index, day in enumerate(found)
        )
    start, end = month_number(first.year, first.month) + (first.day > 1), month_number(last.year, last.month)
    step = month_step(end - start)
    months = range(start + -start % step, end + 1, step)
    return tuple(
        Mark(date(at // 12, at % 12 + 1, 1), label, minor)
        for at, (label, minor) in zip(months, month_labels(months, step, language), strict=True)
    )


def month_number(year: int, month: int) -> int:
    """Months since the year 0."""
    return year * 12 + month - 1


def month_step(count: int) -> int:
    """Each how many months, or how many years of twelve, have a mark."""
    return next((step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240) if count / step <= _MOST), 600)


def month_labels(months: Sequence[int], step: int, language: str) -> list[tuple[str, bool]]:
    """How months read that are `step` apart, and whether they go where there is little room; Januaries are years."""
    found: list[tuple[str, bool]] = []
    has_year = False
    for at in months:
        minor = len(months) > _FEW and at // step % 2 == 1
        month = date(max(at // 12, 1), at % 12 + 1, 1)
        label = str(at // 12) if at % 12 == 0 else _named(month, "MMM" if minor or has_year else "MMM y", language)
        has_year |= not minor
        found.append((label, minor))
    return found


@lru_cache(maxsize=2000)
def _named(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))


def grid(scale: Scale, ticks: Sequence[str], height: float, unit: str, above: int = 10) -> str:
    """Lines across and their values, the one at zero stronger, and above them what they count."""
    named = f'<text x="0" y="{-above}" class="unit">{svg.safe(svg.clipped(unit, 40))}</text>'
    return named + "".join(
        f'<line x1="0" x2="100%" y1="{y}" y2="{y}" class="{"axis" if not tick else "grid"}"/>'
        f'<text x="-8" y="{y}" dy=".35em" class="tick end">{svg.safe(text)}</text>'
        for tick, text in zip(scale.ticks, ticks, strict=True)
        for y in [svg.short(height * scale.part(tick))]
    )


def is_wide(ticks: Sequence[str]) -> bool:
    """Whether the values of an axis need more room than usual."""
    return max(map(len, ticks)) > 6
