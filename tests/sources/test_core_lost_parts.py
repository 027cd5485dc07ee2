"""What becomes of a repository, and of its neighbours, where an answer lacks something or says no."""

from __future__ import annotations

import re
from datetime import date

import pytest
from asking import Asker, subject
from msgspec import UNSET

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.model import Outcome, Repository, Subject
from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Fault, Spoil
from crawler.sources.github import RepositoriesSource, queries
from crawler.sources.github.core import FIELDS, LEFT_OUT, CoreQuestion
from crawler.sources.github.pages import PagesQuestion

FIRST, SECOND = "acme-00/widget-0", "acme-00/widget-2"
BY = pytest.mark.parametrize("by_id", [False, True], ids=["by name", "by id"])


def fetch(asker: Asker, *faulty: Fault, by_id: bool = False, count: int = 3) -> dict[str, Outcome]:
    """Outcomes of the first repositories, of which faults concern the first; all others must be whole."""
    asker.server.faults.replace(*faulty)
    source = RepositoriesSource(today=asker.server.world.today)
    subjects = [subject(one, by_id=by_id) for one in asker.server.world][:count]
    outcomes = {outcome.subject.name: outcome for outcome in asker.fetch(source, subjects)}
    assert len(outcomes) == count
    for name, outcome in outcomes.items():
        if name != FIRST:
            assert (outcome.error, isinstance(outcome.record, Repository)) == (None, True)
    return outcomes


def record_of(outcome: Outcome) -> Repository:
    assert isinstance(outcome.record, Repository)
    return outcome.record


FRAGMENT = queries.core_by_id(with_history=True).partition("fragment Core on Repository")[2]
KEYS = re.findall(r"^  (\w+)", FRAGMENT, re.MULTILINE)


def test_every_field_that_is_asked_for_is_known_to_get_lost() -> None:
    """But for those without which an answer is none at all."""
    assert set(KEYS) - set(FIELDS) == {"nameWithOwner", "isPrivate", "isEmpty", "isDisabled"}
    columns = {column for columns in FIELDS.values() for column in columns}
    assert columns <= set(Repository.__struct_fields__)


@pytest.mark.parametrize(("key", "by_id"), [*((key, False) for key in sorted(FIELDS)), ("watchers", True)])
def test_a_field_that_an_error_took_is_left_as_it_is_stored(asker: Asker, key: str, by_id: bool) -> None:
    outcome = fetch(asker, Fault(faults.saml(FIRST, key)), by_id=by_id)[FIRST]
    record = record_of(outcome)
    whole = record_of(fetch(asker)[FIRST])
    assert (outcome.status, outcome.error) == ("ok", None)
    for column in Repository.__struct_fields__:
        if column in FIELDS[key]:
            assert getattr(record, column) is UNSET
        elif not (key == "releases" and column.startswith("latest_tag")):
            assert getattr(record, column) == getattr(whole, column), column


def test_a_deeper_error_takes_the_field_above_it(asker: Asker) -> None:
    outcome = fetch(asker, Fault(faults.saml(FIRST, "defaultBranchRef", "target")))[FIRST]
    record = record_of(outcome)
    assert record.latest_commit_oid is record.default_branch is record.commits_last_year is UNSET
    assert record.stars == asker.server.world[FIRST].stars


@BY
def test_watchers_that_github_closes_cost_nothing_else(asker: Asker, by_id: bool) -> None:
    """The count must not be null, so an error in its place takes the repository with it."""
    taken = [Fault(faults.saml(FIRST, "watchers"), times=1), Fault(faults.vanished(FIRST), times=1)]
    asker.server.log.clear()
    outcome = fetch(asker, *taken, by_id=by_id)[FIRST]
    assert (outcome.status, outcome.error) == ("ok", None)
    assert record_of(outcome).watchers is UNSET
    assert record_of(outcome).stars == asker.server.world[FIRST].stars
    asked = ["watchers" in (seen.query or "") for seen in asker.server.log if seen.operation != "MorePages"]
    assert asked == [True, False]


def test_null_without_an_error_is_not_known(asker: Asker) -> None:
    record = record_of(fetch(asker, Fault(faults.vanished(FIRST, "watchers")))[FIRST])
    assert record.watchers is None


@BY
def test_a_repository_over_the_resource_cap_is_asked_for_alone(asker: Asker, by_id: bool) -> None:
    outcome = fetch(asker, Fault(faults.resource_limits(FIRST), times=1), by_id=by_id)[FIRST]
    assert (outcome.status, outcome.error) == ("ok", None)
    core = [seen for seen in asker.server.log if "Core" in str(seen.operation)]
    assert [len(seen.names) for seen in core] == [3, 1]


