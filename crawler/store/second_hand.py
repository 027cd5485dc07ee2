"""Writes figures at second hand: only where nothing fresher is known, and with the name of who told them."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from msgspec import UNSET

from crawler.model import Observation, Outcome, Repository
from crawler.store.former import FIRST_HAND, update_repository
from crawler.store.repositories import forget, write_links

COUNTS = ("stars", "forks")
"""What a fresher observation may replace."""
GAPS = ("license_spdx", "license_expression", "license_name", "license_osi_approved", "description")
"""What is only filled in where nobody has said anything: whose word it is, is not kept of each."""
TAGS = ("latest_tag", "latest_tag_at")


def write_second_hand(
    connection: sqlite3.Connection,
    source: str,
    outcome: Outcome,
    told: Observation,
    *,
    origin: str,
    now: str,
    day: date,
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
    values = {name: getattr(record, name) for name in TAGS if _is_newer_tag(row, record)}
    if record.stars is not UNSET and is_fresher(row, source, told):
        known = {name: getattr(record, name) for name in COUNTS}
        known |= {name: getattr(record, name) for name in GAPS if row[name] is None}
        # "Not changed since" would from now on be said of figures that are no longer there.
        connection.execute("DELETE FROM validators WHERE url = ?", [f"/repos/{row['name_with_owner']}"])
        values |= known | {
            "figures_source": source,
            "figures_source_url": told.url,
            "figures_observed_at": told.observed_at or now,
            "figures_licence_class": told.licence_class,
        }
    values = {name: value for name, value in values.items() if value is not UNSET and value is not None}
    # GitHub tells its links together with the head commit: where it has told that, they are its own.
    tells_links = record.funding_links is not UNSET and row["latest_commit_oid"] is None
    if tells_links:
        write_links(connection, repository_id, record.funding_links or ())
    if not values and not tells_links:
        return
    update_repository(connection, repository_id, values | {"origin": origin}, day=day)


def _is_newer_tag(row: sqlite3.Row, record: Repository) -> bool:
    """Whether a feed's newest tag may be kept: no release is known, and no later tag."""
    told, known = record.latest_tag_at, row["latest_tag_at"]
    return row["latest_release_tag"] is None and isinstance(told, str) and (known is None or told >= known)


def is_fresher(row: sqlite3.Row | dict[str, Any], source: str, told: Observation) -> bool:
    """Whether an observation may replace what is stored: there is nothing, or it is not older.

    What comes without a date is as of now for its own source, and never later than what another one has dated.
    """
    if row["figures_source"] is None or row["stars"] is None or row["figures_observed_at"] is None:
        return True
    if told.observed_at is None:
        return bool(row["figures_source"] == source)
    return bool(told.observed_at >= row["figures_observed_at"])


def count_second_hand(connection: sqlite3.Connection) -> int:
    """How many repositories have another host's figures."""
    query = "SELECT count(*) FROM repositories WHERE figures_source <> ? AND origin = 'live'"
    return int(connection.execute(query, [FIRST_HAND]).fetchone()[0])
