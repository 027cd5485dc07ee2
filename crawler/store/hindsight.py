"""What was true of repositories on a past day, as far as others have told it since: counts, releases, beginnings.

It stands upon what was known then, see `past`, which holds where nothing else is told.
"""

from __future__ import annotations

import sqlite3
from datetime import date

from crawler.store.history import COUNTS

LEEWAY_DAYS = 90
"""So long before a day what others counted may lie and still stand for it; an older count is not known of that day."""

# GitHub's weeks of seven days; what was gained after the day is taken off again. A week without any stars has no row:
# where a later one is known, nothing was gained in between.
_STARS = f"""
SELECT w.stars - coalesce((
  SELECT sum(d.value) FROM json_each(w.days) d WHERE d.key > julianday(:day) - julianday(w.week)), 0)
FROM main.star_weeks w WHERE w.repository_id = r.id AND w.week <= :day
  AND (w.week >= date(:day, '-{LEEWAY_DAYS} days')
    OR EXISTS (SELECT 1 FROM main.star_weeks x WHERE x.repository_id = r.id AND x.week > :day))
ORDER BY w.week DESC LIMIT 1
"""

# The newest word of others on each count that is not known otherwise.
_IMPORTED = f"""
INSERT INTO temp.told_counts
SELECT r.id, :name, i.{{name}}, i.source, i.source_url, i.licence_class, i.day
FROM temp.repositories r JOIN main.imported_counts i ON i.repository_id = r.id AND (i.day, i.source) = (
  SELECT x.day, x.source FROM main.imported_counts x
  WHERE x.repository_id = r.id AND x.day BETWEEN date(:day, '-{LEEWAY_DAYS} days') AND :day
    AND x.{{name}} IS NOT NULL AND x.licence_class <> 'restricted'
  ORDER BY x.day DESC, x.source LIMIT 1)
WHERE r.{{name}} IS NULL AND r.origin IS NOT 'sandbox'
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
_SOURCE = f"""
UPDATE temp.repositories AS r SET figures_source = 'github', figures_source_url = url,
  figures_licence_class = 'public', fetched_at = :day
WHERE figures_source IS NULL AND stars IS NOT NULL AND ({_STARS}) IS NOT NULL
"""

# Nothing that others counted goes by GitHub's name: all whose word there is are named.
_SOURCES = """
UPDATE temp.repositories AS r SET fetched_at = coalesce(r.fetched_at, :day),
  figures_source = CASE WHEN r.figures_source IS NULL THEN t.sources ELSE r.figures_source || ', ' || t.sources END,
  figures_source_url = t.source_url, figures_licence_class = t.licence_class, figures_observed_at = t.day
FROM (
  SELECT repository_id, group_concat(DISTINCT source) AS sources, source_url, licence_class, min(day) AS day
  FROM temp.told_counts GROUP BY repository_id
) AS t
WHERE t.repository_id = r.id
"""


def tell_repositories(connection: sqlite3.Connection, day: str) -> None:
    """Put into the shown repositories what is known by now of that day; our own counts come before those of others."""
    told = {
        "stars": f"coalesce(stars, ({_STARS}))",
        "releases_total": f"coalesce(releases_total, ({_RELEASES_TOTAL}))",
        "latest_release_tag": f"coalesce(({_RELEASE.format(name='tag_name')}), latest_release_tag)",
        "latest_release_at": f"coalesce(({_RELEASE.format(name='published_at')}), latest_release_at)",
        "first_commit_at": f"({_FIRST_COMMIT})",
    }
    values = ", ".join(f"{name} = {query}" for name, query in told.items())
    connection.execute(f"UPDATE temp.repositories AS r SET {values} WHERE r.origin IS NOT 'sandbox'", {"day": day})
    connection.execute(_SOURCE, {"day": day})
    _tell_imported(connection, day)
    connection.execute(
        "UPDATE temp.repositories SET origin = 'live' WHERE origin IS NULL"
        f" AND coalesce({', '.join(COUNTS)}, latest_release_at, first_commit_at) IS NOT NULL"
    )


def _tell_imported(connection: sqlite3.Connection, day: str) -> None:
    if connection.execute("SELECT 1 FROM main.imported_counts").fetchone() is None:
        return
    connection.execute(
        "CREATE TEMP TABLE told_counts (repository_id, name, value, source, source_url, licence_class, day)"
    )
    for name in COUNTS:
        connection.execute(_IMPORTED.format(name=name), {"day": day, "name": name})
        connection.execute(
            f"UPDATE temp.repositories AS r SET {name} = t.value FROM temp.told_counts t"
            " WHERE t.repository_id = r.id AND t.name = ?",
            [name],
        )
    connection.execute(_SOURCES, {"day": day})


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
