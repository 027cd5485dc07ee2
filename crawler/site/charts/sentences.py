"""What lines over time show, in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crawler.site.charts import svg
from crawler.site.charts.axes import Written
from crawler.site.texts import Texts

_EACH = 2
"""Up to so many lines have a sentence of their own."""

Known = tuple[str, Sequence[tuple[date, float]]]
"""A name and what is known, at least one day."""


def lines_in_words(drawn: Sequence[Known], write: Written, texts: Texts) -> str:
    """First, last, change and highest of a line or two; of more, who ends highest and who has grown most."""
    if len(drawn) == 1:
        summary = _of_one(drawn[0][1], write, texts)
        return f"{summary[0].upper()}{summary[1:]}."
    if len(drawn) <= _EACH:
        return " ".join(
            texts("charts.lines.each", name=svg.isolated(name), summary=_of_one(points, write, texts))
            for name, points in drawn
        )
    return _of_many(drawn, write, texts)


def _of_one(points: Sequence[tuple[date, float]], write: Written, texts: Texts) -> str:
    (first_day, first), (last_day, last) = points[0], points[-1]
    if len(points) == 1:
        return texts("charts.lines.single", value=write(last), day=last_day)
    if first == last:
        told = texts("charts.lines.same", first_day=first_day, last=write(last), last_day=last_day)
    else:
        told = texts(
            "charts.lines.one",
            first=write(first),
            first_day=first_day,
            last=write(last),
            last_day=last_day,
            change=_change(first, last, write, texts),
        )
    top_day, top = max(points, key=lambda point: point[1])
    if top > max(first, last):
        told += "; " + texts("charts.lines.highest", value=write(top), day=top_day)
    return told


def _of_many(drawn: Sequence[Known], write: Written, texts: Texts) -> str:
    most, least = (pick(drawn, key=lambda one: one[1][-1][1]) for pick in (max, min))
    told = texts(
        "charts.lines.last",
        name=svg.isolated(most[0]),
        value=write(most[1][-1][1]),
        day=most[1][-1][0],
        least=svg.isolated(least[0]),
        least_value=write(least[1][-1][1]),
    )
    name, points = max(drawn, key=lambda one: one[1][-1][1] - one[1][0][1])
    first, last = points[0][1], points[-1][1]
    if last > first:
        change = _change(first, last, write, texts)
        told += " " + texts("charts.lines.grown", name=svg.isolated(name), change=change, day=points[0][0])
    return told


def _change(first: float, last: float, write: Written, texts: Texts) -> str:
    """`+1,200 (+8%)`; the share only of what began above zero."""
    change = last - first
    told = f"{'+' if change > 0 else '−' if change < 0 else '±'}{write(abs(change))}"
    if first <= 0:
        return told
    return texts("charts.lines.percent", change=told, percent=f"{100 * change / first:+,.0f}%".replace("-", "−"))
