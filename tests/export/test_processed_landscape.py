"""landscapeapp's processed landscape: the whole list, the figures that it reads, and that our own import reads back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from exports_for_sites import NOW, WILD, Site, by_name

from crawler.importing import processed
from crawler.importing.told import Tally
from crawler.seeds import read_seeds

GENERATED = {"crunchbase_data", "github_data", "repos", "github_start_commit_data", "additional_repos", "item"}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The wild list; GitHub has told of three repositories."""
    made = Site(tmp_path)
    made.know("acme/widget", "\x1b[31m yes: \u202e", latest_release_tag="v1", latest_release_at="2026-01-02T03:04:05Z")
    made.know("acme/Gadget", stars=0, first_commit_at="2012-01-01T00:00:00Z", first_commit_oid="old")
    made.know("acme/lone", "yes", stars=12, contributors=5)
    for name in ("widget", "Gadget"):
        made.change(f"INSERT INTO languages SELECT id, 'Go', 5 FROM repositories WHERE name_with_owner = 'acme/{name}'")
    return made


def written(site: Site, *arguments: object, **environment: str) -> str:
    """The text of the file."""
    path = site.folder / "out.yml"
    assert site.export("processed", "-o", path, *arguments, **environment).out == ""
    return path.read_text(encoding="utf-8")


def exported(site: Site, *arguments: object) -> tuple[str, dict[str, Any]]:
    """The text, and what YAML 1.1 reads of it with every scalar a text."""
    text = written(site, *arguments)
    return text, yaml.load(io.StringIO(text), yaml.CBaseLoader)


def test_every_key_of_the_list_stays_in_its_order(site: Site) -> None:
    _, tree = exported(site)
    before = by_name(yaml.load(WILD, yaml.CBaseLoader))
    after = by_name(tree)
    assert list(before) == list(after)
    for name, item in before.items():
        kept = {key: one for key, one in after[name].items() if key not in GENERATED}
        assert list(kept) == [key for key in item if key not in GENERATED]
        if name != "Secret":
            assert kept == {key: one for key, one in item.items() if key not in GENERATED}
        assert next(iter(after[name])) == "item"
    assert list(tree) == ["landscape", "updated_at"]


def test_plain_texts_stay_plain(site: Site) -> None:
    text, _ = exported(site)
    assert text.startswith("# THIS FILE IS GENERATED AUTOMATICALLY!")
    for line in ("branch: no", "joined: 2020-01-02", "license: 'MIT'", "flag: true", "text: |", "- category:"):
        assert line in text
    assert text.replace("\n", "").isprintable() and "hunter2" not in text
    assert "repo_url: https://github.com/acme/secret\n" in text


def test_of_several_repositories_the_figures_are_sums_where_all_are_known(site: Site) -> None:
    item = by_name(exported(site)[1])["=Widget: \u202egpj"]
    github = item["github_data"]
    # The one on another host is none of GitHub's, and not counted.
    assert item["repos"] == [
        {"url": "https://github.com/acme/widget/", "stars": "7"},
        {"url": "https://github.com/acme/Gadget", "stars": "0"},
    ]
    assert github["stars"] == "7" and github["languages"] == [{"name": "Go", "value": "10", "color": "#00ADD8"}]
    assert github["contributions"] == ";".join(str(2 * week) for week in range(1, 53))
    assert github["firstWeek"] == "2025-11-30Z" and "contributors_count" not in github
    assert github["latest_commit_link"] == "/acme/widget/commit/abc"
    assert github["release_link"] == "https://github.com/acme/widget/releases"
    assert item["github_start_commit_data"]["start_commit_link"] == "/acme/Gadget/commit/old"
    assert "additional_repos" not in item
    site.change("UPDATE repositories SET status = 'gone' WHERE name_with_owner = 'acme/Gadget'")
    item = by_name(exported(site)[1])["=Widget: \u202egpj"]
    assert item["repos"][1] == {"url": "https://github.com/acme/Gadget"}
    assert not {"stars", "contributions", "contributors_count"} & set(item["github_data"])
    assert "github_start_commit_data" not in item


def test_what_is_not_known_has_no_key(site: Site) -> None:
    items = by_name(exported(site)[1])
    assert items["Gone"]["repos"] == [{"url": "https://github.com/acme/gone"}]
    assert not {"github_data", "github_start_commit_data", "crunchbase_data"} & set(items["Gone"])
    assert "release_date" not in items["Lone"]["github_data"]
    assert items["Lone"]["crunchbase_data"] == {"name": "Bought"}
    assert "3 repositories have no stars here" in site.export("processed", "-o", site.folder / "out.yml").err


def test_restricted_figures_stay_inside(site: Site) -> None:
    site.money("bought", "funding_round", "9000000", "2024-05-06", source="crunchbase", licence="restricted")
    assert by_name(exported(site)[1])["Lone"]["crunchbase_data"] == {"name": "Bought"}
    told = by_name(exported(site, "--include-restricted")[1])["Lone"]["crunchbase_data"]
    assert told == {"name": "Bought", "funding": "9000000", "kind": "funding"}


def test_the_time_is_that_of_the_figures(site: Site) -> None:
    first, tree = exported(site)
    assert tree["updated_at"] == "2026-11-20T10:00:00Z"
    assert written(site, CRAWLER_NOW="2027-01-01T00:00:00Z") == first


def test_it_is_read_again_as_a_list_and_exported_the_same(site: Site) -> None:
    first, _ = exported(site)
    again = site.folder / "processed_landscape.yml"
    again.write_text(first, encoding="utf-8")
    names = [project.name for project in read_seeds(again).projects]
    assert names == [project.name for project in read_seeds(site.seeds).projects]
    site.seeds = again
    again.write_text(first.replace("stars: 12", "stars: 11"), encoding="utf-8")
    second, tree = exported(site)
    assert by_name(tree) == by_name(yaml.load(first, yaml.CBaseLoader))
    lone = by_name(tree)["Lone"]
    assert lone["image_data"] == {"fileName": "lone.svg"} and lone["github_data"]["stars"] == "12"
    assert lone["crunchbase_data"] == {"name": "Bought"}
    assert exported(site)[0] == second


def test_the_import_reads_the_counts_that_were_exported(site: Site) -> None:
    tally = Tally()
    told = processed.read(exported(site)[0].encode(), tally)
    counts = {row.who.names[0]: row.counts for row in told.rows}
    assert counts == {
        "acme/widget": {"stars": 7},
        "acme/Gadget": {"stars": 0},
        "acme/lone": {"stars": 12, "contributors": 5, "commits_last_year": sum(range(1, 53))},
    }
    assert tally.refused == tally.nameless == 0


def test_the_list_of_hand_is_not_overwritten(site: Site) -> None:
    done = site.export("processed", "-o", site.seeds, code=2)
    assert "is the list itself" in done.err and site.seeds.read_text(encoding="utf-8") == WILD


def test_other_forms_of_lists_become_a_tree(tmp_path: Path) -> None:
    site = Site(tmp_path)
    plain = tmp_path / "plain.txt"
    plain.write_text("acme/lone\nhttps://github.com/acme/widget\n")
    site.know("acme/lone", stars=12)
    site.seeds = plain
    tree = exported(site)[1]
    assert {name: item.get("github_data", {}).get("stars") for name, item in by_name(tree).items()} == {
        "lone": "12",
        "widget": None,
    }
    assert tree["updated_at"] == "2026-11-20T10:00:00Z" < NOW
