"""When a history begins: one commit, many, none, and histories that move while they are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asking import Asker, subject

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.model import Outcome, Refused, Repository, Subject
from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Asked, Fault, Faults
from crawler.sources.github import FirstCommitSource
from crawler.sources.github.first_commit import CountQuestion, CursorQuestion, Head

NAME = "acme-00/widget-0"
SUBJECT = Subject(source="first_commit", name=NAME, node_id="R_1", repository_id=1)
OID = "0123456789abcdef0123456789abcdef01234567"


def fetch(asker: Asker) -> dict[str, Outcome]:
    subjects = [subject(one, "first_commit", by_id=True) for one in asker.server.world]
    return {outcome.subject.name: outcome for outcome in asker.fetch(FirstCommitSource(), subjects)}


def test_every_made_up_history_begins_where_it_begins(asker: Asker) -> None:
    outcomes = fetch(asker)
    assert len(outcomes) == 40
    counts = set()
    for name, outcome in outcomes.items():
        held = asker.server.world[name]
        counts.add(min(held.commit_count, 2))
        if held.first is None:
            assert outcome == Outcome(subject=outcome.subject, status="unknown")
        else:
            first = Repository(first_commit_at=held.first.committed_at, first_commit_oid=held.first.oid)
            assert outcome == Outcome(subject=outcome.subject, status="ok", record=first)
    assert counts == {0, 1, 2}


def test_a_single_commit_needs_one_question(asker: Asker) -> None:
    held = asker.server.world["acme-00/widget-9"]
    assert held.commit_count == 1
    (outcome,) = asker.fetch(FirstCommitSource(), [subject(held, "first_commit", by_id=True)])
    assert isinstance(outcome.record, Repository)
    assert [seen.operation for seen in asker.server.log] == ["CommitCounts"]


def test_the_cursor_names_the_head_and_the_place_before_the_last(asker: Asker) -> None:
    held = asker.server.world[NAME]
    assert held.head is not None
    asker.fetch(FirstCommitSource(), [subject(held, "first_commit", by_id=True)])
    variables = asker.server.log[1].variables
    assert variables == {"o0": "acme-00", "n0": "widget-0", "cursor0": f"{held.head.oid} {held.commit_count - 2}"}


class Between(Faults):
    """Does something to the world before each request is answered."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__([])
        self._act = act

    def strike(self, asked: Asked) -> tuple[Any, Any]:
        self._act()
        return super().strike(asked)


def test_a_push_between_the_questions_does_not_move_the_beginning(own_asker: Asker) -> None:
    held = own_asker.server.world[NAME]
    first = held.first
    assert first is not None
    requests = iter([lambda: None, lambda: held.push(5, "2026-11-22T12:00:00Z")])
    own_asker.server.faults = Between(lambda: next(requests)())
    (outcome,) = own_asker.fetch(FirstCommitSource(), [subject(held, "first_commit", by_id=True)])
    assert outcome.record == Repository(first_commit_at=first.committed_at, first_commit_oid=first.oid)


def test_a_history_that_was_replaced_between_the_questions_is_asked_again_later(own_asker: Asker) -> None:
    held = own_asker.server.world[NAME]

    def force_push() -> None:
        held.push(5, "2026-11-22T12:00:00Z")
        held.older_heads.clear()

    requests = iter([lambda: None, force_push])
    own_asker.server.faults = Between(lambda: next(requests)())
    (outcome,) = own_asker.fetch(FirstCommitSource(), [subject(held, "first_commit", by_id=True)])
    assert outcome.record is None
    assert "does not appear to be a valid cursor" in str(outcome.error)


def read_cursor(node: Any, *errors: GraphQLError) -> Outcome:
    answer = GraphQLAnswer({"r0": node}, errors, 1, 0.1)
    (outcome,) = CursorQuestion().read([Head(SUBJECT, OID, 10)], answer).results
    return outcome


def history(nodes: Any, *, more: Any = False) -> dict[str, Any]:
    return {"defaultBranchRef": {"target": {"history": {"pageInfo": {"hasNextPage": more}, "nodes": nodes}}}}


COMMIT = {"oid": OID, "committedDate": "2019-01-01T00:00:00Z"}


