"""Fewer points than there are: as many as a picture can show and a table should have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

MOST_POINTS = 300
"""Up to so many points a line is drawn as it is."""
MOST_ROWS = 120
"""Of a table."""
_COLUMNS = 150
"""Of a long line's picture, across 1,000 units; each shows its first, least, greatest and last point."""

Point = tuple[float, float]


def drawn_points(run: Sequence[Point]) -> Sequence[Point]:
    """A run of points as it is drawn: in each narrow column the first, the extremes and the last."""
    if len(run) <= MOST_POINTS:
        return run
    columns: dict[int, list[Point]] = {}
    for point in run:
        columns.setdefault(int(point[0] * _COLUMNS / 1000), []).append(point)
    kept: list[Point] = []
    for points in columns.values():
        least = min(range(len(points)), key=lambda at: points[at][1])
        greatest = max(range(len(points)), key=lambda at: points[at][1])
        kept += [points[at] for at in sorted({0, least, greatest, len(points) - 1})]
    return kept


def table_days(days: Sequence[date]) -> tuple[Sequence[date], str]:
    """The days of a table and the key of the text that says which they are, empty for all of them.

    Of many days those at the end of months, of more at the end of quarters, of still more at the end of years.
    """
    if len(days) <= MOST_ROWS:
        return days, ""
    stretches: tuple[tuple[str, Callable[[date], object]], ...] = (
        ("charts.month_ends", lambda day: (day.year, day.month)),
        ("charts.quarter_ends", lambda day: (day.year, (day.month - 1) // 3)),
        ("charts.year_ends", lambda day: day.year),
    )
    thinned = ((list({stretch(day): day for day in days}.values()), note) for note, stretch in stretches)
    return next((one for one in thinned if len(one[0]) <= MOST_ROWS), (days[-MOST_ROWS:], "charts.newest"))
