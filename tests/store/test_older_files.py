"""Real files of every earlier schema: all that they hold is kept, everything works on, and no event comes of it."""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import Landscape, check, command
from older.make import FIRST, LAST, listed, world_on

from crawler.figures.stored import stored_totals_on
from crawler.sandbox.server import SandboxServer
from crawler.store import open_reader, open_writer
from crawler.store.migrations import VERSION

OLDER = Path(__file__).parent / "older"
DERIVED = {"totals", "value_lines", "replacement_costs", "history"}
"""Tables whose rows are compared one by one, or that every refresh computes anew."""
TOTALS = "SELECT scope, measure, policy, day, value, low, high, currency, known, total FROM totals"
HISTORY = (
    "SELECT repository_id, day, stars, forks, watchers, open_issues, open_pull_requests, contributors,"
    " commits_last_year, releases_total FROM history ORDER BY 1, 2"
)
CHANGES = "SELECT id, at, observed_at, kind, project_id, repository_id, before, after FROM changes ORDER BY id"
FIGURES = "SELECT id, organization_id, measure, amount, currency, as_of, observed_at, source FROM figures ORDER BY id"


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def counts(database: Path) -> dict[str, int]:
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'projects_fts%'"
    return {
        str(name): int(str(rows(database, f'SELECT count(*) FROM "{name}"')[0][0]))
        for (name,) in rows(database, tables)
    }


@pytest.fixture(params=range(1, VERSION))
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file as that version of the program left it."""
    path = tmp_path / "older.db"
    path.write_bytes(lzma.decompress((OLDER / f"schema_{request.param}.db.xz").read_bytes()))
    assert rows(path, "PRAGMA user_version") == [(request.param,)]
    return path


@pytest.fixture
def landscape(older: Path, tmp_path: Path) -> Iterator[Landscape]:
    """The world in which the file was written, as it was on its last day, and the migrated file."""
    with SandboxServer(world_on(LAST), token="a-token-of-the-tests") as server:
        landscape = Landscape(tmp_path, server)
        landscape.seeds.write_text(listed(LAST), encoding="utf-8")
        landscape.now = datetime(FIRST.year, FIRST.month, FIRST.day + LAST, 18, tzinfo=UTC)
        older.rename(landscape.database)
        open_writer(landscape.database).close()
        yield landscape


def test_a_migrated_file_holds_all_that_it_held(older: Path) -> None:
    kept = counts(older), rows(older, HISTORY), rows(older, CHANGES), rows(older, FIGURES)
    totals = rows(older, TOTALS)
    days = {str(row[3]) for row in totals}
    # Since version 4 the list's own changes are told, too, and totals are kept only where they change.
    is_version_4 = rows(older, "PRAGMA user_version")[0][0] >= 4
    assert len(days) == 3 and len(kept[1]) > 12 and len(kept[2]) == (7 if is_version_4 else 4) and len(kept[3]) > 2
    open_writer(older).close()
    check(older)
    after = counts(older)
    assert {name: after[name] for name in kept[0] if name not in DERIVED} == {
        name: number for name, number in kept[0].items() if name not in DERIVED
    }
    assert (rows(older, HISTORY), rows(older, CHANGES), rows(older, FIGURES)) == kept[1:]
    if is_version_4:
        assert rows(older, TOTALS) == totals
        return
    with closing(open_reader(older)) as connection:
        told = {
            (*key, day, total.value, total.low, total.high, total.currency, total.known, total.total)
            for day in days
            for key, total in stored_totals_on(connection, day).items()
        }
    assert told == set(totals)
    # What was as the day before has no second row, but on the newest day.
    newest = [row for row in totals if row[3] == max(days)]
    assert set(newest) <= set(rows(older, TOTALS)) < set(totals)


def test_it_can_be_backed_up_before_it_is_migrated(older: Path) -> None:
    copy = older.with_name("copy.db")
    assert command("db", "backup", copy, "--db", older).code == 0
    assert counts(copy) == counts(older)
    assert rows(copy, "PRAGMA user_version") == rows(older, "PRAGMA user_version") != [(VERSION,)]


def test_every_command_works_on_a_migrated_file(landscape: Landscape) -> None:
    database = landscape.database
    assert command("db", "check", "--db", database).out == f"{database} is sound\n"
    assert "12 projects" in landscape.run("stats").out
    value = json.loads(landscape.run("value", "--json").out)
    assert {one["policy"] for one in value["ecosystem_value"]} > {"ecosystem_value_v1", "replacement_cost_v1"}
    output = database.with_name("landscape.json")
    landscape.run("export", "json", "-o", output)
    assert "acme-00/gadget-0" in output.read_text(encoding="utf-8")


def test_the_next_refresh_tells_no_event_of_the_upgrade(landscape: Landscape) -> None:
    before = rows(landscape.database, CHANGES)
    landscape.refresh("--force")
    assert rows(landscape.database, CHANGES) == before
    landscape.later(days=1)
    landscape.world["acme-00/widget-9"].is_archived = True
    landscape.refresh("--force")
    assert [row[3:5] for row in rows(landscape.database, CHANGES)[len(before) :]] == [("archived", "widget-9")]
    assert command("db", "check", "--db", landscape.database).code == 0
