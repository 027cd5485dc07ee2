"""An engine that asks a sandbox server, on a clock that only its own waits move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any, TypeVar

import pytest

from crawler.errors import Stop
from crawler.fetch.engine import GITHUB, Endpoint, Engine
from crawler.fetch.events import Event
from crawler.fetch.limits import Pauses
from crawler.fetch.request import Terms
from crawler.model import Outcome, Subject, Validator
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.world import Repository
from crawler.secret import Secret
from crawler.sources.source import Source
from crawler.spending import Quota, Wait

TOKEN = "ghp_Tests0Tests0Tests0Tests0Tests0Tests0"
QUERY = 'query One { r0: repository(owner: "acme-00", name: "widget-0") { nameWithOwner } rateLimit { cost } }'
PATH = "/repos/acme-00/widget-0"
T = TypeVar("T")


class Clock:
    """A monotonic clock that moves by what is waited for, and by next to nothing at each look."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Seconds since some moment."""
        self.now += 1e-6
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Note the wait and let it be over; waits that begin together end together."""
        self.waits.append(seconds)
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)

    @property
    def long_waits(self) -> list[int]:
        """The waits that a limit asked for, in whole seconds, without the pauses between tries."""
        return [round(seconds) for seconds in self.waits if seconds > 12]


class Notebook:
    """A memory that outlasts an engine; `events` holds each event with the fake clock's time, for who logs with it."""

    def __init__(self, clock: Clock) -> None:
        self.kept: list[Wait] = []
        self.validators: dict[tuple[str, str], Validator] = {}
        self.events: list[tuple[float, Event]] = []
        self._clock = clock

    def find_validator(self, identity: str, path: str) -> Validator | None:
        """What a test has put there."""
        return self.validators.get((identity, path))

    def waits(self) -> list[Wait]:
        """All that were kept."""
        return self.kept

    def keep_wait(self, wait: Wait) -> None:
        """Keep it."""
        self.kept.append(wait)

    def log(self, event: Event) -> None:
        """Take an event down."""
        self.events.append((self._clock.now, event))

    @property
    def requests(self) -> list[Event]:
        """The events of requests."""
        return [event for _, event in self.events if event.name == "request"]

    @property
    def request_times(self) -> list[float]:
        """When they were answered, by the fake clock; that is when they went out, too."""
        return [moment for moment, event in self.events if event.name == "request"]


class Asker:
    """Runs work with an engine of its own for `server`; `engine` is the last one, `said` what it told of waits."""

    def __init__(self, server: SandboxServer, clock: Clock) -> None:
        self.server = server
        self.clock = clock
        self.said: list[str] = []
        self.engine: Engine

    def run(self, work: Callable[[Engine], Awaitable[T]], **settings: Any) -> T:
        """The result of `work`, whose engine has the server's address and token unless `settings` say otherwise."""

        async def main() -> T:
            defaults: dict[str, Any] = {
                "endpoint": lambda: Endpoint(self.server.api_url, self.server.graphql_url),
                "token": Secret(TOKEN),
                "sleep": self.clock.sleep,
                "say": self.said.append,
            }
            given = defaults | settings
            token = given.pop("token")
            given.setdefault("tokens", () if token is None else (token,))
            terms = {name: given.pop(name) for name in ("budget", "deadline", "reserve", "is_paced") if name in given}
            async with Engine(**given, terms=Terms(**terms)) as self.engine:
                return await work(self.engine)

        return asyncio.run(main())

    @property
    def quotas(self) -> dict[str, Quota]:
        """Where the limits of the token stand."""
        return {resource: quota for (_, resource), quota in self.engine.quotas.items()}

    @property
    def pauses(self) -> Pauses:
        """What GitHub has asked to wait for."""
        return self.engine._asking.door(GITHUB).pauses

    def graphql(self, query: str = QUERY, **settings: Any) -> Any:
        """The answer to one query."""
        return self.run(lambda engine: engine.graphql(query, {}), **settings)

    def rest(self, path: str = PATH, *, conditional: bool = False, **settings: Any) -> Any:
        """The answer to one GET."""
        return self.run(lambda engine: engine.rest(path, conditional=conditional), **settings)

    def fetch(self, source: Source, subjects: Iterable[Subject], **settings: Any) -> list[Outcome]:
        """All outcomes of a source; Stop ends the test."""
        outcomes, stop = self.fetch_until_stop(source, subjects, **settings)
        assert stop is None, stop
        return outcomes

    def fetch_until_stop(
        self, source: Source, subjects: Iterable[Subject], **settings: Any
    ) -> tuple[list[Outcome], Stop | None]:
        """The outcomes of a source, and the Stop that ended it, if one did."""
        return self.run(lambda engine: collect(source.fetch(subjects, engine)), **settings)


async def collect(batches: AsyncIterator[list[T]]) -> tuple[list[T], Stop | None]:
    """All results, and the Stop that ended them, if one did."""
    results: list[T] = []
    try:
        async for batch in batches:
            results += batch
    except Stop as stop:
        return results, stop
    return results, None


def subject(repository: Repository, source: str = "github", *, by_id: bool = False, **known: Any) -> Subject:
    """The subject that the store would make of a repository; with `by_id` it was answered before."""
    if by_id:
        known = {"node_id": repository.node_id, "database_id": repository.database_id} | known
    return Subject(source=source, name=repository.name_with_owner, repository_id=1, **known)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of limits and deadlines."""
    clock = Clock()
    for module in ("asking", "hosts", "ledger", "limits"):
        monkeypatch.setattr(f"crawler.fetch.{module}.time", clock)
    return clock


@pytest.fixture
def notebook(clock: Clock) -> Notebook:
    """What outlasts the engines of a test."""
    return Notebook(clock)


@pytest.fixture(scope="session")
def shared_server() -> Iterator[SandboxServer]:
    """A server of a made-up world of 40 that no test may change."""
    world = made_up_world(40)
    before = repr(list(world))
    with SandboxServer(world, token=TOKEN) as server:
        yield server
    assert repr(list(world)) == before


@pytest.fixture
def asker(clock: Clock, shared_server: SandboxServer) -> Asker:
    """An engine for a made-up world of 40 behind a token, which no test may change."""
    shared_server.faults.replace()
    shared_server.log.clear()
    return Asker(shared_server, clock)


@pytest.fixture
def own_asker(clock: Clock) -> Iterator[Asker]:
    """An engine for a made-up world of 40 behind a token, which a test may change."""
    with SandboxServer(made_up_world(40), token=TOKEN) as server:
        yield Asker(server, clock)
