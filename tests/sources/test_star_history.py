"""Star history: which pages are asked for, what of them is good, and which answers end it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock, subject
from hostile import spoilt
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

from crawler.model import Outcome, StarHistory, StarWeek, Subject
from crawler.sandbox import Credential, SandboxServer, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import json_reply, message_reply
from crawler.sandbox.rest_api import RestApi
from crawler.sandbox.world import World
from crawler.sources.github import StarHistorySource
from crawler.sources.github.star_history import REFUSED_ANONYMOUS
from crawler.sources.github.star_pages import PER_PAGE, begin, page_of, pages_missing

NAME = "acme-00/widget-3"
SUNDAY = date(2026, 11, 22)
TODAY = SUNDAY + timedelta(days=2)
EPOCH = 1_795_305_600
"""That Sunday."""


def source(world: World, budget: int = 1000) -> StarHistorySource:
    return StarHistorySource(today=world.today, budget=budget)


def one(asker: Asker, **known: Any) -> Subject:
    held = asker.server.world[NAME]
    return subject(held, "star_history", created_at=held.created_at, **known)


def ask(asker: Asker, asked: Subject, budget: int = 1000) -> list[Outcome]:
    return asker.fetch(source(asker.server.world, budget), [asked])


def pages(asker: Asker) -> list[int]:
    return [int(seen.path.rpartition("=")[2]) for seen in asker.server.log]


def weeks(outcomes: list[Outcome]) -> list[StarWeek]:
    return [week for one in outcomes if isinstance(one.record, StarHistory) for week in one.record.weeks]


def days_before(week: str, number: int) -> str:
    return (date.fromisoformat(week) - timedelta(weeks=number)).isoformat()


def entry(back: int = 0, total: Any = 7, days: Any = (1,) * 7, week: Any = None) -> dict[str, Any]:
    """A week so many before the newest, as GitHub writes it."""
    return {"week": EPOCH - back * 604_800 if week is None else week, "total": total, "days": days}


def take(*entries: Any, asked: Subject | None = None) -> Outcome:
    walk = begin(asked or Subject(source="star_history", name=NAME, created_at="2020-01-05T00:00:00Z"), TODAY)
    outcome = walk.take(json.decode(json.encode(entries)))
    assert outcome is not None
    return outcome


def told(outcome: Outcome) -> list[str]:
    return [refused.reason for refused in outcome.refused_values]


def test_a_whole_history_adds_up_to_the_stars(asker: Asker) -> None:
    held = asker.server.world[NAME]
    outcomes = ask(asker, one(asker))
    found = weeks(outcomes)
    assert pages(asker) == list(range(1, len(outcomes) + 1))
    assert len(outcomes) > 2 and [outcome.unfinished for outcome in outcomes] == [True] * (len(outcomes) - 1) + [False]
    assert sum(sum(week.days) for week in found) == held.stars
    assert [week.week for week in found] == [days_before(found[0].week, at) for at in range(len(found))]
    assert found[-1].week <= held.created_at[:10] < days_before(found[-1].week, -1)


@pytest.mark.parametrize("passed", [0, 1, 13, 29, 30, 31, 45])
def test_it_goes_on_where_it_ended_however_many_weeks_have_passed(asker: Asker, passed: int) -> None:
    world = asker.server.world
    whole = weeks(ask(asker, one(asker)))
    # `passed` weeks ago one page was stored.
    newest, oldest = whole[passed].week, whole[passed + PER_PAGE - 1].week
    asker.server.log.clear()
    outcomes = ask(asker, one(asker, newest_star_week=newest, oldest_star_week=oldest))
    found = {week.week for week in weeks(outcomes)} | {days_before(newest, at) for at in range(PER_PAGE)}
    # Of what passed in less than four weeks the next month's answer tells.
    due = [week.week for week in whole if passed >= 4 or week.week <= newest]
    assert sorted(found & set(due)) == sorted(due)
    assert not outcomes[-1].unfinished
    assert len(asker.server.log) == pages_missing(
        one(asker, newest_star_week=newest, oldest_star_week=oldest), world.today
    )


@pytest.mark.parametrize("off", [1, 2, 33])
def test_a_page_too_far_back_is_not_taken(asker: Asker, off: int) -> None:
    """GitHub may not list the running week, or weeks without a star: then pages stand further on than foretold."""
    held = asker.server.world[NAME]
    lagging = StarHistorySource(today=asker.server.world.today + timedelta(weeks=off), budget=1000)
    whole = weeks(ask(asker, one(asker)))
    newest, oldest = whole[0].week, whole[PER_PAGE - 1].week
    (asked,) = [subject(held, created_at=held.created_at, newest_star_week=newest, oldest_star_week=oldest)]
    found = weeks(asker.fetch(lagging, [asked]))
    assert {week.week for week in found} >= {week.week for week in whole[PER_PAGE:]}


def test_once_it_is_whole_only_the_newest_page_is_asked_for(asker: Asker) -> None:
    whole = weeks(ask(asker, one(asker)))
    asker.server.log.clear()
    newest, oldest = whole[5].week, whole[-1].week
    (outcome,) = ask(asker, one(asker, newest_star_week=newest, oldest_star_week=oldest))
    assert pages(asker) == [1]
    assert (outcome.status, outcome.unfinished) == ("ok", False)
    assert weeks([outcome])[0] == whole[0] and weeks([outcome])[-1].week <= newest


def test_new_weeks_are_kept_only_when_they_reach_what_is_stored(asker: Asker) -> None:
    whole = weeks(ask(asker, one(asker)))
    stored = one(asker, newest_star_week=whole[40].week, oldest_star_week=whole[-1].week)
    asker.server.log.clear()
    (outcome,) = ask(asker, stored)
    assert pages(asker) == [1, 2]
    assert [week.week for week in weeks([outcome])[:41]] == [week.week for week in whole[:41]]
    asker.server.faults.replace(Fault(message_reply(500, "no"), path="page=2"))
    (outcome,) = ask(asker, stored)
    assert outcome.record is None and outcome.passing
    asker.server.faults.replace()
    (outcome,) = ask(asker, stored, budget=1)
    assert "CRAWLER_STAR_HISTORY" in (outcome.error or "")


@pytest.mark.parametrize("status", [403, 404, 409, 410, 422, 451])
def test_who_refuses_has_answered(asker: Asker, status: int) -> None:
    refusal = message_reply(status, "You do not have permission to view the stargazers of this repository")
    asker.server.faults.replace(Fault(refusal))
    (outcome,) = ask(asker, one(asker))
    assert (outcome.status, outcome.error, outcome.unfinished) == ("unknown", None, False)
    assert "permission" in (outcome.note or "")
    assert len(asker.server.log) == 1


@pytest.mark.parametrize("body", [{}, None, "weeks", 7, {"message": "soon"}])
def test_what_is_no_list_is_a_failure(asker: Asker, body: Any) -> None:
    asker.server.faults.replace(Fault(json_reply(200, body)))
    (outcome,) = ask(asker, one(asker))
    assert outcome.status is None and outcome.error and outcome.record is None


def test_limits_are_waited_for(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.secondary_limit(retry_after=33), times=1))
    assert not ask(asker, one(asker))[-1].unfinished
    assert asker.clock.long_waits == [33]


def test_pages_that_repeat_come_to_an_end(asker: Asker) -> None:
    page = [entry(back) for back in range(PER_PAGE)]
    asker.server.faults.replace(Fault(json_reply(200, page)))
    *_, outcome = ask(asker, one(asker))
    assert outcome.error == "the next page brought no older week"
    assert len(asker.server.log) == 3


def test_newer_pages_that_repeat_come_to_an_end(asker: Asker) -> None:
    asker.server.faults.replace(Fault(json_reply(200, [entry(back) for back in range(PER_PAGE)])))
    (outcome,) = ask(asker, one(asker, newest_star_week="2025-11-23", oldest_star_week="2025-11-23"))
    assert outcome.error == "the next page brought no older week"
    assert len(asker.server.log) == 2


def test_an_owner_that_lets_no_token_in_is_left_alone(clock: Clock) -> None:
    closed = Credential(TOKEN, "closed", refused_by={"acme-00": "saml"})
    world = made_up_world(1)
    (held,) = world
    with SandboxServer(world, credentials=[closed], anonymous=True) as server:
        asked = [subject(held, created_at="2016-01-01T00:00:00Z")]
        *_, outcome = Asker(server, clock).fetch(source(world), asked)
        assert (outcome.status, "SAML" in (outcome.note or "")) == ("unknown", True)
        # With the token, and once without: then it is known.
        assert len(server.log) == 2


def test_a_budget_is_spent_to_its_end_and_the_rest_is_left(asker: Asker) -> None:
    world = asker.server.world
    asked = [subject(held, created_at=held.created_at) for held in world]
    said = source(world, budget=50).cost(asked)
    outcomes = asker.fetch(source(world, budget=50), asked)
    assert len(asker.server.log) == said.rest_counted == 50
    last = {outcome.subject.name: outcome for outcome in outcomes}
    assert last.keys() == {held.name_with_owner for held in world}
    left = {name for name, outcome in last.items() if outcome.status is None}
    assert left and all(last[name].unfinished and last[name].error is None for name in left)
    # Those that lack the fewest pages come first.
    missing = {one.name: pages_missing(one, world.today) for one in asked}
    done = {name for name, outcome in last.items() if outcome.status == "ok" and not outcome.unfinished}
    assert done and max(missing[name] for name in done) <= min(missing[name] for name in left)


def test_tries_count_as_requests(asker: Asker) -> None:
    asker.server.faults.replace(Fault(message_reply(500, "no"), times=3))
    (outcome,) = ask(asker, one(asker), budget=4)
    assert outcome.unfinished and len(asker.server.log) == 4


def test_without_a_token_it_is_not_asked(asker: Asker) -> None:
    outcomes, stop = asker.fetch_until_stop(source(asker.server.world), [one(asker)], token=None)
    assert (outcomes, str(stop), asker.server.log) == ([], REFUSED_ANONYMOUS, [])


def test_an_empty_list_is_a_whole_history() -> None:
    outcome = take()
    assert (outcome.status, outcome.record, outcome.unfinished) == ("ok", None, False)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(1, total=-7), "a negative count"),
        (entry(1, total=0, days=(-1, 1, 0, 0, 0, 0, 0)), "a negative count"),
        (entry(1, total=8), "the total is not what its days add up to"),
        (entry(1, days=(1,) * 6, total=6), "no week, total and seven days"),
        (entry(1, days="1111111"), "no list"),
        (entry(1, days=(1, 1, 1, 1, 1, 1, None), total=6), "no week, total and seven days"),
        (entry(1, days=(1, 1, 1, 1, 1, 1, True)), "no whole number"),
        (entry(1, total=None), "no week, total and seven days"),
        (entry(1, week="2026-11-15"), "no whole number"),
        (entry(1, week=10**40), "more than 10,000,000,000"),
        (entry(week=EPOCH + 4 * 604_800), "in the future"),
        (entry(0), "not before the week that stands before it"),
        (entry(1, week=EPOCH - 86_400), "begins on another day of the week"),
        (entry(360), "before the repository's creation"),
        ("a week", "no object"),
        ([], "no object"),
    ],
)
def test_what_is_good_is_kept_beside_what_no_week_can_be(bad: Any, reason: str) -> None:
    outcome = take(entry(0), bad, entry(2, total=2**33, days=(2**33, 0, 0, 0, 0, 0, 0)))
    assert [week.week for week in weeks([outcome])] == ["2026-11-22", "2026-11-08"]
    assert (outcome.status, outcome.error, told(outcome)) == ("ok", None, [reason])


def test_a_page_without_a_good_week_is_a_failure() -> None:
    outcome = take(*[entry(back, total=-1) for back in range(PER_PAGE)])
    assert (outcome.status, outcome.error) == (None, "no week of the page can be read")
    assert told(outcome) == ["a negative count"]


def test_weeks_that_begin_on_another_day_than_those_stored_are_refused() -> None:
    asked = Subject(source="s", name=NAME, newest_star_week="2026-10-19", oldest_star_week="2026-10-19")
    assert take(entry(0), asked=asked).error == "no week of the page can be read"


def test_what_is_no_longer_listed_leaves_what_is_stored() -> None:
    asked = Subject(source="s", name=NAME, newest_star_week="2026-10-18", oldest_star_week="2026-10-18")
    outcome = take(entry(0), asked=asked)
    assert (outcome.status, outcome.record) == ("unknown", None)


def test_pages_by_weeks() -> None:
    assert [page_of(SUNDAY - timedelta(weeks=back), TODAY) for back in (0, 29, 30, 59, 60)] == [1, 1, 2, 2, 3]
    ten_years = Subject(source="s", name=NAME, created_at="2016-11-24T00:00:00Z")
    assert pages_missing(ten_years, TODAY) == 18
    assert pages_missing(Subject(source="s", name=NAME), TODAY) == 33


RIGHT = json.decode(RestApi(made_up_world(4, today=TODAY), "").answer(f"/repos/{NAME}/stargazers/history?page=2").body)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(data=st.data())
def test_whatever_stands_in_a_page(data: st.DataObject) -> None:
    changed = data.draw(spoilt(deepcopy(RIGHT)))
    walk = begin(Subject(source="s", name=NAME, created_at="2016-01-01T00:00:00Z"), TODAY)
    outcome = walk.take(changed)
    assert outcome is None or outcome.status or outcome.error
    for week in weeks([outcome]) if outcome else ():
        assert "2015-12" < week.week <= TODAY.isoformat()
        assert len(week.days) == 7 and all(type(day) is int and 0 <= day <= 10**10 for day in week.days)
