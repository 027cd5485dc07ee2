"""How many queries run at once: one, two while answers are quick, and none where a minute's work is used up."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock, collect, subject

from crawler.errors import TooBig
from crawler.fetch.engine import GITHUB, Engine
from crawler.fetch.limits import QueryGate
from crawler.fetch.together import together
from crawler.sandbox import SandboxServer, faults, made_up_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.request_log import Seen
from crawler.sources.github import RepositoriesSource


async def ask_together(engine: Engine, number: int) -> None:
    """So many queries at once."""

    async def one(_number: int) -> None:
        with suppress(TooBig):
            await engine.graphql(QUERY, {})

    async for _ in together(range(number), one):
        pass


def log_of(server: SandboxServer, number: int) -> list[Seen]:
    """The log of so many queries that were asked at once, by the real clock."""
    Asker(server, Clock()).run(lambda engine: ask_together(engine, number))
    return server.log


def most_at_once(log: list[Seen]) -> int:
    """How many of them were under way at the same moment."""
    return max(sum(one.started <= seen.started < one.started + one.seconds for one in log) for seen in log)


def test_one_query_runs_at_first_and_two_while_answers_are_quick() -> None:
    with SandboxServer(made_up_world(4), token=TOKEN, latency=0.01) as server:
        log = log_of(server, 16)
    assert len(log) == 16
    assert most_at_once(log[:4]) == 1
    assert most_at_once(log) == 2
    # From then on it stays at two.
    beside = [later.started < earlier.started + earlier.seconds for earlier, later in pairwise(log[4:])]
    assert sum(beside) >= 4


def test_one_query_runs_while_answers_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QueryGate, "QUICK_SECONDS", 0.015)
    with SandboxServer(made_up_world(4), token=TOKEN, latency=0.02) as server:
        log = log_of(server, 12)
    assert most_at_once(log) == 1


def test_a_slow_answer_brings_it_down_to_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QueryGate, "QUICK_SECONDS", 0.1)
    with SandboxServer(made_up_world(4), token=TOKEN, latency=0.01) as server:

        async def ask(engine: Engine) -> None:
            await ask_together(engine, 6)
            server.latency = 0.12
            await engine.graphql(QUERY, {})
            server.latency = 0.01
            await ask_together(engine, 8)

        Asker(server, Clock()).run(ask)
        log = server.log
    assert most_at_once(log[:6]) == 2
    assert most_at_once(log[7:10]) == 1
    assert most_at_once(log[10:]) == 2


def test_heavy_work_is_slow_whatever_the_way_to_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QueryGate, "QUICK_SECONDS", 0.02)
    with SandboxServer(made_up_world(20), token=TOKEN, work_seconds_per_unit=0.0002) as server:
        source, subjects = RepositoriesSource(today=server.world.today), list(map(subject, server.world))

        async def ask(engine: Engine) -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(4):
                    group.create_task(collect(source.fetch(subjects, engine)))

        Asker(server, Clock()).run(ask)
        log = server.log
    assert max(seen.seconds for seen in log) > 0.02
    assert most_at_once(log[:4]) == 1


def test_a_query_that_is_given_up_is_no_quick_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QueryGate, "QUICK_SECONDS", 0.03)
    monkeypatch.setattr("crawler.fetch.transport.MAX_ANSWER_SECONDS", 0.05)
    dripping = Fault(faults.dripping(0.02, b" " * 100))
    with SandboxServer(made_up_world(4), token=TOKEN, faults=[dripping]) as server:
        log = log_of(server, 6)
    assert all(later.started >= earlier.started + 0.04 for earlier, later in pairwise(log))


def test_rest_goes_on_beside_a_query() -> None:
    with SandboxServer(made_up_world(4), token=TOKEN, latency=0.1) as server:

        async def ask(engine: Engine) -> None:
            await engine.rest(PATH)
            async with asyncio.TaskGroup() as group:
                group.create_task(engine.graphql(QUERY, {}))
                while len(server.log) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
                await engine.rest(PATH)

        Asker(server, Clock()).run(ask)
        _, query, beside = server.log
    assert (query.kind, beside.kind) == ("graphql", "rest")
    assert beside.started < query.started + query.seconds


# --- the gate alone ---


def worked(gate: QueryGate, clock: Clock, *seconds: float) -> None:
    """Queries that ended one after the other, each after so much work."""
    for one in seconds:
        clock.now += one
        gate.answered(one)


@pytest.mark.parametrize(
    ("seconds", "width"),
    [
        ([], 1),
        ([1, 1], 1),
        ([1, 1, 1], 2),
        ([9, 1, 1], 1),
        ([1, 1, 1, 3], 1),
        ([1, 1, 1, 3, 1, 1], 1),
        ([1, 1, 1, 3, 1, 1, 1], 2),
        ([2.9, 2.9, 2.9], 2),
        ([-0.2, -0.2, -0.2], 2),
        ([9, 9, 9, 9, 1, 1, 1], 2),
        ([9, 9, 9, 9, 2, 2, 1], 1),
    ],
)
def test_the_width_follows_the_last_answers(clock: Clock, seconds: list[float], width: int) -> None:
    gate = QueryGate()
    worked(gate, clock, *seconds)
    assert gate.width == width


def test_work_of_more_than_a_minute_ago_is_forgotten(clock: Clock) -> None:
    gate = QueryGate()
    worked(gate, clock, *[10.0] * 4, 1, 1, 1)
    assert gate.width == 1
    clock.now += 60 - 33 - 0.1
    assert gate.width == 1
    clock.now += 0.2
    assert gate.width == 2


def test_a_used_up_minute_is_rested_until_there_is_room(clock: Clock) -> None:
    gate = QueryGate()
    worked(gate, clock, 10, 10, 10, 10, 10)
    assert gate.rest() == 0.0
    worked(gate, clock, 10)
    # 60 s of work: the first 10 are over when a minute has passed since they ended, 50 s ago.
    assert gate.rest() == pytest.approx(10, abs=0.01)
    clock.now += 5
    assert gate.rest() == pytest.approx(5, abs=0.01)
    clock.now += 5.1
    assert gate.rest() == 0.0


def test_much_work_at_once_waits_for_as_much_of_it_as_is_needed(clock: Clock) -> None:
    gate = QueryGate()
    for seconds in (10, 20, 40):
        clock.now += 1
        gate.answered(seconds)
    # 70 s: the first leaves 60, the second 40.
    assert gate.rest() == pytest.approx(59, abs=0.01)


def test_the_engine_rests_where_the_minute_is_used_up(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        await engine.graphql(QUERY, {})
        for _ in range(6):
            asker.engine._asking.door(GITHUB).gate.answered(10.0)
        await engine.rest("/repos/acme-00/widget-0")
        assert asker.clock.waits == []
        await engine.graphql(QUERY, {})

    asker.run(ask)
    assert asker.clock.waits == [pytest.approx(60, abs=0.01)]


def test_the_way_to_the_host_is_no_work(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    answered = QueryGate.answered

    def note(self: QueryGate, seconds: float) -> None:
        told.append(seconds)
        answered(self, seconds)

    monkeypatch.setattr(QueryGate, "answered", note)
    monkeypatch.setattr("crawler.fetch.transport.Transport.latency", lambda _self, _url: 0.25)
    asker.graphql()
    assert told == [pytest.approx(-0.25, abs=0.01)]
