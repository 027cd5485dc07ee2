"""Shares of a whole: one bar, divided."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from crawler.site.charts.model import Chart, Table
from crawler.site.texts import Texts


def shares(title: str, parts: Sequence[tuple[str, float]], *, unit: str, texts: Texts, most: int = 7) -> Chart:
    """Parts of a whole, the greatest first; beyond `most` they become one, named as others."""
    whole = sum(value for _, value in parts) or 1
    rows = tuple((label, f"{value:,.0f}", f"{100 * value / whole:.1f}%") for label, value in parts)
    return Chart(title=title, svg=Markup(), summary=unit, table=Table(("", unit, "%"), rows))
