"""Repositories, their former names and the dates of their answers as they were at the end of a day."""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby

from crawler.store.former import FIRST_ANSWER, SECOND_HAND_FIELDS, SEEDED_FIELDS
from crawler.store.history import COUNTS, FIRST_HAND_ONLY
from crawler.store.past_list import former_rows, insert_image, make_shadow

SHOWN = (
    "name_with_owner",
    "url",
    "status",
    "origin",
    "description",
    "homepage_url",
    "primary_language",
    "license_spdx",
    "license_expression",
    "license_osi_approved",
    "latest_commit_at",
    "first_commit_at",
    "latest_release_tag",
    "latest_release_at",
    "is_archived",
    "is_fork",
    "is_mirror",
    "figures_source",
    "figures_source_url",
    "figures_licence_class",
)
"""Columns that exports or figures of a past day read. More are kept; each takes its time to look up."""

_FIGURES = ("figures_source", "figures_source_url", "figures_licence_class", "figures_observed_at")
_BEFORE_MEMORY = frozenset({*SEEDED_FIELDS, *_FIGURES, "origin"})
"""What stands beside counts of days before the memory begins: whose they are, and the name as it was first kept."""

# CROSS JOIN keeps the order: a seek for each repository and field, since the rows of some are thousands.
_FORMER = """
WITH fields (field) AS (VALUES {fields})
SELECT f.field, v.value, r.id
FROM main.repositories r CROSS JOIN fields f
CROSS JOIN main.former_values v ON v.repository_id = r.id AND v.field = f.field AND v.day = (
  SELECT min(x.day) FROM main.former_values x WHERE x.repository_id = r.id AND x.field = f.field AND x.day > :day)
ORDER BY f.field
"""

_COUNTS = """
UPDATE temp.repositories AS r SET ({names}) = (
  SELECT {names} FROM main.history h WHERE h.repository_id = r.id AND h.day <= :day ORDER BY h.day DESC LIMIT 1)
WHERE r.origin = 'live'
"""

_LAST_ANSWER = """
SELECT min(a.last_day, :day) FROM main.answered_days a
WHERE a.source = {source} AND a.repository_id = r.id AND a.first_day <= :day ORDER BY a.first_day DESC LIMIT 1
"""

# The first answer dates a repository even where it holds no figures.
_DATES = f"""
UPDATE temp.repositories AS r SET fetched_at = coalesce(
  ({_LAST_ANSWER.format(source="'figures'")}),
  (SELECT min(first_day) FROM main.answered_days a
    WHERE a.source = 'github' AND a.repository_id = r.id AND a.first_day <= :day))
WHERE r.origin = 'live'
"""

_FETCHES = f"""
INSERT INTO temp.fetches (source, subject, repository_id, origin, fetched_at, status, attempts, attempted_at)
SELECT source, id, id, 'live', day, 'ok', 1, day FROM (
  SELECT s.source, r.id, ({_LAST_ANSWER.format(source="s.source")}) AS day
  FROM main.repositories r, (SELECT 'github' AS source UNION ALL SELECT 'contributors') s WHERE r.origin = 'live')
WHERE day IS NOT NULL
"""

# A name that a repository has taken on again is no former name now, but was one in between.
_FORMER_NAMES = """
INSERT OR IGNORE INTO temp.former_names (repository_id, former_name, seen_at)
SELECT repository_id, former_name, seen_at FROM main.former_names WHERE seen_at <= :day || 'T23:59:59Z'
UNION ALL
SELECT r.id, v.value, v.day || 'T00:00:00Z' FROM temp.repositories r
CROSS JOIN main.former_values v ON v.repository_id = r.id AND v.field = 'name_with_owner' AND v.day <= :day
WHERE r.name_with_owner <> v.value
"""


def memory_begins(connection: sqlite3.Connection) -> str | None:
    """The first day of which fields of repositories are remembered; None where no live refresh has kept them."""
    row = connection.execute("SELECT since FROM main.remembered WHERE what = 'repositories'").fetchone()
    return None if row is None else str(row["since"])


def shadow_repositories(connection: sqlite3.Connection, day: str) -> None:
    """Stand before `repositories`, `former_names` and `fetches` what they were; times of answers are days alone.

    A recording has one day alone: what is recorded stays as it is.
    """
    for table in ("repositories", "former_names", "fetches"):
        make_shadow(connection, table)
    connection.execute("INSERT INTO temp.repositories SELECT * FROM main.repositories")
    columns = [row["name"] for row in connection.execute("PRAGMA main.table_info(repositories)")]
    unknown = _go_back(connection, day)
    at = {"day": day}
    connection.execute(_COUNTS.format(names=", ".join(name for name in COUNTS if name not in FIRST_HAND_ONLY)), at)
    connection.execute(_COUNTS.format(names=", ".join(FIRST_HAND_ONLY)) + " AND r.figures_source = 'github'", at)
    connection.execute(_DATES, at)
    connection.execute(
        "UPDATE temp.repositories SET figures_observed_at = fetched_at"
        " WHERE figures_source = 'github' AND origin = 'live'"
    )
    hidden = [name for name in columns if name not in {"id", "fetched_at", *SHOWN, *COUNTS, *SECOND_HAND_FIELDS}]
    connection.execute(
        f"UPDATE temp.repositories SET {', '.join(f'{name} = NULL' for name in hidden)} WHERE origin = 'live'"
    )
    blank = ", ".join(f"{name} = NULL" for name in columns if name not in {"id", *SEEDED_FIELDS})
    connection.executemany(f"UPDATE temp.repositories SET {blank} WHERE id = ?", unknown)
    if day < (memory_begins(connection) or day):
        _leave_facts_out(connection)
    for _, image in former_rows(connection, "repositories", day):
        insert_image(connection, "repositories", json.loads(image))
    connection.execute(_FORMER_NAMES, at)
    connection.execute(_FETCHES, at)
    connection.execute(
        "INSERT INTO temp.fetches SELECT f.* FROM main.fetches f JOIN main.repositories r ON r.id = f.repository_id"
        " WHERE r.origin = 'sandbox'"
    )
    connection.execute("CREATE INDEX temp.past_fetches ON fetches(repository_id)")


def _leave_facts_out(connection: sqlite3.Connection) -> None:
    """Before the memory begins only counts in `history` are known: what was first remembered later is not of then."""
    facts = ", ".join(f"{name} = NULL" for name in SHOWN if name not in _BEFORE_MEMORY)
    connection.execute(f"UPDATE temp.repositories SET {facts} WHERE origin = 'live'")
    counts = ", ".join(f"{name} = NULL" for name in (*FIRST_HAND_ONLY, *_FIGURES))
    connection.execute(
        f"UPDATE temp.repositories SET {counts} WHERE origin = 'live' AND figures_source IS NOT 'github'"
    )


def _go_back(connection: sqlite3.Connection, day: str) -> list[tuple[int]]:
    """Put back every field that has changed since `day`; the repositories of which nothing was known then."""
    fields = (FIRST_ANSWER, *SHOWN, *SECOND_HAND_FIELDS)
    query = _FORMER.format(fields=", ".join(f"('{field}')" for field in fields))
    unknown = []
    for field, rows in groupby(connection.execute(query, {"day": day}), key=lambda row: str(row["field"])):
        if field == FIRST_ANSWER:
            unknown = [(int(row["id"]),) for row in rows]
        else:
            values = [(value, repository_id) for _, value, repository_id in rows]
            connection.executemany(f"UPDATE temp.repositories SET {field} = ? WHERE id = ?", values)
    return unknown
