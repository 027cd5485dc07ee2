"""Squarified layouts of two levels, with room for headings that takes nothing from the proportions below them."""

from __future__ import annotations

from collections.abc import Sequence

import squarify
from msgspec import Struct


class Box(Struct, frozen=True):
    """A rectangle in units of the picture; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class _Strip(Struct, frozen=True):
    """Branches beside each other across the shorter side of what was left; `stands` is upright, from top to bottom."""

    stands: bool
    sizes: tuple[float, ...]
    headed: tuple[bool, ...]


def two_levels(
    branches: Sequence[Sequence[float]], width: float, height: float, heading: float
) -> list[tuple[Box, bool, list[Box]]]:
    """For each branch its box, whether it has room for a heading, and the boxes of its leaves below that.

    Branches, and the leaves of each, come in descending order, with sizes above zero. All leaves have areas in the
    same proportion to their sizes: a branch with a heading gets more room. Squarify decides which branches stand
    beside each other; how thick each strip of them is follows from what is in it.
    """
    strips = _strips([sum(leaves) for leaves in branches], width, height, heading)
    total = sum(size for strip in strips for size in strip.sizes)
    low, high = 0.0, width * height / total
    for _ in range(50):
        scale = (low + high) / 2
        low, high = (scale, high) if _fits(strips, scale, width, height, heading) else (low, scale)
    found = []
    sizes = iter(branches)
    for outer, is_headed in _placed(strips, low, width, height, heading):
        top = heading if is_headed else 0.0
        inner = Box(outer.x, outer.y + top, outer.width, outer.height - top)
        found.append((outer, is_headed, squares(next(sizes), inner)))
    return found


def squares(sizes: Sequence[float], box: Box) -> list[Box]:
    """Boxes that fill another, with areas in proportion to sizes in descending order (Bruls et al. 2000)."""
    normal = squarify.normalize_sizes(sizes, box.width, box.height)
    found = squarify.squarify(normal, box.x, box.y, box.width, box.height)
    return [Box(one["x"], one["y"], one["dx"], one["dy"]) for one in found]


def _strips(sizes: Sequence[float], width: float, height: float, heading: float) -> list[_Strip]:
    """Which boxes stand in a strip: as long as they fill the shorter side of what is left, which is how they came."""
    boxes = squares(sizes, Box(0, 0, width, height))
    strips, at = [], 0
    while at < len(boxes):
        stands = width >= height
        side, first, filled = (height if stands else width), at, 0.0
        while at < len(boxes) and filled < side * (1 - 1e-9):
            filled += boxes[at].height if stands else boxes[at].width
            at += 1
        thick = boxes[first].width if stands else boxes[first].height
        inside = boxes[first:at]
        if stands:
            width -= thick
            headed = tuple(box.height >= 3 * heading and thick >= 2 * heading for box in inside)
        else:
            height -= thick
            headed = tuple(thick >= 3 * heading for _ in inside)
        strips.append(_Strip(stands, tuple(sizes[first:at]), headed))
    return strips


def _thickness(strip: _Strip, scale: float, side: float, heading: float) -> float:
    """Of a strip whose leaves have `scale` square units for each of their size."""
    area = scale * sum(strip.sizes)
    if strip.stands:
        return area / (side - heading * sum(strip.headed))
    return area / side + (heading if strip.headed[0] else 0.0)


def _fits(strips: Sequence[_Strip], scale: float, width: float, height: float, heading: float) -> bool:
    for strip in strips:
        side = height if strip.stands else width
        if side <= (heading * sum(strip.headed) if strip.stands else 0.0):
            return False
        thick = _thickness(strip, scale, side, heading)
        width, height = (width - thick, height) if strip.stands else (width, height - thick)
    return width >= 0 and height >= 0


def _placed(
    strips: Sequence[_Strip], scale: float, width: float, height: float, heading: float
) -> list[tuple[Box, bool]]:
    x = y = 0.0
    found = []
    for strip in strips:
        side = height if strip.stands else width
        thick = _thickness(strip, scale, side, heading)
        along = 0.0
        for size, is_headed in zip(strip.sizes, strip.headed, strict=True):
            if strip.stands:
                length = scale * size / thick + (heading if is_headed else 0.0)
                found.append((Box(x, y + along, thick, length), is_headed))
            else:
                length = scale * size / (thick - (heading if is_headed else 0.0))
                found.append((Box(x + along, y, length, thick), is_headed))
            along += length
        if strip.stands:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return found
