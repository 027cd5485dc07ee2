"""Writing the figures of a day: `totals` and `value_lines`."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from crawler.figures.model import Figures

_TOTAL = """
INSERT INTO totals (scope, measure, policy, day, value, low, high, currency, known, total, origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_LINE = """
INSERT INTO value_lines
  (policy, day, scope, measure, organization_id, group_id, figure_id, amount, low, high, currency, counted, reason,
  origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def write_totals(
    connection: sqlite3.Connection, figures: Figures, *, day: date, origin: Literal["live", "sandbox"]
) -> None:
    """Put `figures` in the place of whatever stands for `day`, inside the caller's transaction.

    Figures of the other origin are deleted, those of every day: live and recorded ones never stand side by side.
    """
    connection.execute("DELETE FROM value_lines WHERE origin <> ?", (origin,))
    connection.execute("DELETE FROM totals WHERE origin <> ?", (origin,))
    text = day.isoformat()
    # By policy, because that is how the lines are indexed.
    connection.execute(
        "DELETE FROM value_lines WHERE day = ? AND policy IN (SELECT policy FROM totals WHERE day = ?)", (text, text)
    )
    connection.execute("DELETE FROM totals WHERE day = ?", (text,))
    connection.executemany(
        _TOTAL,
        (
            (t.scope, t.measure, t.policy, text, t.value, t.low, t.high, t.currency, t.known, t.total, origin)
            for t in figures.totals
        ),
    )
    connection.executemany(
        _LINE,
        (
            (
                line.policy,
                text,
                line.scope,
                line.measure,
                line.organization_id,
                line.group_id,
                line.figure_id,
                line.amount,
                line.low,
                line.high,
                line.currency,
                line.counted,
                line.reason,
                origin,
            )
            for line in figures.lines
        ),
    )
