"""Treemaps: areas in proportion, in their groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from crawler.figures import forms
from crawler.site.charts import svg
from crawler.site.charts.axes import plainly
from crawler.site.charts.model import Chart, Table
from crawler.site.charts.shares import share_of
from crawler.site.charts.squares import Box, two_levels
from crawler.site.texts import Texts

WIDTH, HEIGHT = 1000, 640
"""In units; across a wide page a unit is a little more than a pixel."""
HEADING = 20
"""Height of a branch's heading."""
MOST_LEAVES, MOST_BRANCHES = 600, 150
_LEAST_AREA = 16
"""Of a leaf and of a branch, in square units: below it nothing can be seen or hit."""
_FONTS = (("a", 17.0), ("b", 14.0), ("c", 11.5))
"""Sizes of text in units, on a phone, a tablet and a wide screen; `charts.css` shows the text of each there."""
_CHARACTER, _BOLD = 0.61, 0.7
"""Width of an average character, in parts of the size of the text."""
_LEAST_TEXT = 5
"""Characters; less of a cut name says nothing."""


class Leaf(Struct, frozen=True, kw_only=True):
    """An area with a link; `level` (1 to 5) is its colour, 0: not known. `note` says in words what the colour says."""

    name: str
    size: float
    written: str
    href: str
    level: int = 0
    note: str = ""


class Branch(Struct, frozen=True, kw_only=True):
    """Areas that belong together."""

    name: str
    href: str
    leaves: tuple[Leaf, ...]


def tree(title: str, branches: Sequence[Branch], *, unit: str, texts: Texts) -> Chart:
    """A squarified treemap of two levels (Bruls, Huizing and van Wijk 2000); what has no size is left out.

    The smallest leaves of many are drawn as one of their branch, and those too small to be seen not at all.
    """
    full = _sized(branches)
    heads = (texts("charts.name"), texts("charts.group"), unit)
    if not full:
        return Chart(title=title, svg=Markup(), summary="", table=Table(heads, ()))
    drawn = _bounded(full, texts)
    return Chart(
        title=title,
        svg=_picture(texts("charts.tree", title=title), drawn, unit),
        summary=_summary(full, drawn, texts),
        table=_table(full, heads, texts),
    )


def _sized(branches: Sequence[Branch]) -> list[Branch]:
    """With what has a size only, the greatest first."""
    found = []
    for branch in branches:
        leaves = sorted((leaf for leaf in branch.leaves if leaf.size > 0), key=lambda leaf: (-leaf.size, leaf.name))
        if leaves:
            found.append(Branch(name=branch.name, href=branch.href, leaves=tuple(leaves)))
    return sorted(found, key=lambda branch: (-_size(branch), branch.name))


def _size(branch: Branch) -> float:
    return sum(leaf.size for leaf in branch.leaves)


def _bounded(full: Sequence[Branch], texts: Texts) -> list[Branch]:
    """As many leaves as can be seen; the rest of a branch becomes one, which links to the branch."""
    unit = WIDTH * HEIGHT / sum(map(_size, full))
    seen = [branch for branch in full[:MOST_BRANCHES] if _size(branch) * unit >= _LEAST_AREA]
    ranked = sorted(
        (-leaf.size, at) for at, branch in enumerate(seen) for leaf in branch.leaves if leaf.size * unit >= _LEAST_AREA
    )
    counts = Counter(at for _, at in ranked[: MOST_LEAVES - len(seen)])
    return [_with_rest(branch, counts[at], unit, texts) for at, branch in enumerate(seen)]


def _with_rest(branch: Branch, count: int, unit: float, texts: Texts) -> Branch:
    """The branch with its first leaves, and one for all others unless nobody could see that."""
    kept, rest = branch.leaves[:count], branch.leaves[count:]
    size = sum(leaf.size for leaf in rest)
    if size * unit < 1:
        return Branch(name=branch.name, href=branch.href, leaves=kept)
    if len(rest) > 1:
        name = texts("charts.tree.more", len(rest))
        rest = (Leaf(name=name, size=size, written=_amount(size), href=branch.href, level=-1),)
    leaves = tuple(sorted((*kept, *rest), key=lambda leaf: -leaf.size))
    return Branch(name=branch.name, href=branch.href, leaves=leaves)


def _amount(size: float) -> str:
    return forms.short(int(size)) if size >= 1000 else plainly(size)


