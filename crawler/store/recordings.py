"""Keeps recorded money out of a live database: it goes when the first live answer comes.

Until that answer everything but the list's own facts is recorded. Repositories have an origin each, and stay.
"""

from __future__ import annotations

import sqlite3

from crawler.store.organizations import CURATED_FIELDS

# Totals of recorded figures, the lines behind them and the health by them go as well: they would lead nowhere.
_FORGET = (
    "DELETE FROM value_lines WHERE origin = 'sandbox'",
    "DELETE FROM total_values WHERE day IN (SELECT day FROM computed_days WHERE origin = 'sandbox')",
    "DELETE FROM computed_days WHERE origin = 'sandbox'",
    "DELETE FROM health",
    "DELETE FROM health_inputs",
    "DELETE FROM figures WHERE source <> 'seeds'",
    "DELETE FROM organization_facts",
    "DELETE FROM ownerships WHERE source <> 'seeds'",
    "DELETE FROM exchange_rates",
    "DELETE FROM organizations WHERE found_by IS NOT NULL",
)


def has_live_answers(connection: sqlite3.Connection) -> bool:
    """Whether any source has ever answered a live run."""
    answers = "SELECT 1 FROM fetches WHERE origin = 'live' AND fetched_at IS NOT NULL"
    repositories = "SELECT 1 FROM repositories WHERE origin = 'live'"
    return bool(connection.execute(f"SELECT EXISTS ({answers}) OR EXISTS ({repositories})").fetchone()[0])


def is_recorded(connection: sqlite3.Connection) -> bool:
    """Whether what is stored comes from the sandbox alone."""
    (ran,) = connection.execute("SELECT EXISTS (SELECT 1 FROM runs WHERE mode = 'sandbox')").fetchone()
    return bool(ran) and not has_live_answers(connection)


def forget_recorded_money(connection: sqlite3.Connection) -> None:
    """Drop what the sandbox told of money, before the first live answer is stored, inside the caller's transaction."""
    if is_recorded(connection):
        for statement in _FORGET:
            connection.execute(statement)


def listed_identifiers(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """What the list itself says of its organisations, by field: all that a live run over a recording may go by."""
    curated = ", ".join(CURATED_FIELDS.values())
    rows = connection.execute(
        f"SELECT id, {curated} FROM organizations WHERE removed_at IS NULL AND found_by IS NULL ORDER BY id"
    )
    return {row["id"]: {field: row[column] for field, column in CURATED_FIELDS.items() if row[column]} for row in rows}
