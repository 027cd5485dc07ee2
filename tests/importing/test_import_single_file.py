"""A landscape file with figures outside of git: one day, the one that it tells, whichever way it comes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crawling import Landscape, command
from pasts import GIT, NOW, Past, Repository, processed

from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer

AT = "updated_at: 2022-11-07T18:28:44.425Z\n"


def landscape2(**days: str | None) -> str:
    """A cache `github.json`: `owner__name` with the moment at which landscape2 asked, 7 stars each."""
    return json.dumps(
        {
            f"https://github.com/{name.replace('__', '/')}": {"stars": 7} | ({"generated_at": at} if at else {})
            for name, at in days.items()
        }
    )


def test_the_day_is_the_one_that_the_file_tells(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "processed_landscape.yml"
    path.write_text(processed(acme__widget=3, acme__gadget=5, nobody__knows=1) + AT)
    done = past.run(path)
    assert done.out == "2 rows of 2 repositories written; 1 day read, 2022-11-07 to 2022-11-07\n"
    assert past.counts() == [("acme/gadget", "2022-11-07", 5), ("acme/widget", "2022-11-07", 3)]
    assert past.rows("SELECT DISTINCT source FROM imported_counts") == [("processed_landscape",)]
    assert past.run(path).out == "0 rows of 0 repositories written; 1 day imported before\n"


def test_it_is_the_same_file_that_git_keeps(past: Past, repository: Repository, tmp_path: Path) -> None:
    text = processed(acme__widget=3) + AT
    repository.commit("2022-11-07T20:00Z", processed_landscape__yml=text)
    past.run(repository.done())
    (tmp_path / "alone.yml").write_text(text)
    assert "1 day imported before" in past.run(tmp_path / "alone.yml").out
    # In a repository that does not have it, it is a file like any other.
    (repository.folder / "untracked.yml").write_text(processed(acme__widget=9) + "updated_at: '2023-01-02'\n")
    past.run(repository.folder / "untracked.yml")
    assert past.counts() == [("acme/widget", "2022-11-07", 3), ("acme/widget", "2023-01-02", 9)]


def test_landscape2_tells_the_day_of_each_repository(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "github.json"
    path.write_text(landscape2(acme__widget="2024-03-01T01:00:00Z", acme__gadget="2024-03-04T01:00:00Z"))
    past.run(path)
    expected = [("acme/gadget", "2024-03-04", 7), ("acme/widget", "2024-03-01", 7)]
    assert past.counts() == expected
    # Without a day of its own a figure would be of any.
    path.write_text(landscape2(acme__widget=None, acme__gadget="2024-03-04T01:00:00Z"))
    past.run(path)
    assert past.counts() == expected


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("processed.yml", processed(acme__widget=3), "does not say of which day"),
        ("processed.yml", processed(acme__widget=3) + "updated_at: [\n", "does not say of which day"),
        ("processed.yml", "a: [\n" + AT, "no YAML"),
        ("processed.yml", "a: 1\n" + AT, "no landscape"),
        ("processed.yml", processed(acme__widget=3) + "updated_at: 2099-01-01T00:00:00Z\n", "between 2008 and today"),
        ("github.json", landscape2(acme__widget=None), "does not say of which day"),
        ("github.json", "{", "no JSON"),
        ("notes.md", "# nothing", "in no git repository"),
    ],
)
def test_what_tells_no_day_is_refused_with_a_cure(past: Past, tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    line = past.refused(tmp_path / name)
    assert told in line and ";" in line


def test_without_git_a_single_file_is_read(past: Past, tmp_path: Path) -> None:
    path = tmp_path / "processed.yml"
    path.write_text(processed(acme__widget=3) + AT)
    done = command("import-history", path, "--db", past.database, CRAWLER_NOW=NOW, PATH="/nowhere", **GIT)
    assert done.code == 0, done
    missing = command("import-history", tmp_path / "gone.yml", "--db", past.database, PATH="/nowhere", **GIT)
    assert missing.code == 2 and "git is not installed" in missing.err


def test_an_import_into_a_named_database_takes_the_figures_at_once(past: Past, tmp_path: Path) -> None:
    path, output = tmp_path / "processed.yml", tmp_path / "seeds.yml"
    path.write_text(processed(acme__widget=3) + AT)
    told = command("import", path, "-o", output, CRAWLER_NOW=NOW, **GIT)
    assert told.code == 0 and "github_data" not in output.read_text()
    assert f"  crawler refresh {output}\n  crawler import-history {path}\n" in told.err
    absent = command("import", path, "-o", output, "--db", tmp_path / "new.db", CRAWLER_NOW=NOW, **GIT)
    assert f"crawler import-history {path} --db {tmp_path / 'new.db'}\n" in absent.err
    done = command("import", path, "-o", output, "--db", past.database, CRAWLER_NOW=NOW, **GIT)
    assert "1 row of 1 repository written" in done.err and "import-history" not in done.err
    assert past.counts() == [("acme/widget", "2022-11-07", 3)]


def test_a_refresh_of_a_processed_landscape_takes_its_figures_once(tmp_path: Path) -> None:
    world = made_up_world(2)
    with SandboxServer(world, token="a-token-of-the-tests") as server:
        ours = Landscape(tmp_path, server)
        name = next(iter(world)).name_with_owner
        text = processed(**{name.replace("/", "__"): 3})
        ours.seeds.write_text(text + AT)
        first = ours.refresh("--source=github")
        assert "are history now: counts of 1 repository, as of 2022-11-07" in first.err
        stars = ours.repository(name)["stars"]
        assert ours.rows("SELECT day, stars, source FROM imported_counts") == [("2022-11-07", 3, "processed_landscape")]
        assert ours.refresh("--source=github").err.count("history now") == 0
        assert ours.repository(name)["stars"] == stars
        assert ours.rows("SELECT stars FROM history") == [(stars,)]
        # What tells no day is trouble of its own, and none of the refresh.
        ours.seeds.write_text(text + "updated_at: someday\n")
        assert "are not taken over: " in ours.refresh("--source=github").err
