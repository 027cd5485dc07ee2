"""Answers as nobody should send them: right ones of a made-up world, and what they are spoilt with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from asking import subject
from hypothesis import strategies as st
from msgspec import UNSET, json

from crawler import clock
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Question
from crawler.model import FundingLink, Outcome, Owner, Release, Subject
from crawler.sandbox import made_up_world
from crawler.sandbox.graphql_api import GraphQLApi
from crawler.sandbox.limits import Quota
from crawler.sandbox.rest_api import RestApi
from crawler.sources.github.core import CoreQuestion, Unfinished
from crawler.sources.github.first_commit import CountQuestion, CursorQuestion, Head
from crawler.sources.github.funding_json import FundingJsonQuestion
from crawler.sources.github.pages import PagesQuestion
from crawler.sources.github.sponsors import SponsorsQuestion

TOKEN = "ghp_Strange0Strange0Strange0Strange0Str0"
ODD = tuple(f"acme-0{number // 10}/widget-{number}" for number in (2, 4, 7, 11))
"""A repository of many languages, one without releases, an empty one, one of many releases."""

TEXTS = [
    "",
    "  ",
    "javascript:alert(1)",
    "JaVa\tScript:alert(1)",
    " data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "mailto:somebody@example.org",
    "https://me:hunter2@example.org/",
    "example.org",
    "https://example.org/a b",
    "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "2999-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "NaN",
    "-1",
    "1e400",
    "\x1b[31mred\x9b2J",
    "\u202egpj.exe\u2066",
    "\x00\ud800\U000e0001",
    "((((MIT",
    "MIT OR (Apache-2.0 AND",
    "=HYPERLINK(1)",
    f"a token {TOKEN} in a text",
    "eyJ" + "-eyJ" * 1_000,
    "x" * 6_000,
    "a/b",
    "../..",
    "-----BEGIN PRIVATE KEY-----",
]
NUMBERS = [0, -1, 1, 10**10, 10**10 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 1.5, -0.0, 1e300]

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.sampled_from([*TEXTS, *NUMBERS]) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
"""Any JSON value; mostly one that hurts."""


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value: the list or object that holds it, and its index or key."""
    for key, below in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(below, list | dict):
            yield from places(below)


@st.composite
def spoilt(draw: st.DrawFn, payload: Any) -> Any:
    """The payload with another value in one to three places, or nothing there at all."""
    changed = deepcopy(payload)
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(changed))
        if not found:
            break
        holder, key = found[draw(st.integers(0, len(found) - 1))]
        if draw(st.integers(0, 4)):
            holder[key] = deepcopy(draw(VALUES))
        else:
            del holder[key]
    return changed


def graphql_answers() -> list[tuple[Question[Any, Any], list[Any], Any]]:
    """Every question about odd repositories of a made-up world, with the answer that is right."""
    world = made_up_world(12)
    by_name = [subject(world[name]) for name in ODD]
    by_id = [subject(world[name], by_id=True) for name in ODD]
    api = GraphQLApi(world)

    def ask(question: Question[Any, Any], items: list[Any]) -> tuple[Question[Any, Any], list[Any], Any]:
        text, variables = question.ask(items)
        return question, items, api.run(api.read(text, variables, None), Quota(1, 1, 0, 0), [])

    core = CoreQuestion(by_id=False, today=world.today)
    asked = [
        ask(core, by_name),
        ask(CoreQuestion(by_id=True, today=world.today, with_history=False), by_id),
        ask(CountQuestion(), by_id),
        ask(SponsorsQuestion(), [Subject(source="sponsors", name=login) for login in world.owners]),
        ask(FundingJsonQuestion(), by_id),
    ]
    first = core.read(by_name, GraphQLAnswer(asked[0][2]["data"], (), 1, 0.1)).results
    unfinished = [result for result in first if isinstance(result, Unfinished)]
    heads = CountQuestion().read(by_id, GraphQLAnswer(asked[2][2]["data"], (), 1, 0.1)).results
    assert len(unfinished) == 3
    asked.append(ask(PagesQuestion(today=world.today), unfinished))
    asked.append(ask(CursorQuestion(), [head for head in heads if isinstance(head, Head)]))
    return asked


def rest_answers() -> list[tuple[Subject, Any]]:
    """What REST rightly says about each repository of a made-up world."""
    world = made_up_world(8)
    api = RestApi(world, "http://127.0.0.1")
    return [(subject(one), json.decode(api.answer(f"/repos/{one.name_with_owner}").body)) for one in world]


def is_harmless_address(text: str) -> bool:
    """Whether a browser takes it for an address of the web, or for none."""
    return text.isprintable() and " " not in text and not re.match(r"(?!https?://)[a-z][a-z0-9+-]*:", text.lower())


def is_possible_moment(text: str) -> bool:
    """Whether a commit or a release may carry it."""
    return datetime(1970, 1, 1, tzinfo=UTC) <= clock.from_text(text) <= clock.now() + timedelta(days=2)


def is_name(text: str) -> bool:
    """Whether it may stand in a line of a table."""
    return bool(text) and not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def sound(outcome: Outcome) -> None:
    """Whatever came, what is to be stored is a figure; what was refused is told in short printable words."""
    assert outcome.status is not None or outcome.error is not None
    assert outcome.error is None or len(outcome.error) < 700
    for refused in outcome.refused_values:
        assert refused.value.isprintable() and len(refused.value) <= 100 and refused.reason
        assert TOKEN not in refused.value
    record = outcome.record
    for field in record.__struct_fields__ if record is not None else ():
        value = getattr(record, field)
        if value is not UNSET and value is not None:
            _sound_value(field, value)
    if isinstance(record, Owner):
        assert record.login == outcome.subject.name


def _sound_value(field: str, value: Any) -> None:
    if isinstance(value, bool):
        assert field.startswith(("is_", "has_")) or field == "license_osi_approved"
    elif isinstance(value, int):
        assert 0 <= value <= (2**63 - 1 if field == "database_id" else 10**10)
    elif isinstance(value, str):
        assert value and "\x00" not in value and value.encode()
        if field not in {"node_id", "latest_commit_oid", "first_commit_oid"}:
            assert TOKEN not in value and "hunter2" not in value
        if field.endswith("_at"):
            assert is_possible_moment(value)
        elif field.endswith("url"):
            assert is_harmless_address(value)
        elif field not in {"description", "contributors_note"}:
            assert is_name(value)
    elif field == "languages":
        assert all(is_name(name) and 0 <= size <= 10**10 for name, size in value.items())
    else:
        for entry in value:
            if isinstance(entry, Release):
                assert is_name(entry.tag_name)
                assert entry.published_at is None or is_possible_moment(entry.published_at)
                assert entry.url is None or is_harmless_address(entry.url)
            elif isinstance(entry, FundingLink):
                assert is_name(entry.platform) and is_harmless_address(entry.url)
            elif isinstance(entry, dict):
                assert all(is_name(text) for text in entry.values())
            else:
                assert is_name(entry)
