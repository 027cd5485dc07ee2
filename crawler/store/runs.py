"""The rows about refreshing itself: runs, what their sources cost, quotas, and whose database it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct, structs

from crawler import __version__
from crawler.clock import to_text
from crawler.errors import UsageFault
from crawler.spending import Counts, Quota
from crawler.store.recordings import has_live_answers

LAST_TIME = int(datetime.max.replace(tzinfo=UTC).timestamp())
"""The last time that a date can name, in epoch seconds."""


def check_origin(connection: sqlite3.Connection, origin: str) -> None:
    """UsageFault where recorded figures would land beside live ones."""
    if origin != "sandbox":
        return
    if has_live_answers(connection):
        raise UsageFault(
            "this database holds live figures; recorded ones must not mix with them",
            cure="give the sandbox a file of its own: crawler refresh --sandbox --db sandbox.db",
        )


def keeps_recordings(connection: sqlite3.Connection, run_mode: str, answered: int) -> bool:
    """Whether a live run over recorded figures brought nothing, so that those stay the newest that are known."""
    if run_mode == "sandbox" or answered:
        return False
    return connection.execute("SELECT 1 FROM computed_days WHERE origin = 'sandbox'").fetchone() is not None


def begin_run(connection: sqlite3.Connection, *, mode: str, recorded_on: str | None, seeds: str, now: datetime) -> int:
    """The id of a new row in `runs`, inside the caller's transaction. Runs that never ended are closed as killed."""
    connection.execute("UPDATE runs SET outcome = 'killed', ended_at = started_at WHERE ended_at IS NULL")
    cursor = connection.execute(
        "INSERT INTO runs (mode, recorded_on, started_at, seeds, version) VALUES (?, ?, ?, ?, ?)",
        [mode, recorded_on, to_text(now), seeds, __version__],
    )
    return int(cursor.lastrowid or 0)


class SourceEnd(Struct, frozen=True, kw_only=True):
    """How one source of a run ended, as `run_sources` keeps it."""

    source: str
    due: int
    answered: int
    failed: int
    counts: Counts
    stopped: str | None


class RunEnd(Struct, frozen=True, kw_only=True):
    """How a run ended, as `runs` keeps it."""

    outcome: str
    exit_code: int | None
    answered: int
    failed: int
    counts: Counts
    sources: tuple[SourceEnd, ...]


def end_run(connection: sqlite3.Connection, run_id: int, end: RunEnd, *, now: datetime) -> None:
    """Close the row of a run with what it spent and how it ended, inside the caller's transaction."""
    spent = structs.asdict(end.counts)
    values = {"ended_at": to_text(now), "outcome": end.outcome, "exit_code": end.exit_code}
    values |= {"answered": end.answered, "failed": end.failed, **spent}
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(f"UPDATE runs SET {assignments} WHERE id = :run_id", values | {"run_id": run_id})
    for source in end.sources:
        row = structs.asdict(source) | structs.asdict(source.counts) | {"run_id": run_id}
        del row["counts"]
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT OR REPLACE INTO run_sources ({names}) VALUES ({places})", row)


def write_quotas(connection: sqlite3.Connection, quotas: Mapping[tuple[str, str], Quota], *, now: datetime) -> None:
    """Keep where the limits stood by identity and resource, inside the caller's transaction.

    A reset that is no time is left out with its limit.
    """
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
            for (identity, resource), quota in quotas.items()
            if 0 <= quota.reset <= LAST_TIME
        ],
    )


def newest_recording(connection: sqlite3.Connection) -> str | None:
    """The day of the recording where the newest refresh read recorded figures."""
    run = connection.execute("SELECT recorded_on FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return run["recorded_on"] if run else None
