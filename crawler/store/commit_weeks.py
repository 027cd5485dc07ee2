"""Writes commits by week: what an answer tells replaces what is stored of those weeks, and older ones stay."""

from __future__ import annotations

import sqlite3

from crawler.model import CommitWeeks


def write_commit_weeks(connection: sqlite3.Connection, repository_id: int, told: CommitWeeks) -> None:
    """Add or replace the weeks, inside the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO commit_weeks (repository_id, week, commits) VALUES (?, ?, ?)",
        [(repository_id, week, commits) for week, commits in told.weeks.items()],
    )
