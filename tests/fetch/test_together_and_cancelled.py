"""Many requests at once: what fails costs the others nothing, and who cancels leaves nothing behind."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock, collect, subject

from crawler.errors import RetryLater, Stop
from crawler.fetch.engine import Engine
from crawler.fetch.together import AT_ONCE, ENOUGH, together
from crawler.sandbox import SandboxServer, faults, made_up_world
from crawler.sandbox.faults import Fault
from crawler.sources.github import ContributorsSource, RepositoriesSource


class Breaker:
    """Doubles numbers, but raises at those that it was told of; remembers how many were asked at once."""

    def __init__(self, **raises: Exception) -> None:
        self.raises = {int(name.removeprefix("at_")): error for name, error in raises.items()}
        self.under_way = self.most = 0

    async def double(self, number: int) -> int:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        if number in self.raises:
            raise self.raises[number]
        return number * 2


def test_results_come_some_at_a_time_and_none_is_lost() -> None:
    breaker = Breaker()

    async def run() -> list[list[int]]:
        return [batch async for batch in together(range(40), breaker.double)]

    batches = asyncio.run(run())
    assert [number for batch in batches for number in batch] == [number * 2 for number in range(40)]
    assert all(ENOUGH <= len(batch) <= AT_ONCE for batch in batches[:-1])
    assert breaker.most == AT_ONCE == 16


def test_one_that_takes_long_does_not_hold_up_the_others() -> None:
    async def run() -> tuple[list[int], set[int]]:
        last, waiting = asyncio.Event(), set()

        async def ask(number: int) -> int:
            waiting.add(number)
            if number == 0:
                await last.wait()
            if number == 99:
                last.set()
            waiting.remove(number)
            return number

        results: list[int] = []
        async for batch in together(range(100), ask):
            results += batch
        return results, waiting

    results, waiting = asyncio.run(asyncio.wait_for(run(), 10))
    assert (sorted(results), waiting) == (list(range(100)), set())
    assert results.index(0) > 50


def test_no_more_than_a_handful_is_under_way_or_not_yet_handed_on() -> None:
    async def run() -> int:
        asked = handed_on = most = 0

        async def ask(number: int) -> int:
            nonlocal asked, most
            asked += 1
            most = max(most, asked - handed_on)
            return number

        async for batch in together(range(100), ask):
            handed_on += len(batch)
        return most

    assert asyncio.run(run()) <= AT_ONCE


@pytest.mark.parametrize("error", [Stop("enough"), RetryLater("later"), RuntimeError("a bug")])
def test_what_was_paid_for_comes_before_what_was_raised(error: Exception) -> None:
    async def run() -> list[int]:
        results: list[int] = []
        with pytest.raises(type(error)) as raised:
            async for batch in together(range(40), Breaker(at_3=error, at_5=Stop("second")).double):
                results += batch
        assert raised.value is error
        return results

    assert asyncio.run(run()) == [number * 2 for number in range(16) if number not in {3, 5}]


def test_nothing_is_asked_of_a_list_that_is_empty() -> None:
    assert asyncio.run(collect(together([], Breaker().double))) == ([], None)


def test_both_apis_side_by_side(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.insufficient_scopes(), kind="graphql"))

    async def ask(engine: Engine) -> tuple[str, int]:
        async with asyncio.TaskGroup() as group:
            queries = group.create_task(refused(engine))
            requests = group.create_task(collect(together([PATH] * 30, engine.rest)))
        answers, stop = requests.result()
        assert stop is None
        return queries.result(), len(answers)

    reason, answered = asker.run(ask)
    assert "required scopes" in reason
    assert answered == 30


async def refused(engine: Engine) -> str:
    try:
        await engine.graphql(QUERY, {})
    except Stop as stop:
        return str(stop)
    return ""


def test_cancelled_under_way(clock: Clock) -> None:
    with SandboxServer(made_up_world(40), token=TOKEN, latency=0.1) as server:
        asker = Asker(server, clock)

        async def ask(engine: Engine) -> int:
            subjects = [subject(one, "contributors") for one in server.world]
            task = asyncio.create_task(collect(ContributorsSource().fetch(subjects, engine)))
            while not server.log:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The engine is as good as before.
            assert (await engine.rest(PATH)).status == 200
            return engine.counts.rest_counted

        assert asker.run(ask, budget=1) == 1
        assert 2 <= len(server.log) <= AT_ONCE + 1


@pytest.mark.parametrize("work", ["rest", "graphql"])
def test_cancelled_while_waiting(asker: Asker, work: str) -> None:
    asker.server.faults.replace(Fault(faults.server_error(500)))

    async def ask(engine: Engine) -> None:
        waiting = asyncio.Event()

        async def wait(seconds: float) -> None:
            waiting.set()
            await asyncio.Event().wait()

        engine.sleep = wait
        task = asyncio.create_task(engine.rest(PATH) if work == "rest" else engine.graphql(QUERY, {}))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asker.run(ask)
    assert len(asker.server.log) == 1


def test_who_looks_away_early_leaves_nothing_behind(asker: Asker) -> None:
    async def ask(engine: Engine) -> int:
        source = RepositoriesSource(today=asker.server.world.today)
        subjects = [subject(one) for one in asker.server.world]
        async with aclosing(source.fetch(subjects, engine)) as batches:  # type: ignore[type-var]
            async for outcomes in batches:
                return len(outcomes)
        return 0

    assert 0 < asker.run(ask) < 30
    assert len(asker.server.log) == 1
