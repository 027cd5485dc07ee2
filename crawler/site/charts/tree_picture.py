"""The pictures of a treemap: one that lies for wide places, one that stands for phones, each with texts that fit."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from crawler.site.charts import svg
from crawler.site.charts.squares import Box, two_levels

WIDTH, HEIGHT, HEADING = 1000, 640, 20
"""Of the lying picture and of its headings, in units: across a wide page a unit is a little more than a pixel."""
_CHARACTER, _BOLD = 0.61, 0.7
"""Width of an average character, in parts of the size of the text."""
_LEAST_TEXT, _LEAST_HEADING = 5, 2
"""Characters; less of a cut name says nothing, while an empty band is no heading."""
_GROWN = ((1.0, 1.0), (1.4, 1.0), (1.9, 1.25), (2.6, 1.7))
"""How much larger the name and the figure of large areas are; `charts.css` has them as `.g1` and so on."""
_SIDE = 8
"""A name is at most so large that so many of it would stand below each other on the side of a square area."""


class Area(Struct, frozen=True, kw_only=True):
    """A link as a rectangle: `said` is all of it in words, `css` its colour. `is_rest`: it stands for several."""

    name: str
    size: float
    written: str
    href: str
    css: str
    said: str
    is_rest: bool = False


class Part(Struct, frozen=True, kw_only=True):
    """Areas under one heading, the greatest first."""

    name: str
    href: str
    areas: tuple[Area, ...]


class _Format(Struct, frozen=True, kw_only=True):
    """A picture's size in units, and the sizes of text on places of different width by the class that shows them."""

    css: str
    width: int
    height: int
    heading: int
    fonts: tuple[tuple[str, float], ...]


_FORMATS = (
    _Format(css="lying", width=WIDTH, height=HEIGHT, heading=HEADING, fonts=(("a", 16.0), ("b", 14.0), ("c", 11.5))),
    _Format(css="standing", width=400, height=900, heading=24, fonts=(("d", 15.0), ("e", 12.0))),
)


def pictures(label: str, parts: Sequence[Part], hint: str) -> Markup:
    """Both pictures, of which `charts.css` shows one, and a line for what one points at, which begins as a hint."""
    drawn = "".join(_picture(label, parts, form) for form in _FORMATS)
    return svg.made(f'<div class="trees">{drawn}<p class="seen" aria-hidden="true">{svg.safe(hint)}</p></div>')


def _picture(label: str, parts: Sequence[Part], form: _Format) -> str:
    boxes = two_levels([[area.size for area in part.areas] for part in parts], form.width, form.height, form.heading)
    hatch = svg.identity(form.css, label, [area.href for area in parts[0].areas[:9]])
    content = []
    for part, (outer, has_heading, inner) in zip(parts, boxes, strict=True):
        if has_heading:
            content.append(_heading(part, outer, form))
        content += [_area(area, box, form, hatch) for area, box in zip(part.areas, inner, strict=True)]
        content.append(f'<path class="edge" d="{_outline(outer)}"/>')
    return (
        f'<svg class="tree {form.css}" role="group" aria-label="{svg.safe(label)}" '
        f'viewBox="0 0 {form.width} {form.height}" width="100%">{svg.hatching(hatch)}{"".join(content)}</svg>'
    )


def _outline(box: Box) -> str:
    x, y, width, height = map(svg.short, (box.x, box.y, box.width, box.height))
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _heading(part: Part, outer: Box, form: _Format) -> str:
    name = svg.safe(part.name)
    place = f'x="{svg.short(outer.x + 5)}" y="{svg.short(outer.y + form.heading / 2)}" dy=".35em"'
    texts: dict[str, list[str]] = {}
    for css, font in form.fonts:
        if text := _fitted(part.name, (outer.width - 9) / (_BOLD * font), _LEAST_HEADING):
            texts.setdefault(text, []).append(css)
    shown = "".join(f'<text {place} class="{" ".join(css)}">{svg.safe(text)}</text>' for text, css in texts.items())
    return (
        f'<a href="{escape(part.href)}" class="heading" aria-label="{name}"><title>{name}</title>'
        f'<rect x="{svg.short(outer.x)}" y="{svg.short(outer.y)}" width="{svg.short(outer.width)}" '
        f'height="{form.heading}"/>{shown}</a>'
    )


def _area(area: Area, box: Box, form: _Format, hatch: str) -> str:
    fill = f' fill="url(#{hatch})"' if area.css == "l0" else ""
    said = svg.safe(area.said)
    return (
        f'<a href="{escape(area.href)}" class="leaf {area.css}{" more" if area.is_rest else ""}" aria-label="{said}">'
        f'<title>{said}</title><rect x="{svg.short(box.x)}" y="{svg.short(box.y)}" width="{svg.short(box.width)}" '
        f'height="{svg.short(box.height)}"{fill}/>{_written_on(area, box, form)}</a>'
    )


def _written_on(area: Area, box: Box, form: _Format) -> str:
    """The name, and below it the figure, as large as the area lets them be; each text once for all sizes like it.

    Both hang from the upper edge by parts of their own size, so that they keep off it at every size.
    """
    found: dict[tuple[str, int, str], list[str]] = {}
    for css, font in form.fonts:
        room, step = (box.width - 9) / (_CHARACTER * font), _step(area, box, font)
        name_grown, figure_grown = _GROWN[step]
        name = _fitted(area.name, room / name_grown, _LEAST_TEXT) if box.height >= 1.3 * font + 3 else ""
        if not name:
            continue
        found.setdefault(("", step, name), []).append(css)
        has_room = box.height >= font * (name_grown + 1.6 * figure_grown) + 3
        if has_room and _fitted(area.written, room / figure_grown, _LEAST_TEXT) == area.written:
            found.setdefault(("figure", step, area.written), []).append(css)
    x, y = svg.short(box.x + 5), svg.short(box.y + 3)
    return "".join(
        f'<text x="{x}" y="{y}" dy="{_down(kind, step):.2f}em" class="{" ".join(filter(None, (kind, grown, *sizes)))}">'
        f"{svg.safe(text)}</text>"
        for (kind, step, text), sizes in found.items()
        for grown in [f"g{step + 1}" if step else ""]
    )


def _step(area: Area, box: Box, font: float) -> int:
    """How much larger a name is: as much as its area is large, and as the whole of it fits, with its figure if ever."""
    most = (box.width * box.height) ** 0.5 / _SIDE
    name, figure = (_CHARACTER * font * svg.width_of(text) for text in (area.name, area.written))
    fitting = [
        step
        for step, (grown, _) in enumerate(_GROWN)
        if font * grown <= most and name * grown <= box.width - 10 and 3 * font * grown <= box.height
    ]
    with_figure = [step for step in fitting if figure * _GROWN[step][1] <= box.width - 10]
    return max(with_figure or fitting, default=0)


def _down(kind: str, step: int) -> float:
    """From the upper edge to the foot of the text, in its own sizes."""
    name, figure = _GROWN[step]
    return 1.2 + name / figure if kind else 1.0


def _fitted(text: str, room: float, least: int) -> str:
    """As much as fits in the room of so many characters, cut where it must be; nothing where too little is left."""
    cut = svg.clipped(text, room)
    return cut if cut == text or len(cut) >= least else ""
