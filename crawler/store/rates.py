"""What currencies were worth, by day and source."""

from __future__ import annotations

import sqlite3

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
