"""The totals that stand in the store for any day: of each series its last value by then."""

from __future__ import annotations

import sqlite3

from crawler.figures.model import Total

_LAST = """
SELECT s.scope, s.measure, s.policy, v.value, v.low, v.high, v.currency, v.known, v.total
FROM total_series s
CROSS JOIN total_values v ON v.series_id = s.id
  AND v.day = (SELECT max(day) FROM total_values WHERE series_id = s.id AND day <= :day)
WHERE v.total IS NOT NULL
"""


def stored_totals_on(connection: sqlite3.Connection, day: str) -> dict[tuple[str, str, str], Total]:
    """By scope, measure and policy, what the newest computed day up to `day` found, in the order of those keys.

    Of past days only some totals are kept (see `crawler.store.totals`); one that was no longer computed is left out.
    """
    rows = connection.execute(f"{_LAST} ORDER BY s.policy, s.scope, s.measure", {"day": day})
    totals = map(_total, rows)
    return {(total.scope, total.measure, total.policy): total for total in totals}


def stored_totals_of(connection: sqlite3.Connection, day: str, scope: str, policy: str) -> list[Total]:
    """The same of one scope and policy."""
    query = f"{_LAST} AND s.scope = :scope AND s.policy = :policy"
    rows = connection.execute(query, {"day": day, "scope": scope, "policy": policy})
    return [_total(row) for row in rows]


def _total(row: sqlite3.Row) -> Total:
    # A thousand projects have ten thousand of them: to make a dictionary of each row took as long as all the rest.
    scope, measure, policy, value, low, high, currency, known, total = row
    return Total(
        scope=scope,
        measure=measure,
        policy=policy,
        value=value,
        low=low,
        high=high,
        currency=currency,
        known=known,
        total=total,
    )
