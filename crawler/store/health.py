"""Writes the health of projects: a row for each day on which it differs, and what made the newest one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    from crawler.figures.health.scoring import Health

_BEFORE = """
SELECT score, known, total, rules FROM health WHERE project_id = ? AND day < ? ORDER BY day DESC LIMIT 1
"""


def write_health(connection: sqlite3.Connection, healths: Sequence[Health], *, rules: str, day: date) -> None:
    """Store the health of every project on `day`, inside the caller's transaction; `rules` is their fingerprint.

    On a day before the newest one that figures were computed for nothing is written: what is known now was not yet so.
    """
    text = day.isoformat()
    (is_past,) = connection.execute("SELECT EXISTS (SELECT 1 FROM computed_days WHERE day > ?)", [text]).fetchone()
    if is_past:
        return
    connection.execute("DELETE FROM health_inputs")
    connection.execute("DELETE FROM health WHERE day = ?", [text])
    for health in healths:
        now = (health.score, health.known, health.total, rules)
        before = connection.execute(_BEFORE, [health.project_id, text]).fetchone()
        if before is None or tuple(before) != now:
            connection.execute(
                "INSERT INTO health (project_id, day, score, known, total, rules) VALUES (?, ?, ?, ?, ?, ?)",
                [health.project_id, text, *now],
            )
        connection.executemany(
            "INSERT INTO health_inputs (project_id, input, value, score, weight, share, reason)"
            " VALUES (:project_id, :input, :value, :score, :weight, :share, :reason)",
            [{"project_id": health.project_id} | structs.asdict(one) for one in health.inputs],
        )
