"""Whatever JSON a host sends, each subject gets an outcome that the store can hold, and nothing is raised."""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import httpx
import pytest
from asking import Asker, subject
from hostile import graphql_answers, places
from msgspec import UNSET, json

from crawler.fetch.answers import GraphQLAnswer, Raw, RestAnswer, graphql_errors
from crawler.fetch.batches import Question
from crawler.fetch.verdicts import judge_graphql
from crawler.model import Outcome, Repository, Subject
from crawler.sandbox import made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.graphql_api import GraphQLApi
from crawler.sandbox.rest_api import RestApi
from crawler.sources.catalogue import all_sources
from crawler.sources.github.confirm import read_repository
from crawler.sources.github.contributors import read_contributors

JUNK: list[Any] = [
    None,
    [],
    {},
    "text",
    "",
    0,
    -1,
    10**40,
    1.5,
    True,
    [None],
    [[]],
    {"a": None},
    "\x00\U0001f600",
    "9" * 400,
]


def spoil(payload: Any, dice: random.Random) -> None:
    """Exchange some places of the payload for junk, or take them out."""
    for _ in range(dice.randint(1, 4)):
        holder, key = dice.choice(list(places(payload)))
        if dice.random() < 0.3:
            del holder[key]
        else:
            holder[key] = deepcopy(dice.choice(JUNK))
        if not payload:
            return


def fits(outcome: Outcome) -> None:
    """The store can hold it: no text with NUL, no number that SQLite has no room for, no error that is a novel."""
    assert outcome.status is not None or outcome.error is not None or outcome.unfinished
    assert outcome.error is None or len(outcome.error) < 700
    record = outcome.record
    if record is None:
        return
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, str):
            assert "\x00" not in value
            value.encode()
        elif isinstance(value, int):
            assert abs(value) < 2**63
        elif isinstance(value, dict):
            assert all(isinstance(key, str) and abs(size) < 2**63 for key, size in value.items())
        else:
            assert value is None or value is UNSET or isinstance(value, tuple)
    if isinstance(record, Repository) and record.name_with_owner is not UNSET:
        assert record.name_with_owner.count("/") == 1


def read(question: Question[Any, Any], items: list[Any], payload: Any) -> None:
    """Judge and read a GraphQL payload as the engine does; what comes of it must fit."""
    raw = Raw(200, httpx.Headers({"content-type": "application/json"}), b"", payload, 0.1)
    if judge_graphql(raw).action != "take":
        return
    answer = GraphQLAnswer(payload["data"], graphql_errors(payload), 1, 0.1)
    reading = question.read(items, answer)
    assert len(reading.results) + len(reading.too_heavy) == len(items)
    for result in reading.results:
        if isinstance(result, Outcome):
            fits(result)


ANSWERS = graphql_answers()


@pytest.mark.parametrize("at", range(len(ANSWERS)))
def test_spoilt_graphql_answers(at: int) -> None:
    dice = random.Random(at)
    question, items, payload = ANSWERS[at]
    read(question, items, deepcopy(payload))
    for _ in range(120):
        changed = deepcopy(payload)
        spoil(changed, dice)
        read(question, deepcopy(items), changed)


def test_spoilt_rest_answers() -> None:
    world, dice = made_up_world(8), random.Random(0)
    api = RestApi(world, "http://127.0.0.1")
    for one in world:
        right = json.decode(api.answer(f"/repos/{one.name_with_owner}").body)
        for _ in range(50):
            changed = deepcopy(right)
            spoil(changed, dice)
            fits(read_repository(subject(one), RestAnswer(200, changed, httpx.Headers())))
            fits(read_contributors(subject(one), "/path", RestAnswer(200, changed, httpx.Headers())))


BODIES: list[Any] = [
    *JUNK,
    {"data": {"nodes": None}},
    {"data": {"nodes": []}},
    {"data": {"nodes": [5]}},
    {"data": {"r0": 5, "nodes": ["x"]}},
    {"data": {"r0": {"nameWithOwner": None}, "nodes": [{"nameWithOwner": {}}]}},
    {"data": {"r0": None, "nodes": [None]}, "errors": [{"path": ["nodes", "0"], "message": 5}]},
    {"data": {"r0": None, "nodes": [None]}, "errors": [{"path": [["r0"], {}], "message": None, "type": []}]},
    {"data": {"r0": None, "nodes": [None]}, "errors": [7, None, "x"]},
    {"data": {}, "errors": {}},
    {"full_name": "o/n", "id": "1", "topics": [5, None, "a"], "license": "MIT", "owner": []},
    {"full_name": "o/n", "id": 10**22, "stargazers_count": -1, "created_at": 5, "mirror_url": 0},
    {"full_name": "o/n", "license": {"key": [], "spdx_id": {}, "name": 5}},
]


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_odd_bodies(body: Any) -> None:
    for question, items, _ in ANSWERS:
        read(question, deepcopy(items[:1]), deepcopy(body))
    one = Subject(source="github", name="o/n")
    fits(read_repository(one, RestAnswer(200, body, httpx.Headers())))
    fits(read_contributors(one, "/path", RestAnswer(200, body, httpx.Headers())))


# --- over HTTP ---


class Spoiler:
    """Stands in for the server's GraphQL API and spoils what it answers."""

    def __init__(self, real: GraphQLApi, seed: int) -> None:
        self._real = real
        self._dice = random.Random(seed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def run(self, *arguments: Any) -> Any:
        answer = self._real.run(*arguments)
        spoil(answer, self._dice)
        return answer


@pytest.mark.parametrize("seed", range(4))
def test_every_subject_gets_its_outcome(own_asker: Asker, seed: int) -> None:
    server = own_asker.server
    server._graphql = Spoiler(server._graphql, seed)  # type: ignore[assignment]
    for source in all_sources(today=server.world.today, star_history=60):
        subjects = [subject(one, source.name, by_id=seed % 2 == 1 or source.max_age is None) for one in server.world]
        if source.subject_kind in {"owner", "project_org"}:
            subjects = [Subject(source=source.name, name=login) for login in server.world.owners]
        server.log.clear()
        outcomes, stop = own_asker.fetch_until_stop(source, subjects)
        answered = [outcome.subject.name for outcome in outcomes if not outcome.unfinished]
        assert len(set(answered)) == len(answered)
        # What comes page by page, or not in this run, has no last word yet.
        answered = list({outcome.subject.name: None for outcome in outcomes})
        assert stop is not None or sorted(answered) == sorted(one.name for one in subjects)
        assert len(server.log) < 400
        for outcome in outcomes:
            fits(outcome)


def test_an_error_above_the_nodes_concerns_them_all(asker: Asker) -> None:
    body = {"data": {"nodes": None}, "errors": [{"path": ["nodes"], "type": "FORBIDDEN", "message": "No."}]}
    asker.server.faults.replace(Fault(replies.json_reply(200, body)))
    for source in (all_sources(today=asker.server.world.today)[0], all_sources(today=asker.server.world.today)[2]):
        subjects = [subject(one, source.name, by_id=True) for one in asker.server.world][:3]
        outcomes = asker.fetch(source, subjects)
        assert [(outcome.status, outcome.error) for outcome in outcomes] == [(None, "No.")] * 3
    assert len(asker.server.log) == 2
