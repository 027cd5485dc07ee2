"""`crawler refresh --sandbox` over the shipped list: the recorded figures, all of them, and nothing made up."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from crawling import Done, check, command

from crawler.seeds import read_seeds

SHIPPED = Path(__file__).parents[2] / "seeds.yml"
ELSEWHERE = {
    "GITHUB_TOKEN": "ghp_thisIsNoTokenOfAnybodyAtAll000000000",
    "GITHUB_API_URL": "http://127.0.0.1:9",
    "GITHUB_GRAPHQL_URL": "not even an address",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """The database and how the refresh that made it ended, in an environment that leads astray."""
    database = tmp_path_factory.mktemp("recorded") / "landscape.db"
    done = command("refresh", SHIPPED, "--db", database, "--sandbox", **ELSEWHERE)
    assert done.code == 0, done.err
    check(database)
    return database, done


@pytest.fixture
def rows(first: tuple[Path, Done]) -> Iterator[sqlite3.Connection]:
    """The database, for reading."""
    with closing(sqlite3.connect(first[0])) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def recordings() -> list[dict[str, Any]]:
    lines = (files("crawler.sandbox") / "recordings.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_all_recorded_figures_are_there(rows: sqlite3.Connection) -> None:
    stored = {row["name_with_owner"]: row for row in rows.execute("SELECT * FROM repositories WHERE status = 'ok'")}
    languages: dict[int, dict[str, int]] = {}
    for repository_id, language, size in rows.execute("SELECT * FROM languages"):
        languages.setdefault(repository_id, {})[language] = size
    assert len(stored) == len(recordings()) == 102
    for recording in recordings():
        row = stored[recording["name"]]
        assert {
            "stars": row["stars"],
            "contributors": row["contributors"],
            "license_spdx": row["license_spdx"],
            "latest_release_at": row["latest_release_at"],
            "first": (row["first_commit_at"], row["first_commit_oid"]),
            "latest": (row["latest_commit_at"], row["latest_commit_oid"]),
            "languages": languages.get(row["id"], {}),
        } == {
            "stars": recording["stars"],
            "contributors": recording["contributors"],
            "license_spdx": recording["license"][1] or "NONE",
            "latest_release_at": recording["latest_release_at"],
            "first": tuple(recording["first_commit"]),
            "latest": tuple(recording["latest_commit"]),
            "languages": recording["languages"],
        }, recording["name"]
    assert sum(row["stars"] for row in stored.values()) == 978_006


def test_the_totals_are_theirs(rows: sqlite3.Connection) -> None:
    found = rows.execute(
        "SELECT day, value, known, origin FROM totals WHERE scope = 'landscape' AND measure = 'stars' AND policy = ''"
    ).fetchall()
    assert [tuple(row) for row in found] == [("2023-09-25", 978_006, 102, "sandbox")]
    contributions = sum(recording["contributors"] for recording in recordings())
    query = "SELECT value FROM totals WHERE scope = 'landscape' AND measure = 'contributions'"
    assert rows.execute(query).fetchone()["value"] == contributions


def test_nothing_is_made_up_but_node_ids(rows: sqlite3.Connection) -> None:
    lacking = ("database_id", "forks", "watchers", "open_issues", "open_pull_requests", "releases_total", "is_archived")
    for row in rows.execute("SELECT * FROM repositories"):
        assert row["origin"] == "sandbox"
        assert row["node_id"] is None or row["node_id"].startswith("SANDBOX_")
        assert [row[column] for column in lacking] == [None] * len(lacking)
        if row["status"] == "unknown":
            assert (row["stars"], row["contributors"], row["node_id"]) == (None, None, None)
    for table in ("changes", "releases", "quotas", "owners"):
        assert rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    assert [tuple(row) for row in rows.execute("SELECT DISTINCT day FROM history")] == [("2023-09-25",)]


def test_what_has_no_recording_is_counted_and_named(first: tuple[Path, Done], rows: sqlite3.Connection) -> None:
    unknown = [row[0] for row in rows.execute("SELECT name_with_owner FROM repositories WHERE status = 'unknown'")]
    asked = rows.execute("SELECT count(*) FROM repositories").fetchone()[0]
    assert len(unknown) == asked - 102 > 0
    err = first[1].err
    assert f"github           {asked} of {asked} answered: 102 ok, {len(unknown)} unknown\n" in err
    line = next(line for line in err.splitlines() if line.startswith("unknown (no recording): "))
    named = line.partition(": ")[2].partition(" and ")[0].split(", ")
    assert set(named) <= set(unknown) and len(named) == min(60, len(unknown))


def test_the_run_and_the_headline_say_that_it_is_recorded(first: tuple[Path, Done], rows: sqlite3.Connection) -> None:
    database, done = first
    assert done.out.count("\n") == 1
    assert "978.0K stars" in done.out and "recorded 2023-09-25" in done.out
    assert "all figures are recorded ones of 2023-09-25, none is live" in done.err
    assert f"crawler stats --db {database} | " in done.err
    assert [tuple(row) for row in rows.execute("SELECT mode, recorded_on, outcome, exit_code, failed FROM runs")] == [
        ("sandbox", "2023-09-25", "done", 0, 0)
    ]


def test_all_seeds_are_there(rows: sqlite3.Connection) -> None:
    seeds = read_seeds(SHIPPED)
    for table, listed in (
        ("categories", seeds.categories),
        ("projects", seeds.projects),
        ("organizations", seeds.organizations),
        ("landscape", seeds.projects),
        ("figures", [figure for organization in seeds.organizations for figure in organization.figures]),
    ):
        assert rows.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == len(listed) > 0, table
    assert {row[0] for row in rows.execute("SELECT name FROM groups")} == {"Dev", "Ops"}


def test_a_repository_is_found_by_its_old_and_new_name(rows: sqlite3.Connection) -> None:
    moved = {line["name"]: line["recorded_name"] for line in recordings() if line["name"] != line["recorded_name"]}
    former = {
        (row["name_with_owner"], row["former_name"])
        for row in rows.execute("SELECT * FROM former_names JOIN repositories ON id = repository_id")
    }
    assert moved and set(moved.items()) <= former
    stored = {row[0] for row in rows.execute("SELECT name_with_owner FROM repositories")}
    assert not stored & set(moved.values())


def test_a_second_run_asks_nothing_and_starts_no_server(
    first: tuple[Path, Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(*arguments: object) -> None:
        raise AssertionError("a socket was opened")

    database = first[0]
    monkeypatch.setattr(socket.socket, "bind", unwanted)
    done = command("refresh", SHIPPED, "--db", database, "--sandbox", **ELSEWHERE)
    assert done.code == 0
    assert "0 requests: 0 GraphQL points" in done.err and done.out == first[1].out
    check(database)


def test_no_token_of_the_environment_is_used_or_kept(first: tuple[Path, Done]) -> None:
    database, done = first
    token = ELSEWHERE["GITHUB_TOKEN"]
    assert token not in done.out + done.err
    assert token.encode() not in database.read_bytes()
