"""What is said of each kind of event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from happened import HOSTILE, fill, happen

from crawler.news.reading import read_after
from crawler.news.words import KINDS, link, web_address, who, words
from crawler.store import open_writer

BIG = {"organization_id": "big"}
SAID: list[tuple[str, dict[str, Any], str]] = [
    ("release", {"after": "v2.0.0", "detail": {"level": "major"}}, "Time released v2.0.0, a major release"),
    ("release", {"after": "nightly"}, "Time released nightly"),
    ("archived", {}, "Time was archived: its repository can only be read"),
    ("revived", {}, "Time is no longer archived"),
    ("renamed", {"before": "acme/tim", "after": "acme/time"}, "Time was renamed: acme/tim is now acme/time"),
    ("transferred", {"before": "a/b", "after": "c/b"}, "Time has moved to another owner: a/b is now c/b"),
    ("license_changed", {"before": "MIT", "after": "Apache-2.0"}, "Time changed its licence from MIT to Apache-2.0"),
    (
        "license_changed",
        {"before": "NONE", "after": "NOASSERTION"},
        "Time changed its licence from none to not recognised",
    ),
    (
        "license_changed",
        {"before": "MIT", "after": "BUSL-1.1", "detail": {"open_source": "left"}},
        "Time left open source: its licence was MIT and is BUSL-1.1 now",
    ),
    (
        "default_branch_changed",
        {"before": "master", "after": "main"},
        "Time has another default branch: master is now main",
    ),
    (
        "star_milestone",
        {"before": "9", "after": "10200", "detail": {"milestone": 10000}},
        "Time has reached 10,000 stars",
    ),
    (
        "star_burst",
        {"after": "10200", "detail": {"gained": 1200}},
        "Time has gained 1,200 stars in seven days and has 10,200 now",
    ),
    ("gone", {"after": "private"}, "Time was made private"),
    ("gone", {"after": "gone"}, "Time is gone: GitHub no longer shows its repository"),
    ("activity_stopped", {"before": "2025-11-01T09:00:00Z"}, "Time has gone quiet: the newest commit is of 2025-11-01"),
    ("seed_added", {"after": "Time"}, "Time is new on the list"),
    (
        "funding_round",
        {"after": "20000000 USD", "detail": {"kind": "series_b"}, **BIG},
        "Big Inc has raised $20M (series b)",
    ),
    ("funding_round", {"after": "20000000 EUR", **BIG}, "Big Inc has raised 20.0M EUR"),
    ("funding_round", {**BIG}, "Big Inc has raised an undisclosed amount"),
    ("acquired", {"after": "big", **BIG}, "Big Inc was acquired by Big Inc"),
    (
        "acquired",
        {"before": "big", "after": "unlisted", **BIG},
        "Big Inc was acquired by unlisted; its owner was Big Inc",
    ),
    ("acquired", {**BIG}, "Big Inc was acquired"),
    (
        "value_moved",
        {"before": "1000000000", "after": "2000000000", "scope": "organization:big", **BIG},
        "The total value of Big Inc went from $1.0B to $2.0B",
    ),
    (
        "value_moved",
        {
            "before": "21000000000",
            "after": "23000000000",
            "scope": "landscape",
            "detail": {"causes": {"price": "-100000000", "fx": "0", "coverage": "2100000000", "method": "0"}},
        },
        "The total value of the landscape went from $21B to $23B (coverage +$2.1B, price -$100M)",
    ),
    ("teleported_twice", {"before": "here", "after": "there"}, "Time: teleported twice (here to there)"),
    ("teleported", {"project_id": None}, "–: teleported"),
]


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        fill(connection)
        yield connection


@pytest.mark.parametrize(("kind", "row", "sentence"), SAID)
def test_a_sentence_for_each_kind(
    connection: sqlite3.Connection, kind: str, row: dict[str, Any], sentence: str
) -> None:
    happen(connection, kind, **row)
    (event,) = read_after(connection, 0)
    assert words(event).sentence == sentence


def test_every_kind_has_words_with_nothing_but_its_name(connection: sqlite3.Connection) -> None:
    for kind in KINDS:
        happen(connection, kind, detail={"level": [], "causes": "none", "currency": 1, "gained": "x"})
    for event in read_after(connection, 0):
        said = words(event)
        assert said.what
        assert "None" not in said.sentence, said


def test_a_project_of_several_repositories_names_the_one(connection: sqlite3.Connection) -> None:
    happen(connection, "archived")
    assert who(read_after(connection, 0)[0]) == "Time"
    connection.execute(
        "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position)"
        " VALUES ('time', 2, 'acme/odd', 0, 1)"
    )
    assert who(read_after(connection, 0)[0]) == "Time (acme/time)"


def test_short_words_say_which_milestone(connection: sqlite3.Connection) -> None:
    happen(connection, "star_milestone", "2413", "22413", detail={"milestone": 10_000})
    said = words(read_after(connection, 0)[0])
    assert (said.what, said.before, said.after) == ("reached 10,000 stars", "2,413", "22,413")


def test_words_hold_no_controls(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE projects SET name = ?", [HOSTILE])
    for kind in (*KINDS, "\x1b[2J"):
        happen(connection, kind, HOSTILE, HOSTILE)
    for event in read_after(connection, 0):
        said = words(event)
        assert "".join((said.what, said.sentence, said.before or "", said.after or "")).isprintable()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/a b>\"<'x", "https://example.org/a%20b%3E%22%3C'x"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_only_web_addresses_are_links(url: str, address: str | None) -> None:
    assert web_address(url) == address


def test_an_event_links_to_its_source_else_to_its_repository(connection: sqlite3.Connection) -> None:
    happen(connection, "archived", source_url="https://example.org/")
    happen(connection, "archived", source_url="ftp://example.org/")
    happen(connection, "seed_added", project_id="no-page")
    assert [link(event) for event in read_after(connection, 0)] == [
        "https://example.org/",
        "https://github.com/acme/time",
        None,
    ]
