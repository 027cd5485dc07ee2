"""Whole accounts: all their public repositories by stars, or the older list as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock

from crawler.fetch.answers import GraphQLAnswer, GraphQLError
from crawler.model import Outcome, OwnedRepository, OwnerRepositories, Subject
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.accounts import Owner
from crawler.sandbox.faults import Fault, server_error
from crawler.sandbox.world import World
from crawler.sources.github import OrgRepositoriesSource
from crawler.sources.github.org_repositories import Listing, OwnedQuestion


def account(login: str, **more: Any) -> Subject:
    return Subject(source="org_repositories", name=login, **more)


def widened(world: World, login: str, count: int) -> None:
    """Give an account of its own so many repositories, the first with the most stars."""
    sample = next(iter(world))
    world.owners[login] = Owner(login)
    for number in range(count):
        name = f"{login}/part-{number}"
        world.add(replace(sample, name_with_owner=name, node_id=name, database_id=10**8 + number, stars=count - number))


@pytest.fixture
def wide(clock: Clock) -> Iterator[Asker]:
    """A GitHub with an account of 250 repositories beside the made-up ones."""
    world = made_up_world(12)
    widened(world, "wide", 250)
    with SandboxServer(world, token=TOKEN, anonymous=True) as server:
        yield Asker(server, clock)


def names(outcome: Outcome) -> list[str]:
    assert isinstance(outcome.record, OwnerRepositories)
    return [one.name_with_owner for one in outcome.record.repositories]


@pytest.mark.parametrize("token", [True, False])
def test_all_public_repositories_come_by_stars(wide: Asker, token: bool) -> None:
    world = wide.server.world
    world.owners["acme-00"].type = "User"
    world["wide/part-3"].is_private = True
    world["wide/part-4"].hidden = True
    settings = {} if token else {"token": None}
    outcomes = wide.fetch(
        OrgRepositoriesSource(), [account("WIDE"), account("acme-00"), account("acme-01")], **settings
    )
    told = {outcome.subject.name: outcome for outcome in outcomes}
    assert all(outcome.status == "ok" and not outcome.refused_values for outcome in outcomes)
    assert names(told["WIDE"]) == [f"wide/part-{number}" for number in range(250) if number not in {3, 4}]
    held = sorted((one for one in world if one.name_with_owner.startswith("acme-00/")), key=lambda one: -one.stars)
    assert told["acme-00"].record == OwnerRepositories(
        "acme-00",
        tuple(
            OwnedRepository(one.name_with_owner, one.stars, bool(one.is_fork), bool(one.is_archived)) for one in held
        ),
    )
    assert len(names(told["acme-01"])) == 2
    assert len(wide.server.log) == (3 if token else 5)


def test_nobody_of_that_name_is_missing_however_he_is_asked_for(wide: Asker) -> None:
    assert wide.fetch(OrgRepositoriesSource(), [account("nobody")])[0].status == "missing"
    assert wide.fetch(OrgRepositoriesSource(), [account("nobody")], token=None)[0].status == "missing"
    assert read(None, GraphQLError("Could not resolve", "NOT_FOUND", ("r0",))) == Outcome(
        subject=account("wide"), status="missing"
    )


def test_an_account_that_refuses_the_token_is_asked_without_one(wide: Asker) -> None:
    wide.server.credentials[0].refused_by["wide"] = "classic"
    outcomes = wide.fetch(OrgRepositoriesSource(), [account("wide"), account("acme-00")])
    assert {one.subject.name: (one.status, len(names(one))) for one in outcomes} == {
        "wide": ("ok", 250),
        "acme-00": ("ok", 10),
    }
    assert [seen.authorized for seen in wide.server.log if seen.kind == "rest"] == [False] * 3


def test_half_a_list_is_none(wide: Asker) -> None:
    wide.server.faults.replace(Fault(server_error(502), kind="graphql", after=1))
    (outcome,) = wide.fetch(OrgRepositoriesSource(), [account("wide")])
    assert (outcome.status, outcome.record, outcome.passing) == (None, None, True)
    assert (
        read(page(entry("wide/a")), GraphQLError("No.", "FORBIDDEN", ("r0", "repositories", "nodes", 0))).error == "No."
    )
    wide.server.faults.replace(Fault(server_error(422), kind="rest", path="page=2"))
    (outcome,) = wide.fetch(OrgRepositoriesSource(), [account("wide")], token=None)
    assert (outcome.status, outcome.record) == (None, None) and outcome.error


def test_null_without_a_reason_is_worth_a_second_try() -> None:
    assert (read(None).status, read(None).passing) == ("missing", True)


def test_a_huge_account_is_read_to_an_end(clock: Clock) -> None:
    world = made_up_world(1)
    widened(world, "huge", 2_050)
    with SandboxServer(world, token=TOKEN, anonymous=True) as server:
        asker = Asker(server, clock)
        (outcome,) = asker.fetch(OrgRepositoriesSource(), [account("huge")])
        assert names(outcome) == [f"huge/part-{number}" for number in range(2_000)]
        assert asker.engine.notices == ["huge has 2,050 public repositories: the 2,000 most starred are looked at"]
        assert len(server.log) == server.points == 20
        (outcome,) = asker.fetch(OrgRepositoriesSource(), [account("huge")], token=None)
        assert (outcome.status, outcome.record) == (None, None)
        assert outcome.error == (
            "to list its repositories takes 21 requests, and without a token GitHub answers 60 an hour"
        )
        assert len(server.log) == 21


def test_the_cost_goes_by_what_was_listed_last() -> None:
    source = OrgRepositoriesSource()
    known = source.cost([account("a", repositories_listed=250), account("b", repositories_listed=0)])
    assert (known.requests, known.points_low, known.points_high) == (3, 3, 3)
    unknown = source.cost([account("a")])
    assert (unknown.requests, unknown.points_low, unknown.points_high) == (20, 1, 20)


def read(node: Any, *errors: GraphQLError, **more: Any) -> Any:
    (step,) = (
        OwnedQuestion().read([Listing(account("wide"), **more)], GraphQLAnswer({"r0": node}, errors, 1, 0.1)).results
    )
    return step


def page(*nodes: Any, total: Any = 1, **info: Any) -> Any:
    return {"login": "wide", "repositories": {"totalCount": total, "pageInfo": info, "nodes": list(nodes)}}


def entry(name: Any, stars: Any = 1, **flags: Any) -> dict[str, Any]:
    return {"nameWithOwner": name, "stargazerCount": stars, "isFork": False, "isArchived": False} | flags


@pytest.mark.parametrize(
    "node",
    [
        {},
        [],
        "wide",
        {"repositories": None},
        {"repositories": []},
        page(total="1"),
        page(total=-1),
        page(total=1),
        page(None, total=1),
        page(entry("wide/a/b"), entry(None), entry("wide/.."), 5),
        page(entry("else/where")),
        page(entry("wide/a"), hasNextPage=True, endCursor=None),
    ],
)
def test_what_is_no_list_leaves_the_older_one(node: Any) -> None:
    outcome = read(node)
    assert (outcome.status, outcome.record, bool(outcome.error)) == (None, None, True)


def test_odd_entries_are_left_out_and_told() -> None:
    node = page(
        entry("wide/b", stars="many", isFork=None), entry("else/where"), entry("Wide/a", stars=5), entry("wide/A")
    )
    outcome = read(node, found=(OwnedRepository("wide/a", 9),))
    assert outcome.record == OwnerRepositories("wide", (OwnedRepository("wide/A", 1), OwnedRepository("wide/b")))
    assert [one.field for one in outcome.refused_values] == ["position", "name_with_owner"]


def test_an_account_without_repositories_is_an_answer() -> None:
    assert read(page(total=0)).record == OwnerRepositories("wide", ())
