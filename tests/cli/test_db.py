"""`crawler db`: faults are found, copies are whole, and a publishable one holds nothing restricted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawling import Done, check
from crawling import command as run
from small_landscape import restrict, write_small_landscape
from valued import BEFORE, BILLION, DAY, SEEDED, figure

from crawler.figures.compute import compute_totals
from crawler.sources.catalogue import all_sources
from crawler.store import open_writer, transaction
from crawler.store.lock import hold_lock
from crawler.store.restricted import SOURCES
from crawler.store.search import index_projects
from crawler.store.totals import write_totals

FOUND = """
INSERT INTO organizations (id, name, declared, position, found_by)
VALUES ('fund', 'Fund', 0, 9, 'crunchbase'), ('top', 'Their Top', 0, 10, 'crunchbase');
INSERT INTO ownerships (child_id, parent_id, share, source, licence_class, observed_at, withdrawn_at) VALUES
  ('start', 'fund', '0.1', 'crunchbase', 'restricted', '2026-11-19T00:00:00Z', NULL),
  ('start', 'top', NULL, 'wikidata', 'public', '2026-11-19T00:00:00Z', '2026-11-19T00:00:00Z');
INSERT INTO organization_facts (organization_id, field, value, source, licence_class, observed_at) VALUES
  ('fund', 'name', 'Fund', 'crunchbase', 'restricted', '2026-11-19T00:00:00Z'),
  ('top', 'name', 'Their Top', 'crunchbase', 'restricted', '2026-11-19T00:00:00Z'),
  ('top', 'name', 'Top', 'wikidata', 'public', '2026-11-19T00:00:00Z');
INSERT INTO refused_values VALUES
  ('fmp', 'MID', 'market_cap', '77123456789012', 'absurd', '2026-11-19T00:00:00Z'),
  ('sec', '1', 'public_float', '-1', 'negative', '2026-11-19T00:00:00Z');
INSERT INTO fetches (source, subject, origin, status, attempts, attempted_at) VALUES
  ('yahoo', 'BIG', 'live', 'ok', 1, '2026-11-19T00:00:00Z'),
  ('fmp', 'MID', 'live', 'failed', 1, '2026-11-19T00:00:00Z'),
  ('sec', '1', 'live', 'ok', 1, '2026-11-19T00:00:00Z');
INSERT INTO former_rows VALUES
  ('organizations', 'fund', '2026-11-19', NULL),
  ('organizations', 'fund', '2026-11-20', '{"id": "fund", "name": "Secret Fund", "found_by": "crunchbase"}'),
  ('organizations', 'lost', '2026-11-20', '{"id": "lost", "name": "Secretly Lost", "found_by": "crunchbase"}'),
  ('organizations', 'top', '2026-11-20', '{"id": "top", "name": "Secret Top", "found_by": "crunchbase"}'),
  ('organizations', 'mid', '2026-11-20', '{"id": "mid", "name": "Middle", "found_by": null}'),
  ('organizations', '', '2026-11-20', '["mid", "fund", "big", "lost", "top"]');
INSERT INTO remembered VALUES ('list', '2026-11-19');
INSERT INTO changes (at, observed_at, kind, organization_id, scope, before, after, detail, source, licence_class)
VALUES
  ('2026-11-20', '2026-11-20', 'funding_round', 'start', NULL, NULL, '5100200300', NULL, 'crunchbase', 'restricted'),
  ('2026-11-20', '2026-11-20', 'funding_round', 'start', NULL, NULL, '5100200301', NULL, 'crunchbase', 'public'),
  ('2026-11-20', '2026-11-20', 'funding_round', 'big', NULL, NULL, '5100200302', NULL, 'seeds', 'curated'),
  ('2026-11-20', '2026-11-20', 'value_moved', NULL, 'landscape', '5100200303', '5100200304', '{}', NULL, 'public'),
  ('2026-11-20', '2026-11-20', 'seed_added', 'top', NULL, NULL, 'Top', NULL, 'seeds', 'curated'),
  ('2026-11-20', '2026-11-20', 'funding_round', 'start', NULL, NULL, '7000000', NULL, 'seeds', 'curated');
