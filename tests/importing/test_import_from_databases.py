"""Older databases of every schema, and what an import leaves alone."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawling import command
from pasts import NOW, Past, Repository, processed

from crawler.store import open_writer
from crawler.store.lock import hold_lock
from crawler.store.migrations import MIGRATIONS

REPOSITORIES = """
INSERT INTO repositories (id, name_with_owner, database_id, node_id, origin, status) VALUES
  (7, 'before/that', 41, 'N41', 'live', 'ok'),
  (8, 'acme/gadget', 99, 'N99', 'live', 'ok'),
  (9, 'ACME/Tool', NULL, NULL, 'live', 'ok'),
  (10, 'acme/recorded', NULL, 'R', 'sandbox', 'ok'),
  (11, 'nobody/knows', 5, 'N5', 'live', 'ok');
INSERT INTO former_names VALUES (9, 'old/tool', '2020-01-01T00:00:00Z');
INSERT INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url, first_seen_at) VALUES
  (7, 'v1', '2019-01-01T00:00:00Z', 0, 0, 'https://github.com/acme/widget/releases/tag/v1', '2020-01-01T00:00:00Z'),
  (7, 'v2', '2021-01-01T00:00:00Z', 0, 0, NULL, '2021-01-01T00:00:00Z'),
  (7, 'v9', '2025-01-01T00:00:00Z', 0, 0, NULL, '2025-01-01T00:00:00Z'),
  (7, 'draft', '2019-01-01T00:00:00Z', 0, 1, NULL, '2021-01-01T00:00:00Z'),
  (7, 'never', '2099-01-01T00:00:00Z', 0, 0, NULL, '2021-01-01T00:00:00Z'),
  (9, 'v1', '2019-01-01T00:00:00Z', 0, 0, NULL, '2020-01-01T00:00:00Z');
"""
COLUMNS = "(repository_id, day, {}stars, forks, contributors)"
ROWS = (
    "(7, '2021-01-01', {}1, 0, NULL)",
    "(7, '2021-02-01', {}2, NULL, 3)",
    "(8, '2021-01-01', {}8, NULL, NULL)",
    "(9, '2021-01-01', {}9, NULL, NULL)",
    "(10, '2023-09-25', {}10, NULL, NULL)",
    "(11, '2021-01-01', {}11, NULL, NULL)",
    "(9, '2099-01-01', {}5, NULL, NULL)",
    "(9, 'someday', {}5, NULL, NULL)",
)


def older(path: Path, version: int) -> Path:
    """A database of that schema version, as its own program would have made it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for step in MIGRATIONS[:version]:
            step(connection)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.executescript(REPOSITORIES)
        origin = ("origin, ", "'live', ") if version < 4 else ("", "")
        rows = ", ".join(row.format(origin[1]) for row in ROWS)
        connection.execute(f"INSERT INTO history {COLUMNS.format(origin[0])} VALUES {rows}")
    return path


