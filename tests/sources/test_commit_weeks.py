"""Commits by week: what is asked for, what of an answer is good, and which answers bring none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from asking import Asker, subject

from crawler.fetch.answers import RestAnswer
from crawler.model import CommitWeeks, Outcome, Subject
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply
from crawler.sources.github import CommitWeeksSource
from crawler.sources.github.commit_weeks import REFUSED_ANONYMOUS, read_commit_weeks

NAME = "acme-00/widget-3"
TODAY = date(2026, 11, 24)
SUNDAY = date(2026, 11, 22)


def entry(back: int, total: Any) -> dict[str, Any]:
    day = SUNDAY - timedelta(weeks=back)
    return {"week": int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()), "total": total, "days": None}


def read(payload: Any, status: int = 200) -> Outcome:
    answer = RestAnswer(status=status, payload=payload, headers=httpx.Headers())
    return read_commit_weeks(Subject(source="commit_weeks", name=NAME), answer, TODAY)


def ask(asker: Asker) -> list[Outcome]:
    held = asker.server.world[NAME]
    source = CommitWeeksSource(today=asker.server.world.today)
    return asker.fetch(source, [subject(held, "commit_weeks")])


def test_one_request_brings_a_year_of_weeks(asker: Asker) -> None:
    held = asker.server.world[NAME]
    (outcome,) = ask(asker)
    assert [seen.path for seen in asker.server.log] == [f"/repos/{NAME}/stats/commit_activity"]
    assert isinstance(outcome.record, CommitWeeks)
    assert held.first_week is not None and min(outcome.record.weeks) == held.first_week.isoformat()
    assert list(outcome.record.weeks.values()) == held.weekly_commits and len(outcome.record.weeks) == 52


def test_what_github_is_still_working_out_is_a_failure_in_passing_and_no_zero(asker: Asker) -> None:
    asker.server.faults.replace(Fault(Reply(202, b"{}")))
    (outcome,) = ask(asker)
    assert outcome.error and outcome.passing and outcome.record is None


def test_a_week_without_a_commit_is_zero() -> None:
    outcome = read([entry(1, 0), entry(0, 3)])
    assert outcome.record == CommitWeeks({"2026-11-15": 0, "2026-11-22": 3})
    assert outcome.status == "ok"


@pytest.mark.parametrize(
    "bad",
    [
        {"week": entry(0, 1)["week"] + 86_400, "total": 1},
        {"week": entry(-1, 1)["week"], "total": 1},
        {"week": "2026-11-22", "total": 1},
        {"total": 1},
        {"week": entry(0, 1)["week"], "total": -1},
        "no object",
    ],
)
def test_a_week_that_cannot_be_is_refused_and_the_others_stay(bad: Any) -> None:
    outcome = read([bad, entry(1, 5)])
    assert outcome.record == CommitWeeks({"2026-11-15": 5})
    assert outcome.refused_values
    alone = read([bad])
    assert alone.error and alone.record is None


def test_no_weeks_are_not_known() -> None:
    outcome = read([])
    assert (outcome.status, outcome.record, outcome.error) == ("unknown", None, None)


@pytest.mark.parametrize("status", [204, 403, 404, 422, 451])
def test_an_answer_that_refuses_is_not_asked_for_again(status: int) -> None:
    outcome = read(None, status)
    assert (outcome.status, outcome.error) == ("unknown", None)


def test_another_answer_is_a_failure() -> None:
    assert read({"weeks": []}).error == "the answer is no list of weeks"
    assert read(None, 418).error


def test_without_a_token_nothing_is_asked(asker: Asker) -> None:
    source = CommitWeeksSource(today=asker.server.world.today)
    asked = [subject(asker.server.world[NAME], "commit_weeks")]
    outcomes, stop = asker.fetch_until_stop(source, asked, token=None)
    assert (outcomes, str(stop), asker.server.log) == ([], REFUSED_ANONYMOUS, [])
