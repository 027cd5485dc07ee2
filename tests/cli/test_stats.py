"""`crawler stats` as a person runs it: the page, the data, and the database that is not there yet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from terminal import on_terminal

from crawler.cli import cli
from crawler.errors import UsageFault
from crawler.figures.compute import compute_totals
from crawler.store import open_writer, transaction
from crawler.store.totals import write_totals

DAY = date(2023, 9, 25)
NAME = "WebAssembly Micro Runtime for Embedded Systems"

SEEDED = """
INSERT INTO "groups" (id, name, position) VALUES ('dev', 'Dev', 0);
INSERT INTO categories (id, name, group_id, position)
VALUES ('run', 'Application Frameworks', 'dev', 0), ('x', 'X', NULL, 1);
INSERT INTO subcategories (id, name, category_id, position)
VALUES ('run--all', 'All', 'run', 0), ('x--all', 'All', 'x', 1);
INSERT INTO organizations (id, name, declared, position) VALUES ('big', 'Big', 1, 0), ('small', 'Small', 1, 1);
INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method, licence_class)
VALUES ('big', 'market_cap', '931400000000', 'USD', '2023-09-01', '2023-09-02T00:00:00Z', 'seeds', 'curated', 'x');
INSERT INTO repositories (id, name_with_owner, status, origin, stars, contributors, license_spdx, license_osi_approved)
VALUES (1, 'o/a', 'ok', 'sandbox', 977000, 77, 'MIT', 1), (2, 'o/b', 'ok', 'sandbox', 1006, NULL, 'NONE', 0),
  (3, 'o/c', 'unknown', 'sandbox', NULL, NULL, NULL, NULL);
INSERT INTO languages (repository_id, language, bytes) VALUES (1, 'Rust', 750000), (1, 'C', 250000);
INSERT INTO projects (id, name, subcategory_id, organization_id, position, first_seeded_at) VALUES
  ('p', 'WebAssembly Micro Runtime for Embedded Systems', 'run--all', 'big', 0, '2023-01-01T00:00:00Z'),
  ('q', 'Q', 'run--all', 'small', 1, '2023-01-01T00:00:00Z'), ('r', 'R', 'x--all', NULL, 2, '2023-01-01T00:00:00Z');