def _picture(label: str, branches: Sequence[Branch], unit: str) -> Markup:
    boxes = two_levels([[leaf.size for leaf in branch.leaves] for branch in branches], WIDTH, HEIGHT, HEADING)
    hatch = svg.identity(label, [leaf.href for leaf in branches[0].leaves[:9]])
    parts = []
    for branch, (outer, has_heading, inner) in zip(branches, boxes, strict=True):
        if has_heading:
            parts.append(_heading(branch, outer))
        parts += [_leaf(leaf, box, branch.name, unit, hatch) for leaf, box in zip(branch.leaves, inner, strict=True)]
        parts.append(f'<path class="edge" d="{_outline(outer)}"/>')
    return svg.made(
        f'<div class="scroll"><svg class="tree" role="group" aria-label="{svg.safe(label)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="100%">{svg.hatching(hatch)}{"".join(parts)}</svg></div>'
    )


def _outline(box: Box) -> str:
    x, y, width, height = map(svg.short, (box.x, box.y, box.width, box.height))
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _heading(branch: Branch, outer: Box) -> str:
    place = f'x="{svg.short(outer.x + 6)}" y="{svg.short(outer.y + 15)}"'
    name = svg.safe(branch.name)
    return (
        f'<a href="{escape(branch.href)}" class="heading" aria-label="{name}"><title>{name}</title>'
        f'<rect x="{svg.short(outer.x)}" y="{svg.short(outer.y)}" width="{svg.short(outer.width)}" height="{HEADING}"/>'
        f"{_texts(place, _fitted(branch.name, outer.width - 10, _BOLD))}</a>"
    )


def _leaf(leaf: Leaf, box: Box, branch: str, unit: str, hatch: str) -> str:
    said = svg.safe(f"{leaf.name}: {leaf.written} {unit}{f', {leaf.note}' if leaf.note else ''} ({branch})")
    shown = ""
    if box.height >= 18 and box.width >= 24:
        x = svg.short(box.x + 5)
        names = _fitted(leaf.name, box.width - 7)
        shown = _texts(f'x="{x}" y="{svg.short(box.y + 15)}"', names)
        if names and box.height >= 40:
            # Below its name, and only where that is shown.
            figures = [
                (css, text)
                for css, text in _fitted(leaf.written, box.width - 7)
                if text == leaf.written and css in dict(names)
            ]
            shown += _texts(f'x="{x}" y="{svg.short(box.y + 32)}"', figures, "figure")
    fill = f' fill="url(#{hatch})"' if not leaf.level else ""
    kind = "more" if leaf.level < 0 else f"l{leaf.level}"
    return (
        f'<a href="{escape(leaf.href)}" class="leaf {kind}" aria-label="{said}"><title>{said}</title>'
        f'<rect x="{svg.short(box.x)}" y="{svg.short(box.y)}" width="{svg.short(box.width)}" '
        f'height="{svg.short(box.height)}"{fill}/>{shown}</a>'
    )


def _fitted(text: str, width: float, character: float = _CHARACTER) -> list[tuple[str, str]]:
    """By size of text as much as fits, cut where it must be; nothing where too little is left."""
    found = []
    for css, font in _FONTS:
        cut = svg.clipped(text, width / (character * font))
        if cut == text or len(cut) >= _LEAST_TEXT:
            found.append((css, cut))
    return found


def _texts(place: str, fitted: Sequence[tuple[str, str]], kind: str = "") -> str:
    """Each text once, for all sizes at which it is the same."""
    sizes: dict[str, list[str]] = {}
    for css, text in fitted:
        sizes.setdefault(text, [kind] if kind else []).append(css)
    return "".join(
        f'<text {place} class="{" ".join(classes)}">{svg.safe(text)}</text>' for text, classes in sizes.items()
    )


def _summary(full: Sequence[Branch], drawn: Sequence[Branch], texts: Texts) -> str:
    whole = sum(map(_size, full))
    leaves = sum(len(branch.leaves) for branch in full)
    greatest = max((leaf for branch in full for leaf in branch.leaves), key=lambda leaf: leaf.size)
    told = texts(
        "charts.tree.summary",
        leaves,
        branch=svg.isolated(full[0].name),
        percent=share_of(_size(full[0]), whole),
        leaf=svg.isolated(greatest.name),
        written=greatest.written,
    )
    if len(drawn) < len(full):
        told += " " + texts("charts.tree.small", len(full) - len(drawn))
    return told


def _table(full: Sequence[Branch], heads: tuple[str, ...], texts: Texts) -> Table:
    leaves = sorted(
        ((leaf, branch) for branch in full for leaf in branch.leaves), key=lambda one: (-one[0].size, one[0].name)
    )
    kept = leaves[:MOST_LEAVES]
    note = texts("charts.greatest", len(leaves), shown=len(kept)) if len(leaves) > len(kept) else ""
    return Table(heads, tuple((leaf.name, branch.name, leaf.written) for leaf, branch in kept), note)
