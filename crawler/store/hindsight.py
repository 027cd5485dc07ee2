"""What was true of repositories on a past day, as far as others have told it since: counts, releases, beginnings.

It stands upon what was known then, see `past`, which holds where nothing else is told.
"""

from __future__ import annotations

import sqlite3
from datetime import date

from crawler.store.history import COUNTS

# GitHub's weeks of seven days; what was gained after the day is taken off again.
_STARS = """
SELECT w.stars - coalesce((
  SELECT sum(d.value) FROM json_each(w.days) d WHERE d.key > julianday(:day) - julianday(w.week)), 0)
FROM main.star_weeks w WHERE w.repository_id = r.id AND w.week <= :day ORDER BY w.week DESC LIMIT 1
"""

_IMPORTED = """
SELECT i.{name} FROM main.imported_counts i
WHERE i.repository_id = r.id AND i.day <= :day AND i.{name} IS NOT NULL AND i.licence_class <> 'restricted'
ORDER BY i.day DESC LIMIT 1
"""

_RELEASE = """
SELECT x.{name} FROM main.releases x
WHERE x.repository_id = r.id AND x.published_at <= :day || 'T23:59:59Z' AND x.is_draft IS NOT 1
  AND x.is_prerelease IS NOT 1
ORDER BY x.published_at DESC LIMIT 1
"""

# Of some repositories only the releases of the last year have been asked for yet.
_RELEASES_TOTAL = """
SELECT count(iif(x.published_at <= :day || 'T23:59:59Z', 1, NULL)) FROM main.releases x
WHERE x.repository_id = r.id AND x.is_draft IS NOT 1
HAVING count(*) >= (SELECT n.releases_total FROM main.repositories n WHERE n.id = r.id)
"""

# A list may name repositories that were not there yet.
_FIRST_COMMIT = """
SELECT n.first_commit_at FROM main.repositories n
WHERE n.id = r.id AND n.first_commit_at <= :day || 'T23:59:59Z'
"""

# Whose word the stars are, where we had none then.
_SOURCES = (
    """
    UPDATE temp.repositories AS r SET figures_source = 'github', figures_source_url = url,
      figures_licence_class = 'public', fetched_at = :day
    WHERE figures_source IS NULL AND stars IS NOT NULL
      AND EXISTS (SELECT 1 FROM main.star_weeks w WHERE w.repository_id = r.id AND w.week <= :day)
    """,
    """
    UPDATE temp.repositories AS r SET fetched_at = :day,
      (figures_source, figures_source_url, figures_licence_class, figures_observed_at) = (
        SELECT i.source, i.source_url, i.licence_class, i.day FROM main.imported_counts i
        WHERE i.repository_id = r.id AND i.day <= :day AND i.stars IS NOT NULL AND i.licence_class <> 'restricted'
        ORDER BY i.day DESC LIMIT 1)
    WHERE figures_source IS NULL AND stars IS NOT NULL
    """,
)


def tell_repositories(connection: sqlite3.Connection, day: str) -> None:
    """Put into the shown repositories what is known by now of that day; our own counts come before those of others."""
    imported = {name: f"({_IMPORTED.format(name=name)})" for name in COUNTS}
    told = {name: f"coalesce({name}, {query})" for name, query in imported.items()}
    told["stars"] = f"coalesce(stars, ({_STARS}), {imported['stars']})"
    told["releases_total"] = f"coalesce(releases_total, ({_RELEASES_TOTAL}), {imported['releases_total']})"
    told["latest_release_tag"] = f"coalesce(({_RELEASE.format(name='tag_name')}), latest_release_tag)"
    told["latest_release_at"] = f"coalesce(({_RELEASE.format(name='published_at')}), latest_release_at)"
    told["first_commit_at"] = f"({_FIRST_COMMIT})"
    values = ", ".join(f"{name} = {query}" for name, query in told.items())
    connection.execute(
        f"UPDATE temp.repositories AS r SET {values} WHERE r.origin IS NOT 'sandbox'",
        {"day": day},
    )
    connection.execute(
        "UPDATE temp.repositories SET origin = 'live' WHERE origin IS NULL"
        " AND coalesce(stars, releases_total, latest_release_at, first_commit_at) IS NOT NULL"
    )
    for statement in _SOURCES:
        connection.execute(statement, {"day": day})


def first_told(connection: sqlite3.Connection) -> date | None:
    """The first day of which others have told anything since; None where they have not."""
    row = connection.execute(
        """
        SELECT min(day) FROM (
          SELECT min(week) AS day FROM main.star_weeks
          UNION ALL SELECT min(day) FROM main.imported_counts
          UNION ALL SELECT substr(min(published_at), 1, 10) FROM main.releases
        )
        """
    ).fetchone()
    return None if row[0] is None else date.fromisoformat(row[0])
