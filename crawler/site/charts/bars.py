"""Bars: counts by stretch of time, and amounts by year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from markupsafe import Markup

from crawler.site.charts import svg
from crawler.site.charts.axes import Written, grid, is_wide, month_name, plainly, tick_writer, value_scale
from crawler.site.charts.model import Chart, Table
from crawler.site.charts.thinning import MOST_ROWS
from crawler.site.texts import Texts

HEIGHT = 190
"""Of the plot, in pixels."""
_LABELS = 8
"""So many fit below the bars on a wide page; on a phone every second of them."""
_VALUES = 12
"""Up to so many bars have their value written above them."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def bars(
    title: str,
    values: Sequence[tuple[str, float | None]],
    *,
    unit: str,
    texts: Texts,
    written: Callable[[float], str] | None = None,
) -> Chart:
    """A bar for each label, in the given order, from zero; None is not known, and has a mark but no bar.

    Of labels that are months (`2023-09`) as many are named as there is room for, always January by its year.
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
        if len(told) <= _VALUES and len(text) <= 7:
            place = svg.short(end - 6 if value >= 0 else end + 15)
            bar += f'<text x="{middle}" y="{place}" class="value middle">{svg.safe(text)}</text>'
        drawn.append(f"<g>{hover}{bar}</g>")
    below = [
        f'<text x="{svg.percent((at + 0.5) * slot)}" y="{HEIGHT + 19}" class="tick middle'
        f'{" minor" if is_minor else ""}">{svg.safe(text)}</text>'
        for at, text, is_minor in _named([name for name, _, _ in told], texts.language)
    ]
    return svg.drawing(
        f"bars{' long' if is_wide(ticks) else ''}{' many' if len(told) > _VALUES / 2 else ''}",
        label,
        HEIGHT,
        [grid(scale, ticks, HEIGHT, unit), *drawn, *below],
    )


def _named(labels: Sequence[str], language: str) -> list[tuple[int, str, bool]]:
    """Which bars are named, how, and whether the name goes where there is little room."""
    months = [_MONTH.fullmatch(label) for label in labels]
    are_months = all(months)
    if are_months:
        step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if len(labels) / step <= _LABELS + 1), 120)
        first = -(int(labels[0][5:]) - 1 + 12 * (int(labels[0][:4]) % 10)) % step
    else:
        step = -(-len(labels) // _LABELS)
        first = (len(labels) - 1) % step
    places = range(first, len(labels), step)
    found = []
    for index, at in enumerate(places):
        label = labels[at]
        if are_months:
            month = month_name(int(label[5:]), language)
            label = label[:4] if step >= 12 or label.endswith("-01") else month
            if index == 0 and step < 12 and label == month:
                label = f"{month} {labels[at][:4]}"
        found.append((at, svg.clipped(label, 10), len(places) > _LABELS / 2 and (len(places) - 1 - index) % 2 == 1))
    return found


def _summary(known: Sequence[tuple[str, float]], gaps: int, write: Written, texts: Texts) -> str:
    top, most = max(known, key=lambda one: one[1])
    parts = [
        texts("charts.bars.highest", label=top, value=write(most), last_label=known[-1][0], last=write(known[-1][1]))
    ]
    if len(known) > 1 and known[-1][0] == top:
        parts = [texts("charts.bars.last_is_highest", label=top, value=write(most))]
    if gaps:
        parts.append(texts("charts.bars.gaps", gaps))
    return " ".join(parts)
