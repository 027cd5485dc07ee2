"""What Datasette is told fits the database it is told about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from crawler.site.metadata import DATABASE, canned_queries, site_metadata
from crawler.store import open_writer

OPTION_KEYS = {
    "title", "description", "columns", "sort", "sort_desc", "facets", "label_column", "sortable_columns",
    "fts_table", "fts_pk", "hidden",
}  # fmt: skip


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(open_writer(":memory:")) as connection:
        yield connection


def test_every_column_that_the_options_name_exists(connection: sqlite3.Connection) -> None:
    for name, options in site_metadata()["databases"][DATABASE]["tables"].items():
        assert set(options) <= OPTION_KEYS
        columns = {row["name"] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        named = {*options.get("facets", ()), *options.get("sortable_columns", ()), *options["columns"]}
        named |= {options[key] for key in ("sort", "sort_desc", "label_column") if key in options}
        assert named <= columns, name


def test_everything_that_a_foreign_key_points_at_has_a_label(connection: sqlite3.Connection) -> None:
    tables = site_metadata()["databases"][DATABASE]["tables"]
    targets = {
        (row["table"], row["to"]) for name in tables for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')
    }
    assert ("organizations", "id") in targets
    # A figure has no name; its number is its label.
    assert {table for table, _ in targets if "label_column" not in tables[table]} == {"figures"}


def test_there_is_an_answer_to_the_ten_questions_and_each_says_what_it_answers() -> None:
    assert len(canned_queries()) >= 10
    for query in canned_queries().values():
        assert query.title.endswith("?")
        assert query.description.endswith(".")


def test_recorded_figures_are_called_so_on_the_home_page() -> None:
    assert "recorded figures of 2023-09-25" in site_metadata("2023-09-25")["description_html"]
    assert "recorded figures" not in site_metadata()["description_html"]
