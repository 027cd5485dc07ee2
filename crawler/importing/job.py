"""One import: every day that is not known yet is read, matched and written, each in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

from msgspec import Struct, field

from crawler import clock
from crawler.errors import UsageFault
from crawler.importing.matching import Matching
from crawler.importing.told import History, Snapshot, Tally, Told, day_told
from crawler.pipeline import Watcher
from crawler.store.database import transaction
from crawler.store.imported import (
    Witness,
    add_late_releases,
    forget_later,
    is_imported,
    known_repositories,
    note_imported,
    write_counts,
)
from crawler.store.recordings import is_recorded

LICENCE_CLASS = "public"
"""Of GitHub's counts, whoever wrote them down: facts that anybody may state."""


class Span(Struct, frozen=True):
    """The days that are wanted; None: without an end."""

    since: date | None = None
    until: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Import(Struct, frozen=True, kw_only=True):
    """What is imported, and how. Without `writes` nothing is written, and all else is the same."""

    history: History
    span: Span
    source_url: str | None
    """Where the files can be seen; None: where they themselves say."""
    writes: bool


class Report(Struct):
    """How an import went."""

    tally: Tally = field(default_factory=Tally)
    read: list[date] = field(default_factory=list)
    """Days that were read."""
    known: int = 0
    """Days that were imported before."""
    outside: int = 0
    """Days that are not wanted."""
    impossible: int = 0
    """Days in the future, or before GitHub."""
    rows: int = 0
    """Rows that were told of repositories of ours."""
    written: int = 0
    """Of these, those that were new or changed."""
    releases: int = 0
    matched: set[int] = field(default_factory=set)
    unmatched: dict[str, None] = field(default_factory=dict)
    """Names of repositories that are none of ours."""


def run(connection: sqlite3.Connection, job: Import, report: Report, watcher: Watcher) -> None:
    """Import the history; the report is kept up, so that it is true of an import that is cut off, too.

    UsageFault where the database has no repositories, or nothing at all can be read.
    """
    matching = Matching(known_repositories(connection))
    if not len(matching):
        raise UsageFault(
            "the database has no repositories yet", cure="'crawler refresh' writes your list into it first"
        )
    if is_recorded(connection):
        raise UsageFault(
            "the database holds recorded figures alone, which have no past to add to",
            cure="refresh it live first, or name another with --db",
        )
    now = clock.now()
    latest = clock.day_of(now)
    wanted = []
    for snapshot in job.history.snapshots:
        if not day_told(snapshot.day, latest):
            report.impossible += 1
        elif snapshot.day not in job.span:
            report.outside += 1
        else:
            wanted.append(snapshot)
    watcher.begin("import-history", len(wanted))
    for snapshot in wanted:
        _import_day(connection, job, snapshot, matching, report, clock.to_text(now))
        watcher.advance("import-history", 1)
    if not (report.read or report.known):
        raise _nothing_read(report)
    with _writing(connection, job):
        for late in job.history.late():
            found = matching.find(late.who)
            if found is not None and job.writes:
                report.releases += add_late_releases(connection, found, late.releases, now=clock.to_text(now))


def _import_day(
    connection: sqlite3.Connection, job: Import, snapshot: Snapshot, matching: Matching, report: Report, now: str
) -> None:
    source = job.history.source
    digest = matching.digest(snapshot.digest) if snapshot.digest else None
    if digest and is_imported(connection, source, snapshot.day, digest):
        report.known += 1
        return
    told = snapshot.read(report.tally)
    if told is None:
        return
    report.read.append(snapshot.day)
    counts = _matched(told, snapshot.day, job.span, matching, report)
    witness = Witness(
        source=source,
        source_url=job.source_url or snapshot.source_url,
        licence_class=LICENCE_CLASS,
        imported_at=now,
    )
    report.rows += len(counts)
    if not job.writes:
        return
    written = 0
    with transaction(connection):
        for (repository_id, day), of_one in counts.items():
            written += write_counts(connection, repository_id, day, of_one, witness)
        if written:
            forget_later(connection, source, snapshot.day)
        if digest and told.is_whole:
            note_imported(connection, source, snapshot.day, digest, now=now)
    report.written += written


def _matched(
    told: Told, day: date, span: Span, matching: Matching, report: Report
) -> dict[tuple[int, date], dict[str, int]]:
    """The counts by repository and day. Of a repository that is told of twice the first word counts."""
    counts: dict[tuple[int, date], dict[str, int]] = {}
    for row in told.rows:
        found = matching.find(row.who)
        if found is None:
            report.unmatched[row.who.names[0]] = None
            continue
        report.matched.add(found)
        # No row is true of a day after its file.
        own = row.day if row.day is not None and day_told(row.day, day) else day
        if own in span:
            counts[found, own] = row.counts | counts.get((found, own), {})
    return counts


@contextmanager
def _writing(connection: sqlite3.Connection, job: Import) -> Iterator[None]:
    with transaction(connection) if job.writes else nullcontext():
        yield


def _nothing_read(report: Report) -> UsageFault:
    if report.tally.unreadable:
        place, reason = next(iter(report.tally.unreadable.items()))
        more = len(report.tally.unreadable) - 1
        others = f", nor {more:,} others" if more else ""
        return UsageFault(
            f"nothing can be read: not {place} ({reason}){others}", cure="check that it is such a history"
        )
    if report.outside:
        return UsageFault("it has no day between --since and --until", cure="ask for others, or for all")
    return UsageFault("it has no day between 2008 and today", cure="check the clock, and the dates in it")