@BY
def test_a_repository_too_heavy_even_alone_loses_its_history(asker: Asker, by_id: bool) -> None:
    too_heavy = replies.html_reply(502, "Bad Gateway")
    operation = "CoreById" if by_id else "CoreByName"
    asker.server.faults.replace(Fault(too_heavy, name=FIRST, larger_than=1), Fault(too_heavy, name=FIRST, times=2))
    source = RepositoriesSource(today=asker.server.world.today)
    subjects = [subject(one, by_id=by_id) for one in asker.server.world][:3]
    outcome = {one.subject.name: one for one in asker.fetch(source, subjects)}[FIRST]
    record = record_of(outcome)
    assert (outcome.status, outcome.error) == ("ok", LEFT_OUT)
    assert record.commits_last_year is record.closed_issues is UNSET
    assert record.stars == asker.server.world[FIRST].stars
    assert record.latest_commit_oid
    last = [seen for seen in asker.server.log if FIRST in seen.names and seen.operation == operation][-1]
    assert "history" not in str(last.query)


def test_a_partial_answer_stays_partial_when_its_pages_have_come(asker: Asker) -> None:
    """widget-2 has a second page of languages."""
    asker.server.faults.replace(Fault(faults.resource_limits(SECOND), times=3))
    source = RepositoriesSource(today=asker.server.world.today)
    outcomes = {one.subject.name: one for one in asker.fetch(source, list(map(subject, asker.server.world)))}
    outcome = outcomes[SECOND]
    assert (outcome.status, outcome.error) == ("ok", LEFT_OUT)
    assert record_of(outcome).languages == asker.server.world[SECOND].languages
    assert len(outcomes) == 40


def test_one_field_that_is_always_too_heavy_does_not_cost_the_others(asker: Asker) -> None:
    outcome = fetch(asker, Fault(faults.went_wrong(FIRST, "watchers")))[FIRST]
    record = record_of(outcome)
    assert outcome.status == "ok"
    assert str(outcome.error).startswith(f"{LEFT_OUT}; Something went wrong")
    assert (record.watchers, record.stars) == (UNSET, asker.server.world[FIRST].stars)


@BY
def test_a_repository_too_heavy_in_every_way_fails_alone(asker: Asker, by_id: bool) -> None:
    outcome = fetch(asker, Fault(faults.resource_limits(FIRST)), by_id=by_id)[FIRST]
    assert outcome == Outcome(subject=outcome.subject, error="Resource limits for this query exceeded.", passing=True)


@BY
@pytest.mark.parametrize("spoil", [faults.saml(FIRST), faults.forbidden_token(FIRST)])
def test_a_forbidden_repository_fails_alone(asker: Asker, spoil: Spoil, by_id: bool) -> None:
    outcome = fetch(asker, Fault(spoil), by_id=by_id)[FIRST]
    assert outcome == Outcome(subject=outcome.subject, error=str(spoil.message), refused=True)
    # Nothing is asked twice: REST without a token is the last resort.
    assert len({seen.operation for seen in asker.server.log} - {"MorePages", None}) == 1
    assert [seen.credential for seen in asker.server.log if seen.kind == "rest"] == [""]


@pytest.mark.parametrize("error_type", ["FORBIDDEN", "RESOURCE_LIMITS_EXCEEDED"])
def test_what_is_left_of_a_repository_that_an_error_took_is_no_answer(error_type: str) -> None:
    answer = GraphQLAnswer({"r0": {"nameWithOwner": FIRST}}, (GraphQLError("No.", error_type, ("r0",)),), 1, 0.1)
    one = Subject(source="github", name=FIRST)
    reading = CoreQuestion(by_id=False, today=date(2026, 11, 22), with_history=False).read([one], answer)
    assert (reading.results, reading.too_heavy) in (
        ([Outcome(subject=one, error="No.", refused=True)], []),
        ([], [one]),
    )


def test_a_name_without_answer_and_without_error_is_unknown(asker: Asker) -> None:
    source = RepositoriesSource(today=asker.server.world.today)
    asker.server.faults.replace(Fault(faults.vanished(FIRST)))
    one = subject(asker.server.world[FIRST])
    # It happens to repositories that are there: it is worth asking once more.
    assert asker.fetch(source, [one]) == [Outcome(subject=one, status="unknown", passing=True)]
    assert asker.fetch(source, [one]) == [Outcome(subject=one, status="unknown")]


def test_an_id_without_answer_and_without_error_is_looked_up_by_name(asker: Asker) -> None:
    source = RepositoriesSource(today=asker.server.world.today)
    asker.server.faults.replace(Fault(faults.vanished(FIRST)))
    one = subject(asker.server.world[FIRST], by_id=True)
    assert asker.fetch(source, [one]) == [Outcome(subject=one, status="unknown", passing=True)]
    (outcome,) = asker.fetch(source, [one])
    assert (outcome.status, record_of(outcome).stars) == ("ok", asker.server.world[FIRST].stars)
    assert (outcome.error, outcome.passing, asker.server.rest_counted) == (None, True, 1)


# --- why GraphQL does not find it, in REST's words ---


