"""Bars: counts by stretch of time, and amounts by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from crawler.site.charts import svg
from crawler.site.charts.axes import (
    Written,
    grid,
    is_wide,
    month_labels,
    month_number,
    month_step,
    plainly,
    tick_writer,
    value_scale,
)
from crawler.site.charts.model import Chart, Table
from crawler.site.charts.thinning import MOST_ROWS
from crawler.site.texts import Texts

HEIGHT = 190
"""Of the plot, in pixels."""
_LABELS = 8
"""So many fit below the bars on a wide page; on a phone every second of them."""
_ROOM = 54
"""So many characters fit above all bars on half a page; where the values need more, they stand in the table alone."""
_FEW = 6
"""Up to so many bars have their values above them on a phone, too."""
_TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def bars(
    title: str,
    values: Sequence[tuple[str, float | None]],
    *,
    unit: str,
    texts: Texts,
    written: Callable[[float], str] | None = None,
) -> Chart:
    """A bar for each label, in the given order, from zero; None is not known, and has a mark but no bar.

    Of labels that are months (`2023-09`) or days, in ascending order, as many months are named as there is room for,
    always January by its year.
    """
    write = written or plainly
    known = [(label, value) for label, value in values if value is not None]
    heads = (texts("charts.time"), unit)
    if not known:
        return Chart(title=title, svg=Markup(), summary="", table=Table(heads, ()))
    unknown = texts("figure.unknown")
    told = [(label, value, unknown if value is None else write(value)) for label, value in values]
    shown = told[-MOST_ROWS:]
    note = texts("charts.last", len(told), shown=len(shown)) if len(shown) < len(told) else ""
    return Chart(
        title=title,
        svg=_picture(texts("charts.bar", title=title), told, unit, texts, written),
        summary=_summary(known, len(told) - len(known), write, texts),
        table=Table(heads, tuple((label, text) for label, _, text in shown), note),
    )


def _picture(
    label: str, told: Sequence[tuple[str, float | None, str]], unit: str, texts: Texts, written: Written | None
) -> Markup:
    scale = value_scale([value for _, value, _ in told if value is not None])
    write_tick = tick_writer(scale, written)
    ticks = [write_tick(tick) for tick in scale.ticks]
    slot = 100 / len(told)
    gap = slot * (0.1 if len(told) > 40 else 0.2)
    zero = HEIGHT * scale.part(0)
    are_valued = len(told) * (1 + max(len(text) for _, value, text in told if value is not None)) <= _ROOM
    zeros = sum(value == 0 for _, value, _ in told)
    # Of many zeros each says what the empty place says.
    are_zeros_valued = 2 * zeros <= len(told)
    drawn = []
    for at, (name, value, text) in enumerate(told):
        middle = svg.percent((at + 0.5) * slot)
        hover = (
            f"<title>{svg.safe(f'{name}: {text}')}</title>"
            f'<rect x="{svg.percent(at * slot)}" y="0" width="{svg.percent(slot)}" height="{HEIGHT}" class="hover"/>'
        )
        if value is None:
            drawn.append(f'<g>{hover}<text x="{middle}" y="{svg.short(zero - 6)}" class="unknown middle">?</text></g>')
            continue
        end = HEIGHT * scale.part(value)
        top, height = min(zero, end), abs(end - zero)
        bar = (
            f'<rect x="{svg.percent(at * slot + gap)}" y="{svg.short(top)}" width="{svg.percent(slot - 2 * gap)}" '
            f'height="{svg.short(height)}" class="bar"/>'
        )
        if are_valued and (value or are_zeros_valued):
            place = svg.short(end - 6 if value >= 0 else end + 15)
            bar += f'<text x="{middle}" y="{place}" class="value middle">{svg.safe(text)}</text>'
        drawn.append(f"<g>{hover}{bar}</g>")
    below = [
        f'<text x="{svg.percent((at + 0.5) * slot)}" y="{HEIGHT + 19}" class="tick middle'
        f'{" minor" if is_minor else ""}">{svg.safe(text)}</text>'
        for at, text, is_minor in _named([name for name, _, _ in told], texts.language)
    ]
    kinds = [("long", is_wide(ticks)), ("valued", are_valued), ("many", len(told) > _FEW)]
    return svg.drawing(
        " ".join(["bars", *(kind for kind, is_so in kinds if is_so)]),
        label,
        HEIGHT,
        [grid(scale, ticks, HEIGHT, unit, above=26 if are_valued else 10), *drawn, *below],
    )


def _named(labels: Sequence[str], language: str) -> list[tuple[int, str, bool]]:
    """Which bars are named, how, and whether the name goes where there is little room."""
    if all(map(_TIME.fullmatch, labels)):
        months = [month_number(int(label[:4]), int(label[5:7])) for label in labels]
        step = month_step(months[-1] - months[0])
        # Of bars that are weeks, the first of a month is named.
        places = [
            at for at, month in enumerate(months) if month % step == 0 and month not in months[max(0, at - 1) : at]
        ]
        told = month_labels([months[at] for at in places], step, language)
        return [(at, text, is_minor) for at, (text, is_minor) in zip(places, told, strict=True)]
    step = -(-len(labels) // _LABELS)
    places = list(range((len(labels) - 1) % step, len(labels), step))
    return [
        (at, svg.clipped(labels[at], 10), len(places) > _LABELS / 2 and (len(places) - 1 - index) % 2 == 1)
        for index, at in enumerate(places)
    ]


def _are_weeks(labels: Sequence[str]) -> bool:
    """Whether bars are of seven days each: all labels are days, whole weeks apart."""
    if not all(_DAY.fullmatch(label) for label in labels):
        return False
    first, *others = map(date.fromisoformat, labels)
    return bool(others) and all((day - first).days % 7 == 0 for day in others)


def _summary(known: Sequence[tuple[str, float]], gaps: int, write: Written, texts: Texts) -> str:
    top, most = max(known, key=lambda one: one[1])
    last_label, last = known[-1]
    are_weeks = _are_weeks([label for label, _ in known])

    def said(label: str) -> str:
        return texts("charts.bars.week", day=label) if are_weeks else label

    parts = [
        texts("charts.bars.highest", label=said(top), value=write(most), last_label=said(last_label), last=write(last))
    ]
    if len(known) > 1 and last_label == top:
        parts = [texts("charts.bars.last_is_highest", label=said(top), value=write(most))]
    if gaps:
        parts.append(texts("charts.bars.gaps", gaps))
    return " ".join(parts)
