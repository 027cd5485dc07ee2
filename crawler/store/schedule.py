"""What is kept of the schedule: when each source runs next, and how its last run ended."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from crawler.clock import from_text, to_text
from crawler.store.database import transaction

_TIMES = ("next_run_at", "started_at", "ended_at")


class Job(Struct, frozen=True, kw_only=True):
    """A row of `schedule_jobs`. A run that began and did not end has neither `ended_at` nor `exit_code`."""

    source: str
    cadence: str
    next_run_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None


def read_jobs(connection: sqlite3.Connection) -> dict[str, Job]:
    """Every job by its source."""
    return {row["source"]: _job(row) for row in connection.execute("SELECT * FROM schedule_jobs")}


def write_job(connection: sqlite3.Connection, job: Job) -> None:
    """Put a job in the place of what was kept of it."""
    with transaction(connection):
        _write(connection, job)


def replace_jobs(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    """Put these jobs in the place of all."""
    with transaction(connection):
        connection.execute("DELETE FROM schedule_jobs")
        for job in jobs:
            _write(connection, job)


def job_data(job: Job) -> dict[str, Any]:
    """A job in the names and texts of its row."""
    row = structs.asdict(job)
    return row | {name: None if row[name] is None else to_text(row[name]) for name in _TIMES}


def _write(connection: sqlite3.Connection, job: Job) -> None:
    row = job_data(job)
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR REPLACE INTO schedule_jobs ({', '.join(row)}) VALUES ({places})", row)


def _job(row: sqlite3.Row) -> Job:
    times = {name: None if row[name] is None else from_text(row[name]) for name in _TIMES}
    return Job(**(dict(row) | times))
