"""Deletes what is old, by kind. What held on the oldest day that stays can still be told, from a row of before."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from crawler.clock import to_text

Rows = dict[str, int]
"""How many rows of each table are deleted."""

_RUNS = "SELECT id FROM runs WHERE ended_at < :before AND id NOT IN (SELECT max(id) FROM runs GROUP BY mode)"

_HISTORY = {
    "history": """
        DELETE FROM history AS h WHERE day < (
          SELECT max(day) FROM history WHERE repository_id = h.repository_id AND day <= :day)
        """,
    "health": """
        DELETE FROM health AS h WHERE day < (
          SELECT max(day) FROM health WHERE project_id = h.project_id AND day <= :day)
        """,
    "answered_days": """
        DELETE FROM answered_days AS a WHERE last_day < :day AND first_day < (
          SELECT max(first_day) FROM answered_days
          WHERE source = a.source AND repository_id = a.repository_id AND first_day <= :day)
        """,
    # What was until that day is asked for days before it alone.
    "former_values": "DELETE FROM former_values WHERE day <= :day",
    "former_rows": "DELETE FROM former_rows WHERE day <= :day",
}

_WHOLE = """
INSERT OR IGNORE INTO total_values (series_id, day, value, low, high, currency, known, total)
SELECT v.series_id, :day, v.value, v.low, v.high, v.currency, v.known, v.total
FROM total_series s
CROSS JOIN total_values v ON v.series_id = s.id
  AND v.day = (SELECT max(day) FROM total_values WHERE series_id = s.id AND day <= :day)
WHERE v.total IS NOT NULL
"""


def prune_runs(connection: sqlite3.Connection, before: datetime) -> Rows:
    """Runs that ended before that time, and their sources; the newest run of each mode stays."""
    values = {"before": to_text(before)}
    sources = connection.execute(f"DELETE FROM run_sources WHERE run_id IN ({_RUNS})", values).rowcount
    runs = connection.execute(f"DELETE FROM runs WHERE id IN ({_RUNS})", values).rowcount
    return {"runs": runs, "run_sources": sources}


def prune_changes(connection: sqlite3.Connection, before: datetime) -> Rows:
    """Events that were observed before that time; the newest one stays, so that no number is given twice."""
    query = "DELETE FROM changes WHERE observed_at < ? AND id < (SELECT max(id) FROM changes)"
    return {"changes": connection.execute(query, [to_text(before)]).rowcount}


def prune_history(connection: sqlite3.Connection, day: date) -> Rows:
    """What was known before that day, on which the memory then begins."""
    values = {"day": day.isoformat()}
    rows = {table: connection.execute(query, values).rowcount for table, query in _HISTORY.items()}
    connection.execute("INSERT OR IGNORE INTO remembered (what, since) VALUES ('pruned', :day)", values)
    connection.execute("UPDATE remembered SET since = :day WHERE since < :day", values)
    return rows


def prune_totals(connection: sqlite3.Connection, day: date) -> Rows:
    """The totals of days before; those of the newest day stay, however old it is."""
    (first,) = connection.execute(
        "SELECT coalesce((SELECT min(day) FROM computed_days WHERE day >= ?), max(day)) FROM computed_days",
        [day.isoformat()],
    ).fetchone()
    values = {"day": first}
    (before,) = connection.execute("SELECT count(*) FROM total_values").fetchone()
    make_whole(connection, first)
    connection.execute("DELETE FROM total_values WHERE day < :day OR day = :day AND total IS NULL", values)
    (after,) = connection.execute("SELECT count(*) FROM total_values").fetchone()
    lines = connection.execute("DELETE FROM value_lines WHERE day < :day", values).rowcount
    days = connection.execute("DELETE FROM computed_days WHERE day < :day", values).rowcount
    return {"computed_days": days, "total_values": before - after, "value_lines": lines}


def make_whole(connection: sqlite3.Connection, day: str) -> None:
    """Give every total a row on a computed day, as if that were the first or the newest of all."""
    connection.execute(_WHOLE, {"day": day})
