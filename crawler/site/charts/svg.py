"""What all pictures are drawn with: short coordinates, text that is safe, and keys to colours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import combining, east_asian_width

from markupsafe import Markup, escape

from crawler.printable import plain

COLOURS = 8
"""How many series differ in colour, dashes and marks; `charts.css` has them as `.s1` and so on."""


@lru_cache(maxsize=16_384)
def short(coordinate: float) -> str:
    """One decimal, and none where it is zero: a tenth of a pixel is more than anyone sees."""
    text = f"{coordinate:.1f}"
    if text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


@lru_cache(maxsize=16_384)
def percent(part: float) -> str:
    """`12.34%`: a place in a picture that is as wide as the page lets it be. Two decimals are 0.1 pixels of 1,000."""
    return f"{part:.2f}".rstrip("0").rstrip(".") + "%"


def safe(text: str) -> Markup:
    """Text of strangers for SVG, without marks that turn or hide it."""
    return escape(plain(text))


def made(picture: str) -> Markup:
    """A finished picture; whatever of others is in it has been made `safe` before."""
    return Markup(picture)  # noqa: S704  (the only place that says so)


def isolated(text: str) -> str:
    """The name of strangers for a sentence: it keeps its own direction and leaves that of the sentence alone."""
    return f"\N{FIRST STRONG ISOLATE}{plain(clipped(text, 60))}\N{POP DIRECTIONAL ISOLATE}"


def clipped(text: str, most: float) -> str:
    """At most as much of a text as takes the room of `most` average characters, then `…`; empty where none fits.

    What stands on one place with another (accents) is not torn apart from it.
    """
    if len(text) <= most and text.isascii():
        return text
    room, end = most, 0
    for character in text:
        wide = width_of(character)
        if room < wide:
            break
        room -= wide
        end += 1
    if end == len(text):
        return text
    end = max(end - 1, 0)
    while end and combining(text[end]):
        end -= 1
    cut = text[:end].rstrip()
    return f"{cut}…" if cut else ""


def width_of(text: str) -> int:
    """The room of a text in average characters: those of East Asia take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def identity(*parts: object) -> str:
    """An id for a picture's own definitions: the same for the same content, another for another."""
    return "c" + hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def drawing(kind: str, label: str, height: float, content: Iterable[str]) -> Markup:
    """A picture as wide as its place: `height` in pixels, across in per cent. Text keeps its size at every width.

    `charts.css` gives room for what stands beside the plot. The children are inside an image, which `label` names.
    """
    size = f'width="100%" height="{short(height)}"'
    return made(f'<svg class="{kind}" role="img" aria-label="{safe(label)}" {size}>{"".join(content)}</svg>')


def stretched(height: float, content: str) -> str:
    """A plot 1,000 units wide that is stretched to the picture; its lines keep their thickness."""
    return (
        f'<svg viewBox="0 0 1000 {short(height)}" width="100%" height="{short(height)}" '
        f'preserveAspectRatio="none" class="plot">{content}</svg>'
    )


def path(run: Iterable[tuple[float, float]]) -> str:
    """A line through points."""
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in run)


def hatching(name: str) -> str:
    """The pattern of what has no colour of its own; `name` is its id."""
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="7" height="7" class="ground"/><path d="M0 0V7" class="hatch"/>'
        "</pattern></defs>"
    )


def block(css: str, hatch: str = "") -> Markup:
    """A piece of a bar, for a key; `hatch` is the id of its pattern, if it has one."""
    fill = f' fill="url(#{hatch})"' if hatch else ""
    return made(
        f'<svg class="swatch {css}" viewBox="0 0 16 14" width="16" height="14" aria-hidden="true">'
        f'<rect width="16" height="14" rx="3"{fill}/></svg>'
    )


def swatch(css: str) -> Markup:
    """A piece of a line with its mark, for a key."""
    return made(
        f'<svg class="swatch dash {css}" viewBox="0 0 28 12" width="28" height="12" aria-hidden="true">'
        '<path class="line" d="M0 6H28"/><path class="dots" d="M14 6h.01"/><path class="eye" d="M14 6h.01"/></svg>'
    )


def key(entries: Iterable[tuple[Markup, str, str]]) -> Markup:
    """A list of swatch, name and perhaps a figure."""
    items = "".join(
        f"<li>{swatch}<bdi>{safe(clipped(name, 60))}</bdi>{f' <b>{safe(figure)}</b>' if figure else ''}</li>"
        for swatch, name, figure in entries
    )
    return made(f'<ul class="key">{items}</ul>') if items else Markup()
