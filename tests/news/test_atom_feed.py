"""The feed is Atom as RFC 4287 has it, and the same for the same events."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from happened import HOSTILE, fill, happen

from crawler.news.atom import atom
from crawler.news.reading import birth, read_after
from crawler.store import open_writer

A = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        fill(connection)
        yield connection


def feed(connection: sqlite3.Connection, *part: str) -> str:
    events = read_after(connection, 0)[::-1]
    return atom(events, born=birth(connection), title="News", part=part)


def one(parent: Element, name: str) -> str:
    (found,) = parent.findall(A + name)
    assert found.text
    return found.text


def check(text: str) -> Element:
    """What RFC 4287 demands of a feed and its entries (4.1.1, 4.1.2), and what it forbids."""
    root = fromstring(text.encode())
    assert root.tag == f"{A}feed"
    assert root.find(f"{A}author/{A}name").text  # type: ignore[union-attr]
    entries = root.findall(f"{A}entry")
    for element in (root, *entries):
        assert one(element, "id").startswith("urn:uuid:")
        assert one(element, "title")
        assert TIME.fullmatch(one(element, "updated"))
    for entry in entries:
        assert TIME.fullmatch(one(entry, "published"))
        assert one(entry, "summary")
        links = entry.findall(f"{A}link")
        assert len(links) + len(entry.findall(f"{A}content")) == 1
        assert all(link.get("rel") == "alternate" and link.get("href", "").startswith("https://") for link in links)
    ids = [one(element, "id") for element in (root, *entries)]
    assert len(set(ids)) == len(ids)
    return root


def test_the_newest_first_with_its_page(connection: sqlite3.Connection) -> None:
    happen(connection, "release", None, "v1", at="2026-11-17T10:00:00Z", source="github")
    happen(connection, "seed_added", project_id="no-page", at="2026-11-18")
    root = check(feed(connection))
    assert one(root, "updated") == "2026-11-18T03:00:00Z"
    first, second = root.findall(f"{A}entry")
    assert one(first, "title") == "No Page is new on the list"
    assert (one(first, "updated"), one(first, "published")) == ("2026-11-18T03:00:00Z", "2026-11-18T00:00:00Z")
    assert one(second, "summary") == "Time released v1. Happened on 2026-11-17, noticed on 2026-11-17. Source: github."
    assert second.find(f"{A}category").get("term") == "release"  # type: ignore[union-attr]


def test_ids_stay_when_names_change_and_differ_between_landscapes(connection: sqlite3.Connection) -> None:
    happen(connection, "renamed", "acme/tim", "acme/time")
    before = feed(connection)
    assert feed(connection) == before
    ids = [element.text for element in check(before).iter(f"{A}id")]
    connection.execute("UPDATE projects SET name = 'Another'")
    connection.execute("UPDATE repositories SET name_with_owner = 'x/' || id, url = NULL")
    after = feed(connection)
    assert after != before
    assert [element.text for element in check(after).iter(f"{A}id")] == ids
    connection.execute("UPDATE projects SET first_seeded_at = '2025-01-01T00:00:00Z'")
    assert not {element.text for element in check(feed(connection)).iter(f"{A}id")} & set(ids)


def test_a_part_is_a_feed_of_its_own_with_the_same_entries(connection: sqlite3.Connection) -> None:
    happen(connection, "archived")
    whole, part = check(feed(connection)), check(feed(connection, "archived"))
    assert one(whole, "id") != one(part, "id")
    assert one(whole.findall(f"{A}entry")[0], "id") == one(part.findall(f"{A}entry")[0], "id")


def test_nothing_is_a_feed_too() -> None:
    with closing(open_writer(":memory:")) as connection:
        check(feed(connection))


def test_hostile_names_are_text(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE projects SET name = ?", [HOSTILE])
    connection.execute("UPDATE repositories SET url = NULL")
    happen(connection, HOSTILE, HOSTILE, HOSTILE, source=HOSTILE, source_url=f"https://example.org/{HOSTILE}")
    happen(connection, "release", HOSTILE, HOSTILE, source_url=f"javascript:{HOSTILE}")
    root = check(feed(connection))
    assert one(root.findall(f"{A}entry")[0], "title").startswith(HOSTILE[:66])
