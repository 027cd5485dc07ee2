"""Commits by week, as GitHub counts them."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

MOST = 104
"""Two years: as many bars as one can tell apart."""

_WEEKS = """
SELECT week, commits FROM commit_weeks WHERE repository_id = ? AND week <= ? ORDER BY week DESC LIMIT ?
"""


def read_commit_weeks(connection: sqlite3.Connection, repository_id: int, today: date) -> list[tuple[date, int | None]]:
    """The newest weeks that were over by `today`, oldest first; None for one in between that is not known."""
    last = today - timedelta(days=7)
    rows = connection.execute(_WEEKS, [repository_id, last.isoformat(), MOST]).fetchall()
    known = {date.fromisoformat(row["week"]): int(row["commits"]) for row in reversed(rows)}
    if not known:
        return []
    first, newest = min(known), max(known)
    weeks = ((first + timedelta(weeks=number)) for number in range(min(MOST, (newest - first).days // 7 + 1)))
    return [(week, known.get(week)) for week in weeks]
