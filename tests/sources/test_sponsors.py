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
        goal = held.goal
        told = Owner(
            login=held.login,
            type=held.type,
            has_sponsors_listing=held.has_sponsors_listing,
            sponsors=number,
            lowest_monthly_tier="5.00" if held.tiers else None,
            goal_kind=goal and goal.kind,
            goal_percent=goal and goal.percent_complete,
            goal_target=goal and goal.target,
        )
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


MONTHLY = {"kind": "MONTHLY_SPONSORSHIP_AMOUNT", "percentComplete": 42, "targetValue": 1000}
NO_GOAL = (None, None, None)
NOT_TOLD = (UNSET, UNSET, UNSET)


def listing(goal: Any = MONTHLY, tiers: Any = ((500, False),), **more: Any) -> dict[str, Any]:
    nodes = tiers if isinstance(tiers, list) else [{"monthlyPriceInCents": a, "isOneTime": b} for a, b in tiers]
    told = {"isPublic": True, "activeGoal": goal, "tiers": {"nodes": nodes}} | more
    return {"hasSponsorsListing": True, "sponsorsListing": told}


def asks_of(outcome: Outcome) -> tuple[Any, tuple[Any, ...]]:
    owner = outcome.record
    assert isinstance(owner, Owner)
    return owner.lowest_monthly_tier, (owner.goal_kind, owner.goal_percent, owner.goal_target)


@pytest.mark.parametrize(
    ("node", "tier", "goal"),
    [
        (listing(), "5.00", tuple(MONTHLY.values())),
        (listing(goal=None), "5.00", NO_GOAL),
        (listing(tiers=((100, True), (2550, False), (905, False))), "9.05", tuple(MONTHLY.values())),
        (listing(tiers=((100, True),)), None, tuple(MONTHLY.values())),
        (listing(tiers=()), None, tuple(MONTHLY.values())),
        (
            {"hasSponsorsListing": True, "sponsorsListing": {"activeGoal": MONTHLY, "tiers": None}},
            UNSET,
            tuple(MONTHLY.values()),
        ),
        (listing(goal=MONTHLY | {"kind": None}), "5.00", NOT_TOLD),
        ({"hasSponsorsListing": False, "sponsorsListing": None}, None, NO_GOAL),
        ({"hasSponsorsListing": True, "sponsorsListing": None}, UNSET, NOT_TOLD),
        ({"sponsorsListing": None}, UNSET, NOT_TOLD),
        (listing(isPublic=False), UNSET, NOT_TOLD),
    ],
)
def test_none_is_not_the_same_as_hidden(node: Any, tier: Any, goal: Any) -> None:
    outcome = read(node)
    assert asks_of(outcome) == (tier, goal)
    assert outcome.refused_values == ()


@pytest.mark.parametrize(
    ("node", "fields"),
    [
        (listing(goal=MONTHLY | {"percentComplete": 101}), {"goal_percent"}),
        (listing(goal=MONTHLY | {"targetValue": -5}), {"goal_target"}),
        (listing(goal=MONTHLY | {"targetValue": 10**30}), {"goal_target"}),
        (listing(goal=MONTHLY | {"targetValue": 0}), {"goal_target"}),
        (listing(goal=MONTHLY | {"kind": "<b>"}), {"goal_kind"}),
        (listing(goal="text"), {"goal_kind", "goal_percent", "goal_target"}),
        (listing(tiers=[{"monthlyPriceInCents": 4.5, "isOneTime": False}]), {"lowest_monthly_tier"}),
        (listing(tiers=[{"monthlyPriceInCents": 0, "isOneTime": False}]), {"lowest_monthly_tier"}),
        (listing(tiers=[{"monthlyPriceInCents": -500, "isOneTime": True}]), {"lowest_monthly_tier"}),
        (listing(tiers=["text"]), {"lowest_monthly_tier"}),
        ({"hasSponsorsListing": True, "sponsorsListing": "text"}, {"lowest_monthly_tier"}),
    ],
)
def test_absurd_asks_are_refused_and_leave_what_was_known(node: Any, fields: set[str]) -> None:
    outcome = read(node)
    tier, goal = asks_of(outcome)
    assert (tier is UNSET) is ("lowest_monthly_tier" in fields)
    assert (goal == NOT_TOLD) is (fields != {"lowest_monthly_tier"} or node["sponsorsListing"] == "text")
    assert {one.field for one in outcome.refused_values} == fields


@pytest.mark.parametrize(("error_type", "is_failure"), [("FORBIDDEN", False), ("SERVICE_UNAVAILABLE", True)])
def test_a_listing_that_an_error_took_is_unknown_and_the_count_stands(error_type: str, is_failure: bool) -> None:
    node = {"hasSponsorsListing": True, "sponsorsListing": None, "sponsorshipsAsMaintainer": {"totalCount": 7}}
    outcome = read(node, GraphQLError("No.", error_type, ("r0", "sponsorsListing", "activeGoal")))
    assert asks_of(outcome) == (UNSET, NOT_TOLD)
    assert isinstance(outcome.record, Owner)
    assert (outcome.record.sponsors, outcome.error) == (7, "No." if is_failure else None)


@pytest.mark.parametrize("node", ["text", 5, [], True])
def test_what_is_no_owner_is_a_failure(node: Any) -> None:
    assert read(node).error == "the answer holds no account"


def test_no_person_is_asked_for(asker: Asker) -> None:
    asker.fetch(SponsorsSource(), owners(asker))
    (seen,) = asker.server.log
    assert "includePrivate: true, activeOnly: true) { totalCount }" in str(seen.query)
    assert not any(word in str(seen.query) for word in ("edges", "email", "sponsorEntity", "EstimatedSponsorsIncome"))
    # The only lists are those of tiers.
    assert str(seen.query).count("nodes") == str(seen.query).count("nodes { monthlyPriceInCents isOneTime }")


def test_a_query_that_fails_once_is_asked_again(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.timed_out(), times=1))
    assert len(asker.fetch(SponsorsSource(), owners(asker)[:1])) == 1
    assert len(asker.server.log) == 2
