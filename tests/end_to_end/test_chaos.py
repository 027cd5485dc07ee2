"""One request in five fails in mixed ways: all that live are fresh at the end, no value is wrong, no wait is broken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from crawling import TOKEN, Landscape

from crawler.fetch.engine import Engine
from crawler.fetch.transport import Transport
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.chaos import Chaos

WITH_CLOCKS = (
    *(f"crawler.fetch.{name}" for name in ("asking", "hosts", "limits")),
    *(f"crawler.sandbox.{name}" for name in ("chaos", "limits", "request_log", "server")),
    "http.server",
)
BEAT = 0.01
COUNT = 150
FACTS = ("repositories", "releases", "languages", "funding_links", "owners", "changes", "history", "former_names")


class SharedClock:
    """Time of client and server alike. It leaps over a wait, but only once nobody has anything left to ask before."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.under_way = 0
        self._ends: list[float] = []
        self._beating: asyncio.Task[None] | None = None
        self._stalls: list[tuple[float, float]] = []

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def time(self) -> float:
        return time.time() + self.ahead

    def watch(self) -> None:
        """From the first call on in each event loop note when it stands still, as on a machine with much else to do."""
        if self._beating is None or self._beating.done():
            self._beating = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            stalled = time.monotonic() - before - BEAT
            if stalled > BEAT:
                self._stalls.append((self.monotonic(), stalled))

    def lived(self, since: float, until: float) -> float:
        """The seconds between two times in which the event loop did not stand still."""
        return until - since - sum(stalled for end, stalled in self._stalls if since < end and end - stalled < until)

    async def sleep(self, seconds: float) -> None:
        """Sleep until then; who sleeps longer wakes later."""
        end = self.monotonic() + seconds
        self._ends.append(end)
        idle = 0
        while self.monotonic() < end:
            await asyncio.sleep(0.001)
            idle = 0 if self.under_way else idle + 1
            if idle > 4 and end == min(self._ends):
                self.ahead += max(0.0, end - self.monotonic())
        self._ends.remove(end)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> SharedClock:
    clock, real = SharedClock(), Transport.send

    async def send(self: Transport, *arguments: Any, **options: Any) -> Any:
        clock.watch()
        clock.under_way += 1
        try:
            return await real(self, *arguments, **options)
        finally:
            clock.under_way -= 1

    monkeypatch.setattr(Transport, "send", send)
    monkeypatch.setattr("crawler.running.Engine", lambda **settings: Engine(**settings, sleep=clock.sleep))
    for module in WITH_CLOCKS:
        monkeypatch.setattr(f"{module}.time", clock)
    return clock


def facts(landscape: Landscape) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows for table, rows in landscape.dump().items() if table in FACTS}


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Landscape:
    """The same list over the same world, without any mischief."""
    with SandboxServer(made_up_world(COUNT), token=TOKEN) as server:
        landscape = Landscape(tmp_path_factory.mktemp("calm"), server)
        landscape.refresh()
    return landscape


@pytest.fixture
def struck(tmp_path: Path, shared: SharedClock, calm: Landscape, request: pytest.FixtureRequest) -> Iterator[Landscape]:
    """A landscape with a seed of mischief, at the same moment as the calm one."""
    with SandboxServer(made_up_world(COUNT), token=TOKEN, chaos=Chaos(0.2, request.param)) as server:
        # What was on its way when a wait was announced.
        server.waits.grace = 0.3
        server.waits.lived = shared.lived
        landscape = Landscape(tmp_path, server)
        landscape.now = calm.now
        yield landscape


def beside(landscape: Landscape) -> Landscape:
    """Another database that fills from the same server."""
    folder = landscape.database.parent / "beside"
    folder.mkdir()
    other = Landscape(folder, landscape.server)
    other.now = landscape.now
    return other


def is_all_fresh(landscape: Landscape) -> None:
    states = dict(landscape.rows("SELECT status, count(*) FROM fetches WHERE source = 'github' GROUP BY status"))
    assert states.keys() == {"ok", "empty"} and sum(states.values()) == COUNT


def is_told(told: Landscape, expected: Landscape) -> None:
    """Nothing is wrong, and what could not be asked, which the failures name, is as it was before."""
    failed = set(told.rows("SELECT subject FROM fetches WHERE status IN ('failed', 'partial') AND source <> 'github'"))
    if not failed:
        assert facts(told) == facts(expected)
    for repository in told.world:
        if (name := repository.name_with_owner,) not in failed:
            assert told.repository(name) == expected.repository(name)


@pytest.mark.parametrize("struck", [1, 2], indirect=True)
def test_all_are_fresh_after_one_refresh_and_no_value_is_wrong(struck: Landscape, calm: Landscape) -> None:
    done = struck.refresh(code=None)
    assert done.code in {0, 3}, done.err
    assert struck.server.chaos and sum(struck.server.chaos.struck.values()) > 20
    assert struck.server.announced and struck.server.broken_waits() == []
    is_all_fresh(struck)
    is_told(struck, calm)


@pytest.mark.parametrize("struck", [11], indirect=True)
def test_a_changed_world_is_told_as_it_is_and_nothing_is_lost(struck: Landscape, calm: Landscape) -> None:
    """Over a database that knew the world of yesterday."""
    for landscape in (struck, again := beside(struck)):
        copyfile(calm.database, landscape.database)
        landscape.later(days=1)
    for number, repository in enumerate(struck.world):
        repository.stars += 1
        if number % 3 == 0 and not repository.is_empty:
            repository.push(2, struck.now.strftime("%Y-%m-%dT00:00:00Z"))
            repository.contributors = 1 + (repository.contributors or 0)
    done = struck.refresh("--force", code=None)
    assert done.code in {0, 3}, done.err
    assert struck.server.announced and struck.server.broken_waits() == []
    is_all_fresh(struck)
    struck.server.chaos = None
    again.refresh("--force")
    is_told(struck, again)
    # The count of yesterday is still in the history, beside that of today.
    counts = "SELECT count(*), count(DISTINCT day), max(stars) - min(stars) FROM history GROUP BY repository_id"
    assert set(struck.rows(counts)) == {(2, 2, 1)}
