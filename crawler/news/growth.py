"""Which projects have gained or lost how many stars in a period, and how the whole landscape grew."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from msgspec import Struct

# What the view `growth` says of the newest day, for any two days: our own history, else what GitHub tells of the past.
_GROWN = """
WITH ends (name, day) AS (VALUES ('first', :before), ('last', :last)),
counted AS (
  SELECT r.id, e.name AS end, coalesce(
    (SELECT h.stars FROM history h WHERE h.repository_id = r.id AND h.day <= e.day ORDER BY h.day DESC LIMIT 1),
    (SELECT w.stars FROM star_weeks w WHERE w.repository_id = r.id AND w.week <= date(e.day, '-6 days')
      ORDER BY w.week DESC LIMIT 1)
  ) AS stars
  FROM repositories r CROSS JOIN ends e
)
SELECT p.name AS project, r.url, b.stars AS stars, b.stars - a.stars AS gained
FROM projects p
JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
JOIN repositories r ON r.id = pr.repository_id
JOIN counted a ON a.id = r.id AND a.end = 'first'
JOIN counted b ON b.id = r.id AND b.end = 'last'
WHERE p.removed_at IS NULL AND b.stars <> a.stars
  AND coalesce(r.status, '') NOT IN ('gone', 'blocked', 'private', 'replaced')
ORDER BY gained DESC, p.name, p.id
"""


class Growth(Struct, frozen=True):
    """A listed project with the stars of its primary repository at the end, and how many more that is (or fewer)."""

    project: str
    url: str | None
    stars: int
    gained: int


def read_growth(connection: sqlite3.Connection, before: date, last: date) -> list[Growth]:
    """Projects whose stars differ at the ends of two days, the most grown first.

    What is not known makes no growth, nor does a repository that nobody can see any more.
    """
    rows = connection.execute(_GROWN, {"before": before.isoformat(), "last": last.isoformat()})
    return [Growth(row["project"], row["url"], row["stars"], row["gained"]) for row in rows]


# The cross join keeps SQLite from reading the values of all days.
_COUNTS = """
SELECT v.day, iif(v.total IS NULL, NULL, v.value) AS value
FROM total_series s CROSS JOIN total_values v ON v.series_id = s.id
WHERE s.scope = 'landscape' AND s.measure = ? AND s.policy = ''
ORDER BY v.day
"""


def read_counts(connection: sqlite3.Connection, measure: str, last: date) -> list[tuple[date, int | None]]:
    """A count over the whole landscape by day, in ascending order, to `last`; None: not known.

    Only days on which it changed are stored. Where it stood still for longer, the last day before the change is there,
    too, so that a line through the points shows it.
    """
    points: list[tuple[date, int | None]] = []
    for row in connection.execute(_COUNTS, [measure]):
        day, value = date.fromisoformat(row["day"]), None if row["value"] is None else int(row["value"])
        _hold(points, day - timedelta(days=1))
        points.append((day, value))
    _hold(points, last)
    return points


def _hold(points: list[tuple[date, int | None]], until: date) -> None:
    if points and points[-1][0] < until:
        points.append((until, points[-1][1]))