INSERT INTO project_subcategories (project_id, subcategory_id, is_primary)
VALUES ('p', 'run--all', 1), ('q', 'run--all', 1), ('r', 'x--all', 1);
INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position)
VALUES ('p', 1, 'o/a', 1, 0), ('q', 2, 'o/b', 1, 0), ('r', 3, 'o/c', 1, 0);
"""

CAP = ("group_cap_v1", "value")
HEADLINE = (
    "2 categories · 3 projects · 978.0K stars · $47B–$930B total value (central $93B, as of 2023-09-25, "
    "1 of 2 organisations) · 2 of 3 repositories known · recorded 2023-09-25"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection:
        connection.executescript(SEEDED)
        with transaction(connection):
            figures = compute_totals(connection, day=DAY, origin="sandbox")
            write_totals(connection, figures, day=DAY, origin="sandbox")
    yield path


def stats(database: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["stats", "--db", str(database), *options])


def table(page: str, title: str) -> list[list[str]]:
    """The rows of the Markdown table under a title, the header first."""
    lines = page.split(f"\n## {title}\n", 1)[1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return [row for row in rows if set("".join(row)) - set("-:") or len(set(row)) > 1]


def test_the_headline_comes_first_and_the_tables_follow(database):
    result = stats(database)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == HEADLINE
    assert result.stderr == ""
    assert table(result.stdout, "Categories")[-3:] == [
        ["Application Frameworks", "2", "2", "2", "978,006", "77", "-", "-", "-"],
        ["X", "1", "1", "0", "-", "-", "-", "-", "-"],
        ["all", "3", "3", "2", "978,006", "77", "-", "-", "-"],
    ]
    assert table(result.stdout, "Licences")[-2:] == [["MIT", "1", "50.0%"], ["NONE", "1", "50.0%"]]
    assert "OSI-approved: 1 of the 2 repositories where that is known (50.0%)." in result.stdout
    assert table(result.stdout, "Languages")[-2:] == [["Rust", "750.0K", "75.0%"], ["C", "250.0K", "25.0%"]]
    assert table(result.stdout, "Projects with the most stars")[-2:] == [
        [NAME, "Application Frameworks", "977,000", "77", "MIT"],
        ["Q", "Application Frameworks", "1,006", "-", "NONE"],
    ]
    money = {row[0]: row[2:] for row in table(result.stdout, "Value by policy")}
    assert money["group_cap_v1"][1:] == ["$930B", "$930B", "1 of 1"]


def test_a_pipe_gets_plain_text_without_escapes(database):
    page = stats(database).stdout
    assert "\x1b" not in page
    assert "".join(character for character in page if character not in "·–").isascii()


def test_the_data_has_the_columns_of_the_table(database):
    data = json.loads(stats(database, "--json").stdout)
    assert data["headline"] == HEADLINE
    assert (data["day"], data["origin"], data["recorded_on"]) == ("2023-09-25", "sandbox", "2023-09-25")
    with closing(sqlite3.connect(database)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(totals)")]
        stored = connection.execute("SELECT count(*) FROM totals").fetchone()[0]
    assert set(data["totals"][0]) == set(columns) - {"origin"}
    assert len(data["totals"]) == stored
    cap = next(
        total
        for total in data["totals"]
        if (total["scope"], total["measure"], total["policy"]) == ("landscape", "market_cap", "group_cap_v1")
    )
    assert cap["value"] == "931400000000", "money stays decimal text"
    assert [project["project_id"] for project in data["top_projects"]] == ["p", "q"]


def test_data_leaves_out_what_rests_on_one_restricted_figure(database):
    with closing(open_writer(database)) as connection:
        connection.execute("UPDATE figures SET licence_class = 'restricted'")

    def caps(*options: str) -> dict[str, object]:
        totals = json.loads(stats(database, "--json", *options).stdout)["totals"]
        return {one["scope"]: one["value"] for one in totals if (one["policy"], one["measure"]) == CAP}

    headline = json.loads(stats(database, "--json").stdout)["headline"]
    assert " · 978.0K stars · total value not for publication · 2 of 3 repositories known · " in headline
    assert json.loads(stats(database, "--json", "--include-restricted").stdout)["headline"] == HEADLINE
    assert caps()["landscape"] is None, "one of the two groups has a figure"
    assert caps()["organization:big"] is None
    private = caps("--include-restricted")
    assert private["landscape"] == private["organization:big"] == "931400000000"


def test_a_narrow_terminal_folds_names_and_cuts_nothing(database):
    text = on_terminal("stats", "--db", str(database))
    assert "…" not in text
    tables = text.split("Categories", 1)[1]
    assert all(word in tables for word in [*NAME.split(), "Application", "Frameworks", "978,006"])
    assert max(map(len, tables.splitlines())) <= 80


def test_a_database_without_a_run_names_the_cure(tmp_path):
    path = tmp_path / "empty.db"
    open_writer(path).close()
    result = stats(path)
    assert isinstance(result.exception, UsageFault)
    assert result.exception.exit_code == 2
    assert "crawler refresh" in str(result.exception)


def test_a_database_that_is_not_there_names_the_cure(tmp_path):
    result = stats(tmp_path / "none.db")
    assert isinstance(result.exception, UsageFault)
    assert "crawler refresh" in str(result.exception)


def test_stats_writes_nothing(database):
    before = database.read_bytes()
    assert stats(database).exit_code == 0
    assert database.read_bytes() == before


def test_help_has_an_example():
    assert "crawler stats --json" in CliRunner().invoke(cli, ["stats", "--help"]).output


def test_a_bar_in_a_name_does_not_end_its_cell(database):
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute("UPDATE categories SET name = 'X | Y' WHERE name = 'X'")
    assert r"| X \| Y " in stats(database).stdout
