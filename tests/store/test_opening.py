"""Opening a file: made, migrated, or refused and left as it was."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from crawling import command

from crawler.errors import UsageFault
from crawler.store import database, migrations, open_reader, open_writer, transaction

OPENERS = [open_writer, open_reader]


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a new file goes through the steps of all versions itself."""
    monkeypatch.setattr(database, "migrate", migrations.migrate)


def foreign(path: Path, version: int = 0) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"CREATE TABLE notes (text); PRAGMA user_version = {version};")
    return path


def ours(path: Path, version: int = migrations.VERSION) -> Path:
    open_writer(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    return path


def text(path: Path) -> Path:
    path.write_text("This is a letter, not a database. " * 100, encoding="utf-8")
    return path


def test_a_new_file_has_the_whole_schema(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(open_writer(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations.VERSION
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000
        for name in ("landscape", "ecosystem_value", "ecosystem_value_lines", "projects_fts", "history", "runs"):
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == 0


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with closing(open_writer(path)) as connection:
        assert connection.execute("SELECT count(*) FROM repositories").fetchone()[0] == 0


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = ours(tmp_path / "landscape.db")
    before = path.read_bytes()
    open_writer(path).close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (foreign, "not one of crawler's"),
        (lambda path: foreign(path, migrations.VERSION), "not one of crawler's"),
        (lambda path: foreign(path, 99), "not one of crawler's"),
        (lambda path: ours(path, migrations.VERSION + 1), "newer crawler"),
        (text, "not a database"),
    ],
    ids=["foreign", "foreign with our number", "foreign with a higher number", "newer", "text"],
)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path, opener: Callable[[Path], sqlite3.Connection], make: Callable[[Path], Path], told: str
) -> None:
    path = make(tmp_path / "some.db")
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(UsageFault, match=told) as fault:
        opener(path)
    assert fault.value.cure
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_file_that_is_not_there_is_not_made_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(UsageFault):
        open_reader(tmp_path / "none.db")
    assert not list(tmp_path.iterdir())


def test_a_failing_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("disk I/O error")

    path = ours(tmp_path / "landscape.db")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, half))
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION + 1)
    with pytest.raises(UsageFault, match="disk I/O error"):
        open_writer(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (migrations.VERSION - 1,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()


def test_a_file_of_the_first_schema_keeps_all_that_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "landscape.db"
    with monkeypatch.context() as first:
        first.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        first.setattr(migrations, "VERSION", 1)
        open_writer(path).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "INSERT INTO repositories (id, name_with_owner, node_id, url, stars, status, origin, fetched_at) VALUES"
            " (1, 'acme/a', 'R_1', 'https://github.com/acme/a', 7, 'ok', 'live', '2026-01-01T00:00:00Z'),"
            " (2, 'acme/b', NULL, NULL, NULL, NULL, NULL, NULL)"
        )
        old.execute(
            "INSERT INTO fetches (source, subject, repository_id, origin, status, attempts, attempted_at) VALUES"
            " ('github', 'acme/b', 2, 'live', 'failed', 3, '2026-01-02T00:00:00Z')"
        )
        old.execute("INSERT INTO runs (id, mode, started_at) VALUES (1, 'live', '2026-01-01T00:00:00Z')")
    open_writer(path).close()
    with closing(open_reader(path)) as connection:
        told = "SELECT stars, figures_source, figures_source_url, figures_observed_at FROM repositories ORDER BY id"
        assert [tuple(row) for row in connection.execute(told)] == [
            (7, "github", "https://github.com/acme/a", "2026-01-01T00:00:00Z"),
            (None, None, None, None),
        ]
        failing = connection.execute("SELECT attempts, failing_since, next_try_at FROM fetches").fetchone()
        assert tuple(failing) == (3, "2026-01-02T00:00:00Z", None)
        assert tuple(connection.execute("SELECT retries, waited_seconds FROM runs").fetchone()) == (0, 0)
        assert connection.execute("SELECT figures_source FROM landscape").fetchall() == []


def test_a_file_of_the_second_schema_keeps_its_owners_and_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "landscape.db"
    with monkeypatch.context() as second:
        second.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
        second.setattr(migrations, "VERSION", 2)
        open_writer(path).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO runs (id, mode, started_at) VALUES (1, 'live', '2026-01-01T00:00:00Z')")
        old.execute(
            "INSERT INTO organizations (id, name, declared, parent_id, parent_share, position) VALUES"
            " ('ibm', 'IBM', 1, NULL, NULL, 0), ('red-hat', 'Red Hat', 1, 'ibm', '1', 1)"
        )
        old.execute(
            "INSERT INTO value_lines (policy, day, scope, measure, organization_id, amount, currency, counted, reason,"
            " origin) VALUES ('group_cap_v1', '2026-01-01', 'landscape', 'value', 'ibm', '5', 'USD', 1, 'a', 'live')"
        )
    open_writer(path).close()
    with closing(open_reader(path)) as connection:
        owners = "SELECT child_id, parent_id, share, source, observed_at FROM ownerships"
        assert [tuple(row) for row in connection.execute(owners)] == [
            ("red-hat", "ibm", "1", "seeds", "2026-01-01T00:00:00Z")
        ]
        lines = "SELECT scope, organization_id, amount FROM ecosystem_value_lines ORDER BY scope"
        assert [tuple(row) for row in connection.execute(lines)] == [
            ("landscape", "ibm", "5"),
            ("organization:ibm", "ibm", "5"),
        ]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_reader_refuses_an_older_schema_and_the_writer_brings_it_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ours(tmp_path / "landscape.db")
    step = (lambda connection: connection.execute("CREATE TABLE later (x)"),)
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS + step)
    for module in ("migrations", "database"):
        monkeypatch.setattr(f"crawler.store.{module}.VERSION", len(migrations.MIGRATIONS))
    with pytest.raises(UsageFault, match=r"older schema 6; run 'crawler refresh'"):
        open_reader(path)
    open_writer(path).close()
    with closing(open_reader(path)) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone()[0] == 0