INSERT INTO told_values VALUES
  ('landscape', '2026-11-20', 'ecosystem_value_v1', '5100200305', '5100200306', '0', '0', '0', 'public');
INSERT OR REPLACE INTO told_marks VALUES ('figures', 6), ('ownerships', 3);
INSERT INTO webhooks VALUES ('secret-endpoint', 1, 1, NULL, NULL, 'secret failure');
INSERT INTO schedule_jobs VALUES ('yahoo', 'secret cadence', '2026-11-30T00:00:00Z', NULL, NULL, NULL);
INSERT INTO repositories (id, name_with_owner) VALUES (1, 'o/a');
INSERT INTO imported_counts (repository_id, day, source, stars, source_url, licence_class, imported_at) VALUES
  (1, '2026-01-01', 'csv', 1, 'https://secret.example', 'restricted', '2026-11-19T00:00:00Z'),
  (1, '2026-01-02', 'csv', 2, 'https://public.example', 'public', '2026-11-19T00:00:00Z');
INSERT INTO waits VALUES ('yahoo', '', '2026-11-30T00:00:00Z', 'too many', '2026-11-19T00:00:00Z');
"""
PUBLIC = "16000000000"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """Two computed days; of four groups two rest on restricted figures, and so do older ones."""
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection:
        connection.executescript(SEEDED + FOUND)
        with transaction(connection):
            public = figure(connection, "mid", 16 * BILLION, BEFORE, "seeds", "curated")
            mistaken = figure(connection, "mid", 17_654_321_987, BEFORE, "seeds", "curated")
            corrected = figure(connection, "mid", 17_654_321_988, BEFORE, "seeds", "restricted", as_of="2025-01-01")
            connection.execute("UPDATE figures SET superseded_by = ? WHERE id = ?", [corrected, mistaken])
            connection.execute("UPDATE changes SET figure_id = ? WHERE after = '5100200302'", [mistaken])
            connection.execute("UPDATE figures SET superseded_by = NULL WHERE id = ?", [public])
            figure(connection, "big", 912_345_678_901, BEFORE, "yahoo", "restricted")
            index_projects(connection)
            write_totals(connection, compute_totals(connection, day=BEFORE, origin="live"), day=BEFORE, origin="live")
            figure(connection, "big", 987_654_321_098, DAY, "yahoo", "restricted")
            more = {"measure": "post_money_valuation", "as_of": "2026-05"}
            figure(connection, "start", 3_141_592_653, DAY, "crunchbase", "restricted", **more)
            write_totals(connection, compute_totals(connection, day=DAY, origin="live"), day=DAY, origin="live")
    return path


def db(database: Path, *arguments: object, code: int = 0) -> Done:
    done = run("db", *arguments, "--db", database)
    assert done.code == code, done
    return done


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:  # references are not enforced here
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def column(database: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute(query)]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_sound_database_has_no_finding(database: Path) -> None:
    assert db(database, "check").out == f"{database} is sound\n"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            (
                "UPDATE total_values SET value = value + 1 WHERE day = '{}' AND series_id IN"
                " (SELECT id FROM total_series WHERE policy = 'group_cap_v1' AND scope = 'landscape')"
            ),
            ["group_cap_v1 market_cap of landscape", "group_cap_v1 value of landscape"],
        ),
        (
            (
                "UPDATE total_values SET high = 1 WHERE day = '{}' AND series_id IN"
                " (SELECT id FROM total_series WHERE policy = 'private_value_v1' AND scope LIKE '%:start')"
            ),
            ["the high end is"],
        ),
        (
            "DELETE FROM value_lines WHERE policy = 'group_cap_v1' AND scope = 'category:run' AND day = '{}'",
            ["its lines add up to not known"] * 2,
        ),
        (
            (
                "DELETE FROM total_values WHERE day = '{}' AND series_id IN"
                " (SELECT id FROM total_series WHERE policy = 'private_value_v1' AND scope = 'category:run')"
            ),
            ["1 totals have no row on the newest day", "private_value_v1 value of category:run on 2026-11-22"],
        ),
        (
            "UPDATE total_values SET day = '2026-11-21' WHERE day = '2026-11-20' AND series_id = 1",
            ["1 rows of total_values are of 2026-11-21, for which nothing was computed"],
        ),
        (
            (
                "UPDATE value_lines SET day = '2026-11-19'"
                " WHERE rowid = (SELECT min(rowid) FROM value_lines WHERE NOT counted)"
            ),
            ["1 rows of value_lines are of 2026-11-19, for which nothing was computed"],
        ),
        (
            "UPDATE total_values SET total = NULL WHERE day = '2026-11-20' AND series_id = 1",
            ["1 rows say that a total ends where none stands"],
        ),
        ("INSERT INTO former_rows VALUES ('projects', 'a', '2026-11-20', '{{')", ["1 rows cannot be read"]),
        ("INSERT INTO former_rows VALUES ('projects', '', '2026-11-20', '{{}}')", ["1 rows cannot be read"]),
        (
            (
                "INSERT INTO answered_days VALUES ('github', 9, '2026-01-01', '2026-01-03'),"
                " ('github', 9, '2026-01-03', '2026-01-04')"
            ),
            ["2 rows of answered_days name rows of repositories", "1 stretches of days end before they begin"],
        ),
        (
            "INSERT OR REPLACE INTO told_marks VALUES ('ownerships', 99)",
            ["events are told up to row 99 of ownerships, which ends at 3"],
        ),
        ("UPDATE figures SET superseded_by = 99 WHERE id = 1", ["superseded by figure 99, which is not there"]),
        ("UPDATE figures SET superseded_by = 1 WHERE id = 1", ["figure 1 is superseded by itself"]),
        ("UPDATE projects SET organization_id = 'nobody' WHERE id = 'a'", ["1 rows of projects name rows of org"]),
        ("UPDATE projects_fts SET rowid = rowid + 10", ["8 entries of the full-text index"]),
    ],
)
def test_each_fault_is_a_line_with_its_cure(database: Path, statement: str, words: list[str]) -> None:
    change(database, statement.format(DAY))
    lines = db(database, "check", code=3).out.splitlines()
    assert [word for line, word in zip(lines, words, strict=True) if word in line] == words
    assert all(line.startswith("BAD ") and "; r" in line for line in lines)


def test_the_sums_of_both_days_that_have_lines_are_looked_at(database: Path) -> None:
    change(database, f"UPDATE total_values SET value = '1' WHERE day = '{BEFORE}'")
    lines = db(database, "check", code=3).out.splitlines()
    assert all(f"on {BEFORE}: the total is 1" in line for line in lines[:-1])
    assert all("run 'crawler refresh' on two other days" in line for line in lines)
    # What an older version of the program computed had other rules for its lines.
    change(database, f"UPDATE computed_days SET version = NULL WHERE day = '{BEFORE}'")
    db(database, "check")


def test_a_page_that_cannot_be_read_is_a_finding(database: Path) -> None:
    (page,) = column(database, "SELECT rootpage FROM sqlite_master WHERE name = 'figures'")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with database.open("r+b") as stream:
        stream.seek((int(str(page)) - 1) * size)
        stream.write(b"\xff" * size)
    assert "BAD file: " in db(database, "check", code=3).out
    # A damaged copy takes no good one's place.
    good = database.with_name("good.db")
    good.write_bytes(b"good")
    assert "'crawler db check' looks into" in db(database, "backup", good, "--force", code=3).err
    assert good.read_bytes() == b"good"


def test_a_backup_is_of_one_moment_while_another_writes(database: Path, tmp_path: Path) -> None:
    output = tmp_path / "copies" / "copy.db"
    output.parent.mkdir()
    with closing(open_writer(database)) as writer, hold_lock(database):
        writer.execute("UPDATE organizations SET name = 'Committed' WHERE id = 'big'")  # in the WAL alone
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE organizations SET name = 'Half done'")
        db(database, "backup", output)
        writer.execute("ROLLBACK")
    assert files(output.parent) == {"copy.db"}
    assert column(output, "SELECT name FROM organizations WHERE id IN ('big', 'mid')") == ["Committed", "Mid"]
    db(output, "check")


@pytest.mark.parametrize("name", ["backup", "publishable"])
def test_a_copy_replaces_nothing_unless_forced(database: Path, tmp_path: Path, name: str) -> None:
    output = tmp_path / "copy.db"
    output.write_bytes(b"kept")
    assert "is there already; name another file, or replace it with --force" in db(database, name, output, code=2).err
    assert output.read_bytes() == b"kept"
    beside = tmp_path / "copy.db-wal"
    beside.write_bytes(b"pages of the old file")
    assert "is in use" in db(database, name, output, "--force", code=2).err
    beside.unlink()
    db(database, name, output, "--force")
    check(output)
    assert {path for path in files(tmp_path) if "copy" in path} == {"copy.db"}


def test_a_copy_needs_a_place_of_its_own(database: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(database)
    for output, words in [
        (database, "is the database itself"),
        (tmp_path / "link.db", "is the database itself"),
        (tmp_path / "no" / "copy.db", "there is no directory"),
        (tmp_path, "is no file"),
    ]:
        assert words in db(database, "backup", output, "--force", code=2).err
    assert "there is no database" in db(tmp_path / "none.db", "backup", tmp_path / "copy.db", code=2).err
    check(database)


def test_vacuum_makes_the_file_smaller_and_the_search_still_finds(database: Path) -> None:
    change(
        database,
        # As where another program's VACUUM has given the projects new numbers.
        "UPDATE projects_fts SET rowid = rowid + 10",
        "CREATE TABLE bulk AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        " SELECT randomblob(4000) FROM n",
        "DROP TABLE bulk",
    )
    before = database.stat().st_size
    assert "MiB before" in db(database, "vacuum").err
    assert database.stat().st_size < before - 10**6
    query = "SELECT p.id FROM projects_fts x JOIN projects p ON p.rowid = x.rowid WHERE projects_fts MATCH 'name:c'"
    assert column(database, query) == ["c"]
    db(database, "check")


def test_vacuum_waits_for_no_refresh(database: Path) -> None:
    with hold_lock(database):
        assert "another refresh is at work" in db(database, "vacuum", code=75).err


def test_the_publishable_copy_holds_no_byte_of_a_restricted_amount(database: Path, tmp_path: Path) -> None:
    output = tmp_path / "public.db"
    resting = (
        "SELECT {0} FROM value_lines l JOIN figures f ON f.id = l.figure_id WHERE f.licence_class = 'restricted'"
        " AND l.counted AND {0} IS NOT NULL"
    )
    secrets = column(database, "SELECT amount FROM figures WHERE licence_class = 'restricted'")
    secrets += [text for end in ("l.amount", "l.low", "l.high") for text in column(database, resting.format(end))]
    secrets += column(database, "SELECT value FROM totals WHERE policy = 'ecosystem_value_v1' AND scope = 'landscape'")
    secrets += ["77123456789012", "17654321987", "Secret", "secret", "Their Top", "lost"]
    secrets += [str(5_100_200_300 + number) for number in range(7)]
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    known = database.read_bytes()
    assert len(set(secrets)) > 10
    assert all(str(secret).encode() in known for secret in secrets)

    db(database, "publishable", output)

    published = output.read_bytes()
    assert PUBLIC.encode() in published
    assert [secret for secret in secrets if str(secret).encode() in published] == []
    assert database.read_bytes() == known
    # Where SQLite was built to leave deleted bytes in free pages, those would be the place.
    assert column(output, "PRAGMA freelist_count") == [0]


def test_the_publishable_copy_is_whole_and_its_value_computed_anew(database: Path, tmp_path: Path) -> None:
    output = tmp_path / "public.db"
    db(database, "publishable", output)
    db(output, "check")
    check(output)
    assert column(output, "SELECT DISTINCT day FROM totals WHERE policy <> ''") == [str(DAY)]
    assert column(output, "SELECT DISTINCT day FROM totals WHERE policy = '' ORDER BY 1") == [str(BEFORE), str(DAY)]
    assert (
        column(output, "SELECT value FROM totals WHERE policy = 'group_cap_v1' AND scope = 'landscape'") == [PUBLIC] * 2
    )
    assert column(output, "SELECT source FROM fetches UNION ALL SELECT source FROM refused_values") == ["sec", "sec"]
    assert column(output, "SELECT count(*) FROM waits") == [0]
    assert column(output, "SELECT name FROM organizations ORDER BY position") == ["Big", "Hat", "Mid", "Start", "Top"]
    assert column(output, "SELECT kind FROM changes ORDER BY id") == ["seed_added", "funding_round"]
    former = "SELECT {} FROM former_rows ORDER BY key"
    assert column(output, former.format("key")) == ["", "mid", "top"]
    assert column(output, former.format("json_extract(row, '$.name')"))[1:] == ["Middle", "Top"]
    assert column(output, former.format("row"))[0] == '["mid","big","top"]'
    assert column(output, "SELECT source_url FROM imported_counts") == ["https://public.example"]
    for table in ("figures", "organization_facts", "ownerships", "changes"):
        assert column(output, f"SELECT count(*) FROM {table} WHERE licence_class = 'restricted'") == [0]
    assert column(output, "SELECT count(*) FROM projects_fts") == [4]
    assert run("value", "--db", output).code == 0


def test_the_publishable_copy_of_what_holds_nothing_restricted_keeps_all_days(tmp_path: Path) -> None:
    database, output = tmp_path / "landscape.db", tmp_path / "public.db"
    write_small_landscape(database, with_answers=True)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO total_values (series_id, day, value, known, total, currency) VALUES"
            " (2, '2023-09-24', '13000000', 1, 2, 'USD')"
        )
    whole = "SELECT * FROM totals ORDER BY scope, measure, policy, day"
    db(database, "publishable", output)
    with closing(sqlite3.connect(database)) as one, closing(sqlite3.connect(output)) as other:
        assert other.execute(whole).fetchall() == one.execute(whole).fetchall()
    restrict(database)
    db(database, "publishable", "--force", output)
    assert "2023-09-24" not in column(output, "SELECT day FROM totals WHERE policy <> ''")


def test_the_restricted_sources_are_those_of_the_catalogue() -> None:
    assert {source.name for source in all_sources(today=DAY)}.issuperset(SOURCES)


@pytest.mark.parametrize("how", ["cut off", "cut off in the first page", "overwritten", "empty", "lost"])
def test_a_database_that_cannot_be_opened_is_a_finding_and_not_fresh(database: Path, how: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = database.read_bytes()
    damaged = {
        "cut off": whole[: len(whole) // 3],
        "cut off in the first page": whole[:1000],
        "overwritten": b"no database" + whole[11:],
        "empty": b"",
        "lost": None,
    }[how]
    if damaged is None:
        database.unlink()
    else:
        database.write_bytes(damaged)
    told = db(database, "check", code=3)
    assert (told.out.startswith("BAD file: "), told.err) == (True, "")
    cure = "name it with --db" if damaged is None else "restore a backup"
    assert all(cure in line for line in told.out.splitlines())
    watched = run("status", "--max-stale", "2d", "--db", database)
    assert (watched.code, watched.out, cure in watched.err) == (3, "", True)
    if how == "overwritten":
        beside = files(database.parent)
        for words in (["vacuum"], ["prune", "--runs", "1d"]):
            assert "restore a backup" in db(database, *words, code=2).err
        assert files(database.parent) == beside
    asked = run("stats", "--db", database)
    assert (asked.code, cure in asked.err) == (2, True), asked
