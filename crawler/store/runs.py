"""The rows about refreshing itself: runs, quotas and validators, and whose database it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from crawler import __version__
from crawler.clock import to_text
from crawler.errors import UsageFault
from crawler.model import Counts, Quota, Validator
from crawler.store.database import transaction

LAST_TIME = int(datetime.max.replace(tzinfo=UTC).timestamp())
"""The last time that a date can name, in epoch seconds."""


def check_origin(connection: sqlite3.Connection, origin: str) -> None:
    """UsageFault where recorded figures would land beside live ones."""
    if origin != "sandbox":
        return
    if connection.execute("SELECT 1 FROM repositories WHERE origin = 'live' LIMIT 1").fetchone():
        raise UsageFault(
            "this database holds live figures; recorded ones must not mix with them",
            cure="give the sandbox a file of its own: crawler refresh --sandbox --db sandbox.db",
        )


def keeps_recordings(connection: sqlite3.Connection, run_mode: str, answered: int) -> bool:
    """Whether a live run over recorded figures brought nothing, so that those stay the newest that are known."""
    if run_mode == "sandbox" or answered:
        return False
    return connection.execute("SELECT 1 FROM totals WHERE origin = 'sandbox' LIMIT 1").fetchone() is not None


def begin_run(connection: sqlite3.Connection, *, mode: str, recorded_on: str | None, seeds: str, now: datetime) -> int:
    """The id of a new row in `runs`, inside the caller's transaction. Runs that never ended are closed as killed."""
    connection.execute("UPDATE runs SET outcome = 'killed', ended_at = started_at WHERE ended_at IS NULL")
    cursor = connection.execute(
        "INSERT INTO runs (mode, recorded_on, started_at, seeds, version) VALUES (?, ?, ?, ?, ?)",
        [mode, recorded_on, to_text(now), seeds, __version__],
    )
    return int(cursor.lastrowid or 0)


def end_run(
    connection: sqlite3.Connection,
    run_id: int,
    *,
    outcome: str,
    exit_code: int | None,
    counts: Counts,
    answered: int,
    failed: int,
    now: datetime,
) -> None:
    """Close the row of a run with what it spent and how it ended."""
    with transaction(connection):
        connection.execute(
            "UPDATE runs SET ended_at = ?, outcome = ?, exit_code = ?, requests = ?, graphql_points = ?,"
            " rest_counted = ?, not_modified = ?, answered = ?, failed = ? WHERE id = ?",
            [
                to_text(now),
                outcome,
                exit_code,
                counts.requests,
                counts.graphql_points,
                counts.rest_counted,
                counts.not_modified,
                answered,
                failed,
                run_id,
            ],
        )


def write_quotas(connection: sqlite3.Connection, identity: str, quotas: Mapping[str, Quota], *, now: datetime) -> None:
    """Keep where the limits stood, for `crawler status`. A reset that is no time is left out with its limit."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR REPLACE INTO quotas VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    identity,
                    resource,
                    quota.limit,
                    quota.remaining,
                    to_text(datetime.fromtimestamp(quota.reset, UTC)),
                    to_text(now),
                )
                for resource, quota in quotas.items()
                if 0 <= quota.reset <= LAST_TIME
            ],
        )


def find_validator(connection: sqlite3.Connection, identity: str, path: str) -> Validator | None:
    """What the identity's last answer from `path` left for a conditional request."""
    row = connection.execute(
        "SELECT etag, last_modified FROM validators WHERE identity = ? AND url = ?", [identity, path]
    ).fetchone()
    return Validator(path, row["etag"], row["last_modified"]) if row else None