def test_a_reader_cannot_write_and_a_writer_does_not_block_it(tmp_path: Path) -> None:
    path = ours(tmp_path / "landscape.db")
    with closing(open_writer(path)) as writer, closing(open_reader(path)) as reader:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM runs")
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM groups").fetchone()[0] == 0
        with transaction(writer):
            writer.execute("INSERT INTO groups VALUES ('dev', 'Dev', 0, NULL)")
            assert reader.execute("SELECT count(*) FROM groups").fetchone()[0] == 0
        # Still the state of its own transaction.
        assert reader.execute("SELECT count(*) FROM groups").fetchone()[0] == 0
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM groups").fetchone()[0] == 1


def test_a_file_that_somebody_holds_for_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ours(tmp_path / "landscape.db")
    monkeypatch.setattr("crawler.store.database.BUSY_TIMEOUT_SECONDS", 0.01)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageFault, match=r"landscape\.db cannot be used as a database \(database is locked\)"):
            open_writer(path)


def test_a_file_where_nobody_may_write_is_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ours(tmp_path / "landscape.db")
    # The right itself would not hold back the root user that tests often run as.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with closing(open_reader(path)) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone()[0] == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["landscape.db"]


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "landscape.db")) as connection:
        with pytest.raises(KeyboardInterrupt), transaction(connection):
            connection.execute("INSERT INTO groups VALUES ('dev', 'Dev', 0, NULL)")
            raise KeyboardInterrupt
        assert connection.execute("SELECT count(*) FROM groups").fetchone()[0] == 0


@pytest.mark.parametrize("name", ["refresh", "plan"])
@pytest.mark.parametrize("make", [foreign, lambda path: ours(path, migrations.VERSION + 1), text])
def test_the_commands_refuse_such_a_file_with_one_message(
    tmp_path: Path, name: str, make: Callable[[Path], Path]
) -> None:
    path, seeds = make(tmp_path / "some.db"), tmp_path / "seeds.yml"
    seeds.write_text("categories: [{name: A, subcategories: [{name: B, items: [{name: C}]}]}]\n", encoding="utf-8")
    before = path.read_bytes(), path.stat().st_mtime_ns
    done = command(name, seeds, "--db", path, "--sandbox")
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("crawler: ") and done.err.count("\n") == 1 and str(path) in done.err
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
