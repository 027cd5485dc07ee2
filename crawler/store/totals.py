"""Writing the figures of the newest day: `totals`, `value_lines` and `replacement_costs`.

Of that day every total has a row. Once a later one is written, of all days before only what differs stays, and a total
that is no longer computed gets a row that says so: what was on a day is the last row by then. The day before the newest
keeps its lines, and the totals of scopes that are not kept for long, so that the two can be compared.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Literal

from crawler import __version__
from crawler.figures.policies.ecosystem_value_v1 import NAME as HEADLINE

if TYPE_CHECKING:
    from crawler.figures.model import Figures

KEPT = f"""
(scope = 'landscape'
  OR (scope GLOB 'group:*' OR scope GLOB 'category:*')
    AND (policy = '' AND measure NOT GLOB 'license:*' AND measure NOT GLOB 'language:*'
      OR policy = '{HEADLINE}' AND measure = 'value'))
"""
"""Which series of `total_series` are kept of past days. Ten years of a thousand projects take less than 100 MB, even
where all of them move every day (`python -m benchmarks.history`). Others can be computed again from the memory."""

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


_ENDED = """
INSERT INTO total_values (series_id, day)
SELECT s.id, :day FROM total_series s
WHERE NOT EXISTS (SELECT 1 FROM total_values v WHERE v.series_id = s.id AND v.day = :day)
  AND (SELECT v.total FROM total_values v WHERE v.series_id = s.id AND v.day < :day ORDER BY v.day DESC LIMIT 1)
    IS NOT NULL
"""

# A cross join: SQLite, which knows nothing of the tables' sizes, keeps to the order.
_UNCHANGED = f"""
DELETE FROM total_values WHERE day = :day AND series_id IN (
  SELECT s.id FROM total_series s
  CROSS JOIN total_values v ON v.series_id = s.id AND v.day = :day
  CROSS JOIN total_values b ON b.series_id = s.id
    AND b.day = (SELECT max(day) FROM total_values WHERE series_id = s.id AND day < :day)
  WHERE {KEPT} AND (v.value, v.low, v.high, v.currency, v.known, v.total)
    IS (b.value, b.low, b.high, b.currency, b.known, b.total)
)
"""

# An older version of the program kept other series: theirs end there.
_CUT_OFF = f"""
UPDATE total_values SET value = NULL, low = NULL, high = NULL, currency = NULL, known = NULL, total = NULL
WHERE day = :day AND series_id IN (
  SELECT s.id FROM total_series s WHERE NOT {KEPT}
    AND (SELECT total FROM total_values WHERE series_id = s.id AND day < :day ORDER BY day DESC LIMIT 1) IS NOT NULL
)
"""

_NOT_KEPT = f"""
DELETE FROM total_values WHERE day = :day AND series_id IN (
  SELECT s.id FROM total_series s WHERE NOT {KEPT}
    AND (SELECT total FROM total_values WHERE series_id = s.id AND day < :day ORDER BY day DESC LIMIT 1) IS NULL
)
"""

_ENDED_BEFORE = """
DELETE FROM total_values WHERE day = :day AND series_id IN (
  SELECT s.id FROM total_series s
  CROSS JOIN total_values v ON v.series_id = s.id AND v.day = :day AND v.total IS NULL
  WHERE NOT EXISTS (SELECT 1 FROM total_values WHERE series_id = s.id AND day < :day)
)
"""


def write_totals(
    connection: sqlite3.Connection, figures: Figures, *, day: date, origin: Literal["live", "sandbox"]
) -> None:
    """Put `figures` in the place of whatever stands for `day`, inside the caller's transaction.

    Figures of the other origin are deleted, those of every day: live and recorded ones never stand side by side. A
    recording takes the place of later ones, too. ValueError for a live day before the newest.
    """
    text = day.isoformat()
    connection.execute("DELETE FROM value_lines WHERE origin <> ?", (origin,))
    forget_totals(connection, "SELECT day FROM computed_days WHERE origin <> ?", (origin,))
    if origin == "sandbox":
        connection.execute("DELETE FROM value_lines WHERE day > ?", (text,))
        forget_totals(connection, "SELECT day FROM computed_days WHERE day > ?", (text,))
    newest, earlier = _days_beside(connection, text)
    if newest is not None and newest > text:
        raise ValueError(f"the totals of {newest} stand already: those of {text} come too late")
    _write_values(connection, figures, text, origin)
    _settle(connection, text, earlier)
    _write_lines(connection, figures, text, origin)
    _write_costs(connection, figures, text)


def _days_beside(connection: sqlite3.Connection, day: str) -> tuple[str | None, list[str]]:
    """The newest computed day, and the newest two before `day`, the newest first."""
    (newest,) = connection.execute("SELECT max(day) FROM computed_days").fetchone()
    rows = connection.execute("SELECT day FROM computed_days WHERE day < ? ORDER BY day DESC LIMIT 2", (day,))
    return newest, [row[0] for row in rows]


def _write_values(connection: sqlite3.Connection, figures: Figures, day: str, origin: str) -> None:
    forget_totals(connection, "?", (day,))
    policies = sorted({total.policy for total in figures.totals if total.policy})
    connection.execute(
        "INSERT INTO computed_days (day, origin, policies, version) VALUES (?, ?, ?, ?)",
        (day, origin, json.dumps(policies), __version__),
    )
    connection.executemany(_SERIES, ((t.scope, t.measure, t.policy) for t in figures.totals))
    connection.executemany(
        _TOTAL,
        (
            (t.scope, t.measure, t.policy, day, t.value, t.low, t.high, t.currency, t.known, t.total)
            for t in figures.totals
        ),
    )
    connection.execute(_ENDED, {"day": day})


def _settle(connection: sqlite3.Connection, day: str, earlier: list[str]) -> None:
    """Leave of the days before only what is kept of them; `earlier`: the newest two, the newest first."""
    for long_before in earlier[1:]:
        connection.execute(_CUT_OFF, {"day": long_before})
        connection.execute(_NOT_KEPT, {"day": long_before})
    for before in earlier[:1]:
        connection.execute(_UNCHANGED, {"day": before})
        connection.execute(_ENDED_BEFORE, {"day": before})
    # By policy, because that is how the lines are indexed.
    shown = "policy IN (SELECT policy FROM total_series)"
    connection.execute(f"DELETE FROM value_lines WHERE {shown} AND day = ?", (day,))
    if earlier:
        connection.execute(f"DELETE FROM value_lines WHERE {shown} AND day < ?", (earlier[0],))


def _write_lines(connection: sqlite3.Connection, figures: Figures, day: str, origin: str) -> None:
    connection.executemany(
        _LINE,
        (
            (
                line.policy,
                day,
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


def forget_totals(connection: sqlite3.Connection, days: str, parameters: tuple[str, ...]) -> None:
    """Delete the totals of the days that an SQL expression names, inside the caller's transaction."""
    # By series, because there are ten years of each.
    query = f"DELETE FROM total_values WHERE series_id IN (SELECT id FROM total_series) AND day IN ({days})"
    connection.execute(query, parameters)
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
