"""What is due and what comes next: the rules of the schedule, without a clock, a database or a wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import structs

from crawler.scheduling.cadences import DAY, Cadence
from crawler.store.schedule import Job

SPREAD = timedelta(minutes=10)
"""Between the first runs of two sources."""


def plan(kept: Mapping[str, Job], cadences: Mapping[str, Cadence], now: datetime) -> list[Job]:
    """The jobs of the `cadences`, in their order, with what is `kept` of them.

    A kept time stands, also one that has passed: what was missed is due once, however often it was missed. A source
    that never ran begins at the first time of its cron text; with an age it begins now, one source after another. A
    cadence that is another than before counts from the last run.
    """
    jobs, new = [], 0
    for name, cadence in cadences.items():
        job = kept.get(name)
        if job is None:
            begins = now + new * SPREAD if cadence.age is not None else cadence.after(now)
            new += 1
            job = Job(source=name, cadence=cadence.text, next_run_at=begins)
        elif job.cadence != cadence.text:
            job = structs.replace(job, cadence=cadence.text, next_run_at=_changed(job, cadence, now))
        jobs.append(in_reach(job, cadence, now))
    return jobs


def _changed(job: Job, cadence: Cadence, now: datetime) -> datetime:
    if cadence.age is None:
        return cadence.after(now)
    return now if job.started_at is None else cadence.after(job.started_at)


def in_reach(job: Job, cadence: Cadence, now: datetime) -> Job:
    """The job, planned anew where its time is so far ahead that it was set by a clock that has gone wrong.

    A clock that goes back by up to a day changes nothing: no time comes twice.
    """
    farthest = cadence.after(cadence.after(now)) + DAY
    return job if job.next_run_at <= farthest else structs.replace(job, next_run_at=cadence.after(now))


def first_due(jobs: Iterable[Job], starts: Mapping[str, datetime], now: datetime) -> Job | None:
    """The job to run now. `jobs` stand in the order of the sources: those on which others depend come first."""
    return next((job for job in jobs if starts[job.source] <= now), None)


def ended(job: Job, cadence: Cadence, now: datetime, *, exit_code: int, again: timedelta | None) -> Job:
    """The job after a run. One that did not bring all it should is tried `again` so much later, if not before."""
    began = job.started_at or now
    following = cadence.following(job.next_run_at, began)
    if again is not None:
        following = min(following, began + again)
    return structs.replace(job, next_run_at=following, ended_at=now, exit_code=exit_code)
