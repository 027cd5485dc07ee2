"""`crawler db prune`: what is named goes, and every day that stays is told as before."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from crawling import Done, check
from crawling import command as run
from valued import SEEDED, figure

from crawler.cli import main
from crawler.figures.model import Figures, Total, ValueLine
from crawler.figures.stored import stored_totals_on
from crawler.store import open_writer, transaction
from crawler.store.lock import hold_lock
from crawler.store.search import index_projects
from crawler.store.totals import write_totals

NOW = "2026-11-22T12:00:00Z"
DAYS = [date(2026, 11, 22) - timedelta(days=ago) for ago in (40, 33, 31, 30, 29, 3, 2)]
CUT = "2026-10-23"
"""Thirty days before."""

FILLED = """
INSERT INTO repositories (id, name_with_owner) VALUES (1, 'o/old'), (2, 'o/new');
INSERT INTO history (repository_id, day, stars) VALUES (1, '2026-10-01', 1), (1, '2026-10-10', 2), (1, '2026-10-24', 3),
  (2, '2026-10-23', 7), (2, '2026-10-22', 6), (2, '2026-10-21', 5);
INSERT INTO health (project_id, day, score, known, total, rules) VALUES ('a', '2026-10-01', 1, 1, 1, ''),
  ('a', '2026-10-22', 2, 1, 1, ''), ('b', '2026-11-01', 3, 1, 1, '');
INSERT INTO answered_days VALUES ('github', 1, '2026-09-01', '2026-09-02'), ('github', 1, '2026-10-01', '2026-10-05'),
  ('github', 2, '2026-10-01', '2026-10-02'), ('github', 2, '2026-10-20', '2026-11-01');
INSERT INTO former_values VALUES (1, '', '2026-10-01', NULL), (1, 'status', '2026-10-23', 'ok'),
  (1, 'status', '2026-10-24', 'gone');
