"""Reads how the database and its upkeep stand, in plain numbers for a monitor."""

from __future__ import annotations

import sqlite3
from typing import Any

_SEEDED = """
  SELECT DISTINCT r.id, r.status, r.stars FROM repositories r
  JOIN project_repositories pr ON pr.repository_id = r.id
  JOIN projects p ON p.id = pr.project_id
  WHERE p.removed_at IS NULL
"""


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of the schema."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def projects(connection: sqlite3.Connection) -> int:
    """How many projects the list names."""
    count: int = connection.execute("SELECT count(*) FROM projects WHERE removed_at IS NULL").fetchone()[0]
    return count


def repositories(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """How many repositories of the list are in which state, and their stars; `never_asked` is a state, too."""
    return connection.execute(
        f"""
        SELECT coalesce(status, 'never_asked') AS status, count(*) AS repositories, coalesce(sum(stars), 0) AS stars
        FROM ({_SEEDED}) GROUP BY 1 ORDER BY 1
        """
    ).fetchall()


def runs_by_outcome(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """How many runs that have ended had which outcome, and what they spent."""
    return connection.execute(
        """
        SELECT outcome, count(*) AS runs, sum(requests) AS requests, sum(graphql_points) AS graphql_points,
          sum(rest_counted) AS rest_counted
        FROM runs WHERE ended_at IS NOT NULL GROUP BY outcome ORDER BY outcome
        """
    ).fetchall()


def last_run(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """The newest run that has ended, with the columns of `runs`; None where there is none."""
    row = connection.execute("SELECT * FROM runs WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else dict(row)


def newest_quotas(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """Where each limit of GitHub's stood when it was last seen, whoever met it."""
    return connection.execute(
        "SELECT resource, quota, remaining, reset_at, max(seen_at) AS seen_at FROM quotas GROUP BY resource"
    ).fetchall()
