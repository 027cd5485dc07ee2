"""A budget is never exceeded, a deadline ends a run cleanly, and the next run goes on where it stopped."""

from __future__ import annotations

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import html_reply, secondary_limit


def spent(landscape: Landscape) -> int:
    return landscape.server.points + landscape.server.rest_counted


@pytest.mark.parametrize("landscape", [45], indirect=True)
@pytest.mark.parametrize("budget", [1, 2, 5, 17, 53])
def test_a_budget_is_never_exceeded(landscape: Landscape, budget: int) -> None:
    done = landscape.refresh("--budget", budget, code=3 if budget > 1 else 4)
    assert spent(landscape) <= budget
    assert f"the budget of {budget} points is used up" in done.err
    assert landscape.rows("SELECT graphql_points + rest_counted FROM runs") == [(spent(landscape),)]
    answered = landscape.value("SELECT count(*) FROM repositories WHERE status IS NOT NULL")
    assert bool(answered) == (budget > 1)


@pytest.mark.parametrize("landscape", [40], indirect=True)
def test_runs_with_a_budget_get_through_the_list(landscape: Landscape) -> None:
    runs, total, code = 0, 0, None
    while code != 0:
        code = landscape.refresh("--budget", 12, code=None).code
        assert code in {0, 3}
        assert 0 < spent(landscape) <= 12
        runs, total = runs + 1, total + spent(landscape)
    assert landscape.value("SELECT count(*) FROM repositories WHERE status IN ('ok', 'empty')") == 40
    # Cut into pieces it costs a little more than at once, not twice as much.
    assert runs <= 7
    assert total < 70
    landscape.refresh()
    assert landscape.asked == 0


@pytest.mark.parametrize("landscape", [40], indirect=True)
def test_batches_that_fail_count_too(landscape: Landscape) -> None:
    landscape.strike(Fault(html_reply(502, "Bad Gateway"), kind="graphql", larger_than=10))
    landscape.refresh("--budget", 6, code=3)
    charged = [seen for seen in landscape.server.log if seen.kind == "graphql"]
    assert len(charged) <= 6


def test_a_deadline_that_has_passed_asks_nothing(landscape: Landscape) -> None:
    done = landscape.refresh("--deadline", "0m", code=4)
    assert landscape.asked == 0
    assert "the deadline is reached" in done.err


def test_a_wait_past_the_deadline_is_not_begun(landscape: Landscape, waits: list[float]) -> None:
    landscape.refresh("--source", "github")
    landscape.strike(Fault(secondary_limit(retry_after=90), kind="rest"))
    done = landscape.refresh("--deadline", "1m", code=None)
    # Whether a query beside it was answered before the limit struck is up to chance.
    assert done.code in {3, 4}
    assert "past the deadline" in done.err
    assert waits == []
    assert landscape.value("SELECT count(*) FROM repositories WHERE contributors IS NOT NULL") == 0
