"""Sponsors of the accounts behind the repositories: private ones counted, past ones not, names never asked for."""

from __future__ import annotations

from typing import Any

import pytest
from asking import Asker
from msgspec import UNSET

from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.model import Outcome, Owner, Subject
from crawler.sandbox import replies
from crawler.sandbox.faults import Fault
from crawler.sources.github import SponsorsSource
from crawler.sources.github.sponsors import SponsorsQuestion


def owners(asker: Asker, *more: str) -> list[Subject]:
    logins = [owner.login for owner in asker.server.world.owners.values()]
    return [Subject(source="sponsors", name=login) for login in (*logins, *more)]


def test_every_made_up_owner_has_its_number(asker: Asker) -> None:
    outcomes = asker.fetch(SponsorsSource(), owners(asker))
    listed = set()
    for outcome in outcomes:
        held = asker.server.world.owners[outcome.subject.name]
        listed.add((held.has_sponsors_listing, held.type))
        number = held.sponsors + held.private_sponsors
        told = Owner(login=held.login, has_sponsors_listing=held.has_sponsors_listing, sponsors=number)
        assert outcome == Outcome(subject=outcome.subject, status="ok", record=told)
        assert (number > 0) is held.has_sponsors_listing
    assert listed == {(True, "Organization"), (False, "Organization"), (False, "User")}
    assert len(outcomes) == 4


def test_an_owner_that_is_not_there_is_unknown_without_an_error_and_missing_with_one(asker: Asker) -> None:
    outcomes = asker.fetch(SponsorsSource(), owners(asker, "nobody"))
    assert (outcomes[-1].status, outcomes[-1].record) == ("unknown", None)
    assert read(None, GraphQLError("Could not resolve", "NOT_FOUND", ("r0",))).status == "missing"


def read(node: Any, *errors: GraphQLError) -> Outcome:
    subject = Subject(source="sponsors", name="somebody")
    (outcome,) = SponsorsQuestion().read([subject], GraphQLAnswer({"r0": node}, errors, 1, 0.1)).results
    return outcome


def test_a_refused_owner_is_a_failure() -> None:
    outcome = read({"login": "somebody"}, GraphQLError("No.", "FORBIDDEN", ("r0", "sponsorshipsAsMaintainer")))
    assert (outcome.status, outcome.record, outcome.error) == (None, None, "No.")


@pytest.mark.parametrize(
    ("node", "sponsors"),
    [
        ({}, UNSET),
        ({"sponsorshipsAsMaintainer": {}}, UNSET),
        ({"sponsorshipsAsMaintainer": None}, None),
        ({"sponsorshipsAsMaintainer": {"totalCount": None}}, None),
    ],
)
def test_a_number_that_does_not_come_is_not_known(node: Any, sponsors: Any) -> None:
    assert read(node) == Outcome(
        subject=Subject(source="sponsors", name="somebody"),
        status="ok",
        record=Owner(login="somebody", sponsors=sponsors),
    )


@pytest.mark.parametrize("count", ["5", -1, 10**11, True, 2.0, [], {}])
def test_a_number_that_cannot_be_is_refused(count: Any) -> None:
    outcome = read({"sponsorshipsAsMaintainer": {"totalCount": count}})
    assert (outcome.status, outcome.error, outcome.record) == ("ok", None, Owner(login="somebody"))
    assert [one.field for one in outcome.refused_values] == ["sponsors"]


@pytest.mark.parametrize("node", ["text", 5, [], True])
def test_what_is_no_owner_is_a_failure(node: Any) -> None:
    assert read(node).error == "the answer holds no account"


def test_no_person_is_asked_for(asker: Asker) -> None:
    asker.fetch(SponsorsSource(), owners(asker))
    (seen,) = asker.server.log
    assert "includePrivate: true, activeOnly: true) { totalCount }" in str(seen.query)
    assert not any(word in str(seen.query) for word in ("nodes", "edges", "email", "sponsorEntity"))


def test_a_query_that_fails_once_is_asked_again(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.timed_out(), times=1))
    assert len(asker.fetch(SponsorsSource(), owners(asker)[:1])) == 1
    assert len(asker.server.log) == 2
