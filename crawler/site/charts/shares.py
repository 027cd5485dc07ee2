"""Shares of a whole: one bar, divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from crawler.site.charts import svg
from crawler.site.charts.axes import plainly
from crawler.site.charts.model import Chart, Table
from crawler.site.charts.thinning import MOST_ROWS
from crawler.site.texts import Texts

HEIGHT = 40
"""Of the bar, in pixels."""
_NAMED, _NAMED_SMALL = 9.0, 16.0
"""Parts of at least so many per cent have them written on them, on a wide page and on a phone."""


def shares(
    title: str,
    parts: Sequence[tuple[str, float]],
    *,
    unit: str,
    texts: Texts,
    most: int = 7,
    written: Callable[[float], str] | None = None,
) -> Chart:
    """Parts of a whole, the greatest first; beyond `most` they become one, named as others.

    Parts that are nothing have no room in the bar, and stand in the table. `written` writes a value with its unit.
    """
    write = written or plainly
    most = min(most, svg.COLOURS)
    found = sorted(((label, max(value, 0.0)) for label, value in parts), key=lambda part: (-part[1], part[0]))
    whole = sum(value for _, value in found)
    heads = (texts("charts.name"), unit, texts("charts.share_head"))
    if not whole:
        return Chart(title=title, svg=Markup(), summary="", table=Table(heads, ()))
    filled = [(label, value) for label, value in found if value]
    drawn = [(f"s{at}", label, value) for at, (label, value) in enumerate(filled[:most], 1)]
    if len(filled) == most + 1 and most < svg.COLOURS:
        drawn.append((f"s{most + 1}", *filled[most]))
    elif len(filled) > most:
        others = filled[most:]
        drawn.append(("others", texts("charts.others", len(others)), sum(value for _, value in others)))
    hatch = svg.identity(title, drawn)
    rows = [(label, write(value), share_of(value, whole)) for label, value in found[:MOST_ROWS]]
    note = texts("charts.greatest", len(found), shown=len(rows)) if len(rows) < len(found) else ""
    return Chart(
        title=title,
        svg=_picture(texts("charts.share", title=title), drawn, whole, hatch),
        summary=_summary(filled, whole, write(whole) if written else f"{plainly(whole)} {unit}", texts),
        table=Table(heads, tuple(rows), note),
        key=svg.key(
            (svg.block(css, hatch if css == "others" else ""), label, share_of(value, whole))
            for css, label, value in drawn
        ),
    )


def share_of(value: float, whole: float) -> str:
    """`12.5%`; what is more than nothing is never written as nothing, and less than all never as all."""
    share = 100 * value / whole
    if 0 < share < 0.05:
        return "<0.1%"
    if 99.95 <= share < 100:
        return ">99.9%"
    return f"{share:.1f}%" if share < 100 else "100%"


def _picture(label: str, drawn: Sequence[tuple[str, str, float]], whole: float, hatch: str) -> Markup:
    content, x = [svg.hatching(hatch)] if drawn[-1][0] == "others" else [], 0.0
    for css, name, value in drawn:
        width = 100 * value / whole
        fill = f' fill="url(#{hatch})"' if css == "others" else ""
        text = (
            f'<text x="{svg.percent(x + width / 2)}" y="{HEIGHT / 2:.0f}" dy=".35em" '
            f'class="middle{"" if width >= _NAMED_SMALL else " minor"}">{share_of(value, whole)}</text>'
            if width >= _NAMED
            else ""
        )
        content.append(
            f'<g class="{css}"><title>{svg.safe(f"{name}: {share_of(value, whole)}")}</title>'
            f'<rect x="{svg.percent(x)}" y="0" width="{svg.percent(width)}" height="{HEIGHT}"{fill}/>{text}</g>'
        )
        x += width
    return svg.drawing("shares", label, HEIGHT, content)


def _summary(filled: Sequence[tuple[str, float]], whole: float, of: str, texts: Texts) -> str:
    name, value = filled[0]
    if len(filled) == 1:
        return texts("charts.shares.one", name=svg.isolated(name), whole=of)
    text = texts("charts.shares.greatest", name=svg.isolated(name), percent=share_of(value, whole), whole=of)
    if len(filled) > 3:
        first = sum(value for _, value in filled[:3])
        text += " " + texts("charts.shares.three", len(filled), percent=share_of(first, whole))
    return text
