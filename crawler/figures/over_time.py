"""A value over time: what each stored day had, and whether it may be shown."""

from __future__ import annotations

import sqlite3
from datetime import date

from msgspec import Struct

from crawler.figures.model import Total
from crawler.store.restricted import is_restricted_figure

_CHANGES = """
SELECT v.day, v.value, v.low, v.high, v.currency, v.known, v.total
FROM total_series s JOIN total_values v ON v.series_id = s.id
WHERE s.scope = :scope AND s.measure = 'value' AND s.policy = :policy ORDER BY v.day
"""
_DAYS = """
SELECT day FROM computed_days
WHERE origin = (SELECT origin FROM computed_days ORDER BY day DESC LIMIT 1) ORDER BY day
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM figures WHERE licence_class = 'restricted')"
_FIRST = f"SELECT min(f.observed_at) FROM figures f WHERE {is_restricted_figure('f.id')}"


class ValueOn(Struct, frozen=True):
    """What a policy had on a computed day; None: nothing then."""

    day: date
    total: Total | None
    is_hidden: bool
    """Whether it may not be shown to others."""


def value_over_time(connection: sqlite3.Connection, scope: str, policy: str) -> list[ValueOn]:
    """Of every computed day from the first with a value on, by day. Rows stand where it changes, and hold until then.

    What a past day's total rests on is no longer stored. So it may not be shown from the first day on by which a
    figure had been observed that may not be published; for the newest day there is a closer rule (see `value_shown`).
    """
    rows = connection.execute(_CHANGES, {"scope": scope, "policy": policy}).fetchall()
    changes = {row["day"]: row for row in rows}
    since = first_restricted(connection)
    found: list[ValueOn] = []
    current: Total | None = None
    for (day,) in connection.execute(_DAYS):
        if day in changes:
            row = changes[day]
            # A row without a total says that the policy ended there, or the program stopped keeping it.
            values = {name: row[name] for name in ("value", "low", "high", "currency", "known", "total")}
            current = None if row["total"] is None else Total(scope=scope, measure="value", policy=policy, **values)
        if not changes or day < rows[0]["day"]:
            continue
        found.append(ValueOn(date.fromisoformat(day), current, since is not None and day >= since))
    return found


def first_restricted(connection: sqlite3.Connection) -> str | None:
    """The day by which the first figure had been observed that may not be published; None: there is none."""
    if not connection.execute(_ANY).fetchone()[0]:
        return None
    first: str = connection.execute(_FIRST).fetchone()[0]
    return first[:10]
