"""The files by which plain Datasette shows the database: whole, the same each time, and without what is closed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from small_landscape import restrict, write_small_landscape

from crawler.cli import cli
from crawler.site.metadata import SETTINGS, canned_queries


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "my landscape.db"
    write_small_landscape(path)
    return path


def export(kind: str, database: Path, *options: str) -> Result:
    result = CliRunner().invoke(cli, ["export", kind, "--db", str(database), *options])
    assert result.exit_code == 0, result.output
    return result


def test_both_name_the_database_as_datasette_does_and_are_the_same_each_time(database: Path) -> None:
    for kind in ("metadata", "datasette"):
        text = export(kind, database).stdout
        assert text == export(kind, database).stdout
        assert text.startswith(f"# Made by 'crawler export {kind}' for my landscape.db;")
        told = yaml.safe_load(text)["databases"]["my landscape"]
        assert list(told["queries"]) == list(canned_queries())
        assert "allow_sql" not in told
        # SQL stands as people write it.
        assert "sql: |-\n" in text


def test_settings_stand_in_the_file_of_the_newer_version(database: Path) -> None:
    assert yaml.safe_load(export("datasette", database).stdout)["settings"] == SETTINGS


def test_what_tells_restricted_figures_is_closed_in_them_unless_one_asks_for_it(database: Path) -> None:
    restrict(database)
    for kind in ("metadata", "datasette"):
        result = export(kind, database)
        told = yaml.safe_load(result.stdout)["databases"]["my landscape"]
        assert told["allow_sql"] is False
        closed = {name for name, table in told["tables"].items() if table.get("allow") is False}
        assert {"figures", "changes", "totals", "ecosystem_value"} <= closed
        assert "landscape" not in closed
        questions = {name for name, query in told["queries"].items() if query.get("allow") is False}
        assert {"value_by_policy", "recent_changes"} <= questions
        assert "money_figures" not in questions
        assert "crawler db publishable" in result.stderr
        opened = yaml.safe_load(export(kind, database, "--include-restricted").stdout)["databases"]["my landscape"]
        assert "allow_sql" not in opened


def test_they_are_not_about_a_past_day(database: Path) -> None:
    result = CliRunner().invoke(cli, ["export", "metadata", "--db", str(database), "--as-of", "2023-01-01"])
    assert result.exit_code == 2
    assert "leave the day out" in result.output
