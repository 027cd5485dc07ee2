"""Bars: counts by stretch of time, and amounts by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from crawler.site.charts.model import Chart, Table
from crawler.site.texts import Texts


def bars(
    title: str,
    values: Sequence[tuple[str, float | None]],
    *,
    unit: str,
    texts: Texts,
    written: Callable[[float], str] | None = None,
) -> Chart:
    """A bar for each label, in the given order, from zero; None is not known, and has no bar."""
    write = written or (lambda value: f"{value:,.0f}")
    rows = tuple((label, texts("figure.unknown") if value is None else write(value)) for label, value in values)
    return Chart(title=title, svg=Markup(), summary=unit, table=Table(("", unit), rows))
