"""Reads how fresh the database is: by source, by repository, by run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Any

_SEEDED = """
  SELECT DISTINCT r.id, r.name_with_owner, r.status, r.status_note, r.fetched_at FROM repositories r
  JOIN project_repositories pr ON pr.repository_id = r.id
  JOIN projects p ON p.id = pr.project_id
  WHERE p.removed_at IS NULL
"""


def by_source(connection: sqlite3.Connection, *, now: str) -> list[dict[str, Any]]:
    """A row per source: subjects asked, how many are fresh, stale or failed, and the oldest and newest answer."""
    return _rows(
        connection,
        """
        SELECT source, count(*) AS subjects,
          sum(status NOT IN ('failed', 'partial') AND fresh_until > :now) AS fresh,
          sum(status NOT IN ('failed', 'partial') AND fresh_until <= :now) AS stale,
          sum(status IN ('failed', 'partial')) AS failed,
          min(fetched_at) AS oldest, max(fetched_at) AS newest
        FROM fetches GROUP BY source ORDER BY source
        """,
        now=now,
    )


def last_runs(connection: sqlite3.Connection, *, most: int = 5) -> list[dict[str, Any]]:
    """The newest runs first, with the columns of `runs`."""
    return _rows(connection, "SELECT * FROM runs ORDER BY id DESC LIMIT :most", most=most)


def run_sources(connection: sqlite3.Connection, run_id: int) -> list[dict[str, Any]]:
    """What each source of a run answered and cost, with the columns of `run_sources`."""
    return _rows(connection, "SELECT * FROM run_sources WHERE run_id = :run_id ORDER BY source", run_id=run_id)


def next_due(connection: sqlite3.Connection) -> dict[str, str]:
    """By source when the first of its subjects is to be asked again; a time in the past: at the next refresh."""
    rows = connection.execute(
        """
        SELECT source, min(iif(status IN ('failed', 'partial'), coalesce(next_try_at, attempted_at), fresh_until))
        FROM fetches GROUP BY source
        """
    )
    return {source: due for source, due in rows if due}


def failures(connection: sqlite3.Connection, *, most: int = -1, without: Collection[str] = ()) -> list[dict[str, Any]]:
    """Every subject whose last attempt failed or was partial, since when, and when it is tried again (NULL: soon).

    `most`: no more than that; `without`: not of these sources.
    """
    return _rows(
        connection,
        """
        SELECT source, subject, status, attempts, failing_since, attempted_at, next_try_at, fetched_at, error
        FROM fetches
        WHERE status IN ('failed', 'partial') AND source NOT IN (SELECT value FROM json_each(:without))
        ORDER BY source, subject LIMIT :most
        """,
        most=most,
        without=json.dumps(list(without)),
    )


def stale(
    connection: sqlite3.Connection, *, now: str, most: int = -1, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Every subject that is due again and has not failed, with when it was answered, the longest due first.

    `most`: no more than that; `without`: not of these sources.
    """
    return _rows(
        connection,
        """
        SELECT source, subject, fetched_at, fresh_until FROM fetches
        WHERE status NOT IN ('failed', 'partial') AND fresh_until <= :now
          AND source NOT IN (SELECT value FROM json_each(:without))
        ORDER BY fresh_until, source, subject LIMIT :most
        """,
        now=now,
        most=most,
        without=json.dumps(list(without)),
    )


def waits(connection: sqlite3.Connection, *, now: str) -> list[dict[str, Any]]:
    """What hosts have asked to wait for, and is not over yet."""
    query = "SELECT identity, resource, until, reason, seen_at FROM waits WHERE until > :now ORDER BY until"
    return _rows(connection, query, now=now)


def unusual_repositories(connection: sqlite3.Connection, *, most: int = -1) -> list[dict[str, Any]]:
    """Seeded repositories whose state is not plainly ok, never asked included."""
    return _rows(
        connection,
        f"""
        SELECT name_with_owner, status, status_note, fetched_at FROM ({_SEEDED})
        WHERE status IS NOT 'ok' ORDER BY status, name_with_owner LIMIT :most
        """,
        most=most,
    )


def states(connection: sqlite3.Connection) -> dict[str | None, int]:
    """How many seeded repositories are in each state; None: never answered."""
    rows = connection.execute(f"SELECT status, count(*) AS repositories FROM ({_SEEDED}) GROUP BY status")
    return {row["status"]: row["repositories"] for row in rows}


def fresh_projects(connection: sqlite3.Connection, *, now: str) -> tuple[int, int]:
    """Of how many projects of the list the primary repository is fresh, and how many have one.

    It is, where it has figures from GitHub which need not be asked for again yet. Where GitHub answered that there are
    none, gone, private or not known, its answer is fresh and the figures are not.
    """
    row = connection.execute(
        """
        SELECT count(*), coalesce(sum(r.status IN ('ok', 'empty') AND EXISTS (
          SELECT 1 FROM fetches f WHERE f.repository_id = r.id AND f.source = 'github'
            AND f.status NOT IN ('failed', 'partial') AND f.fresh_until > ?
        )), 0)
        FROM project_repositories pr
        JOIN projects p ON p.id = pr.project_id
        JOIN repositories r ON r.id = pr.repository_id
        WHERE pr.is_primary AND p.removed_at IS NULL
        """,
        [now],
    ).fetchone()
    return int(row[1]), int(row[0])


def refused_values(
    connection: sqlite3.Connection, *, most: int = -1, without: Collection[str] = ()
) -> list[dict[str, Any]]:
    """What the last answers held and no figure can be, with the columns of `refused_values`.

    `most`: no more than that; `without`: not of these sources.
    """
    query = """
    SELECT * FROM refused_values WHERE source NOT IN (SELECT value FROM json_each(:without))
    ORDER BY source, subject, field LIMIT :most
    """
    return _rows(connection, query, most=most, without=json.dumps(list(without)))


def quotas(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Where GitHub's limits stood when they were last seen."""
    return _rows(
        connection, "SELECT resource, quota, remaining, reset_at, seen_at FROM quotas ORDER BY seen_at DESC, resource"
    )


def oldest_answer(connection: sqlite3.Connection) -> tuple[int, str | None]:
    """How many seeded repositories GitHub never answered about, and when it answered about the oldest of the others."""
    row = connection.execute(
        f"""
        SELECT sum(f.fetched_at IS NULL), min(f.fetched_at) FROM ({_SEEDED}) r
        LEFT JOIN fetches f ON f.source = 'github' AND f.repository_id = r.id
        """
    ).fetchone()
    return int(row[0] or 0), row[1]


def _rows(connection: sqlite3.Connection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query, parameters)]
