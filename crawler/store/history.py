"""The daily row: a repository's counts on each day on which they differ from the day before."""

from __future__ import annotations

import sqlite3
from datetime import date

COUNTS = (
    "stars",
    "forks",
    "watchers",
    "open_issues",
    "open_pull_requests",
    "contributors",
    "commits_last_year",
    "releases_total",
)

FIRST_HAND_ONLY = {name: f"iif(figures_source = 'github', {name}, NULL)" for name in ("stars", "forks")}
"""Sources differ in what they count and when: a curve is drawn from one alone."""


def write_history(connection: sqlite3.Connection, repository_id: int, *, day: date) -> None:
    """Make the row of `day` say what the repository's row says now, or leave it out where nothing differs."""
    columns = ", ".join(COUNTS)
    own = ", ".join(FIRST_HAND_ONLY.get(name, name) for name in COUNTS)
    now = connection.execute(f"SELECT {own} FROM repositories WHERE id = ?", [repository_id]).fetchone()
    before = connection.execute(
        f"SELECT {columns} FROM history WHERE repository_id = ? AND day < ? ORDER BY day DESC LIMIT 1",
        [repository_id, day.isoformat()],
    ).fetchone()
    connection.execute("DELETE FROM history WHERE repository_id = ? AND day = ?", [repository_id, day.isoformat()])
    if before is not None and tuple(before) == tuple(now):
        return
    connection.execute(
        f"INSERT INTO history (repository_id, day, {columns}) VALUES (?, ?{', ?' * len(COUNTS)})",
        [repository_id, day.isoformat(), *now],
    )
