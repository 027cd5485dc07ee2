"""Takes away what a wrong clock dated after a day, so that the present is the present again.

What was only computed for later days goes. What was known before it changed is kept, and what was observed stays: both
are dated as of the day on which that can have been at the latest.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta

from msgspec import Struct

from crawler.clock import day_of, to_text, within
from crawler.store.former import note_answer
from crawler.store.history import write_history
from crawler.store.prune import Rows, make_whole
from crawler.store.totals import forget_totals

BY_TIME = ("star_burst", "activity_stopped", "activity_resumed", "value_moved")
"""Kinds of events that a clock alone can make; all others have happened, whatever it said."""

_OBSERVED = (
    *((table, "removed_at") for table in ("groups", "categories", "subcategories", "organizations", "projects")),
    ("projects", "first_seeded_at"),
    ("repositories", "fetched_at"),
    ("repositories", "figures_observed_at"),
    ("former_names", "seen_at"),
    ("owners", "fetched_at"),
    ("releases", "first_seen_at"),
    ("figures", "observed_at"),
    ("figures", "withdrawn_at"),
    ("organization_facts", "observed_at"),
    ("ownerships", "observed_at"),
    ("ownerships", "withdrawn_at"),
    ("exchange_rates", "observed_at"),
    ("funding_manifests", "fetched_at"),
    ("scorecards", "fetched_at"),
    ("imported_counts", "imported_at"),
    ("imported_days", "imported_at"),
    ("refused_values", "seen_at"),
    ("quotas", "seen_at"),
    ("webhooks", "delivered_at"),
    ("webhooks", "failing_since"),
    ("changes", "at"),
    ("changes", "observed_at"),
    ("fetches", "attempted_at"),
    ("fetches", "failing_since"),
)
"""Columns that say when we have seen something."""

_DATED = (("repositories", "missing_since"), ("remembered", "since"), ("replacement_costs", "day"))
"""The same by day."""

_FORMER = {"former_values": "repository_id, field", "former_rows": "table_name, key"}


class Pruned(Struct, frozen=True):
    """How many rows of each table are deleted, and how many are dated earlier."""

    gone: Rows
    redated: Rows


def prune_after(connection: sqlite3.Connection, day: date, now: datetime) -> Pruned:
    """Take away what is dated after `day`, which is not in the future of `now`, inside the caller's transaction.

    What has changed later counts as of the day after, or of today where that has not come yet. What was asked later is
    due again. Runs stay.
    """
    since = min(day + timedelta(days=1), day_of(now))
    values = {"day": day.isoformat(), "since": since.isoformat(), "moment": to_text(within(since, now))}
    gone = _figures(connection, values) | _counts(connection, values, since) | _events(connection, values)
    for table, column in (("star_weeks", "week"), ("commit_weeks", "week"), ("waits", "seen_at")):
        gone[table] = _count(connection, f"DELETE FROM {table} WHERE substr({column}, 1, 10) > :since", values)
    redated = {table: _former(connection, table, values) for table in _FORMER}
    # Quotes without a date of their own are dated by the clock.
    redated["figures"] = _count(connection, "UPDATE figures SET as_of = :since WHERE as_of > :since", values)
    # Whoever is fresh for as long as it was answered at was never fresh; what never changes stays as it is.
    redated["fetches"] = _count(
        connection,
        "UPDATE fetches SET fetched_at = :moment, next_try_at = NULL,"
        " fresh_until = iif(fresh_until GLOB '9999*', fresh_until, :moment) WHERE fetched_at > :moment",
        values,
    )
    for table, column, latest in (*((*one, "moment") for one in _OBSERVED), *((*one, "since") for one in _DATED)):
        query = f'UPDATE "{table}" SET {column} = :{latest} WHERE {column} > :{latest}'
        redated[table] = redated.get(table, 0) + _count(connection, query, values)
    _count(connection, "UPDATE fetches SET next_try_at = NULL WHERE next_try_at > :moment", values)
    return Pruned(*({table: rows for table, rows in counts.items() if rows} for counts in (gone, redated)))


def _figures(connection: sqlite3.Connection, values: dict[str, str]) -> Rows:
    """Totals, health and what was told of values, of later days; the newest day that stays becomes whole."""
    gone = {}
    for table in ("computed_days", "total_values", "value_lines", "health", "told_values"):
        query = f"SELECT count(*) FROM {table} WHERE day > :day"
        gone[table] = int(connection.execute(query, values).fetchone()[0])
    forget_totals(connection, "SELECT day FROM computed_days WHERE day > ?", (values["day"],))
    for table in ("value_lines", "health", "told_values"):
        connection.execute(f"DELETE FROM {table} WHERE day > :day", values)
    if gone["computed_days"]:
        # What the newest score is made of is known by the next refresh.
        gone["health_inputs"] = _count(connection, "DELETE FROM health_inputs", {})
        (newest,) = connection.execute("SELECT max(day) FROM computed_days").fetchone()
        if newest is not None:
            make_whole(connection, newest)
    return gone


def _counts(connection: sqlite3.Connection, values: dict[str, str], since: date) -> Rows:
    """Counts and answers of later days; what is known now counts as of `since`."""
    counted = connection.execute("SELECT DISTINCT repository_id FROM history WHERE day > :day", values).fetchall()
    gone = {"history": _count(connection, "DELETE FROM history WHERE day > :day", values)}
    for (repository_id,) in counted:
        write_history(connection, repository_id, day=since)
    answered = connection.execute(
        "SELECT DISTINCT source, repository_id FROM answered_days WHERE last_day > :day", values
    ).fetchall()
    gone["answered_days"] = _count(connection, "DELETE FROM answered_days WHERE first_day > :day", values)
    connection.execute("UPDATE answered_days SET last_day = :day WHERE last_day > :day", values)
    for source, repository_id in answered:
        note_answer(connection, source, repository_id, since)
    return gone


def _events(connection: sqlite3.Connection, values: dict[str, str]) -> Rows:
    """Events that the clock alone made, and that they were told. Their numbers are given to no other."""
    connection.execute("INSERT OR REPLACE INTO told_marks SELECT 'changes', max(id) FROM changes HAVING max(id) > 0")
    connection.execute("UPDATE told_repositories SET burst_since = NULL WHERE burst_since > :day", values)
    is_false = f"kind IN {BY_TIME} AND substr(observed_at, 1, 10) > :day"
    connection.execute(
        f"""
        UPDATE told_repositories AS t SET is_active = c.kind = 'activity_stopped'
        FROM (SELECT repository_id, kind, min(id) FROM changes
          WHERE {is_false} AND kind GLOB 'activity_*' GROUP BY repository_id) c
        WHERE c.repository_id = t.repository_id
        """,
        values,
    )
    return {"changes": _count(connection, f"DELETE FROM changes WHERE {is_false}", values)}


def _former(connection: sqlite3.Connection, table: str, values: dict[str, str]) -> int:
    """Date the first change after the day as of `since`; the later ones lie between two states that nobody can date."""
    redated = _count(
        connection,
        f"UPDATE OR IGNORE {table} SET day = :since WHERE day > :since AND ({_FORMER[table]}, day) IN"
        f" (SELECT {_FORMER[table]}, min(day) FROM {table} WHERE day > :day GROUP BY {_FORMER[table]})",
        values,
    )
    connection.execute(f"DELETE FROM {table} WHERE day > :since", values)
    return redated


def _count(connection: sqlite3.Connection, query: str, values: dict[str, str]) -> int:
    return connection.execute(query, values).rowcount
