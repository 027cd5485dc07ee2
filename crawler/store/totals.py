"""Writing the figures of a day: `totals`, `value_lines` and, of the newest day, `replacement_costs`."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Literal

from crawler import __version__

if TYPE_CHECKING:
    from crawler.figures.model import Figures

_SERIES = "INSERT OR IGNORE INTO total_series (scope, measure, policy) VALUES (?, ?, ?)"

_TOTAL = """
INSERT INTO total_values (series_id, day, value, low, high, currency, known, total)
VALUES ((SELECT id FROM total_series WHERE scope = ? AND measure = ? AND policy = ?), ?, ?, ?, ?, ?, ?, ?)
"""

_LINE = """
INSERT INTO value_lines
  (policy, day, scope, measure, organization_id, group_id, figure_id, amount, low, high, currency, counted, reason,
  origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_COST = """
INSERT INTO replacement_costs (repository_id, day, ksloc, low, central, high, currency, parameters)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def write_totals(
    connection: sqlite3.Connection, figures: Figures, *, day: date, origin: Literal["live", "sandbox"]
) -> None:
    """Put `figures` in the place of whatever stands for `day`, inside the caller's transaction.

    Figures of the other origin are deleted, those of every day: live and recorded ones never stand side by side.
    """
    connection.execute("DELETE FROM value_lines WHERE origin <> ?", (origin,))
    forget_totals(connection, "SELECT day FROM computed_days WHERE origin <> ?", (origin,))
    text = day.isoformat()
    # By policy, because that is how the lines are indexed.
    connection.execute("DELETE FROM value_lines WHERE day = ? AND policy IN (SELECT policy FROM total_series)", (text,))
    forget_totals(connection, "?", (text,))
    policies = sorted({total.policy for total in figures.totals if total.policy})
    connection.execute(
        "INSERT INTO computed_days (day, origin, policies, version) VALUES (?, ?, ?, ?)",
        (text, origin, json.dumps(policies), __version__),
    )
    connection.executemany(_SERIES, ((t.scope, t.measure, t.policy) for t in figures.totals))
    connection.executemany(
        _TOTAL,
        (
            (t.scope, t.measure, t.policy, text, t.value, t.low, t.high, t.currency, t.known, t.total)
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
    (is_past,) = connection.execute("SELECT EXISTS (SELECT 1 FROM computed_days WHERE day > ?)", (text,)).fetchone()
    if not is_past:
        _write_costs(connection, figures, text)


def forget_totals(connection: sqlite3.Connection, days: str, parameters: tuple[str, ...]) -> None:
    """Delete the totals of the days that an SQL expression names, inside the caller's transaction."""
    connection.execute(f"DELETE FROM total_values WHERE day IN ({days})", parameters)
    connection.execute(f"DELETE FROM computed_days WHERE day IN ({days})", parameters)


def _write_costs(connection: sqlite3.Connection, figures: Figures, day: str) -> None:
    connection.execute("DELETE FROM replacement_costs")
    connection.executemany(
        _COST,
        (
            (cost.repository_id, day, cost.ksloc, cost.low, cost.central, cost.high, cost.currency, cost.parameters)
            for cost in figures.costs
        ),
    )
