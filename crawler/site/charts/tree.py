"""Treemaps: what is in them, which of it is drawn, and what that says in words and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from crawler.figures import forms
from crawler.site.charts import svg
from crawler.site.charts.axes import plainly
from crawler.site.charts.model import Chart, Table
from crawler.site.charts.shares import share_of
from crawler.site.charts.tree_picture import HEIGHT, WIDTH, Area, Part, pictures
from crawler.site.texts import Texts

MOST_LEAVES, MOST_BRANCHES = 400, 150
"""In a picture; so many leaves have a row of the table."""
_LEAST_AREA = 16
"""Of a leaf and of a branch, in square units of the lying picture: below it nothing can be seen."""
_CROWD, _LEAST_IN_CROWD = 150, 400
"""Of more leaves than these only those are drawn that one can hit: 24 pixels each way on a wide page."""


class Leaf(Struct, frozen=True, kw_only=True):
    """An area with a link.

    `level` (1 to 5) is its colour, 0: not known; `kind` is the CSS class of a colour that is no level. `note` says in
    words what the colour says. `part` is the name of a part of its branch, `part_href` its address, if it has one:
    in a crowd the parts of a branch are drawn in place of their leaves.
    """

    name: str
    size: float
    written: str
    href: str
    level: int = 0
    note: str = ""
    kind: str = ""
    part: str = ""
    part_href: str = ""

    @property
    def css(self) -> str:
        """The class of its colour."""
        return self.kind or f"l{self.level}"


class Branch(Struct, frozen=True, kw_only=True):
    """Areas that belong together."""

    name: str
    href: str
    leaves: tuple[Leaf, ...]


class _Drawn(Struct, frozen=True, kw_only=True):
    """A branch, those of its leaves that have areas of their own, and the others, each list of which has one."""

    branch: Branch
    own: tuple[Leaf, ...]
    rests: tuple[tuple[Leaf, ...], ...]


def tree(
    title: str,
    branches: Sequence[Branch],
    *,
    unit: str,
    texts: Texts,
    colour: str = "",
    steps: Mapping[str, str] | None = None,
) -> Chart:
    """A squarified treemap of two levels (Bruls, Huizing and van Wijk 2000); what has no size is left out.

    The smallest leaves of many are drawn as one of their branch, and those too small to be seen not at all. `colour`
    is what the colours and notes tell: then the table has it, too. `steps` are the words of the colours' classes.
    """
    full = _sized(branches)
    heads = (texts("charts.name"), texts("charts.group"), unit, *([colour] if colour else []))
    if not full:
        return Chart(title=title, svg=Markup(), summary="", table=Table(heads, ()))
    drawn = _bounded(full)
    parts = [_part(one, unit, colour, steps or {}, texts) for one in drawn]
    return Chart(
        title=title,
        svg=pictures(texts("charts.tree", title=title), parts, texts("charts.tree.point")),
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
    return sorted(found, key=lambda branch: (-_size(branch.leaves), branch.name))


def _size(leaves: Sequence[Leaf]) -> float:
    return sum(leaf.size for leaf in leaves)


def _bounded(full: Sequence[Branch]) -> list[_Drawn]:
    """As many leaves as can be seen, or in a crowd as can be hit."""
    unit = WIDTH * HEIGHT / sum(_size(branch.leaves) for branch in full)
    least = _LEAST_IN_CROWD if sum(len(branch.leaves) for branch in full) > _CROWD else _LEAST_AREA
    seen = [branch for branch in full[:MOST_BRANCHES] if _size(branch.leaves) * unit >= _LEAST_AREA]
    ranked = sorted(
        (-leaf.size, at) for at, branch in enumerate(seen) for leaf in branch.leaves if leaf.size * unit >= least
    )
    counts = Counter(at for _, at in ranked[: MOST_LEAVES - len(seen)])
    found = []
    for at, branch in enumerate(seen):
        own, rest = branch.leaves[: counts[at]], branch.leaves[counts[at] :]
        if len(rest) == 1 and rest[0].size * unit >= 1:
            own, rest = branch.leaves, ()
        rests = tuple(one for one in _together(rest, unit) if _size(one) * unit >= 1)
        found.append(_Drawn(branch=branch, own=own, rests=rests))
    return found


def _together(rest: Sequence[Leaf], unit: float) -> list[tuple[Leaf, ...]]:
    """The leaves of each part that is large enough, and all others."""
    parts: dict[str, list[Leaf]] = {}
    for leaf in rest:
        parts.setdefault(leaf.part, []).append(leaf)
    if len(parts) < 2:
        return [tuple(rest)]
    large = [
        tuple(leaves)
        for name, leaves in parts.items()
        if name and len(leaves) > 1 and _size(leaves) * unit >= 2 * _LEAST_IN_CROWD
    ]
    taken = {leaves[0].part for leaves in large}
    return [*large, tuple(leaf for leaf in rest if leaf.part not in taken)]


def _part(one: _Drawn, unit: str, colour: str, steps: Mapping[str, str], texts: Texts) -> Part:
    def said(name: str, written: str, note: str) -> str:
        note = texts("charts.tree.note", head=colour, words=note) if note and colour else note
        return f"{name}: {written} {unit}{f', {note}' if note else ''} ({one.branch.name})"

    areas = [
        Area(
            name=leaf.name,
            size=leaf.size,
            written=leaf.written,
            href=leaf.href,
            css=leaf.css,
            said=said(leaf.name, leaf.written, leaf.note),
        )
        for leaf in one.own
    ]
    for at, rest in enumerate(one.rests):
        size, most, first = _size(rest), _mostly(rest), rest[0]
        is_part = len({leaf.part for leaf in rest}) == 1 and (at > 0 or len(one.rests) > 1)
        if is_part and first.part:
            name = texts("charts.tree.part", len(rest), name=first.part)
        else:
            name = texts("charts.tree.more" if one.own or at else "charts.tree.together", len(rest))
        note = texts("charts.tree.mostly", words=steps[most]) if most in steps else ""
        written = forms.short(int(size)) if size >= 1000 else plainly(size)
        area = Area(
            name=name,
            size=size,
            written=written,
            href=(first.part_href if is_part else "") or one.branch.href,
            css=most,
            said=said(name, written, note),
            is_rest=True,
        )
        areas.append(area)
    return Part(name=one.branch.name, href=one.branch.href, areas=tuple(sorted(areas, key=lambda area: -area.size)))


def _mostly(leaves: Sequence[Leaf]) -> str:
    """The colour that most of what they are has."""
    sizes: dict[str, float] = {}
    for leaf in leaves:
        sizes[leaf.css] = sizes.get(leaf.css, 0) + leaf.size
    return max(sizes, key=lambda css: (sizes[css], css))


def _summary(full: Sequence[Branch], drawn: Sequence[_Drawn], texts: Texts) -> str:
    count, own = sum(len(branch.leaves) for branch in full), sum(len(one.own) for one in drawn)
    has_rests = any(one.rests for one in drawn)
    greatest = max((leaf for branch in full for leaf in branch.leaves), key=lambda leaf: leaf.size)
    told = [
        texts("charts.tree.own", count, own=own) if has_rests else texts("charts.tree.count", count),
        texts(
            "charts.tree.greatest",
            branch=svg.isolated(full[0].name),
            percent=share_of(_size(full[0].leaves), sum(_size(branch.leaves) for branch in full)),
            leaf=svg.isolated(greatest.name),
            written=greatest.written,
        ),
    ]
    if len(drawn) < len(full):
        told.append(texts("charts.tree.small", len(full) - len(drawn)))
    return " ".join(told)


def _table(full: Sequence[Branch], heads: tuple[str, ...], texts: Texts) -> Table:
    leaves = sorted(
        ((leaf, branch) for branch in full for leaf in branch.leaves), key=lambda one: (-one[0].size, one[0].name)
    )
    kept = leaves[:MOST_LEAVES]
    note = texts("charts.greatest", len(leaves), shown=len(kept)) if len(leaves) > len(kept) else ""
    rows = tuple((leaf.name, branch.name, leaf.written, leaf.note)[: len(heads)] for leaf, branch in kept)
    return Table(heads, rows, note, tuple((leaf.href, branch.href) for leaf, branch in kept))
