"""Shows a database as it was known at the end of a day: temporary tables and views that stand before the real ones.

SQLite looks for a name among the temporary ones first, so that every query reads the past without knowing of it.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import date

from crawler.store.former import RELEASE, RELEASE_FIELDS
from crawler.store.hindsight import tell_repositories
from crawler.store.past_list import shadow_list
from crawler.store.past_repositories import memory_begins, shadow_repositories

WITHOUT_HISTORY = ("fetched_at", "figures_observed_at")
"""Columns of the view `landscape` of whose past only the day is kept."""

_MARK = "past_day"
"""The temporary table that says which day is shown."""

_OBSERVED = {
    "changes": "observed_at",
    "organization_facts": "observed_at",
    "exchange_rates": "observed_at",
}
"""Tables whose rows stay as they were first written, and the column that says when."""
_DAILY = ("history", "health", "computed_days", "total_values", "value_lines")
_NOTHING_KEPT = (
    "languages",
    "funding_links",
    "funding_manifests",
    "owners",
    "scorecards",
    "replacement_costs",
    "health_inputs",
)
"""Tables that hold the present alone."""
_TOLD_SINCE = ("releases", "organization_facts", "exchange_rates", "ownerships", "figures")
"""Tables whose rows say themselves of when they are."""
_KNOWN_LATER = ("star_weeks", "commit_weeks", "imported_counts")
"""What others tell of a day long after it: true then, but not known."""

_FIRST_KNOWN = """
SELECT max(min(day), coalesce((SELECT since FROM main.remembered WHERE what = 'pruned'), '')) AS day FROM (
  SELECT min(day) AS day FROM main.computed_days
  UNION ALL SELECT min(since) FROM main.remembered WHERE what <> 'pruned')
"""

_OWNERSHIPS = "SELECT {columns} FROM main.ownerships t WHERE t.observed_at <= :until"
_FIGURES = """
SELECT {columns} FROM main.figures t LEFT JOIN main.figures later ON later.id = t.superseded_by
WHERE t.observed_at <= :until
"""
# The first former value after the day, of the few releases that have changed since: a seek for each repository.
_FORMER_RELEASES = f"""
CREATE TEMP TABLE past_releases AS
SELECT v.repository_id, substr(v.field, {len(RELEASE) + 1}) AS tag_name, v.value, min(v.day)
FROM main.repositories r CROSS JOIN main.former_values v ON v.repository_id = r.id
  AND v.field >= '{RELEASE}' AND v.field < '{RELEASE[:-1]};' AND v.day > ?
GROUP BY v.repository_id, v.field
"""
_RELEASES = """
SELECT {columns} FROM main.releases t LEFT JOIN temp.past_releases p
  ON p.repository_id = t.repository_id AND p.tag_name = t.tag_name
WHERE t.first_seen_at <= :until
"""
_FORMER = {name: f"iif(p.value IS NULL, t.{name}, json_extract(p.value, '$.{name}'))" for name in RELEASE_FIELDS}
_UNDONE = {
    "withdrawn_at": "iif(t.withdrawn_at > :until, NULL, t.withdrawn_at)",
    "superseded_by": "iif(coalesce(t.withdrawn_at, later.observed_at) > :until, NULL, t.superseded_by)",
}
"""What was corrected or taken back later still stood."""


def see_past(connection: sqlite3.Connection, day: date, *, hindsight: bool = False, repositories: bool = True) -> None:
    """From here on the connection shows what was known at the end of `day`, until `see_present`.

    With `hindsight` it shows what was true then, as far as it is known by now: what others told later of that day, and
    all that is said of organisations. Nothing is written: a connection that cannot write will do. What has no history
    is NULL, or a table without rows. Without `repositories` those stay as they are now: enough for who asks for the
    list and its organisations, and sooner done.
    """
    # One transaction: in autocommit each row that is put into a temporary table would be one.
    connection.execute("SAVEPOINT past")
    see_present(connection)
    text = day.isoformat()
    connection.execute(f"CREATE TEMP TABLE {_MARK} AS SELECT '{text}' AS day")
    shadow_list(connection, text)
    if repositories:
        shadow_repositories(connection, text)
        if hindsight:
            tell_repositories(connection, text)
    connection.execute(_FORMER_RELEASES, [text])
    connection.execute("CREATE INDEX temp.past_releases_tag ON past_releases(repository_id, tag_name)")
    for name, query in _filtered(connection).items():
        if hindsight and name in _TOLD_SINCE:
            continue
        # A view takes no parameters. A day is digits and hyphens.
        until, on = f"'{text}T23:59:59Z'", f"'{text}'"
        connection.execute(f"CREATE TEMP VIEW {name} AS {query.replace(':until', until).replace(':day', on)}")
    views = connection.execute("SELECT sql FROM main.sqlite_master WHERE type = 'view'").fetchall()
    for (view,) in views:
        connection.execute(re.sub(r"\ACREATE VIEW", "CREATE TEMP VIEW", view))
    connection.execute("RELEASE past")


def see_present(connection: sqlite3.Connection) -> None:
    """From here on the connection shows what is known now."""
    shown = connection.execute("SELECT type, name FROM temp.sqlite_master WHERE type IN ('table', 'view')").fetchall()
    for kind, name in shown:
        connection.execute(f'DROP {kind} temp."{name}"')


def day_shown(connection: sqlite3.Connection) -> date | None:
    """The past day that the connection shows, None: the present."""
    if connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", [_MARK]).fetchone() is None:
        return None
    return date.fromisoformat(connection.execute(f"SELECT day FROM temp.{_MARK}").fetchone()[0])


def first_known(connection: sqlite3.Connection) -> date | None:
    """The first day of which the database itself answers; None where it holds nothing yet.

    What was pruned is answered no more. A file of an older program has totals and counts of days before it began to
    remember the list and facts: these days are answered, without facts.
    """
    row = connection.execute(_FIRST_KNOWN).fetchone()
    return None if row["day"] is None else date.fromisoformat(row["day"])


def is_pruned(connection: sqlite3.Connection) -> bool:
    """Whether somebody has deleted what was known long ago."""
    return connection.execute("SELECT 1 FROM main.remembered WHERE what = 'pruned'").fetchone() is not None


def remembered_since(connection: sqlite3.Connection) -> date | None:
    """The first day of which the list and facts are remembered; None where no live refresh has kept them."""
    since = memory_begins(connection)
    return None if since is None else date.fromisoformat(since)


def _filtered(connection: sqlite3.Connection) -> dict[str, str]:
    """The views that stand before tables of whose rows each says when it came."""
    views = {table: f"SELECT * FROM main.{table} WHERE {column} <= :until" for table, column in _OBSERVED.items()}
    views |= {table: f"SELECT * FROM main.{table} WHERE day <= :day" for table in _DAILY}
    views |= {table: f"SELECT * FROM main.{table} WHERE 0" for table in (*_NOTHING_KEPT, *_KNOWN_LATER)}
    for table, query, changed in (
        ("ownerships", _OWNERSHIPS, _UNDONE),
        ("figures", _FIGURES, _UNDONE),
        ("releases", _RELEASES, _FORMER),
    ):
        names = [row["name"] for row in connection.execute(f"PRAGMA main.table_info({table})")]
        columns = ", ".join(f"{changed.get(name, f't.{name}')} AS {name}" for name in names)
        views[table] = query.format(columns=columns)
    return views
