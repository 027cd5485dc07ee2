"""Lines over time: stars, growth, value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from crawler.site.charts.model import Chart, Series, Table
from crawler.site.texts import Texts


def lines(
    title: str, series: Sequence[Series], *, unit: str, texts: Texts, written: Callable[[float], str] | None = None
) -> Chart:
    """Series over time on one axis that begins at zero. `unit` names what is counted, `written` writes a value."""
    write = written or (lambda value: f"{value:,.0f}")
    rows = tuple(
        (one.name, str(day), texts("figure.unknown") if value is None else write(value))
        for one in series
        for day, value in one.points
    )
    return Chart(title=title, svg=Markup(), summary=unit, table=Table(("", "", unit), rows))
