"""Ranges: low, central and high of several figures on one logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup
from msgspec import Struct

from crawler.site.charts import svg
from crawler.site.charts.axes import trimmed
from crawler.site.charts.model import Chart, Table
from crawler.site.texts import Texts

ROW = 46
"""Height of a figure, in pixels: its name and amounts, and its range below them."""
_DECADES = 6
"""So many steps of the axis are named."""
_ROOMS = (("narrow", 40), ("middling", 64), ("broad", 96))
"""So many characters stand side by side on a phone, a tablet and a wide page; `charts.css` shows the name of each."""


class Range(Struct, frozen=True, kw_only=True):
    """A figure with its ends; None: not known, or none.

    A figure whose only end is the low one, and that is no more than it, is a lower bound; with the high one it is an
    upper bound; one without any of the three is not known. `is_least`: the central figure alone is a lower bound.
    """

    label: str
    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    is_least: bool = False

    @property
    def bound(self) -> str:
        """`low` or `high` for a figure that is nothing but a bound, empty for any other."""
        if self.high is None and (self.is_least or (self.low is not None and self.central in (None, self.low))):
            return "low"
        if self.low is None and self.high is not None and self.central in (None, self.high):
            return "high"
        return ""


def ranges(title: str, found: Sequence[Range], *, unit: str, texts: Texts, written: Callable[[Decimal], str]) -> Chart:
    """A line from low to high with a mark at the central figure, one below the other."""
    heads = (texts("charts.name"), texts("charts.low"), texts("charts.central"), texts("charts.high"))
    known = [one for one in found if _amounts(one)]
    if not known:
        return Chart(title=title, svg=Markup(), summary="", table=Table(heads, ()))
    rows = tuple((one.label, *_cells(one, texts, written)) for one in found)
    return Chart(
        title=title,
        svg=_picture(texts("charts.range", title=title), found, unit, texts, written),
        summary=_summary(known, len(found), unit, texts, written),
        table=Table(heads, rows),
    )


def _amounts(one: Range) -> list[Decimal]:
    return [amount for amount in (one.low, one.central, one.high) if amount is not None]


def _cells(one: Range, texts: Texts, written: Callable[[Decimal], str]) -> list[str]:
    cells = ["–" if amount is None else written(amount) for amount in (one.low, one.central, one.high)]
    if one.is_least and one.bound == "low" and one.central is not None:
        cells[1] = texts("charts.ranges.at_least", amount=cells[1])
    return cells


def _told(one: Range, texts: Texts, written: Callable[[Decimal], str]) -> tuple[str, str]:
    """The figure, and its ends where there are two sides to it."""
    amounts = _amounts(one)
    if one.bound:
        return texts(
            "charts.ranges.at_least" if one.bound == "low" else "charts.ranges.at_most", amount=written(amounts[0])
        ), ""
    low, high = ("" if end is None else written(end) for end in (one.low, one.high))
    if one.central is None:
        return (texts("charts.ranges.between", low=low, high=high) if amounts else texts("figure.unknown")), ""
    if one.low == one.central == one.high or not (low or high):
        return written(one.central), ""
    if low and high:
        return written(one.central), texts("charts.ranges.ends", low=low, high=high)
    end = texts("charts.ranges.at_least", amount=low) if low else texts("charts.ranges.at_most", amount=high)
    return written(one.central), texts("charts.ranges.end", end=end)


def _picture(label: str, found: Sequence[Range], unit: str, texts: Texts, written: Callable[[Decimal], str]) -> Markup:
    logs = [math.log10(amount) for one in found for amount in _amounts(one) if amount > 0] or [0.0]
    first, last = math.floor(min(logs) + 1e-9), math.ceil(max(logs) - 1e-9)
    last += last == first
    step = -(-(last - first) // _DECADES)
    height = ROW * len(found)

    def across(amount: Decimal) -> float:
        """Nothing and less have no place on such an axis: they stand at its beginning, hollow."""
        return 100 * (math.log10(amount) - first) / (last - first) if amount > 0 else 0.0

    axis = "".join(
        f'<line x1="{x}" x2="{x}" y1="0" y2="{height + 4}" class="grid"/>'
        f'<text x="{x}" y="{height + 19}" class="tick {place}{" minor" if index % 2 and last - first > 3 else ""}">'
        f"{svg.safe(trimmed(written(Decimal(10) ** power)))}</text>"
        for index, power in enumerate(range(first, last + 1, step))
        for x, place in [
            (
                svg.percent(100 * (power - first) / (last - first)),
                "start" if power == first else "end" if power == last else "middle",
            )
        ]
    )
    rows = [_row(one, ROW * at, across, texts, written) for at, one in enumerate(found)]
    unit_text = (
        f'<text x="100%" y="{height + 36}" class="unit end">{svg.safe(texts("charts.ranges.axis", unit=unit))}</text>'
    )
    return svg.drawing("ranges", label, height, [axis, *rows, unit_text])


def _row(
    one: Range,
    top: float,
    across: Callable[[Decimal], float],
    texts: Texts,
    written: Callable[[Decimal], str],
) -> str:
    figure, ends = _told(one, texts, written)
    y = top + 31
    said = svg.safe(f"{one.label}: {figure} {ends}".strip())
    parts = [
        f"<title>{said}</title>"
        f'<rect x="0" y="{top}" width="100%" height="{ROW}" class="hover"/>'
        f"{_names(one.label, top + 17, figure, ends)}"
        f'<text x="100%" y="{top + 17}" class="end"><tspan class="value">{svg.safe(figure)}</tspan>'
        + (f'<tspan class="minor"> {svg.safe(ends)}</tspan>' if ends else "")
        + "</text>"
    ]
    if amounts := _amounts(one):
        low, high = across(min(amounts)), across(max(amounts))
        if one.bound:
            parts.append(_bound(low, y, is_lower=one.bound == "low"))
        elif high > low:
            x1, x2 = svg.percent(low), svg.percent(high)
            parts.append(
                f'<line x1="{x1}" x2="{x2}" y1="{y}" y2="{y}" class="range"/>'
                f'<line x1="{x1}" x2="{x1}" y1="{y - 5}" y2="{y + 5}" class="stop"/>'
                f'<line x1="{x2}" x2="{x2}" y1="{y - 5}" y2="{y + 5}" class="stop"/>'
            )
        if one.central is not None:
            css = "mark" if one.central > 0 else "mark hollow"
            parts.append(f'<circle cx="{svg.percent(across(one.central))}" cy="{y}" r="5.5" class="{css}"/>')
    else:
        parts.append(f'<line x1="0" x2="100%" y1="{y}" y2="{y}" class="missing"/>')
    return f"<g>{''.join(parts)}</g>"


def _names(label: str, y: float, figure: str, ends: str) -> str:
    """The name once for each width of the page at which another part of it has room beside the figure."""
    found: dict[str, list[str]] = {}
    for css, room in _ROOMS:
        # On a phone the ends are left out.
        beside = len(figure) + (len(ends) if css != "narrow" else 0) + 2
        found.setdefault(svg.clipped(label, max(room - beside, 12)), []).append(css)
    return "".join(
        f'<text x="0" y="{y}" class="{" ".join(css)}">{svg.safe(text)}</text>'
        for text, sizes in found.items()
        for css in [["name"] if len(found) == 1 else ["name", "sized", *sizes]]
    )


def _bound(at: float, y: float, *, is_lower: bool) -> str:
    """A stop, and an arrow from it to where the figure is."""
    x, end = svg.percent(at), svg.percent(min(at + 12, 100) if is_lower else max(at - 12, 0))
    tip = "M-6-5L0 0-6 5" if is_lower else "M6-5L0 0 6 5"
    return (
        f'<line x1="{x}" x2="{end}" y1="{y}" y2="{y}" class="open"/>'
        f'<line x1="{x}" x2="{x}" y1="{y - 7}" y2="{y + 7}" class="stop"/>'
        f'<svg x="{end}" y="{y}" overflow="visible"><path d="{tip}" class="tip"/></svg>'
    )


def _summary(known: Sequence[Range], count: int, unit: str, texts: Texts, written: Callable[[Decimal], str]) -> str:
    # An upper bound says only what a figure is not.
    told = [one for one in known if one.bound != "high"] or known
    greatest = max(told, key=lambda one: one.central if one.central is not None else max(_amounts(one)))
    figure = " ".join(part for part in _told(greatest, texts, written) if part)
    parts = [texts("charts.ranges.greatest", name=svg.isolated(greatest.label), figure=figure, unit=unit)]
    if count > len(known):
        parts.append(texts("charts.ranges.unknown", count - len(known)))
    return " ".join(parts)
