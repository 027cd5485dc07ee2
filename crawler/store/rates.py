"""What currencies were worth, by day and source."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from crawler.model import Rates


def write_rates(connection: sqlite3.Connection, source: str, rates: Rates, *, now: str) -> None:
    """Store the days that are new, inside the caller's transaction; what was published for a day does not change."""
    connection.executemany(
        "INSERT OR IGNORE INTO exchange_rates (day, currency, rate, source, source_url, observed_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (day, currency, rate, source, rates.source_url, now)
            for day, by_currency in rates.by_day.items()
            for currency, rate in by_currency.items()
        ],
    )


def read_rates(connection: sqlite3.Connection, source: str) -> dict[str, dict[str, Decimal]]:
    """What one euro was worth, by day and currency, as one source says it: rates of several make false cross rates."""
    tables: dict[str, dict[str, Decimal]] = {}
    query = "SELECT day, currency, rate FROM exchange_rates WHERE source = ?"
    for day, currency, rate in connection.execute(query, [source]):
        tables.setdefault(day, {})[currency] = Decimal(rate)
    return tables


def newest_rates_day(connection: sqlite3.Connection, source: str) -> str | None:
    """The newest day for which the source's rates are stored; None: none is."""
    query = "SELECT day FROM exchange_rates WHERE source = ? ORDER BY day DESC LIMIT 1"
    row = connection.execute(query, [source]).fetchone()
    return None if row is None else str(row[0])
