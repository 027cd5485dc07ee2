"""The pipeline: what is stale is asked for, batch by batch, and stored; then the figures are computed anew."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Literal, Protocol

from msgspec import Struct, structs

from crawler import clock
from crawler.due import Selection, count_waiting, due, is_wanted
from crawler.errors import Stop, StoreFailed
from crawler.fetch.engine import Engine
from crawler.figures.compute import compute_totals
from crawler.figures.events import write_events
from crawler.figures.health.compute import compute_health
from crawler.listed import Seeds
from crawler.model import Outcome, Subject
from crawler.report import INTERRUPTED, OUTCOMES, Report, SourceReport, exit_code_of, key_of, left_out_notice
from crawler.rules import Rules
from crawler.sources.source import Source, Stage
from crawler.store.database import commit_patiently, patiently, transaction
from crawler.store.expansion import left_out
from crawler.store.former import keeping_list
from crawler.store.health import write_health
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.runs import RunEnd, SourceEnd, begin_run, end_run, keeps_recordings, write_quotas
from crawler.store.search import index_projects
from crawler.store.second_hand import count_second_hand
from crawler.store.seeds import sync_seeds
from crawler.store.totals import write_totals

MOST_PROJECTS_SOON = 1_000
"""Figures, health and events of so many take about a second and a half."""


STAGES: tuple[Stage, ...] = (0, 1, 2)
MOST_ROUNDS = 10
"""So many parents above each other; nobody is known to have more."""
MOST_FOUND = 2_000
"""So many organisations that no list names, in one run; a host that makes up more is not followed."""
FEW = 10
"""So many failures, or a tenth of all, may be chance; where more fail, asking again at once is no help."""


class Watcher(Protocol):
    """Told how a refresh goes on; a progress display, or nothing at all."""

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""


class Run(Struct, frozen=True, kw_only=True):
    """What a refresh works with. `day` is today: the real day, or that of the recording."""

    connection: sqlite3.Connection
    engine: Engine
    selection: Selection
    mode: Literal["live", "sandbox"]
    day: date
    recorded_on: str | None
    watcher: Watcher
    rules: Rules = Rules()


async def refresh(run: Run, seeds: Seeds, sources: Sequence[Source]) -> Report:
    """Ask every source for what is due and store it; those of a lower stage decide what the others can ask.

    However it ends, what was answered is stored, the totals are computed and the run is closed; a cancelled run is
    closed as interrupted and the cancellation goes on.
    """
    run_id = await commit_patiently(run.connection, partial(_begin, run, seeds))
    report = Report(run_id=run_id, mode=run.mode, recorded_on=run.recorded_on, counts=run.engine.total)
    first_hand = [one for one in sources if not one.is_second_hand and is_wanted(one, run.selection, seeds)]
    try:
        for stage in STAGES:
            # Each API has limits of its own, which the engine keeps: no source need wait for what asks another API.
            await _ask_beside(run, [source for source in first_hand if source.stage == stage], report)
        if run.engine.is_anonymous:
            for source in (source for source in sources if source.is_second_hand):
                await _ask_source(run, source, report)
            report.second_hand_held = count_second_hand(run.connection)
        if notice := left_out_notice(left_out(run.connection)):
            run.engine.tell(notice)
        code = exit_code_of(report)
        report.outcome, report.exit_code = OUTCOMES[code], code
        await commit_patiently(run.connection, partial(_close, run, report))
    except asyncio.CancelledError:
        report.outcome, report.exit_code = "interrupted", INTERRUPTED
        _close_soon(run, report)
        raise
    except sqlite3.Error as error:
        _close_soon(run, report)
        if not report.answered:
            raise
        raise StoreFailed(
            f"the database failed ({error}); everything that was stored before is kept",
            cure="make room or end what holds the file, then run again; 'crawler doctor' looks into it",
        ) from error
    except BaseException:
        _close_soon(run, report)
        raise
    return report


def _begin(run: Run, seeds: Seeds) -> int:
    with transaction(run.connection):
        if run.mode == "live":
            with keeping_list(run.connection, run.day):
                sync_seeds(run.connection, seeds, now=clock.to_text(clock.within(run.day, clock.now())))
        else:
            sync_seeds(run.connection, seeds, now=clock.to_text(clock.now()))
        return begin_run(run.connection, mode=run.mode, recorded_on=run.recorded_on, seeds=seeds.path, now=clock.now())


async def _ask_beside(run: Run, sources: Sequence[Source], report: Report) -> None:
    """Ask the sources side by side; what all of them will need sets the pace where quota is short."""
    due_now = [(source, _due(run, source)) for source in sources]
    costs = [source.cost(subjects) for source, subjects in due_now]
    run.engine.expect(graphql=sum(cost.points_high for cost in costs), rest=sum(cost.rest_counted for cost in costs))
    try:
        async with asyncio.TaskGroup() as group:
            for source, subjects in due_now:
                group.create_task(_ask_source(run, source, report, subjects))
    except ExceptionGroup as faults:
        # The first fault, such as a full disk, says it all; whoever catches it need not know of tasks.
        raise faults.exceptions[0] from None


def _due(run: Run, source: Source) -> list[Subject]:
    return due(run.connection, source, run.selection, now=clock.now())


async def _ask_source(run: Run, source: Source, report: Report, subjects: list[Subject] | None = None) -> None:
    """Ask one source about all that is due; what failed in passing is asked once more at its end.

    Each batch is committed before the next is asked for. A first failure waits for the second try before it counts.
    """
    subjects = _due(run, source) if subjects is None else subjects
    engine = run.engine.for_source(source.name)
    told = SourceReport(
        source=source.name,
        due=len(subjects),
        is_github=source.api != "other",
        is_second_hand=source.is_second_hand,
        counts=engine.counts,
        waiting=count_waiting(run.connection, source, run.selection, now=clock.now()),
    )
    report.sources.append(told)
    if not subjects:
        return
    run.watcher.begin(source.name, len(subjects))
    again: dict[int | str, Outcome] = {}
    try:
        async for outcomes in source.fetch(subjects, engine):
            again |= {key_of(outcome.subject): outcome for outcome in outcomes if outcome.passing}
            await _keep(run, source, told, [one for one in outcomes if not one.passing or one.record is not None])
        # What is known of them may have changed with what came in part.
        everything = structs.replace(run.selection, force=True)
        is_chance = 0 < len(again) <= max(FEW, len(subjects) // 10)
        known = due(run.connection, source, everything, now=clock.now()) if is_chance else []
        failed = [subject for subject in known if key_of(subject) in again]
        async for told_again in source.fetch(failed, engine) if failed else _nothing():
            # One that is left to the next run has had its only try.
            outcomes = [outcome for outcome in told_again if outcome.status or not outcome.unfinished]
            firsts = [again.pop(key_of(outcome.subject), outcome) for outcome in outcomes]
            # A second try that brings nothing takes nothing away from a first one that brought a part.
            kept = [two for one, two in zip(firsts, outcomes, strict=True) if one.record is None or two.status]
            await _keep(run, source, told, kept)
        await _ask_found(run, source, engine, told)
    except Stop as stop:
        told.stopped = str(stop)
    await _keep(run, source, told, [outcome for outcome in again.values() if outcome.record is None])


async def _ask_found(run: Run, source: Source, engine: Engine, told: SourceReport) -> None:
    """Ask about organisations that the answers were the first to name, such as parents, and theirs in turn."""
    if source.subject_kind != "organization":
        return
    listed = told.due
    for _ in range(MOST_ROUNDS):
        found = [subject for subject in _due(run, source) if key_of(subject) not in told.results]
        if not found or told.due + len(found) > MOST_FOUND + listed:
            return
        told.due += len(found)
        async for outcomes in source.fetch(found, engine):
            await _keep(run, source, told, outcomes)


async def _nothing() -> AsyncIterator[list[Outcome]]:
    """No outcomes."""
    for _ in ():
        yield []


async def _keep(run: Run, source: Source, told: SourceReport, outcomes: Sequence[Outcome]) -> None:
    """Commit a batch and take it into the report."""
    writing = Writing(origin=run.mode, now=clock.now(), day=run.day)
    write = partial(write_outcomes, run.connection, source.name, outcomes, writing, source.max_age)
    statuses = await commit_patiently(run.connection, write)
    new = sum(key_of(outcome.subject) not in told.results for outcome in outcomes)
    told.tell(outcomes, statuses)
    run.engine.note("stored", source=source.name, outcomes=len(outcomes))
    run.watcher.advance(source.name, new)


def _close(run: Run, report: Report) -> None:
    """Compute the figures from all that is stored, tell what has happened, and close the run's row."""
    with transaction(run.connection):
        index_projects(run.connection)
        if not keeps_recordings(run.connection, run.mode, report.answered):
            figures = compute_totals(run.connection, day=run.day, origin=run.mode)
            write_totals(run.connection, figures, day=run.day, origin=run.mode)
            rules = run.rules.health
            healths = compute_health(run.connection, rules, day=run.day, origin=run.mode)
            write_health(run.connection, healths, rules=rules.fingerprint, day=run.day)
            if run.mode == "live":
                write_events(run.connection, day=run.day, now=clock.now(), rules=run.rules.events)
        _end(run, report)


