"""Ratings of OpenSSF Scorecard: what an answer says, and what it cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from asking import Asker, subject
from upstreams import Upstream

from crawler.model import Outcome, Scorecard
from crawler.sandbox.replies import Reply, json_reply
from crawler.sources.scorecard import ScorecardSource

NAME = "acme-00/widget-0"
ANSWER = {
    "date": "2023-09-18T08:15:00Z",
    "repo": {"name": f"github.com/{NAME}", "commit": "0" * 40},
    "scorecard": {"version": "v5.2.1"},
    "score": 7.1,
    "checks": [
        {"name": "Maintained", "score": 10, "reason": "30 commits", "details": None},
        {"name": "Packaging", "score": -1, "reason": "inconclusive", "details": []},
    ],
}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


def ask(asker: Asker, upstream: Upstream, reply: Any, *, name: str = NAME) -> Outcome:
    upstream.reply = reply
    one = subject(asker.server.world[name], "scorecard")
    (outcome,) = asker.fetch(ScorecardSource(), [one], others={"scorecard": upstream.base_url})
    return outcome


def test_a_rating_is_read_with_its_day_and_checks(asker: Asker, upstream: Upstream) -> None:
    outcome = ask(asker, upstream, ANSWER)
    assert (outcome.status, outcome.error, outcome.refused_values) == ("ok", None, ())
    assert outcome.record == Scorecard(
        score="7.1",
        scored_on="2023-09-18",
        checks={"Maintained": 10, "Packaging": -1},
        source_url=f"https://scorecard.dev/viewer/?uri=github.com/{NAME}",
    )
    ((path, headers, _),) = upstream.asked
    assert path == f"/projects/github.com/{NAME}"
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("score", "told"), [(0, "0"), (10, "10"), (10.0, "10"), (5.50, "5.5"), (-1, None), (-1.0, None)]
)
def test_scores_go_from_0_to_10_and_may_be_inconclusive(
    asker: Asker, upstream: Upstream, score: float, told: str | None
) -> None:
    record = ask(asker, upstream, ANSWER | {"score": score}).record
    assert isinstance(record, Scorecard) and record.score == told


def test_names_are_compared_in_any_case(asker: Asker, upstream: Upstream) -> None:
    assert ask(asker, upstream, ANSWER | {"repo": {"name": f"GitHub.com/{NAME.upper()}"}}).status == "ok"


def test_what_is_not_rated_is_unknown(asker: Asker, upstream: Upstream) -> None:
    outcome = ask(asker, upstream, Reply(404, b"404 page not found", "text/plain"))
    assert (outcome.status, outcome.error, outcome.record) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (ANSWER | {"repo": {"name": "github.com/acme-00/widget-1"}}, "the answer is about another repository"),
        (ANSWER | {"repo": None}, "the answer is about another repository"),
        (ANSWER | {"repo": {"name": f"gitlab.com/{NAME}"}}, "the answer is about another repository"),
        (ANSWER | {"date": None}, "the answer has no date"),
        (ANSWER | {"date": "2999-01-01"}, "the answer has no date"),
        (ANSWER | {"score": 11}, "the answer has no score"),
        (ANSWER | {"score": -2}, "the answer has no score"),
        (ANSWER | {"score": "7"}, "the answer has no score"),
        (ANSWER | {"score": True}, "the answer has no score"),
        ({name: value for name, value in ANSWER.items() if name != "score"}, "the answer has no score"),
        ([ANSWER], "HTTP 200"),
        (json_reply(400, {"message": "bad request"}), "HTTP 400 bad request"),
    ],
)
def test_what_is_no_rating_is_a_failure(asker: Asker, upstream: Upstream, reply: Any, error: str) -> None:
    outcome = ask(asker, upstream, reply)
    assert (outcome.status, outcome.error, outcome.record) == (None, error, None)


def test_a_check_that_is_none_is_refused_and_the_others_stay(asker: Asker, upstream: Upstream) -> None:
    odd = [{"name": "A", "score": 99}, {"name": "B\n", "score": 1}, {"name": None, "score": 1}, "C", {"name": "D"}]
    outcome = ask(asker, upstream, ANSWER | {"checks": [*odd, {"name": "E", "score": 3}]})
    assert isinstance(outcome.record, Scorecard)
    assert outcome.record.checks == {"B": 1, "E": 3}
    assert outcome.refused_values


def test_a_host_in_trouble_is_no_rating(asker: Asker, upstream: Upstream) -> None:
    outcome = ask(asker, upstream, Reply(503, b"down"))
    assert outcome.status is None and outcome.error
