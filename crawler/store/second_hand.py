"""Writes figures at second hand: only where nothing fresher is known, and with the name of who told them."""

from __future__ import annotations

import sqlite3
from typing import Any

from msgspec import UNSET

from crawler.model import Observation, Outcome, Repository
from crawler.store.repositories import forget

FIRST_HAND = "github"
COUNTS = ("stars", "forks")
"""What a fresher observation may replace."""
GAPS = ("license_spdx", "license_expression", "license_name", "license_osi_approved", "description", "homepage_url")
"""What is only filled in where GitHub itself has said nothing."""
TAGS = ("latest_tag", "latest_tag_at")


def write_second_hand(
    connection: sqlite3.Connection, source: str, outcome: Outcome, told: Observation, *, origin: str, now: str
) -> None:
    """Store what another host told of a repository, inside the caller's transaction.

    A figure of GitHub's own stays, unless the other one was seen later. No history is made of it, and no change: trends
    come from one source.
    """
    repository_id, record = outcome.subject.repository_id, outcome.record
    if repository_id is None or not isinstance(record, Repository):
        return
    row = connection.execute("SELECT * FROM repositories WHERE id = ?", [repository_id]).fetchone()
    if row["origin"] is not None and row["origin"] != origin:
        forget(connection, repository_id)
        row = connection.execute("SELECT * FROM repositories WHERE id = ?", [repository_id]).fetchone()
    values = {name: getattr(record, name) for name in TAGS if row["latest_release_tag"] is None}
    if record.stars is not UNSET and is_fresher(row, source, told):
        known = {name: getattr(record, name) for name in COUNTS}
        is_gap = row["figures_source"] != FIRST_HAND
        known |= {name: getattr(record, name) for name in GAPS if is_gap or row[name] is None}
        values |= known | {
            "figures_source": source,
            "figures_source_url": told.url,
            "figures_observed_at": told.observed_at or now,
            "figures_licence_class": told.licence_class,
        }
    values = {name: value for name, value in values.items() if value is not UNSET and value is not None}
    if not values:
        return
    assignments = ", ".join(f"{name} = :{name}" for name in [*values, "origin"])
    connection.execute(
        f"UPDATE repositories SET {assignments} WHERE id = :id", values | {"id": repository_id, "origin": origin}
    )


def is_fresher(row: sqlite3.Row | dict[str, Any], source: str, told: Observation) -> bool:
    """Whether an observation may replace what is stored: there is nothing, or it is not older.

    What comes without a date is as of now for its own source, and never later than what another one has dated.
    """
    if row["figures_source"] is None or row["stars"] is None or row["figures_observed_at"] is None:
        return True
    if told.observed_at is None:
        return bool(row["figures_source"] == source)
    return bool(told.observed_at >= row["figures_observed_at"])


def holds_second_hand(connection: sqlite3.Connection) -> bool:
    """Whether any figure is another host's."""
    query = "SELECT 1 FROM repositories WHERE figures_source <> ? AND origin = 'live' LIMIT 1"
    return connection.execute(query, [FIRST_HAND]).fetchone() is not None
