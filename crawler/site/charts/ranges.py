"""Ranges: low, central and high of several figures on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from markupsafe import Markup
from msgspec import Struct

from crawler.site.charts.model import Chart, Table
from crawler.site.texts import Texts


class Range(Struct, frozen=True, kw_only=True):
    """A figure with its ends; None: not known, or none."""

    label: str
    low: Decimal | None
    central: Decimal | None
    high: Decimal | None


def ranges(title: str, found: Sequence[Range], *, unit: str, texts: Texts, written: Callable[[Decimal], str]) -> Chart:
    """A line from low to high with a mark at the central figure, one below the other."""
    rows = tuple(
        (one.label, *("–" if amount is None else written(amount) for amount in (one.low, one.central, one.high)))
        for one in found
    )
    return Chart(title=title, svg=Markup(), summary=unit, table=Table(("", "", unit, ""), rows))
