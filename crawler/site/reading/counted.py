"""How a count of a repository has developed: one line, out of all that is known of its past.

Each day has the word of one source alone, the best there is for it:

1. our own counts (`history`), from the first of them on;
2. before that, for stars, what GitHub tells of past weeks (`star_weeks`), each at its last day;
3. before that, what others counted (`imported_counts`), but for what may not be published.

It is the order of the view `growth` and of `crawler.store.hindsight`. The last point is the count that is known now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from msgspec import Struct, json

Point = tuple[date, int | None]
Count = Literal["stars", "commits_last_year"]
Step = Literal["day", "week", "month"]

OWN, GITHUB = "own", "github"
MOST_DAYS, MOST_WEEKS_DAYS = 200, 1_100
"""Up to so many days a line has a point a day, and a point a week; a longer one has a point a month."""

# SQLite makes one text of all points: a row a day, read from several threads at once, costs each a wait for the others.
_ALL = "SELECT json_group_array(json_array(day, number)) FROM ({points})"
_SOURCES = "SELECT DISTINCT source FROM ({points}) ORDER BY source"
_OWN = "SELECT day, {count} AS number FROM history WHERE repository_id = ? ORDER BY day"
_WEEKS = """
SELECT date(week, '+6 days') AS day, stars AS number FROM star_weeks
WHERE repository_id = ? AND week <= date(?, '-6 days') ORDER BY week
"""
_IMPORTED = """
SELECT day, {count} AS number, source FROM imported_counts
WHERE repository_id = ? AND day < ? AND {count} IS NOT NULL AND licence_class <> 'restricted'
ORDER BY day, source DESC
"""


class Part(Struct, frozen=True):
    """A stretch of the line and who told it: `own`, `github`, or the names of others."""

    source: str
    first: date
    last: date


class Past(Struct, frozen=True, kw_only=True):
    """The line, oldest point first, and who told its parts."""

    points: tuple[Point, ...] = ()
    parts: tuple[Part, ...] = ()


def read_past(connection: sqlite3.Connection, repository_id: int, count: Count, now: tuple[date, int] | None) -> Past:
    """All that is known of that count; `now` is the newest word on it, None where there is none."""
    own = _points(connection, _OWN.format(count=count), repository_id)
    while own and own[0][1] is None:
        del own[0]
    parts = [(OWN, own)]
    begins = own[0][0] if own else (now[0] if now else date.max)
    if count == "stars":
        until = begins - timedelta(days=1)
        weeks = _points(connection, _WEEKS, repository_id, until.isoformat())
        parts.insert(0, (GITHUB, weeks))
        begins = weeks[0][0] if weeks else begins
    before = (_IMPORTED.format(count=count), repository_id, begins.isoformat())
    if others := _points(connection, *before):
        parts.insert(0, (", ".join(_sources(connection, *before)), others))
    points = {day: value for _, of_part in parts for day, value in of_part}
    told = [Part(source, of_part[0][0], of_part[-1][0]) for source, of_part in parts if of_part]
    if now and (not points or now[0] >= max(points)):
        points[now[0]] = now[1]
    return Past(points=tuple(points.items()), parts=tuple(told))


def step_of(lines: Sequence[Sequence[Point]]) -> Step:
    """How far apart the points of lines should be that are shown together."""
    days = [line[end][0] for line in lines if line for end in (0, -1)]
    span = (max(days) - min(days)).days if days else 0
    return "day" if span <= MOST_DAYS else "week" if span <= MOST_WEEKS_DAYS else "month"


def thin(points: Sequence[Point], step: Step) -> tuple[Point, ...]:
    """The last point of each day, ISO week or month, and the first of all."""
    if step == "day":
        kept: dict[object, Point] = {point[0]: point for point in points}
    elif step == "week":
        kept = {(point[0].toordinal() - 1) // 7: point for point in points}
    else:
        kept = {(point[0].year, point[0].month): point for point in points}
    first = points[:1] if points and points[0] not in kept.values() else ()
    return (*first, *kept.values())


_KEYS: dict[Step, Callable[[date], object]] = {
    "day": lambda day: day,
    "week": lambda day: (day.toordinal() - 1) // 7,
    "month": lambda day: day.year * 12 + day.month,
}


def _points(connection: sqlite3.Connection, points: str, *values: Any) -> list[Point]:
    """The points that a question selects."""
    return _DECODER.decode(connection.execute(_ALL.format(points=points), values).fetchone()[0])


def _sources(connection: sqlite3.Connection, points: str, *values: Any) -> list[str]:
    """The names of those who told them."""
    return [row[0] for row in connection.execute(_SOURCES.format(points=points), values)]


_DECODER = json.Decoder(list[tuple[date, int | None]])