@BY
def test_a_deleted_repository_is_missing(own_asker: Asker, by_id: bool) -> None:
    gone = subject(own_asker.server.world[FIRST], by_id=by_id)
    own_asker.server.world.delete(FIRST)
    (outcome,) = own_asker.fetch(RepositoriesSource(today=own_asker.server.world.today), [gone])
    assert (outcome.status, outcome.record, outcome.error, outcome.note) == ("missing", None, None, "Not Found")


@BY
def test_a_blocked_repository_says_why(own_asker: Asker, by_id: bool) -> None:
    own_asker.server.world[FIRST].blocked = True
    outcome = fetch(own_asker, by_id=by_id)[FIRST]
    assert (outcome.status, outcome.record, outcome.error, outcome.note) == ("blocked", None, None, "dmca")


def test_an_id_that_ended_leads_to_whoever_has_the_name_now(own_asker: Asker) -> None:
    old = subject(own_asker.server.world[FIRST], by_id=True)
    new = own_asker.server.world.replace(FIRST)
    (outcome,) = own_asker.fetch(RepositoriesSource(today=own_asker.server.world.today), [old])
    assert record_of(outcome).database_id == new.database_id != old.database_id


def test_a_repository_that_only_rest_finds_under_another_name(own_asker: Asker) -> None:
    own_asker.server.world.rename(FIRST, "acme-00/moved")
    not_found = Spoil("acme-00/moved", "Could not resolve to a Repository", "NOT_FOUND")
    own_asker.server.faults.replace(Fault(not_found))
    source = RepositoriesSource(today=own_asker.server.world.today)
    (outcome,) = own_asker.fetch(source, [subject(own_asker.server.world[FIRST])])
    assert (outcome.status, record_of(outcome).name_with_owner) == ("ok", "acme-00/moved")


@BY
def test_a_private_repository_gives_no_figure(own_asker: Asker, by_id: bool) -> None:
    own_asker.server.world[FIRST].is_private = True
    outcome = fetch(own_asker, by_id=by_id)[FIRST]
    assert (outcome.status, outcome.record) == ("private", None)
    not_found = Spoil(FIRST, "Could not resolve to a Repository", "NOT_FOUND")
    outcome = fetch(own_asker, Fault(not_found), by_id=by_id)[FIRST]
    assert (outcome.status, outcome.record) == ("private", None)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (replies.message_reply(403, "Not for you."), "HTTP 403 Not for you."),
        (replies.message_reply(418, "Teapot"), "HTTP 418 Teapot"),
        (faults.server_error(500), "HTTP 500 Server Error"),
        (faults.redirect("http://127.0.0.1:1/"), "a redirect leads to another host (127.0.0.1)"),
        (replies.json_reply(200, {"full_name": 7}), "the answer names no repository"),
        (replies.json_reply(200, {"full_name": "../../user"}), "the answer names no repository"),
        (replies.json_reply(200, ["no object"]), "the answer names no repository"),
    ],
)
def test_where_rest_has_no_answer_either_it_is_a_failure(asker: Asker, reply: replies.Reply, error: str) -> None:
    not_found = Spoil(FIRST, "Could not resolve to a Repository", "NOT_FOUND")
    outcome = fetch(asker, Fault(not_found), Fault(reply, kind="rest"))[FIRST]
    assert outcome == Outcome(subject=outcome.subject, error=error, passing=reply.status == 500)


# --- Stop in the middle ---


def test_stop_keeps_what_waited_for_further_pages(asker: Asker) -> None:
    """The second core batch never comes; those of the first that need further pages are kept as far as they go."""
    asker.server.faults.replace(Fault(replies.bad_credentials(), kind="graphql", after=1))
    source = RepositoriesSource(today=asker.server.world.today)
    outcomes, stop = asker.fetch_until_stop(source, list(map(subject, asker.server.world)))
    assert isinstance(stop, Stop)
    assert len(outcomes) == 30
    partial = {outcome.subject.name: outcome for outcome in outcomes if outcome.error}
    assert {SECOND, "acme-01/widget-11"} <= partial.keys()
    assert {outcome.error for outcome in partial.values()} == {str(stop)}
    assert record_of(partial[SECOND]).languages is UNSET
    assert record_of(partial[SECOND]).stars == asker.server.world[SECOND].stars
    assert record_of(partial["acme-01/widget-11"]).releases is UNSET


def test_stop_between_pages_keeps_what_came_before(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.bad_credentials(), kind="graphql", after=3))
    source = RepositoriesSource(today=asker.server.world.today)
    outcomes = asker.fetch(source, list(map(subject, asker.server.world)))
    assert len({outcome.subject.name for outcome in outcomes}) == len(outcomes) == 40
    cut = {outcome.subject.name: record_of(outcome) for outcome in outcomes if outcome.error}
    assert 0 < len(cut) < PagesQuestion.start_size
    for name, record in cut.items():
        assert record.stars == asker.server.world[name].stars
    assert cut["acme-01/widget-11"].releases is UNSET
