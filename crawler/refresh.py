"""The pipeline: what is stale is asked for, batch by batch, and stored; then the figures are computed anew."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal, Protocol

from msgspec import Struct, field

from crawler import clock
from crawler.errors import Stop
from crawler.fetch.engine import Engine
from crawler.figures.compute import compute_totals
from crawler.model import Counts, Outcome, Seeds
from crawler.plan import Selection, due
from crawler.sources.source import Source
from crawler.store.database import transaction
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.runs import begin_run, end_run, keeps_recordings, write_quotas
from crawler.store.search import index_projects
from crawler.store.seeds import sync_seeds
from crawler.store.totals import write_totals

DONE, IN_PART, NOTHING, INTERRUPTED = 0, 3, 4, 130
OUTCOMES = {DONE: "done", IN_PART: "in part", NOTHING: "nothing fetched"}


class Watcher(Protocol):
    """Told how a refresh goes on; a progress display, or nothing at all."""

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""


class SourceReport(Struct, kw_only=True):
    """How one source fared: subjects asked for, answers by status, failures and what was left unasked."""

    source: str
    due: int
    answers: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    partial: int = 0
    refused: int = 0
    stopped: str | None = None

    @property
    def answered(self) -> int:
        """Subjects with a definite answer, partial ones included."""
        return sum(self.answers.values())

    @property
    def failed(self) -> int:
        """Subjects without a whole answer: failed, partial, or not asked at all."""
        return self.due - self.answered + self.partial


class Report(Struct, kw_only=True):
    """How a run went. `sources` are in the order in which they were asked; a run that broke off counts as killed."""

    run_id: int
    mode: Literal["live", "sandbox"]
    recorded_on: str | None
    sources: list[SourceReport] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    outcome: str = "killed"
    exit_code: int | None = None

    @property
    def answered(self) -> int:
        """Definite answers of all sources."""
        return sum(source.answered for source in self.sources)

    @property
    def failed(self) -> int:
        """Subjects of all sources without a whole answer."""
        return sum(source.failed for source in self.sources)


class Run(Struct, frozen=True, kw_only=True):
    """What a refresh works with. `day` is today: the real day, or that of the recording."""

    connection: sqlite3.Connection
    engine: Engine
    selection: Selection
    mode: Literal["live", "sandbox"]
    day: date
    recorded_on: str | None
    watcher: Watcher


async def refresh(run: Run, seeds: Seeds, sources: Sequence[Source]) -> Report:
    """Ask every source for what is due and store it; the first source decides what the others can ask.

    However it ends, what was answered is stored, the totals are computed and the run is closed; a cancelled run is
    closed as interrupted and the cancellation goes on.
    """
    with transaction(run.connection):
        sync_seeds(run.connection, seeds, now=clock.to_text(clock.now()))
        run_id = begin_run(
            run.connection, mode=run.mode, recorded_on=run.recorded_on, seeds=seeds.path, now=clock.now()
        )
    report = Report(run_id=run_id, mode=run.mode, recorded_on=run.recorded_on, counts=run.engine.counts)
    first, *others = sources
    try:
        await _ask_source(run, first, report)
        # REST and GraphQL have limits of their own: one is asked beside the other, each in its turn.
        await _ask_beside(run, others, report)
        code = _exit_code(report)
        report.outcome, report.exit_code = OUTCOMES[code], code
    except asyncio.CancelledError:
        report.outcome, report.exit_code = "interrupted", INTERRUPTED
        raise
    finally:
        _close(run, report)
    return report


async def _ask_beside(run: Run, sources: Sequence[Source], report: Report) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for kind in ("rest", "graphql"):
                group.create_task(_ask_in_turn(run, [source for source in sources if source.api == kind], report))
    except ExceptionGroup as faults:
        # The first fault, such as a full disk, says it all; whoever catches it need not know of tasks.
        raise faults.exceptions[0] from None


async def _ask_in_turn(run: Run, sources: Sequence[Source], report: Report) -> None:
    for source in sources:
        await _ask_source(run, source, report)


async def _ask_source(run: Run, source: Source, report: Report) -> None:
    """Ask one source about all that is due; each batch is committed before the next is asked for."""
    subjects = due(run.connection, source, run.selection, now=clock.now())
    told = SourceReport(source=source.name, due=len(subjects))
    report.sources.append(told)
    if not subjects:
        return
    run.watcher.begin(source.name, len(subjects))
    try:
        async for outcomes in source.fetch(subjects, run.engine):
            _tell(told, outcomes, _store(run, source, outcomes))
            run.watcher.advance(source.name, len(outcomes))
    except Stop as stop:
        told.stopped = str(stop)


def _store(run: Run, source: Source, outcomes: Sequence[Outcome]) -> list[str | None]:
    writing = Writing(origin=run.mode, now=clock.now(), day=run.day, identity=run.engine.identity)
    return write_outcomes(run.connection, source.name, outcomes, writing, source.max_age)


def _tell(told: SourceReport, outcomes: Sequence[Outcome], statuses: Sequence[str | None]) -> None:
    for outcome, status in zip(outcomes, statuses, strict=True):
        if status is not None:
            told.answers[status] += 1
            told.partial += outcome.error is not None
        told.refused += outcome.refused
        if status == "unknown":
            told.unknown.append(outcome.subject.name)
        if outcome.error is not None:
            told.failures.append((outcome.subject.name, outcome.error))


def _exit_code(report: Report) -> int:
    """Design §4: done, in part, or nothing at all. Where GitHub answers but refuses the token, that is in part."""
    if not report.failed:
        return DONE
    refused = any(source.refused for source in report.sources)
    return IN_PART if report.answered or refused else NOTHING


def _close(run: Run, report: Report) -> None:
    """Compute the figures from all that is stored, and close the run's row."""
    with transaction(run.connection):
        index_projects(run.connection)
        if not keeps_recordings(run.connection, run.mode, report.answered):
            figures = compute_totals(run.connection, day=run.day, origin=run.mode)
            write_totals(run.connection, figures, day=run.day, origin=run.mode)
    if run.mode == "live":
        write_quotas(run.connection, run.engine.identity, run.engine.limits.quotas, now=clock.now())
    end_run(
        run.connection,
        report.run_id,
        outcome=report.outcome,
        exit_code=report.exit_code,
        counts=run.engine.counts,
        answered=report.answered,
        failed=report.failed,
        now=clock.now(),
    )
