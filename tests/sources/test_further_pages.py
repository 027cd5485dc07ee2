"""Further pages that do not come, repeat or never end must neither shorten a list nor keep a run for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock
from msgspec import UNSET, json

from crawler.fetch.answers import GraphQLAnswer
from crawler.model import Outcome, Repository, Subject
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sources.github import RepositoriesSource
from crawler.sources.github.core import CoreQuestion, Unfinished
from crawler.sources.github.pages import MAX_PAGES, PagesQuestion

TODAY = date(2026, 11, 22)
NAME = "acme-00/widget-2"
SUBJECT = Subject(source="github", name="o/n", repository_id=1)


def page(
    entries: list[dict[str, Any]], *, more: bool, member: str = "nodes", total: int | None = None
) -> dict[str, Any]:
    return {
        "totalCount": len(entries) if total is None else total,
        "pageInfo": {"hasNextPage": more, "endCursor": "next"},
        member: entries,
    }


def languages(*names: str, more: bool) -> dict[str, Any]:
    return page([{"size": 7, "node": {"name": name}} for name in names], more=more, member="edges")


def releases(*tags: str, more: bool) -> dict[str, Any]:
    return page([{"tagName": tag, "publishedAt": "2026-11-01T00:00:00Z"} for tag in tags], more=more, total=99)


def begin(**fields: Any) -> Unfinished:
    """A repository whose first page leaves something to be read."""
    node = {"id": "R_1", "nameWithOwner": "o/n", "licenseInfo": None} | fields
    answer = GraphQLAnswer({"r0": node}, (), 1, 0.1)
    (result,) = CoreQuestion(by_id=False, today=TODAY).read([SUBJECT], answer).results
    assert isinstance(result, Unfinished)
    return result


def go_on(item: Unfinished, node: Any) -> Outcome | Unfinished:
    answer = GraphQLAnswer({"r0": node}, (), 1, 0.1)
    (result,) = PagesQuestion(today=TODAY).read([item], answer).results
    return result


def finish(item: Unfinished, node: Any) -> tuple[Outcome, Repository]:
    outcome = go_on(item, node)
    assert isinstance(outcome, Outcome)
    assert isinstance(outcome.record, Repository)
    return outcome, outcome.record


def test_pages_add_up() -> None:
    item = begin(languages=languages("A", more=True), releases=releases("v9", more=True))
    again = go_on(item, {"languages": languages("B", more=False), "releases": releases("v8", more=True)})
    assert again is item
    outcome, record = finish(item, {"releases": releases("v7", more=False)})
    assert (outcome.status, outcome.error) == ("ok", None)
    assert record.languages == {"A": 7, "B": 7}
    assert isinstance(record.releases, tuple)
    assert [release.tag_name for release in record.releases] == ["v9", "v8", "v7"]


@pytest.mark.parametrize("second", [None, [], {}, "text", {"edges": None}, languages("A", more=True)])
def test_a_page_of_languages_that_brings_none_leaves_the_stored_ones(second: Any) -> None:
    outcome, record = finish(begin(languages=languages("A", more=True)), {"languages": second})
    assert (outcome.status, outcome.error) == ("ok", "the next page of languages brought none")
    assert record.languages is UNSET


@pytest.mark.parametrize("second", [None, {}, {"nodes": [None]}, releases("v9", more=True)])
def test_a_page_of_releases_that_brings_none_leaves_the_stored_ones(second: Any) -> None:
    outcome, record = finish(begin(releases=releases("v9", more=True)), {"releases": second})
    assert (outcome.status, outcome.error) == ("ok", "the next page of releases brought none")
    assert record.releases is UNSET
    assert record.releases_total == 99


def test_a_whole_list_is_kept_where_the_other_stays_incomplete() -> None:
    item = begin(languages=languages("A", more=True), releases=releases("v9", more=True))
    outcome, record = finish(item, {"languages": languages("B", more=False), "releases": None})
    assert outcome.error == "the next page of releases brought none"
    assert record.languages == {"A": 7, "B": 7}
    assert record.releases is UNSET


@pytest.mark.parametrize("node", [None, [], "text", 7])
def test_a_page_that_is_none_is_a_partial_answer(node: Any) -> None:
    outcome, record = finish(begin(languages=languages("A", more=True), stargazerCount=5), node)
    assert (outcome.status, outcome.error) == ("ok", "no further page came")
    assert (record.stars, record.languages) == (5, UNSET)


def test_what_was_missing_before_the_pages_is_told_with_what_is_missing_now() -> None:
    item = begin(languages=languages("A", more=True))
    item.error = "too heavy"
    outcome, _ = finish(item, None)
    assert outcome.error == "too heavy; no further page came"


def test_pages_without_end_are_cut() -> None:
    item = begin(releases=releases("v0", more=True))
    for number in range(1, MAX_PAGES):
        assert go_on(item, {"releases": releases(f"v{number}", more=True)}) is item
    outcome, record = finish(item, {"releases": releases("last", more=True)})
    assert outcome.error == f"more than {MAX_PAGES} pages"
    assert record.releases is UNSET


def test_an_empty_last_page_of_tags_is_no_tag() -> None:
    item = begin(releases=page([], more=False), isEmpty=False)
    assert item.want_tag
    outcome, record = finish(item, {"tags": {"nodes": []}})
    assert (outcome.error, record.latest_tag) == (None, None)


@pytest.mark.parametrize(
    ("target", "dated"),
    [
        ({"committedDate": "2026-01-01T00:00:00Z"}, "2026-01-01T00:00:00Z"),
        ({"tagger": {"date": "2026-02-02T03:00:00+03:00"}, "target": {}}, "2026-02-02T00:00:00Z"),
        ({"tagger": None, "target": {"committedDate": "2026-03-03T00:00:00Z"}}, "2026-03-03T00:00:00Z"),
        (
            {"tagger": {"date": "2099-01-01T00:00:00Z"}, "target": {"committedDate": "2026-03-03T00:00:00Z"}},
            "2026-03-03T00:00:00Z",
        ),
        (None, None),
    ],
)
def test_the_date_of_a_tag(target: Any, dated: str | None) -> None:
    item = begin(releases=page([], more=False))
    _, record = finish(item, {"tags": {"nodes": [{"name": "v1", "target": target}]}})
    assert (record.latest_tag, record.latest_tag_at) == ("v1", dated)


@pytest.mark.parametrize("target", ["text", {"committedDate": "2099-01-01T00:00:00Z"}, {"tagger": 5}])
def test_a_tag_whose_date_cannot_be_does_not_stand_beside_an_older_date(target: Any) -> None:
    item = begin(releases=page([], more=False))
    outcome, record = finish(item, {"tags": {"nodes": [{"name": "v2", "target": target}]}})
    assert (record.latest_tag, record.latest_tag_at) == (UNSET, UNSET)
    assert (outcome.error, [one.field for one in outcome.refused_values]) == (None, ["latest_tag_at"])


def test_a_page_of_which_all_was_refused_is_no_failure() -> None:
    item = begin(languages=languages("A", more=True), releases=releases("v9", more=True))
    absurd = page([{"tagName": "v8", "publishedAt": "2099-01-01T00:00:00Z"}], more=False)
    junk = page([{"size": -1, "node": {"name": "B"}}], more=False, member="edges")
    outcome, record = finish(item, {"languages": junk, "releases": absurd})
    assert (outcome.status, outcome.error, record.languages) == ("ok", None, {"A": 7})
    assert isinstance(record.releases, tuple)
    assert [release.tag_name for release in record.releases] == ["v9"]
    assert [one.field for one in outcome.refused_values] == ["languages", "releases"]


# --- over HTTP ---


@pytest.mark.parametrize("reply", [replies.html_reply(502, "Bad Gateway"), faults.server_error(500)])
def test_pages_that_always_fail_leave_partial_answers(clock: Clock, reply: replies.Reply) -> None:
    world = made_up_world(3)
    with SandboxServer(world, token=TOKEN) as server:
        asker = Asker(server, clock)
        server.faults.replace(Fault(reply, after=1))
        subjects = [Subject(source="github", name=one.name_with_owner) for one in world]
        outcomes = {
            outcome.subject.name: outcome for outcome in asker.fetch(RepositoriesSource(today=world.today), subjects)
        }
    assert len(outcomes) == 3
    record = outcomes[NAME].record
    assert isinstance(record, Repository)
    assert str(outcomes[NAME].error).startswith(f"HTTP {reply.status}")
    assert (record.languages, record.stars) == (UNSET, world[NAME].stars)


def test_a_server_that_repeats_a_page_for_ever_is_left(asker: Asker) -> None:
    def answer(spoil: Callable[[dict[str, Any]], None]) -> replies.Reply:
        node = {"id": "R_1", "nameWithOwner": NAME, "languages": languages("A", more=True)}
        spoil(node)
        return replies.json_reply(200, json.decode(json.encode({"data": {"r0": node}})))

    asker.server.faults.replace(Fault(answer(lambda node: None)))
    (outcome,) = asker.fetch(RepositoriesSource(today=TODAY), [Subject(source="github", name=NAME)])
    assert outcome.error == "the next page of languages brought none"
    assert len(asker.server.log) == 2
