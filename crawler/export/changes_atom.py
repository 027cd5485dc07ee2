"""The feed of changes, as `crawler changes --atom` prints it, for a time that ends on the day of the figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import BinaryIO

from crawler.export.job import Job
from crawler.figures.snapshot import read_snapshot
from crawler.news.periods import USUAL, Period, midnight


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the feed, UTF-8: the same bytes for the same data, whenever that is. UsageFault: no figures yet."""
    # Imported where it is needed: the command is to start fast.
    from crawler.news.atom import landscape_feed
    from crawler.news.reading import Wanted, birth, read_events

    day = date.fromisoformat(read_snapshot(job.connection).day)
    wanted = Wanted(period=Period(midnight(_since(job.since, day)), None, ""))
    events = read_events(job.connection, wanted)
    public = [event for event in events if job.include_restricted or not event.is_restricted]
    born = birth(job.connection)
    out.write(landscape_feed(public, wanted, born=born, with_restricted=job.include_restricted).encode())
    return []


def _since(since: timedelta | date | None, day: date) -> date:
    """The first day; an age is counted in whole days back from the day of the figures."""
    if isinstance(since, date):
        return since
    return day - timedelta(days=min((since or USUAL).days, (day - date.min).days))
