"""Lines over time: stars, growth, value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from crawler.site.charts import svg
from crawler.site.charts.axes import Written, day_marks, grid, is_wide, plainly, tick_writer, value_scale
from crawler.site.charts.model import Chart, Series, Table
from crawler.site.charts.sentences import lines_in_words
from crawler.site.charts.thinning import drawn_points, table_days
from crawler.site.texts import Texts

HEIGHT = 240
"""Of the plot, in pixels."""
_STRIPS = 48
"""So many days tell their values at most when one points at them."""
_LABEL = 16
"""Height of a line of text."""

Point = tuple[float, float]


def lines(
    title: str, series: Sequence[Series], *, unit: str, texts: Texts, written: Callable[[float], str] | None = None
) -> Chart:
    """Series over time on one axis that begins at zero. `unit` names what is counted, `written` writes a value.

    Up to eight are drawn, the first ones; the table has them all.
    """
    write = written or plainly
    known = [[(day, value) for day, value in one.points if value is not None] for one in series]
    shown = [(one, points) for one, points in zip(series, known, strict=True) if points]
    if not shown:
        return Chart(title=title, svg=Markup(), summary="", table=Table((texts("charts.day"), unit), ()))
    drawn = shown[: svg.COLOURS]
    summary = [lines_in_words([(one.name, points) for one, points in drawn], write, texts)]
    if len(shown) > len(drawn):
        summary.append(texts("charts.lines.more", len(shown) - len(drawn)))
    if len(series) == 1 and (gaps := len(series[0].points) - len(known[0])):
        summary.append(texts("charts.lines.gaps", gaps))
    keys = ((svg.swatch(f"s{at}"), one.name, "") for at, (one, _) in enumerate(drawn, 1)) if len(drawn) > 1 else ()
    return Chart(
        title=title,
        svg=_picture(texts("charts.line", title=title), drawn, unit, texts, write, written),
        summary=" ".join(summary),
        table=_table(series, unit, texts, write),
        key=svg.key(keys),
    )


def _picture(
    label: str,
    drawn: Sequence[tuple[Series, Sequence[tuple[date, float]]]],
    unit: str,
    texts: Texts,
    write: Written,
    written: Written | None,
) -> Markup:
    first = min(points[0][0] for _, points in drawn)
    last = max(points[-1][0] for _, points in drawn)
    scale = value_scale([value for _, points in drawn for _, value in points])
    span = (last - first).days

    def across(day: date) -> float:
        return 1000 * (day - first).days / span if span else 500.0

    write_tick = tick_writer(scale, written)
    ticks = [write_tick(tick) for tick in scale.ticks]
    curves, ends = [], []
    for at, (one, points) in enumerate(drawn, 1):
        runs = [
            [(across(day), HEIGHT * scale.part(value)) for day, value in run if value is not None]
            for is_known, run in groupby(one.points, key=lambda point: point[1] is not None)
            if is_known
        ]
        curves.append(_curve(f"s{at}", runs, HEIGHT * scale.part(0), is_filled=len(drawn) == 1))
        x, y = runs[-1][-1]
        ends.append((y, x, write(points[-1][1]) if len(drawn) == 1 else svg.clipped(one.name, 13)))
    marks = "".join(
        f'<g class="{"minor" if mark.minor else "major"}">'
        f'<line x1="{x}" x2="{x}" y1="{HEIGHT}" y2="{HEIGHT + 5}" class="axis"/>'
        f'<text x="{x}" y="{HEIGHT + 19}" class="tick middle">{svg.safe(mark.label)}</text></g>'
        for mark in day_marks(first, last, texts.language)
        for x in [svg.percent(across(mark.day) / 10)]
    )
    kinds = [("long", is_wide(ticks)), ("named", len(drawn) > 1), ("single", len(drawn) == 1 and not span)]
    kind = " ".join(["lines", *(name for name, is_so in kinds if is_so)])
    return svg.drawing(
        kind,
        label,
        HEIGHT,
        [
            grid(scale, ticks, HEIGHT, unit),
            marks,
            svg.stretched(HEIGHT, "".join(curves)),
            *_end_labels(ends),
            *_hovers(drawn, first, span, write),
        ],
    )


def _curve(css: str, runs: Sequence[Sequence[Point]], zero: float, *, is_filled: bool) -> str:
    """The line, interrupted between runs, with marks at its ends, and at each point where they are few."""
    thin = [drawn_points(run) for run in runs]
    line = "".join(svg.path(run) for run in thin if len(run) > 1)
    count = sum(map(len, runs))
    dotted = (
        [point for run in runs for point in run]
        if count <= 24
        else [runs[0][0], *(run[0] for run in runs if len(run) == 1), runs[-1][-1]]
    )
    dots = "".join(f"M{svg.short(x)} {svg.short(y)}h.01" for x, y in dict.fromkeys(dotted))
    base = svg.short(zero)
    area = "".join(f"{svg.path(run)}V{base}H{svg.short(run[0][0])}Z" for run in thin if is_filled and len(run) > 1)
    return (
        f'<g class="{css}">'
        + (f'<path class="area" d="{area}"/>' if area else "")
        + (f'<path class="line" d="{line}"/>' if line else "")
        + f'<path class="dots" d="{dots}"/><path class="eye" d="{dots}"/></g>'
    )


def _end_labels(ends: Sequence[tuple[float, float, str]]) -> list[str]:
    """Names at the ends of their lines, moved apart where they would cover each other."""
    order = sorted(range(len(ends)), key=lambda at: ends[at][0])
    places: list[float] = []
    for at in order:
        places.append(max(ends[at][0], places[-1] + _LABEL if places else 0))
    floor = float(HEIGHT)
    for index in reversed(range(len(places))):
        places[index] = min(places[index], floor)
        floor = places[index] - _LABEL
    return [
        f'<text x="{svg.percent(ends[at][1] / 10)}" dx="9" y="{svg.short(y)}" dy=".35em" class="name">'
        f"{svg.safe(ends[at][2])}</text>"
        for at, y in zip(order, places, strict=True)
    ]


def _hovers(
    drawn: Sequence[tuple[Series, Sequence[tuple[date, float]]]], first: date, span: int, write: Written
) -> list[str]:
    """Upright strips that tell the values of their day to whoever points at them, of some days where there are many."""
    values = [dict(points) for _, points in drawn]
    days = sorted(set().union(*values))
    days = days[:: -1 * -(-len(days) // _STRIPS)][::-1]
    if len(days) < 2:
        return []
    places = [100 * (day - first).days / span for day in days]
    edges = [0.0, *((before + after) / 2 for before, after in pairwise(places)), 100.0]
    return [
        f'<rect x="{svg.percent(left)}" y="0" width="{svg.percent(right - left)}" height="{HEIGHT}" class="hover">'
        f"<title>{svg.safe(_hover(drawn, values, day, write))}</title></rect>"
        for day, (left, right) in zip(days, pairwise(edges), strict=True)
    ]


def _hover(
    drawn: Sequence[tuple[Series, object]], values: Sequence[dict[date, float]], day: date, write: Written
) -> str:
    told = [(one.name, write(known[day])) for (one, _), known in zip(drawn, values, strict=True) if day in known]
    return f"{day}: " + (told[0][1] if len(drawn) == 1 else " · ".join(f"{name} {value}" for name, value in told))


def _table(series: Sequence[Series], unit: str, texts: Texts, write: Written) -> Table:
    by_day = [dict(one.points) for one in series]
    days, note = table_days(sorted(set().union(*by_day)))
    unknown = texts("figure.unknown")

    def cell(values: dict[date, float | None], day: date) -> str:
        value = values.get(day)
        return unknown if value is None else write(value)

    heads = [unit] if len(series) == 1 else [svg.clipped(one.name, 30) for one in series]
    return Table(
        (texts("charts.day"), *heads),
        tuple((str(day), *(cell(values, day) for values in by_day)) for day in days),
        texts(note) if note else "",
    )