def _end(run: Run, report: Report) -> None:
    """Close the run's row, inside a transaction."""
    report.notices, report.expiring = run.engine.notices, run.engine.expiring
    if run.mode == "live":
        write_quotas(run.connection, run.engine.quotas, now=clock.now())
    sources = tuple(
        SourceEnd(
            source=one.source,
            due=one.due,
            answered=one.answered,
            failed=one.failed,
            counts=one.counts,
            stopped=one.stopped,
        )
        for one in report.sources
        if one.due or one.counts.requests
    )
    end = RunEnd(
        outcome=report.outcome,
        exit_code=report.exit_code,
        answered=report.answered,
        failed=report.failed,
        counts=report.counts,
        sources=sources,
    )
    end_run(run.connection, report.run_id, end, now=clock.now())


def _close_soon(run: Run, report: Report) -> None:
    """Close a run that is cut off, within the time that whoever cuts it off is ready to wait.

    Figures of a large landscape take longer than that: the next run computes them. Where the file cannot be written the
    next run closes this one, too.
    """
    is_small = run.connection.execute("SELECT count(*) FROM projects").fetchone()[0] <= MOST_PROJECTS_SOON

    def close() -> None:
        if is_small:
            _close(run, report)
            return
        with transaction(run.connection):
            _end(run, report)

    with suppress(sqlite3.Error):
        patiently(close, seconds=1.0)
