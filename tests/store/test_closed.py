"""What is closed where restricted figures are held: everything of which a copy for others is freed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crawler.store import open_writer
from crawler.store.closed import FOUND, TELLING, closed_relations, tells
from crawler.store.restricted import delete_restricted

COMPUTED_ANEW = {"computed_days", "told_marks", "replacement_costs"}
"""Tables that a copy for others is freed of for tidiness: they hold names, and what follows from public code sizes."""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        connection.executescript(
            "INSERT INTO organizations (id, name, declared, position) VALUES ('a', 'A', 1, 0);"
            "INSERT INTO categories (id, name, position) VALUES ('c', 'C', 0);"
        )
        yield connection


def hold(connection: sqlite3.Connection, licence_class: str = "restricted") -> None:
    connection.execute(
        "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method,"
        " licence_class) VALUES ('a', 'market_cap', '1', 'USD', '2026', '2026', 'yahoo', 'reported', ?)",
        [licence_class],
    )


def test_everything_is_closed_of_which_a_copy_for_others_is_freed(connection: sqlite3.Connection) -> None:
    hold(connection)
    changed = set()

    def note(action: int, table: str | None, _column: str | None, database: str | None, _view: str | None) -> int:
        if action in {sqlite3.SQLITE_DELETE, sqlite3.SQLITE_UPDATE} and database == "main":
            changed.add(str(table))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    delete_restricted(connection)
    connection.set_authorizer(None)
    changed = {table for table in changed if not table.startswith("sqlite_")}
    assert changed - COMPUTED_ANEW == TELLING | {FOUND}


def test_nothing_is_closed_where_nothing_is_restricted(connection: sqlite3.Connection) -> None:
    hold(connection, "attribution")
    assert closed_relations(connection) == frozenset()


def test_tables_and_the_views_over_them_are_closed(connection: sqlite3.Connection) -> None:
    hold(connection)
    views = {"totals", "ecosystem_value", "ecosystem_value_lines"}
    assert closed_relations(connection) == TELLING | views
    connection.execute("ANALYZE")
    assert closed_relations(connection) >= TELLING | views | {"sqlite_stat1"}


def test_organisations_are_closed_where_a_restricted_source_found_some(connection: sqlite3.Connection) -> None:
    hold(connection)
    connection.execute(
        "INSERT INTO organizations (id, name, declared, position, found_by) VALUES ('b', 'B', 0, 1, 'crunchbase')"
    )
    closed = closed_relations(connection)
    assert "organizations" in closed
    assert closed.isdisjoint({"landscape", "growth", "projects", "repositories"})


@pytest.mark.parametrize(
    ("sql", "is_telling"),
    [
        ("SELECT name FROM categories", False),
        ("SELECT count(*) FROM figures", True),
        ("SELECT name FROM categories WHERE EXISTS (SELECT 1 FROM figures WHERE amount = :amount)", True),
        ("WITH x AS (SELECT * FROM ecosystem_value) SELECT 1 FROM x", True),
        ("SELECT day FROM totals WHERE 0", True),
        ("this is no SQL", True),
    ],
)
def test_sqlite_itself_says_what_a_question_reads(connection: sqlite3.Connection, sql: str, is_telling: bool) -> None:
    assert tells(connection, sql, TELLING, {"amount": ""}) is is_telling
    assert connection.execute("SELECT count(*) FROM figures").fetchone()[0] == 0
