"""`crawler export awesome` tells of the list that it was given, and of what it left as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import command
from small_landscape import write_small_landscape

from crawler.export.awesome_list import awesome_list
from crawler.seeds import read_seeds


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("awesome") / "landscape.db"
    write_small_landscape(path, with_answers=True)
    return path


def test_a_list_of_a_part_counts_that_part(database: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "part.txt"
    seeds.write_text("bytecodealliance/wasmtime\nacme/not-there\n")
    line = command("export", "awesome", seeds, "--db", database).out.splitlines()[2]
    assert line.startswith("> 1 category · 2 projects · 13.0K stars · 1 of 2 repositories known · "), line


def test_sources_are_no_projects_of_the_list_that_comes_out(tmp_path: Path) -> None:
    seeds, made = tmp_path / "list.txt", tmp_path / "list.md"
    seeds.write_text("bytecodealliance/wasmtime\n")
    made.write_text(awesome_list(read_seeds(seeds), {}, "1 project", ["Powered by X (https://x.example)"]))
    assert "## Sources\n" in made.read_text() and "x.example" in made.read_text()
    again = read_seeds(made)
    assert [one.name for one in again.projects] == ["wasmtime"] and len(again.categories) == 1


def test_what_a_markdown_list_has_twice_is_named(database: Path, tmp_path: Path) -> None:
    seeds = tmp_path / "list.md"
    entry = "- [Wasmtime](https://github.com/bytecodealliance/wasmtime) - A runtime that\n  goes on.\n"
    seeds.write_text(entry * 2)
    done = command("export", "awesome", seeds, "--db", database)
    assert done.out.count("<!--crawler-->") == 1
    assert "  goes on. <!--crawler-->★ 13,000" in done.out.splitlines()[1]
    assert "the figures are recorded ones of 2023-09-25" in done.err
    assert "list.md:3: left as it is: Wasmtime stands here twice (first on line 1) and is read as one" in done.err
