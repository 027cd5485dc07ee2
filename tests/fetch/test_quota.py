"""The hour's quota: a reserve for others, what is left spread over the time, and what counts against a budget."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock, Notebook, collect

from crawler.errors import FetchError, LimitReached, Stop
from crawler.fetch import hosts, transport
from crawler.fetch.answers import Raw
from crawler.fetch.engine import Engine
from crawler.fetch.limits import Meter
from crawler.fetch.together import together
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.limits import Resource
from crawler.sandbox.replies import Reply
from crawler.spending import Quota

RESOURCES: list[Resource] = ["core", "graphql"]


class Scarce(Asker):
    """An engine whose hour holds 100 units of each API; `low_water` is what was left at each wait for the reset."""

    def __init__(self, server: SandboxServer, clock: Clock) -> None:
        super().__init__(server, clock)
        self.low_water: list[int] = []
        server.limits.enforced = True
        server.limits.per_hour = {"core": 100, "graphql": 100}

    async def next_hour(self, seconds: float) -> None:
        """Sleep; a sleep of an hour brings a new one."""
        if seconds > 3000:
            self.low_water += [self.server.limits.quota(resource).remaining for resource in RESOURCES]
            self.server.limits.per_hour = {"core": 5000, "graphql": 5000}
        await self.clock.sleep(seconds)


@pytest.fixture
def scarce(clock: Clock) -> Iterator[Scarce]:
    with SandboxServer(made_up_world(40), token=TOKEN) as server:
        yield Scarce(server, clock)


async def ask_once(engine: Engine, resource: str) -> None:
    await (engine.rest(PATH) if resource == "core" else engine.graphql(QUERY, {}))


# --- the reserve ---


@pytest.mark.parametrize(("reserve", "kept"), [(0.0, 0), (0.1, 10), (0.5, 50), (0.905, 90)])
@pytest.mark.parametrize("resource", RESOURCES)
def test_the_reserve_is_left_to_others(scarce: Scarce, resource: Resource, reserve: float, kept: int) -> None:
    async def ask(engine: Engine) -> None:
        for _ in range(102 - kept):
            await ask_once(engine, resource)

    scarce.run(ask, reserve=reserve, sleep=scarce.next_hour)
    assert min(scarce.low_water) == kept
    assert scarce.clock.long_waits == [pytest.approx(3600, abs=3)]
    assert [seen.status for seen in scarce.server.log] == [200] * (102 - kept)


def test_requests_under_way_together_leave_the_reserve_alone(scarce: Scarce) -> None:
    scarce.server.limits.per_hour["core"] = 20

    async def ask(engine: Engine) -> int:
        answers, _ = await collect(together([PATH] * 16, engine.rest))
        return len(answers)

    async def when_all_are_answered(seconds: float) -> None:
        while scarce.engine.counts.rest_counted < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        await scarce.next_hour(seconds)

    assert scarce.run(ask, reserve=0.5, sleep=when_all_are_answered) == 16
    assert scarce.low_water[0] == 10


def test_a_query_that_may_touch_the_reserve_waits(scarce: Scarce) -> None:
    async def ask(engine: Engine) -> None:
        await engine.graphql(QUERY, {}, points=1)
        # 99 are left, 90 of them for others.
        await engine.graphql(QUERY, {}, points=9)
        assert scarce.clock.waits == []
        await engine.graphql(QUERY, {}, points=9)

    scarce.run(ask, reserve=0.9, sleep=scarce.next_hour)
    assert scarce.clock.long_waits == [pytest.approx(3600, abs=3)]


def test_what_others_spend_is_seen_in_time(scarce: Scarce) -> None:
    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        scarce.server.limits.charge("core", 85)
        await engine.rest(PATH)
        assert scarce.clock.waits == []
        scarce.server.limits.charge("core", 10)
        await engine.rest(PATH)
        await engine.rest(PATH)

    scarce.run(ask, reserve=0.1, sleep=scarce.next_hour)
    assert len(scarce.clock.long_waits) == 1


def test_the_hour_of_one_api_is_not_that_of_the_other(scarce: Scarce) -> None:
    async def ask(engine: Engine) -> None:
        for _ in range(51):
            await engine.graphql(QUERY, {})
            await engine.rest(PATH)

    scarce.server.limits.per_hour["graphql"] = 5000
    scarce.run(ask, reserve=0.5, sleep=scarce.next_hour)
    assert len(scarce.clock.long_waits) == 1
    assert scarce.low_water == [50, 5000 - 51]


def test_a_reserve_that_cannot_be_waited_for_ends_the_run(scarce: Scarce) -> None:
    async def ask(engine: Engine) -> None:
        for _ in range(100):
            await engine.rest(PATH)

    with pytest.raises(Stop, match=r"GitHub has only the reserve left, 3\d{3} s, which is past the deadline"):
        scarce.run(ask, reserve=0.5, deadline=3000.0)
    assert len(scarce.server.log) == 50
    assert scarce.clock.waits == []


def test_costs_that_are_under_way_count(clock: Clock) -> None:
    meter = Meter(0.1)
    assert (meter.spare(), meter.until_reset(50)) == (None, 0.0)
    meter.see(Quota(100, 30, 0), 600.0)
    meter.sent(15)
    assert meter.spare() == 5
    assert meter.until_reset(5) == 0.0
    assert meter.until_reset(6) == pytest.approx(600, abs=0.01)
    clock.now += 601
    assert (meter.spare(), meter.until_reset(50)) == (None, 0.0)


# --- spread over the time ---


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(("deadline", "gap"), [(None, 3600 / 99), (990.0, 10.0), (36_000.0, 3600 / 99)])
def test_short_quota_is_spread_to_its_reset_or_the_deadline(
    scarce: Scarce, notebook: Notebook, resource: Resource, deadline: float | None, gap: float
) -> None:
    async def ask(engine: Engine) -> None:
        engine.expect(graphql=300, rest=300)
        for _ in range(6):
            await ask_once(engine, resource)

    scarce.run(ask, deadline=deadline, log=notebook.log)
    gaps = [later - earlier for earlier, later in pairwise(notebook.request_times)]
    assert gaps == [pytest.approx(gap, rel=0.06)] * 5
    assert scarce.said == ["quota is short: what is left is spread over the time to its reset"]
    # Nobody asked for these: they are no waits of a limit.
    assert scarce.engine.counts.waits == 0


def test_requests_at_once_are_spread_one_by_one(scarce: Scarce, monkeypatch: pytest.MonkeyPatch) -> None:
    send, sent = transport.Transport.send, []

    async def send_and_note(self: transport.Transport, *request: Any, **options: Any) -> Raw:
        sent.append(scarce.clock.now)
        return await send(self, *request, **options)

    monkeypatch.setattr(transport.Transport, "send", send_and_note)

    async def ask(engine: Engine) -> None:
        engine.expect(graphql=0, rest=300)
        await collect(together([PATH] * 8, engine.rest))

    scarce.run(ask)
    assert len(sent) == 8
    assert min(later - earlier for earlier, later in pairwise(sent)) > 35


def test_what_is_left_after_the_reserve_is_what_is_spread(scarce: Scarce, notebook: Notebook) -> None:
    async def ask(engine: Engine) -> None:
        engine.expect(graphql=0, rest=300)
        for _ in range(3):
            await engine.rest(PATH)

    scarce.run(ask, reserve=0.5, log=notebook.log)
    gaps = [later - earlier for earlier, later in pairwise(notebook.request_times)]
    assert gaps == [pytest.approx(3600 / 49, rel=0.06)] * 2


def test_what_fits_is_not_held_up(scarce: Scarce) -> None:
    async def ask(engine: Engine) -> None:
        engine.expect(graphql=0, rest=99)
        for _ in range(99):
            await engine.rest(PATH)

    scarce.run(ask)
    assert scarce.clock.waits == []


# --- without a token ---


def test_without_a_token_sixty_are_asked_and_the_hour_is_not_sat_out(clock: Clock) -> None:
    with SandboxServer(made_up_world(40), anonymous=True, enforce_limits=True) as server:
        asker = Asker(server, clock)

        async def ask(engine: Engine) -> tuple[list[object], Stop | None]:
            return await collect(together([PATH] * 80, engine.rest))

        answers, stop = asker.run(ask, token=None)
        assert 58 <= len(answers) == len(server.log) == server.rest_counted <= 60
    assert str(stop) == "the hourly limit without a token is used up"
    assert clock.waits == []


def test_the_reserve_holds_without_a_token_too(clock: Clock) -> None:
    with SandboxServer(made_up_world(40), anonymous=True, enforce_limits=True) as server:
        asker = Asker(server, clock)
        answers, _ = asker.run(lambda engine: collect(together([PATH] * 80, engine.rest)), token=None, reserve=0.1)
        # What is under way counts as spent, so that the last one may be left.
        assert 52 <= len(answers) == server.rest_counted <= 54


def test_the_hour_without_a_token_is_no_reason_to_stop_those_with_one(scarce: Scarce) -> None:
    scarce.server.anonymous = True
    scarce.server.limits.anonymous_per_hour["core"] = 1

    async def ask(engine: Engine) -> None:
        engine.note_places(engine.identities[0].key, admitted=[], refused={"acme-01": "policy"})
        path = "/repos/acme-01/widget-10"
        assert (await engine.rest(path, place="acme-01/widget-10")).status == 200
        with pytest.raises(LimitReached, match="the hourly limit without a token is used up"):
            await engine.rest(path, place="acme-01/widget-10")
        assert (await engine.rest(PATH, place="acme-00/widget-0")).status == 200

    scarce.run(ask)
    assert [seen.credential for seen in scarce.server.log] == ["", "token"]
    assert scarce.clock.waits == []


# --- the budget ---


@pytest.mark.parametrize(
    ("api", "reply"),
    [
        ("rest", faults.reset()),
        ("rest", faults.truncated()),
        ("rest", faults.malformed_json()),
        ("rest", faults.server_error(502)),
        ("rest", replies.secondary_limit(retry_after=1)),
        ("rest", replies.not_found()),
        ("graphql", faults.reset()),
        ("graphql", replies.timed_out()),
        ("graphql", faults.server_error(500)),
        ("graphql", faults.something_went_wrong(200)),
    ],
)
def test_what_failed_is_spent_as_well(asker: Asker, api: str, reply: Reply) -> None:
    asker.server.faults.replace(Fault(reply))

    async def ask(engine: Engine) -> None:
        for _ in range(6):
            try:
                await ask_once(engine, "core" if api == "rest" else "graphql")
            except Stop:
                raise
            except FetchError:
                continue

    with pytest.raises(Stop, match="the budget of 3 points is used up: 0 left"):
        asker.run(ask, budget=3)
    assert len(asker.server.log) == asker.engine.total.spent == 3


def test_sources_are_counted_apart_and_spend_together(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        await engine.for_source("github").graphql(QUERY, {})
        await engine.for_source("contributors").rest(PATH)
        await engine.for_source("github").graphql(QUERY, {})
        with pytest.raises(Stop, match="budget of 3 points"):
            await engine.for_source("sponsors").graphql(QUERY, {})

    asker.run(ask, budget=3)
    spent = {name: counts.spent for name, counts in asker.engine.by_source.items()}
    assert spent == {"github": 2, "contributors": 1, "sponsors": 0}


# --- points of a minute ---


def test_points_beyond_those_of_a_minute_have_to_wait(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "POINTS_PER_MINUTE", 5)

    async def ask(engine: Engine) -> None:
        await engine.graphql(QUERY, {}, points=4)
        await engine.graphql(QUERY, {}, points=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(engine.graphql(QUERY, {}, points=1), 0.1)
        # REST has a pace of its own.
        await engine.rest(PATH)

    asker.run(ask)
    assert [seen.kind for seen in asker.server.log] == ["graphql", "graphql", "rest"]


def test_a_query_of_more_points_than_a_minute_has_goes_out_all_the_same(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "POINTS_PER_MINUTE", 5)
    asker.run(lambda engine: engine.graphql(QUERY, {}, points=6))
    assert len(asker.server.log) == 1


@pytest.mark.parametrize("reset", [99_999_999_999, 2_000_000_000])
def test_a_reset_in_another_year_is_none(clock: Clock, reset: int) -> None:
    meter = Meter(0.1)
    meter.see(Quota(5000, 530, reset), reset - 1_790_000_000)
    meter.sent(1)
    assert (meter.quota, meter.until_reset(1), meter.gap(1, expected=1000, horizon=None)) == (None, 0.0, 0.0)
