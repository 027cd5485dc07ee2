"""The loop that runs what is due, one source after another, for as long as it is let."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from msgspec import Struct, structs

from crawler import clock
from crawler.errors import CrawlerError, LockHeld, UsageFault
from crawler.fetch.redact import bug_report, short_error
from crawler.notify import Notifier
from crawler.report import DONE, INTERRUPTED
from crawler.scheduling.cadences import DAY, Cadence
from crawler.scheduling.planning import ended, first_due, in_reach, plan
from crawler.store.database import BUSY_TIMEOUT_SECONDS, commit_patiently, open_writer_patiently
from crawler.store.lock import hold_lock
from crawler.store.schedule import Job, read_jobs, replace_jobs, write_job

LOOK_SECONDS = 900.0
"""So often the clock is looked at anyhow: a machine that slept, or whose clock was set, wakes nobody."""
RETRY_SECONDS = 300.0
"""Until a run that found the lock held is tried again."""
HURRIED_SECONDS = 1.0
"""So long an interrupted run waits for another writer: whoever stops us does not wait long."""
UNEXPECTED = 1
MENDED = timedelta(hours=1)
"""So soon a run is tried again that somebody has to mend something for: a list, rules, the place of the database."""


class Ended(Struct, frozen=True, kw_only=True):
    """How a run ended: its exit code, whether it brought all that it should, and both in a line.

    `again`: how long after its beginning a run that did not is tried again at the latest.
    """

    exit_code: int
    is_whole: bool
    message: str
    again: timedelta = DAY


class Scheduler:
    """Runs every source of `cadences`, which stand in their order, at its times; what it knows is in the database.

    `run` refreshes one source; it is called with the database's lock held. A run starts by up to `jitter` later than
    planned. `say` gets lines about trouble, `note` those that nobody must read.
    """

    def __init__(
        self,
        database: Path,
        cadences: Mapping[str, Cadence],
        run: Callable[[str], Awaitable[Ended]],
        *,
        jitter: timedelta,
        notifier: Notifier,
        say: Callable[[str], None],
        note: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._database = database
        self._cadences = cadences
        self._run = run
        self._jitter = jitter
        self._notifier = notifier
        self._say = say
        self._note = note
        self._jobs: dict[str, Job] = {}
        self._starts: dict[str, datetime] = {}
        """When each job starts: its planned time and the jitter."""
        self._seen = clock.now()
        """What the clock said when it was looked at last."""
        self._unmended = ""
        """What was said last of the faults that only a person can mend; empty where there is none."""
        self._bell = asyncio.Event()
        self._alarms = AsyncIOScheduler(timezone=UTC)

    async def serve(self) -> None:
        """Run what is due until cancelled; LockHeld where another scheduler is at work on the database.

        A cancelled run ends as an interrupted refresh does, and is due again at the next start.
        """
        with hold_lock(self._database, work="scheduler"):
            await self._take_up()
            self._alarms.start()
            try:
                while True:
                    job = first_due(self._jobs.values(), self._starts, clock.now())
                    await (self._sleep() if job is None else self._turn_safely(job))
            finally:
                self._alarms.shutdown(wait=False)

    async def _take_up(self) -> None:
        """Plan from what the database holds. What is overdue starts at once, all else at its time."""
        now = clock.now()
        with closing(await open_writer_patiently(self._database)) as connection:
            jobs = plan(read_jobs(connection), self._cadences, now)
            await commit_patiently(connection, lambda: replace_jobs(connection, jobs))
        for job in jobs:
            self._expect(job)

    def _expect(self, job: Job) -> None:
        """Start the job when its time has come."""
        self._jobs[job.source] = job
        delay = timedelta()
        if job.next_run_at > clock.now():
            most = min(self._jitter, self._cadences[job.source].span(job.next_run_at) / 2)
            delay = timedelta(seconds=random.randint(0, int(most.total_seconds())))  # noqa: S311 - spreads load
        start = self._starts[job.source] = job.next_run_at + delay
        self._alarms.add_job(
            self._ring,
            DateTrigger(clock.by_system(start), timezone=UTC),
            id=job.source,
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
        )

    async def _ring(self) -> None:
        self._bell.set()

    async def _sleep(self) -> None:
        """Wait for an alarm, or until the clock has to be looked at."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._bell.wait()
        except TimeoutError:
            pass
        self._bell.clear()
        before, self._seen = self._seen, clock.now()
        if self._seen < before:
            await self._follow_clock()

    async def _follow_clock(self) -> None:
        """The clock went back: plan anew what has gone out of reach by that."""
        for job in list(self._jobs.values()):
            right = in_reach(job, self._cadences[job.source], self._seen)
            if right is not job:
                self._say(f"crawler: the clock went back: {job.source} is planned anew")
                await self._keep(right)
            self._expect(right)

    async def _turn_safely(self, job: Job) -> None:
        """A turn that ends nothing but itself, whatever is wrong with it."""
        try:
            await self._turn(job)
        except Exception as error:  # noqa: BLE001 - see above
            self._say(bug_report(error))
            await asyncio.sleep(RETRY_SECONDS)

    async def _turn(self, job: Job) -> None:
        """One run of a job, or a wait where another process refreshes the database."""
        try:
            with hold_lock(self._database):
                result = await self._carry_out(job)
        except LockHeld as held:
            self._note(f"{job.source} waits: {held.message}")
            await asyncio.sleep(RETRY_SECONDS)
            return
        except CrawlerError as fault:  # the lock itself
            now = clock.now()
            await self._finish(structs.replace(job, started_at=now), _refused(fault))
            return
        await self._finish(self._jobs[job.source], result)

    async def _carry_out(self, job: Job) -> Ended:
        begun = structs.replace(job, started_at=clock.now(), ended_at=None, exit_code=None)
        await self._keep(begun)
        try:
            await self._notifier.ping("start")
            return await self._run(job.source)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or not task.cancelling():  # nobody stops the scheduler: a library went astray
                return _failed(UNEXPECTED, "the run was cancelled from within")
            message = f"{job.source}: interrupted (exit {INTERRUPTED})"
            interrupted = structs.replace(begun, ended_at=clock.now(), exit_code=INTERRUPTED)
            await self._keep(interrupted, seconds=HURRIED_SECONDS)
            await self._notifier.ping("fail", message, hurried=True)
            raise
        except CrawlerError as fault:
            return _refused(fault)
        except (sqlite3.Error, OSError) as error:
            return _failed(2, f"the database or another file failed ({short_error(str(error))})")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one run, the next one goes on
            self._say(bug_report(error))
            return _failed(UNEXPECTED, f"unexpected {type(error).__name__}")

    async def _finish(self, job: Job, result: Ended) -> None:
        """Plan the next run, and tell how this one went."""
        source, now = job.source, clock.now()
        cadence = self._cadences[source]
        again = None if result.is_whole else result.again
        done = ended(job, cadence, now, exit_code=result.exit_code, again=again)
        await self._keep(done)
        self._expect(done)
        self._tell_of(source, result)
        self._note(f"{source}: next run at {clock.to_text(done.next_run_at)}")
        ill = [one for one in self._jobs.values() if one.exit_code not in {None, DONE}]
        if not ill:
            await self._notifier.ping("success", f"{source}: {result.message}")
            return
        # A source that is well must not tell the monitor that all is well.
        others = [f"{one.source} (exit {one.exit_code})" for one in ill if one.source != source]
        still = f"; failing: {', '.join(others)}" if others else ""
        await self._notifier.ping("fail", f"{source}: {result.message}{still}")

    def _tell_of(self, source: str, result: Ended) -> None:
        """Say of a run what went wrong; of what has to be mended once, and not for each source and every hour."""
        is_usage = result.exit_code == UsageFault.exit_code
        if result.exit_code != DONE and not (is_usage and result.message == self._unmended):
            self._say(f"crawler: {source}: {result.message}")
        self._unmended = result.message if is_usage else ""

    async def _keep(self, job: Job, *, seconds: float = BUSY_TIMEOUT_SECONDS) -> None:
        """Take over a job, here and in the database. Where that cannot be written, the schedule goes on without."""
        self._jobs[job.source] = job
        try:
            with closing(await open_writer_patiently(self._database, seconds=seconds)) as connection:
                await commit_patiently(connection, lambda: write_job(connection, job), seconds=seconds)
        except (CrawlerError, sqlite3.Error) as error:
            self._say(f"crawler: the schedule could not be stored ({error})")


def _refused(fault: CrawlerError) -> Ended:
    again = MENDED if isinstance(fault, UsageFault) else DAY
    return Ended(exit_code=fault.exit_code, is_whole=False, message=str(fault), again=again)


def _failed(exit_code: int, message: str) -> Ended:
    return Ended(exit_code=exit_code, is_whole=False, message=message)