def bytes_in(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture
def refreshed(past: Past) -> Past:
    """The database after a first refresh: `acme/widget` has GitHub's number 41, and a release."""
    past.sync("acme/widget", "acme/gadget", "old/tool", "acme/recorded")
    past.write(
        "UPDATE repositories SET origin = 'live', node_id = 'N' || id, database_id = 40 + id",
        "UPDATE repositories SET database_id = NULL WHERE name_with_owner = 'old/tool'",
        "INSERT INTO releases (repository_id, tag_name, published_at, is_draft, first_seen_at)"
        " VALUES (1, 'v2', '2021-01-01T00:00:01Z', 0, '2026-01-01T00:00:00Z'),"
        " (1, 'v3', '2022-01-01T00:00:00Z', 0, '2026-01-01T00:00:00Z')",
        "INSERT INTO history (repository_id, day, stars) VALUES (1, '2021-02-01', 77)",
    )
    return past


@pytest.mark.parametrize("version", [1, 3, 4])
def test_a_database_of_any_schema(refreshed: Past, tmp_path: Path, version: int) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    path = older(folder / "old.db", version)
    before = bytes_in(folder)
    done = refreshed.run(path)
    assert bytes_in(folder) == before
    # Another number is another repository, whatever its name; what has no number goes by its names.
    assert refreshed.counts("stars", "forks", "contributors") == [
        ("acme/widget", "2021-01-01", 1, 0, None),
        ("acme/widget", "2021-02-01", 2, None, 3),
        ("old/tool", "2021-01-01", 9, None, None),
    ]
    assert refreshed.rows("SELECT DISTINCT source, imported_at FROM imported_counts") == [("database", NOW)]
    assert refreshed.rows("SELECT day, stars FROM history") == [("2021-02-01", 77)]
    # Late news, and what was told before stays as it is.
    assert refreshed.rows("SELECT repository_id, tag_name, published_at, is_told, first_seen_at FROM releases") == [
        (1, "v1", "2019-01-01T00:00:00Z", 1, NOW),
        (1, "v2", "2021-01-01T00:00:01Z", 1, "2026-01-01T00:00:00Z"),
        (1, "v3", "2022-01-01T00:00:00Z", 1, "2026-01-01T00:00:00Z"),
    ]
    assert "repositories with recorded figures alone are left out (1)" in done.err
    assert "2 repositories not in the database, left out: acme/gadget, nobody/knows" in done.err
    assert "1 day in the future" in done.err
    counts = refreshed.rows("SELECT * FROM imported_counts")
    assert refreshed.run(path).out.startswith("0 rows of 2 repositories written; 2 days read")
    assert refreshed.rows("SELECT * FROM imported_counts") == counts


def test_what_is_still_in_its_log_is_read_too(refreshed: Past, tmp_path: Path) -> None:
    path = older(tmp_path / "old.db", 4)
    with closing(open_writer(path)) as writer:
        writer.execute("INSERT INTO history (repository_id, day, stars) VALUES (7, '2021-03-01', 3)")
        assert Path(f"{path}-wal").stat().st_size
        refreshed.run(path)
    assert ("acme/widget", "2021-03-01", 3) in refreshed.counts()


def test_a_database_that_will_not_do(past: Past, tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "sandbox.db")) as connection:
        connection.execute("INSERT INTO repositories (id, name_with_owner, origin) VALUES (1, 'o/a', 'sandbox')")
        connection.execute("INSERT INTO history (repository_id, day, stars) VALUES (1, '2023-09-25', 1)")
    assert "sandbox.db holds recorded figures alone; name one that" in past.refused(tmp_path / "sandbox.db")
    (past.folder / "same.db").symlink_to(past.database)
    assert "is the database itself" in past.refused(past.folder / "same.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
    assert "is an SQLite file, but not one of crawler's; name a file" in past.refused(tmp_path / "other.db")
    newer = older(tmp_path / "newer.db", 4)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "was written by a newer crawler" in past.refused(newer)
    damaged = older(tmp_path / "damaged.db", 3)
    data = damaged.read_bytes()
    damaged.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    assert "cannot be read as a database" in past.refused(damaged)


def test_a_list_comes_first(tmp_path: Path, past: Past) -> None:
    path = older(tmp_path / "old.db", 4)
    done = command("import-history", path, "--db", tmp_path / "none.db")
    assert (done.code, "there is no database" in done.err) == (2, True)
    open_writer(tmp_path / "empty.db").close()
    done = command("import-history", path, "--db", tmp_path / "empty.db")
    assert done.code == 2
    assert "the database has no repositories yet; 'crawler refresh'" in done.err
    done = command("import-history", path, "--db", older(tmp_path / "three.db", 3))
    assert "older schema 3; run 'crawler refresh'" in done.err
    with hold_lock(past.database):
        assert "another refresh is at work" in past.run(path, code=75).err
        past.run(path, "--dry-run")
    assert past.counts() == []


def test_whose_name_it_is_now_and_whose_it_was(past: Past, tmp_path: Path) -> None:
    past.write(
        "UPDATE repositories SET status = 'replaced', database_id = 1 WHERE name_with_owner = 'acme/gadget'",
        "INSERT INTO repositories (id, name_with_owner, database_id) VALUES (50, 'acme/gadget', 2)",
        "INSERT INTO former_names VALUES (50, 'acme/widget', '2026-01-01T00:00:00Z')",
    )
    table = tmp_path / "20210304.csv"
    table.write_text("repo,stars\nacme/gadget,2\nacme/widget,3\nOLD/widget,4\n", encoding="utf-8")
    past.run(table)
    assert past.rows("SELECT repository_id, stars FROM imported_counts") == [(1, 3), (50, 2)]


def test_sources_do_not_correct_each_other(past: Past, repository: Repository, tmp_path: Path) -> None:
    repository.commit("2021-03-04T00:00Z", processed_landscape__yml=processed(acme__widget=1))
    past.run(repository.done())
    table = tmp_path / "20210304.csv"
    table.write_text("repo,stars\nacme/widget,2\n", encoding="utf-8")
    past.run(table)
    assert past.rows("SELECT source, stars FROM imported_counts") == [("csv", 2), ("processed_landscape", 1)]
