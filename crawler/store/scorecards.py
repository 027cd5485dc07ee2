"""Writes how OpenSSF Scorecard rates a repository: the newest rating alone."""

from __future__ import annotations

import json
import sqlite3

from crawler.model import Scorecard


def write_scorecard(
    connection: sqlite3.Connection, repository_id: int, scorecard: Scorecard | None, *, origin: str, now: str
) -> None:
    """Store the rating; None, which says that there is none, removes the former one. In the caller's transaction."""
    connection.execute("DELETE FROM scorecards WHERE repository_id = ?", [repository_id])
    if scorecard is not None:
        connection.execute(
            "INSERT INTO scorecards (repository_id, score, scored_on, checks, source_url, origin, fetched_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                repository_id,
                scorecard.score,
                scorecard.scored_on,
                json.dumps(scorecard.checks, ensure_ascii=False, sort_keys=True),
                scorecard.source_url,
                origin,
                now,
            ],
        )
