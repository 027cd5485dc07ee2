"""What is known of each project's primary repository on a day, read from the store with SELECT alone.

The primary repository speaks for the project, as it does in the view `landscape`: an average over all repositories
would change with how a project splits its code, and no figure that one sees would explain it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from crawler.figures.counts import Origin

YEAR = timedelta(days=365)
LEEWAY = timedelta(days=90)
"""A count of a year before may be so much older; what is older still says nothing about that year."""
RELEASES_SPAN = timedelta(days=730)


class Facts(Struct, frozen=True, kw_only=True):
    """Columns of `repositories`, and what stands beside them; None is "not known". Times are ISO 8601 UTC texts."""

    repository: str | None = None
    """`owner/name`; None: the list names no repository, or nothing was answered about it."""
    status: str | None = None
    is_archived: int | None = None
    latest_commit_at: str | None = None
    latest_release_at: str | None = None
    latest_tag_at: str | None = None
    releases_total: int | None = None
    release_days: tuple[str, ...] = ()
    """Days of the last two years with a release that is no draft, the oldest first."""
    commits_last_year: int | None = None
    commits_before: int | None = None
    """`commits_last_year` as it was a year before."""
    contributors: int | None = None
    contributors_note: str | None = None
    open_issues: int | None = None
    open_issues_before: int | None = None
    closed_issues: int | None = None
    license_spdx: str | None = None
    license_osi_approved: int | None = None
    has_security_policy: int | None = None
    scorecard: str | None = None
    """Decimal text from 0 to 10."""
    scored_on: str | None = None


_STORED = (
    *("status", "is_archived", "latest_commit_at", "latest_release_at", "latest_tag_at", "releases_total"),
    *("commits_last_year", "contributors", "contributors_note", "open_issues", "closed_issues", "license_spdx"),
    *("license_osi_approved", "has_security_policy"),
)

# Our own history before what others kept. A row of another origin joins as NULL: never asked.
_BEFORE = """coalesce(
    (SELECT h.{count} FROM history h WHERE h.repository_id = r.id AND h.day BETWEEN :before AND :year_ago
      ORDER BY h.day DESC LIMIT 1),
    (SELECT i.{count} FROM imported_counts i WHERE i.repository_id = r.id AND i.day BETWEEN :before AND :year_ago
      AND i.{count} IS NOT NULL ORDER BY i.day DESC LIMIT 1))"""

_PROJECTS = f"""
SELECT p.id AS project_id, r.id AS repository_id, r.name_with_owner AS repository,
  {", ".join(f"r.{name}" for name in _STORED)},
  {_BEFORE.format(count="commits_last_year")} AS commits_before,
  {_BEFORE.format(count="open_issues")} AS open_issues_before,
  s.score AS scorecard, s.scored_on
FROM projects p
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id AND r.origin = :origin
LEFT JOIN scorecards s ON s.repository_id = r.id AND s.origin = :origin
WHERE p.removed_at IS NULL
ORDER BY p.position, p.id
"""

_RELEASES = """
SELECT DISTINCT x.repository_id, substr(x.published_at, 1, 10)
FROM releases x JOIN project_repositories pr ON pr.repository_id = x.repository_id AND pr.is_primary
WHERE substr(x.published_at, 1, 10) BETWEEN :releases_since AND :day AND x.is_draft IS NOT 1
ORDER BY 1, 2
"""


def read_facts(connection: sqlite3.Connection, *, day: date, origin: Origin) -> Iterator[tuple[str, Facts]]:
    """The id and facts of each project of the list, in its order. `day` ends the windows."""
    release_days: dict[int, list[str]] = defaultdict(list)
    window = {"day": day.isoformat(), "releases_since": (day - RELEASES_SPAN).isoformat()}
    for repository_id, released_on in connection.execute(_RELEASES, window):
        release_days[repository_id].append(released_on)
    year = {"year_ago": (day - YEAR).isoformat(), "before": (day - YEAR - LEEWAY).isoformat(), "origin": origin}
    for row in connection.execute(_PROJECTS, year):
        values = dict(row)
        project_id, repository_id = values.pop("project_id"), values.pop("repository_id")
        yield project_id, Facts(**values, release_days=tuple(release_days.get(repository_id, ())))
