"""Releases back to the first: page by page, resumed by what is stored, and never another repository's."""

from __future__ import annotations

from typing import Any

import pytest
from asking import Asker, subject

from crawler.fetch.answers import GraphQLAnswer
from crawler.model import OlderReleases, Outcome, Subject
from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.world import Release
from crawler.sources.github import ReleaseHistorySource
from crawler.sources.github.release_history import MOST_PAGES, OlderReleasesQuestion, Place

NAME, OTHER = "acme-00/widget-0", "acme-00/widget-1"


def releases(count: int) -> list[Release]:
    """The newest first, an hour apart."""
    times = [f"20{20 - at // 3000:02}-{12 - at // 250 % 12:02}-10T{23 - at % 24:02}:00:00Z" for at in range(count)]
    return [Release(f"v{count - at}", time, time, False, False) for at, time in enumerate(sorted(times, reverse=True))]


@pytest.fixture
def many(own_asker: Asker) -> Asker:
    """A repository of 250 releases, and one of a single page."""
    own_asker.server.world[NAME].releases = releases(250)
    own_asker.server.world[OTHER].releases = releases(40)
    return own_asker


def asked(asker: Asker, *names: str, stored: int = 10) -> list[Subject]:
    held = [asker.server.world[name] for name in names]
    return [subject(one, by_id=True, releases_total=len(one.releases or ()), releases_stored=stored) for one in held]


def tags(outcomes: list[Outcome]) -> list[str]:
    records = [outcome.record for outcome in outcomes]
    return [release.tag_name for record in records if isinstance(record, OlderReleases) for release in record.releases]


def test_page_by_page_to_the_first_release(many: Asker) -> None:
    subjects = asked(many, NAME, OTHER)
    said = ReleaseHistorySource().cost(subjects)
    outcomes = many.fetch(ReleaseHistorySource(), subjects)
    first = [one for one in outcomes if one.subject.name == NAME]
    assert tags(first) == [f"v{number}" for number in range(250, 0, -1)]
    assert [(one.status, one.error, one.unfinished) for one in first] == [
        ("ok", None, True),
        ("ok", None, True),
        ("ok", None, False),
    ]
    (other,) = [one for one in outcomes if one.subject.name == OTHER]
    assert len(tags([other])) == 40 and not other.unfinished
    assert len(many.server.log) == said.requests == said.points_high == many.server.points == 3


def test_a_run_reads_so_many_pages_and_the_next_one_as_many_more(many: Asker) -> None:
    size = 100 * MOST_PAGES
    many.server.world[NAME].releases = releases(size + 150)
    outcomes = many.fetch(ReleaseHistorySource(), asked(many, NAME))
    assert len(outcomes) == MOST_PAGES and outcomes[-1].unfinished
    said = ReleaseHistorySource().cost(asked(many, NAME))
    assert said.requests == MOST_PAGES
    outcomes = many.fetch(ReleaseHistorySource(), asked(many, NAME, stored=size))
    assert len(set(tags(outcomes))) == size + 150 and not outcomes[-1].unfinished


def test_a_page_that_fails_leaves_those_before_it(many: Asker) -> None:
    many.server.faults.replace(Fault(faults.went_wrong(NAME), after=1))
    outcomes = many.fetch(ReleaseHistorySource(), asked(many, NAME))
    assert len(tags(outcomes)) == 100
    assert outcomes[-1].status is None and outcomes[-1].passing


def test_the_name_of_another_repository_brings_nothing(many: Asker) -> None:
    (one,) = asked(many, NAME)
    many.server.world.replace(NAME)
    (outcome,) = many.fetch(ReleaseHistorySource(), [one])
    assert (outcome.status, outcome.record) == ("unknown", None)


def test_who_lets_no_token_in_is_told(many: Asker) -> None:
    many.server.faults.replace(Fault(faults.saml(NAME)))
    outcomes = many.fetch(ReleaseHistorySource(), asked(many, NAME, OTHER))
    assert {one.subject.name: one.refused for one in outcomes} == {NAME: True, OTHER: False}


def test_a_batch_that_is_too_big_is_halved(many: Asker) -> None:
    many.server.faults.replace(Fault(replies.timed_out(), larger_than=1))
    outcomes = many.fetch(ReleaseHistorySource(), asked(many, NAME, OTHER))
    assert len(tags(outcomes)) == 290 and all(one.error is None for one in outcomes)


def test_without_a_token_it_is_not_asked(many: Asker) -> None:
    outcomes, stop = many.fetch_until_stop(ReleaseHistorySource(), asked(many, NAME), token=None)
    assert outcomes == [] and stop is not None and many.server.log == []


def page(nodes: Any, **info: Any) -> dict[str, Any]:
    return {"databaseId": 7, "releases": {"nodes": nodes, "pageInfo": info}}


RELEASE = {"tagName": "v1", "publishedAt": "2020-01-01T00:00:00Z", "isDraft": False, "isPrerelease": False, "url": None}


def read(node: Any, after: str | None = "here") -> Outcome:
    place = Place(Subject(source="release_history", name="o/n", database_id=7), after)
    (step,) = OlderReleasesQuestion().read([place], GraphQLAnswer({"r0": node}, (), 1, 0.1)).results
    assert (step.next is not None) == step.outcome.unfinished
    return step.outcome


@pytest.mark.parametrize("cursor", [None, "", 5, "here"])
def test_a_page_that_leads_nowhere_is_no_end(cursor: Any) -> None:
    outcome = read(page([RELEASE], hasNextPage=True, endCursor=cursor))
    assert outcome.error and outcome.status is None


@pytest.mark.parametrize("nodes", [None, {}, "v1"])
def test_no_list_is_a_failure(nodes: Any) -> None:
    assert read(page(nodes, hasNextPage=False)).error == "the page of releases brought none"


def test_releases_that_none_can_be_are_refused_beside_good_ones() -> None:
    bad = [RELEASE | {"publishedAt": "2999-01-01T00:00:00Z"}, RELEASE | {"tagName": 5}, "v3"]
    outcome = read(page([*bad, RELEASE], hasNextPage=False))
    assert tags([outcome]) == ["v1"] and outcome.refused_values


@pytest.mark.parametrize("node", [None, 5, "x", [], {}, {"databaseId": "7"}])
def test_no_repository_brings_nothing(node: Any) -> None:
    assert read(node).record is None
