"""Budget and deadline end a run cleanly, and the budget is never overspent."""

from __future__ import annotations

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock, collect

from crawler.errors import Stop
from crawler.fetch.engine import Engine
from crawler.fetch.together import together
from crawler.sandbox import SandboxServer, faults, made_up_world
from crawler.sandbox.faults import Fault

PATHS = [f"/repos/acme-0{number // 10}/widget-{number}" for number in range(40)]


def test_requests_under_way_together_do_not_overspend(clock: Clock) -> None:
    with SandboxServer(made_up_world(40), token=TOKEN, latency=0.02) as server:

        async def ask(engine: Engine) -> tuple[list[object], Stop | None]:
            return await collect(together(PATHS, engine.rest))

        asker = Asker(server, clock)
        answers, stop = asker.run(ask, budget=21)
        assert len(answers) == server.rest_counted == asker.engine.counts.spent == 21
    assert str(stop) == "the budget of 21 points is used up: 0 left, the next question may cost 1"


def test_a_query_that_may_cost_too_much_is_not_sent(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        await engine.graphql(QUERY, {}, points=3)
        with pytest.raises(Stop, match="the budget of 3 points is used up: 2 left, the next question may cost 3"):
            await engine.graphql(QUERY, {}, points=3)
        await engine.graphql(QUERY, {}, points=2)

    asker.run(ask, budget=3)
    assert asker.server.points == 2


def test_both_apis_spend_from_one_budget(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        await engine.graphql(QUERY, {})
        await engine.rest(PATH)
        with pytest.raises(Stop):
            await engine.rest(PATH)

    asker.run(ask, budget=2)
    assert len(asker.server.log) == 2


def test_tries_spend_from_the_budget_too(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.server_error(500)))
    with pytest.raises(Stop, match="budget of 2 points"):
        asker.rest(budget=2)
    assert len(asker.server.log) == 2


def test_past_the_deadline_nothing_is_asked(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        await engine.rest(PATH)
        await asker.clock.sleep(100)
        with pytest.raises(Stop, match="the deadline is reached"):
            await engine.rest(PATH)
        with pytest.raises(Stop, match="the deadline is reached"):
            await engine.graphql(QUERY, {})

    asker.run(ask, deadline=99.0)
    assert len(asker.server.log) == 1


def test_waits_between_tries_end_at_the_deadline(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.server_error(500)))
    with pytest.raises(Stop, match="the deadline is reached"):
        asker.rest(deadline=1.0)
    assert len(asker.server.log) == 1
