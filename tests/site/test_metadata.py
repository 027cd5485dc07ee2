"""What Datasette is told fits the database it is told about."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest

from crawler.site.metadata import DATABASE, canned_queries, site_config, site_metadata
from crawler.store import open_writer
from crawler.store.dictionary import load_dictionary
from crawler.store.restricted import delete_restricted

OPTION_KEYS = {
    "title", "description", "columns", "source", "license", "sort", "sort_desc", "facets", "label_column",
    "sortable_columns", "fts_table", "fts_pk", "hidden",
}  # fmt: skip

_KEY = re.compile(r"^id$|_id$|^superseded_by$|^position$|^(is|has)_|_approved$|^(declared|counted|takes_restricted)$")
"""Numbers that count nothing: keys, places in a list, and yes or no."""
_UNIT = re.compile(
    r"a count|how many|number|bytes|stars|forks|days|seconds|percent|from 0 to|dollars|requests|points|counted from",
    re.IGNORECASE,
)


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


def test_there_is_an_answer_to_two_dozen_questions_and_each_says_what_it_answers() -> None:
    assert len(canned_queries()) >= 24
    for query in canned_queries().values():
        assert query.title.endswith("?")
        assert query.description.endswith(".")
    audiences = [query.audience for query in canned_queries().values()]
    assert [audience for audience, _ in groupby(audiences)] == ["everybody", "maintainers", "analysts", "investors"]


def test_every_parameter_of_a_question_is_used_in_it_and_told() -> None:
    for name, query in canned_queries().items():
        assert set(re.findall(r":([a-z]\w*)", query.sql)) == set(query.unfilled()), name
        assert all(parameter in query.description for parameter in query.unfilled()), name


def test_questions_that_stay_open_answer_the_same_without_restricted_figures(rich_file: Path) -> None:
    with closing(sqlite3.connect(rich_file)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        copy.row_factory = sqlite3.Row
        public = {name: query for name, query in canned_queries().items() if query.is_public}
        assert public

        def answers() -> dict[str, list[tuple[object, ...]]]:
            return {
                name: [tuple(row) for row in copy.execute(query.sql, query.unfilled())]
                for name, query in public.items()
            }

        before = answers()
        delete_restricted(copy)
        assert answers() == before
        assert before["money_figures"]


def test_every_number_names_its_unit(connection: sqlite3.Connection) -> None:
    words = load_dictionary()
    without = {
        f"{name}.{column}"
        for name, text in (words.views | words.tables).items()
        for row in connection.execute(f'PRAGMA table_info("{name}")')
        if row["type"] == "INTEGER"
        and not _KEY.search(column := row["name"])
        and not _UNIT.search(text.columns[column])
    }
    assert without == set()


def test_source_and_licence_stand_on_every_table() -> None:
    database = site_metadata()["databases"][DATABASE]
    for told in (database, *database["tables"].values()):
        assert told["source"]
        assert told["license"]


def test_the_two_versions_are_told_of_the_same_questions() -> None:
    of_065, of_1 = site_metadata("x")["databases"]["x"], site_config("x")["databases"]["x"]
    assert of_065["queries"] == of_1["queries"]
    assert list(of_1["queries"]) == list(canned_queries())


def test_what_is_closed_is_closed_in_both_versions() -> None:
    of_065 = site_metadata("x", closed=["figures"], closed_queries=["value_by_policy"])["databases"]["x"]
    of_1 = site_config("x", ["figures"], ["value_by_policy"])["databases"]["x"]
    for told in (of_065, of_1):
        assert told["allow_sql"] is False
        assert [name for name, table in told["tables"].items() if table.get("allow") is False] == ["figures"]
        assert [name for name, one in told["queries"].items() if one.get("allow") is False] == ["value_by_policy"]


def test_recorded_figures_are_called_so() -> None:
    assert "recorded figures of 2023-09-25" in site_metadata(recorded_on="2023-09-25")["description"]
    assert "recorded figures" not in site_metadata()["description"]
