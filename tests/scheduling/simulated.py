"""Months in a second: an event loop whose time jumps to the next timer, and clocks that tell its time."""

from __future__ import annotations

import asyncio
import os
import random
import selectors
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from crawler import clock
from crawler.notify import Notifier
from crawler.scheduling.cadences import read_cadence
from crawler.scheduling.scheduler import Ended, Scheduler

BEGIN = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
"""A Monday."""
RUN_SECONDS = 90
WELL = Ended(exit_code=0, is_whole=True, message="done")


class Impatient(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Counts the seconds that it should wait, and does not."""

    seconds = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """What is ready now."""
        assert timeout is not None, "nothing will ever happen"
        self.seconds += max(timeout, 0)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its time is that of the next timer as soon as nothing else is to be done: nobody waits."""

    def __init__(self) -> None:
        self._clock = Impatient()
        super().__init__(self._clock)

    @property
    def seconds(self) -> float:
        """How long it has lived."""
        return self._clock.seconds

    def time(self) -> float:
        """The same, as the timers see it."""
        return self._clock.seconds


@dataclass
class World:
    """Simulated time, and a scheduler in it whose runs are noted and take a minute and a half."""

    database: Path
    schedule: dict[str, str]
    now: datetime = BEGIN
    """When the scheduler starts; its clock says more by as much as it has waited, and by `set_by`."""
    set_by: timedelta = timedelta()
    jitter: timedelta = timedelta(minutes=10)
    runs: list[tuple[datetime, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    at_work: int = 0
    result: Callable[[str], Ended] = lambda source: WELL
    loop: JumpingLoop | None = None

    def clock(self) -> datetime:
        """What the clock says."""
        return self.now + self.set_by + timedelta(seconds=self.loop.seconds if self.loop else 0)

    async def run(self, source: str) -> Ended:
        """A run that is noted."""
        assert self.at_work == 0, "two at once"
        self.at_work += 1
        try:
            self.runs.append((clock.now(), source))
            await asyncio.sleep(RUN_SECONDS)
            return self.result(source)
        finally:
            self.at_work -= 1

    def live(self, span: timedelta, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """A scheduler lives for so long, then it is stopped; another may be started over the same database."""
        scheduler = Scheduler(
            self.database,
            {name: read_cadence(text) for name, text in self.schedule.items()},
            self.run,
            jitter=self.jitter,
            notifier=Notifier(None, self.said.append),
            say=self.said.append,
        )

        async def main() -> None:
            tasks = [asyncio.create_task(scheduler.serve())]
            tasks += [asyncio.create_task(meanwhile())] if meanwhile else []  # type: ignore[arg-type]
            await asyncio.sleep(span.total_seconds())
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)

        with asyncio.Runner(loop_factory=self._make_loop) as runner:
            runner.run(main())
        self.now = self.clock() - self.set_by
        self.loop = None

    def _make_loop(self) -> JumpingLoop:
        self.loop = JumpingLoop()
        return self.loop

    def counts(self) -> Counter[str]:
        """How often each source ran."""
        return Counter(source for _, source in self.runs)

    def times(self, source: str) -> list[datetime]:
        """When it ran."""
        return [moment for moment, one in self.runs if one == source]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory, where there is such a thing: months of commits to a disk take their time."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir="/dev/shm", prefix="crawler-tests-") as made:
        yield Path(made)


@pytest.fixture
def world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which both our clock and APScheduler's tell simulated time."""
    made = World(folder / "landscape.db", {})

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return made.clock().astimezone(tz)

    for module in ("crawler.clock", "apscheduler.schedulers.base", "apscheduler.executors.base"):
        monkeypatch.setattr(f"{module}.datetime", Simulated)
    random.seed(1)
    return made
