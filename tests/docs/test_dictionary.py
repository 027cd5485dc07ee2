"""The dictionary describes everything that a fresh database holds, and nothing more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crawler.store import open_writer
from crawler.store.dictionary import Description, load_dictionary

WORDS = load_dictionary()


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        yield connection


def names(connection: sqlite3.Connection, *kinds: str) -> set[str]:
    """What the schema holds, without SQLite's own tables and the shadows of the search index."""
    return {
        row["name"]
        for row in connection.execute("PRAGMA table_list")
        if row["schema"] == "main" and row["type"] in kinds and not row["name"].startswith("sqlite_")
    }


def test_every_table_and_view_is_described_and_nothing_more(connection: sqlite3.Connection) -> None:
    assert set(WORDS.tables) == names(connection, "table", "virtual")
    assert set(WORDS.views) == names(connection, "view")


@pytest.mark.parametrize(("name", "words"), [*WORDS.views.items(), *WORDS.tables.items()])
def test_every_column_is_described_in_the_schemas_order(
    connection: sqlite3.Connection, name: str, words: Description
) -> None:
    assert list(words.columns) == [row["name"] for row in connection.execute(f'PRAGMA table_info("{name}")')]


@pytest.mark.parametrize(("name", "words"), [*WORDS.views.items(), *WORDS.tables.items()])
def test_descriptions_are_sentences(name: str, words: Description) -> None:
    for text in (words.description, *words.columns.values()):
        assert text.endswith("."), text
        assert text[0].isupper() or text[0].isdigit(), text
        assert "|" not in text, f"{name}: a bar would break the page's tables"


def test_what_may_be_null_says_what_that_means(connection: sqlite3.Connection) -> None:
    silent = [
        f"{name}.{row['name']}"
        for name, words in WORDS.tables.items()
        if name in names(connection, "table")
        for row in connection.execute(f'PRAGMA table_info("{name}")')
        if not row["notnull"] and not row["pk"] and "NULL" not in words.columns[row["name"]]
    ]
    assert silent == []
