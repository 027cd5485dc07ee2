"""`crawler plan` and `refresh --dry-run`: the same page, the same data, and nothing asked or written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crawling import Landscape, command

BOTH = pytest.mark.parametrize("name", [("plan",), ("refresh", "--dry-run")], ids=["plan", "dry run"])


@BOTH
def test_an_empty_place_stays_empty(landscape: Landscape, name: tuple[str, ...]) -> None:
    done = landscape.run(*name)
    assert landscape.asked == 0
    assert [path.name for path in landscape.database.parent.iterdir()] == ["seeds.yml"]
    assert done.err == ""
    heading, *lines = done.out.splitlines()
    assert heading.split() == ["source", "subjects", "requests", "points", "REST", "counted", "minutes"]
    assert [line.split()[:2] for line in lines[:5]] == [
        ["github", "6"],
        ["contributors", "6"],
        ["first_commit", "6"],
        ["sponsors", "1"],
        ["funding_json", "6"],
    ]
    assert lines[-1].startswith("at most ")


@BOTH
def test_a_database_is_read_and_not_touched(landscape: Landscape, name: tuple[str, ...]) -> None:
    landscape.refresh()
    before = landscape.database.read_bytes(), landscape.database.stat().st_mtime_ns
    for options in ((), ("--force",), ("--json",)):
        landscape.run(*name, *options)
        assert landscape.asked == 0
    assert (landscape.database.read_bytes(), landscape.database.stat().st_mtime_ns) == before


@BOTH
def test_data_has_the_names_of_columns(landscape: Landscape, name: tuple[str, ...]) -> None:
    first, *_ = json.loads(landscape.run(*name, "--json").out)
    costs = ["requests", "points_low", "points_high", "rest_counted", "minutes"]
    assert list(first) == ["source", "subjects", *costs, "may_find"]


@BOTH
def test_no_token_is_needed(landscape: Landscape, name: tuple[str, ...]) -> None:
    assert landscape.run(*name, "--json", GITHUB_TOKEN="", GITHUB_API_URL="", GITHUB_GRAPHQL_URL="").err == ""


@BOTH
def test_recorded_figures_over_live_ones_are_refused_before_the_run(
    landscape: Landscape, name: tuple[str, ...]
) -> None:
    landscape.refresh("--source", "github")
    done = landscape.run(*name, "--sandbox", code=2)
    assert "live figures" in done.err and done.out == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--force", "--max-age", "1d"], "--force asks for all of any age"),
        (["--max-age", "soon"], "30m, 12h or 7d"),
        (["--source", "gitlab"], "'github'"),
        (["--only", "nobody/*"], "no project of the list matches nobody/*"),
        (["--colour"], "No such option"),
    ],
)
@BOTH
def test_wrong_usage_is_one_message(landscape: Landscape, name: tuple[str, ...], options: list[str], told: str) -> None:
    done = landscape.run(*name, *options, code=2)
    assert told in done.err and done.out == ""
    assert not landscape.database.exists()


def test_a_list_with_faults_is_refused(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.yml"
    seeds.write_text("categories: [{name: A, subcategories: [{name: B, items: [{}, {}]}]}]\n", encoding="utf-8")
    done = command("plan", seeds, "--db", tmp_path / "landscape.db")
    assert (done.code, done.out) == (2, "")
    assert done.err.count(f"{seeds}:1:") == 2
