"""Every text that is sent is valid against the shipped schema, and costs what was said before it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock, subject
from graphql import GraphQLSchema, build_schema, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values
from msgspec import structs

from crawler.fetch.batches import Question
from crawler.model import Repository, Subject
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.pricing import Reader
from crawler.sandbox.world import World
from crawler.sources.catalogue import SOURCE_NAMES, all_sources
from crawler.sources.github.core import CoreQuestion, Unfinished
from crawler.sources.github.cost import points, queries_cost
from crawler.sources.github.first_commit import CountQuestion, CursorQuestion, Head
from crawler.sources.github.funding_json import FundingJsonQuestion
from crawler.sources.github.org_repositories import Listing, OwnedQuestion
from crawler.sources.github.pages import PagesQuestion
from crawler.sources.github.release_history import OlderReleasesQuestion, Place
from crawler.sources.github.sponsors import SponsorsQuestion

TODAY = made_up_world(0).today
EVIL = 'a" { x } #'


@cache
def schema() -> GraphQLSchema:
    return build_schema((files("crawler.sandbox") / "schema.graphql").read_text("utf-8"))


def subjects(count: int) -> list[Subject]:
    return [Subject(source="x", name=f"o/n{EVIL}{number}", node_id=f"R_{EVIL}{number}") for number in range(count)]


def unfinished(count: int) -> list[Unfinished]:
    return [
        Unfinished(
            subject=one,
            record=Repository(name_with_owner=one.name),
            status="ok",
            languages={},
            languages_after="cursor" if number % 2 else None,
            more_languages=True,
            releases=[],
            releases_after="cursor",
            more_releases=True,
            want_tag=True,
        )
        for number, one in enumerate(subjects(count))
    ]


def heads(count: int) -> list[Head]:
    return [Head(one, "0" * 40, 12) for one in subjects(count)]


def places(count: int) -> list[Place]:
    return [Place(one, "cursor" if number % 2 else None) for number, one in enumerate(subjects(count))]


QUESTIONS: list[tuple[Question[Any, Any], Any]] = [
    (CoreQuestion(by_id=False, today=TODAY), subjects),
    (CoreQuestion(by_id=True, today=TODAY), subjects),
    (CoreQuestion(by_id=False, today=TODAY, with_history=False), subjects),
    (CoreQuestion(by_id=True, today=TODAY, with_history=False), subjects),
    (PagesQuestion(today=TODAY), unfinished),
    (CountQuestion(), subjects),
    (CursorQuestion(), heads),
    (SponsorsQuestion(), subjects),
    (FundingJsonQuestion(), subjects),
    (OlderReleasesQuestion(), places),
    (OwnedQuestion(), lambda count: [Listing(one, after="cursor" if count % 2 else None) for one in subjects(count)]),
]


@pytest.mark.parametrize(("question", "items"), QUESTIONS)
def test_every_question_is_valid_and_costs_no_more_than_it_says(question: Question[Any, Any], items: Any) -> None:
    # One alias is like the other: what holds for these sizes holds for those between them.
    for size in sorted({1, 2, 3, 7, 12, question.start_size, question.max_size}):
        text, variables = question.ask(items(size))
        document = parse(text, no_location=True)
        assert validate(schema(), document) == []
        operation = get_operation_ast(document)
        assert operation is not None
        read = get_variable_values(schema(), operation.variable_definitions, variables)
        assert isinstance(read, dict) or getattr(read, "errors", None) is None, read
        assert {one.variable.name.value for one in operation.variable_definitions} == variables.keys()
        assert EVIL not in text
        price = Reader(schema(), document, operation, variables).price()
        assert 1 <= price.points <= question.points(size)
        assert "rateLimit { cost nodeCount limit remaining used resetAt }" in text


@pytest.mark.parametrize(("question", "items"), QUESTIONS)
def test_the_same_question_has_the_same_text(question: Question[Any, Any], items: Any) -> None:
    first, second = question.ask(items(3))[0], question.ask(items(3))[0]
    assert first is second


def test_a_lighter_question_counts_neither_commits_nor_closed_issues() -> None:
    question = CoreQuestion(by_id=False, today=TODAY)
    light = question.lighter(subjects(1)[0])
    assert light is not None
    text, variables = light.ask(subjects(1))
    assert "history" not in text and "CLOSED" not in text
    assert "since" not in variables
    assert light.lighter(subjects(1)[0]) is None


def test_points_by_githubs_rule() -> None:
    assert [points(number) for number in (0, 1, 49, 126, 146, 151, 250, 486)] == [1, 1, 1, 1, 1, 2, 3, 5]


def test_nothing_costs_nothing() -> None:
    cost = queries_cost(0, 30, 40, paged=3, counted=4, seconds=6)
    assert (cost.requests, cost.points_low, cost.points_high, cost.seconds) == (0, 0, 0, 0)
    for source in all_sources(today=TODAY):
        assert source.cost([]).requests == 0


@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("count", [1, 45])
def test_what_was_said_to_be_the_cost_is_the_cost(clock: Clock, count: int, by_id: bool) -> None:
    world = made_up_world(count)
    sources = [source for source in all_sources(today=world.today) if source.api != "other"]
    for source, kept in zip(sources, subjects_of(world, by_id=by_id), strict=True):
        with SandboxServer(world, token=TOKEN) as server:
            said = source.cost(kept)
            Asker(server, clock).fetch(source, kept)
            assert said.points_low <= server.points <= said.points_high
            assert said.rest_counted == server.rest_counted
            assert said.requests >= 1
            further = sum(seen.operation == "MorePages" for seen in server.log)
            # Quick answers let batches grow, so that there are fewer of them than said.
            assert len(server.log) - further <= said.requests
            assert said.seconds > 0


def subjects_of(world: World, *, by_id: bool) -> Sequence[list[Subject]]:
    repositories = [one for one in world if not one.is_empty]
    owners = [Subject(source="sponsors", name=login) for login in world.owners]
    return [
        [subject(one, "github", by_id=by_id) for one in repositories],
        [subject(one, "contributors") for one in repositories],
        [subject(one, "first_commit", by_id=True) for one in repositories],
        owners,
        [subject(one, "funding_json", by_id=True) for one in repositories],
        [subject(one, "release_history", by_id=True, releases_total=len(one.releases or ())) for one in repositories],
        [subject(one, "commit_weeks") for one in repositories],
        [subject(one, "star_history", created_at=one.created_at) for one in repositories[:3]],
        [structs.replace(owner, repositories_listed=10) for owner in owners],
    ]


def test_the_catalogue_names_its_sources() -> None:
    sources = all_sources(today=TODAY)
    assert tuple(source.name for source in sources) == SOURCE_NAMES
    assert [source.name for source in sources if source.max_age is None] == ["first_commit", "release_history"]
    assert [source.name for source in sources if source.is_second_hand] == [
        "funding_yml",
        "depsdev",
        "ecosystems",
        "feeds",
    ]
    assert sum((source.cost(subjects(10)) for source in sources[1:]), sources[0].cost(subjects(10))).requests >= 14