INSERT INTO former_rows VALUES ('projects', 'a', '2026-10-23', NULL), ('projects', 'a', '2026-10-24', '{}');
INSERT INTO remembered VALUES ('list', '2026-10-01'), ('repositories', '2026-10-01');
INSERT INTO runs (id, mode, started_at, ended_at, recorded_on) VALUES
  (1, 'sandbox', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', '2023-09-25'),
  (2, 'live', '2026-01-02T00:00:00Z', '2026-01-02T00:01:00Z', NULL),
  (3, 'live', '2026-11-22T00:00:00Z', '2026-11-22T00:01:00Z', NULL);
INSERT INTO run_sources VALUES (2, 'github', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL),
  (3, 'github', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL);
INSERT INTO releases (repository_id, tag_name, published_at, first_seen_at)
VALUES (1, 'v1', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z');
INSERT INTO star_weeks VALUES (1, '2020-01-05', 1, '[1,0,0,0,0,0,0]', 1);
INSERT INTO changes (id, at, observed_at, kind) VALUES (1, '2019-01-01T00:00:00Z', '2026-10-23T11:59:59Z', 'release'),
  (2, '2019-01-01T00:00:00Z', '2026-10-23T12:00:00Z', 'release'),
  (5, '2026-10-01T00:00:00Z', '2026-10-01T00:00:00Z', 'x');
"""
KEPT_AS_THEY_ARE = ("figures", "releases", "star_weeks", "repositories", "projects", "organizations")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection:
        connection.executescript(SEEDED + FILLED)
        with transaction(connection):
            index_projects(connection)
            figure(connection, "mid", 16, DAYS[0], "seeds", "curated", as_of="2015-01-01")
            for number, day in enumerate(DAYS):
                values = {"projects": 4, "stars": number, "forks": number // 2, "watchers": 9}
                if number in (2, 3, 4):
                    del values["watchers"]
                totals = [
                    Total(scope="landscape", measure=measure, value=value, known=1, total=1)
                    for measure, value in values.items()
                ]
                line = ValueLine(policy="x", scope="landscape", measure="value", counted=False, reason="none")
                more = Total(scope="landscape", measure="value", policy="x", value=None, known=0, total=0)
                write_totals(connection, Figures([*totals, more], [line]), day=day, origin="live")
    return path


def prune(database: Path, *options: str, code: int = 0) -> Done:
    done = run("db", "prune", *options, "--db", database, CRAWLER_NOW=NOW)
    assert done.code == code, done
    return done


def ask(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def dump(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def counts_on(database: Path, day: str) -> list[tuple[object, ...]]:
    """What history, health and the answers told by the end of a day."""
    last = "SELECT {0}, {1}, max({2}) FROM {3} WHERE {2} <= '{4}' GROUP BY 1 ORDER BY 1"
    return [
        *ask(database, last.format("repository_id", "stars", "day", "history", day)),
        *ask(database, last.format("project_id", "score", "day", "health", day)),
        *ask(database, last.format("repository_id", "last_day", "first_day", "answered_days", day)),
    ]


def test_history_goes_and_every_day_that_stays_is_told_as_before(database: Path) -> None:
    days = [f"2026-10-{day}" for day in range(23, 32)] + ["2026-11-22"]
    before = [counts_on(database, day) for day in days]
    done = prune(database, "--history", "30d")
    assert done.out.splitlines() == [
        "history: 3 rows deleted",
        "health: 1 rows deleted",
        "answered_days: 2 rows deleted",
        "former_values: 2 rows deleted",
        "former_rows: 1 rows deleted",
    ]
    assert f"--as-of answers no day before {CUT}" in done.err
    assert [counts_on(database, day) for day in days] == before
    assert ask(database, "SELECT DISTINCT since FROM remembered WHERE what <> 'pruned'") == [(CUT,)]
    assert ask(database, "SELECT day FROM former_values UNION ALL SELECT day FROM former_rows") == [("2026-10-24",)] * 2
    # A shorter memory does not grow again.
    assert "no day before 2026-10-23" in prune(database, "--history", "31d").err
    check(database)


def test_totals_go_and_the_first_day_that_stays_is_whole(database: Path) -> None:
    with closing(open_writer(database)) as connection:
        before = {day: stored_totals_on(connection, day.isoformat()) for day in DAYS}
    prune(database, "--totals", "30d")
    with closing(open_writer(database)) as connection:
        after = {day: stored_totals_on(connection, day.isoformat()) for day in DAYS}
    assert after == {day: totals if day >= DAYS[3] else {} for day, totals in before.items()}
    first = "SELECT count(*) FROM totals WHERE day = (SELECT min(day) FROM computed_days)"
    assert ask(database, first) == [(len(before[DAYS[3]]),)]
    assert run("db", "check", "--db", database).code == 0
    prune(database, "--totals", "0d")
    assert ask(database, "SELECT day FROM computed_days") == ask(database, "SELECT DISTINCT day FROM value_lines")
    with closing(open_writer(database)) as connection:
        assert stored_totals_on(connection, DAYS[-1].isoformat()) == before[DAYS[-1]]
    assert run("db", "check", "--db", database).code == 0


def test_old_runs_and_events_go_but_the_newest_of_each_kind(database: Path) -> None:
    done = prune(database, "--runs", "30d", "--changes", "30d")
    assert done.out.splitlines() == [
        "changes: 1 rows deleted",
        "runs: 1 rows deleted",
        "run_sources: 1 rows deleted",
    ]
    assert ask(database, "SELECT id FROM runs") == [(1,), (3,)]
    assert ask(database, "SELECT id FROM changes") == [(2,), (5,)]


def test_only_what_is_named_goes_and_figures_never(database: Path) -> None:
    before = dump(database)
    done = prune(database, "--dry-run", *(part for kind in ALL for part in (f"--{kind}", "0d")))
    assert "history: 4 rows would be deleted" in done.out
    assert "would answer no day before 2026-11-22" in done.err
    assert dump(database) == before
    kept = [ask(database, f"SELECT * FROM {table}") for table in KEPT_AS_THEY_ARE]
    for kind in ALL:
        prune(database, f"--{kind}", "0d")
    assert [ask(database, f"SELECT * FROM {table}") for table in KEPT_AS_THEY_ARE] == kept
    check(database)


ALL = ("history", "totals", "changes", "runs")


@pytest.mark.parametrize("kind", ALL)
def test_an_option_deletes_nothing_of_the_others(database: Path, kind: str) -> None:
    tables = {
        "history": {"history", "health", "answered_days", "former_values", "former_rows", "remembered"},
        "totals": {"computed_days", "total_values", "value_lines"},
        "changes": {"changes"},
        "runs": {"runs", "run_sources"},
    }
    before = {name: set(rows) for name, rows in _by_table(database).items()}
    prune(database, f"--{kind}", "30d")
    after = {name: set(rows) for name, rows in _by_table(database).items()}
    assert {name for name in before if before[name] != after[name]} <= tables[kind]
    assert before != after


def _by_table(database: Path) -> dict[str, list[tuple[object, ...]]]:
    names = [str(row[0]) for row in ask(database, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: ask(database, f'SELECT * FROM "{name}"') for name in names if "fts" not in name}


def test_faults_name_their_cure(database: Path) -> None:
    assert "nothing to prune is named; say what and how old" in prune(database, code=2).err
    assert "is no age" in prune(database, "--history", "soon", code=2).err
    with hold_lock(database):
        assert "another refresh is at work" in prune(database, "--runs", "1d", code=75).err


def test_a_reader_who_leaves_in_the_middle_keeps_nothing_from_going(database: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with (
        patch.dict(os.environ, CRAWLER_NOW=NOW),
        os.fdopen(writing, "w", buffering=1) as gone,
        redirect_stdout(gone),
        pytest.raises(SystemExit),
    ):
        main(["db", "prune", "--history", "30d", "--runs", "30d", "--db", str(database)])
    assert ask(database, "SELECT DISTINCT since FROM remembered") == [(CUT,)]
    assert ask(database, "SELECT id FROM runs") == [(1,), (3,)]


def test_events_that_the_webhook_waits_for_are_told_of(database: Path) -> None:
    assert "webhook" not in prune(database, "--dry-run", "--changes", "0d").err
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO webhooks VALUES ('e', 1, 0, '2026-11-21T12:00:00Z', NULL, NULL)")
    assert "1 event of them had not reached the webhook yet" in prune(database, "--dry-run", "--changes", "0d").err
    assert "webhook" not in prune(database, "--dry-run", "--changes", "30d").err


def test_where_nothing_goes_there_is_no_space_to_give_back(database: Path) -> None:
    assert "vacuum" in prune(database, "--runs", "30d").err
    assert "vacuum" not in prune(database, "--runs", "30d").err


def test_no_command_answers_of_a_day_whose_memory_is_gone(database: Path) -> None:
    before = "2026-10-22"
    assert run("stats", "--as-of", before, "--db", database, CRAWLER_NOW=NOW).code == 0
    prune(database, "--history", "30d")
    assert ask(database, f"SELECT count(*) FROM computed_days WHERE day <= '{before}'") == [(3,)]
    output = database.with_name("out.csv")
    for command in (
        ("stats",),
        ("export", "csv", "-o", output),
        ("value",),
        ("value", "explain", "mid"),
        ("value", "compare"),
    ):
        done = run(*command, "--as-of", before, "--db", database, CRAWLER_NOW=NOW)
        assert (done.code, done.out) == (2, ""), command
        assert f"nothing is known of {before}; the first day of which anything is known is {CUT}" in done.err
        assert run(*command, "--as-of", "2026-11-20", "--db", database, CRAWLER_NOW=NOW).code == 0, command