def test_only_the_end_of_the_list_is_the_beginning() -> None:
    assert read_cursor(history([COMMIT])).status == "ok"
    moved = Outcome(subject=SUBJECT, error="the history moved while it was counted", passing=True)
    assert read_cursor(history([COMMIT], more=True)) == moved
    assert read_cursor(history([])) == moved
    assert read_cursor(history(None)) == moved
    assert read_cursor({"defaultBranchRef": None}) == moved
    assert read_cursor(None) == moved


@pytest.mark.parametrize("commit", [{"oid": OID, "committedDate": None}, {"oid": OID}])
def test_a_beginning_without_a_date_is_none(commit: Any) -> None:
    outcome = read_cursor(history([commit]))
    assert outcome == Outcome(subject=SUBJECT, error="the first commit came without a date")


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        (5, "no time in ISO 8601"),
        ("soon", "no time in ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "no time in ISO 8601"),
        ("0001-01-01T00:00:00Z", "before 1970"),
        ("1969-12-31T23:59:59Z", "before 1970"),
        ("2099-01-01T00:00:00Z", "in the future"),
    ],
)
def test_a_beginning_that_cannot_be_is_not_known(date: Any, reason: str) -> None:
    """It is no failure, and no answer for ever: a history may be written anew."""
    refused = (Refused("first_commit_at", str(date), reason),)
    unknown = Outcome(subject=SUBJECT, status="unknown", refused_values=refused)
    assert read_cursor(history([{"oid": OID, "committedDate": date}])) == unknown


def test_a_beginning_in_1970_is_one() -> None:
    outcome = read_cursor(history([{"oid": OID, "committedDate": "1970-01-01T00:00:00Z"}]))
    assert outcome.record == Repository(first_commit_at="1970-01-01T00:00:00Z", first_commit_oid=OID)


@pytest.mark.parametrize("nodes", [None, [], [None, None], "text", {}])
def test_an_answer_that_is_not_whole_is_no_answer_for_ever(nodes: Any) -> None:
    answer = GraphQLAnswer({"nodes": nodes}, (), 1, 0.1)
    reading = CountQuestion().read([SUBJECT], answer)
    assert (reading.results, reading.too_heavy) == ([], [SUBJECT])


@pytest.mark.parametrize(
    "target",
    [
        None,
        {"oid": OID},
        {"oid": OID, "all": {"totalCount": 0}},
        {"oid": None, "all": {"totalCount": 3}},
    ],
)
def test_a_head_that_says_too_little_is_unknown(target: Any) -> None:
    answer = GraphQLAnswer({"nodes": [{"defaultBranchRef": {"target": target}}]}, (), 1, 0.1)
    assert CountQuestion().read([SUBJECT], answer).results == [Outcome(subject=SUBJECT, status="unknown")]


@pytest.mark.parametrize("count", ["12", -12, 10**40, True, 1.5])
def test_a_number_of_commits_that_cannot_be_asks_no_second_question(count: Any) -> None:
    target = {"oid": OID, "all": {"totalCount": count}}
    answer = GraphQLAnswer({"nodes": [{"defaultBranchRef": {"target": target}}]}, (), 1, 0.1)
    (outcome,) = CountQuestion().read([SUBJECT], answer).results
    assert isinstance(outcome, Outcome)
    assert (outcome.status, [one.field for one in outcome.refused_values]) == ("unknown", ["first_commit_at"])


@pytest.mark.parametrize("after", [0, 1])
def test_one_that_is_refused_or_too_heavy_costs_no_neighbour(asker: Asker, after: int) -> None:
    for fault in (faults.saml(NAME), faults.resource_limits(NAME), faults.went_wrong(NAME)):
        asker.server.faults.replace(Fault(fault, after=after))
        outcomes = fetch(asker)
        is_refusal = fault.type == "FORBIDDEN"
        assert outcomes[NAME] == Outcome(
            subject=outcomes[NAME].subject, error=str(fault.message), refused=is_refusal, passing=not is_refusal
        )
        assert sum(outcome.error is not None for outcome in outcomes.values()) == 1


def test_stop_keeps_what_was_answered(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.bad_credentials(), after=2))
    subjects = [subject(one, "first_commit", by_id=True) for one in asker.server.world]
    outcomes, stop = asker.fetch_until_stop(FirstCommitSource(), subjects)
    assert isinstance(stop, Stop)
    assert 9 <= len(outcomes) <= 10
