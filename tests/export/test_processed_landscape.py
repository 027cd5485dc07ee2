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


MANY = """\
landscape:
  - category:
    name: Tools
    subcategories:
      - subcategory:
        name: All
        items:
          - item:
            name: Widget
            homepage_url: https://example.org/
            repo_url: https://github.com/acme/widget
            additional_repos:
              - repo_url: https://github.com/acme/zz
              - repo_url: https://github.com/acme/Gadget
          - item:
            name: Account
            homepage_url: https://example.org/
            repo_url: https://github.com/whole/one
            project_org: https://github.com/whole
            additional_repos:
              - repo_url: https://me:hunter2@github.com/whole/two
                branch: next
              - repo_url: https://github.com/elsewhere/three
            enriched: {mine: 1}
"""


@pytest.fixture
def many(tmp_path: Path) -> Site:
    """Items of several repositories that have the same dates, one of a whole account with a further one found in it."""
    made = Site(tmp_path, MANY)
    made.change("INSERT INTO repositories (name_with_owner) VALUES ('whole/found')")
    for stars, name in enumerate(("acme/widget", "acme/zz", "acme/Gadget", "whole/one", "elsewhere/three"), 1):
        made.know(name, f"About {name}", stars=stars, latest_release_at="2026-01-02T03:04:05Z")
    made.change(
        "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position, is_expanded)"
        " SELECT 'account', id, 'whole/found', 0, 9, 1 FROM repositories WHERE name_with_owner = 'whole/found'"
    )
    return made


def test_an_export_of_the_result_is_the_same_and_lists_the_same(many: Site) -> None:
    repositories = [one.repositories for one in read_seeds(many.seeds).projects]
    first, tree = exported(many)
    items = by_name(tree)
    assert [one["url"][19:] for one in items["Widget"]["repos"]] == ["acme/widget", "acme/Gadget", "acme/zz"]
    assert items["Widget"]["github_data"]["release_link"] == "https://github.com/acme/widget/releases"
    assert items["Account"]["repos"][-1] == {"url": "https://github.com/whole/two"}
    assert {"url": "https://github.com/whole/found"} in items["Account"]["repos"]
    # Which repositories of the account people listed can be told.
    urls = ["https://github.com/whole/two", "https://github.com/elsewhere/three"]
    assert [one["repo_url"] for one in items["Account"]["additional_repos"]] == urls
    assert items["Account"]["enriched"] == {"mine": "1"} and "additional_repos" not in items["Widget"]
    again = many.folder / "again.yml"
    again.write_text(first, encoding="utf-8")
    many.seeds = again
    assert written(many) == first
    read = [{two.name_with_owner for two in one.repositories} for one in read_seeds(again).projects]
    assert read == [{two.name_with_owner for two in one} for one in repositories]


def test_licence_and_description_are_the_primary_ones_or_not_there(many: Site) -> None:
    github = by_name(exported(many)[1])["Widget"]["github_data"]
    assert github["license"] == "MIT License" and github["description"] == "About acme/widget"
    many.change("UPDATE repositories SET status = 'missing' WHERE name_with_owner = 'acme/widget'")
    _, tree = exported(many)
    github = by_name(tree)["Widget"]["github_data"]
    assert not {"license", "description", "stars"} & set(github)
    assert github["latest_commit_link"] == "/acme/Gadget/commit/abc"


PROCESSED = """\
# THIS FILE IS GENERATED AUTOMATICALLY! Made by 'crawler export processed': change the list, not this file.
landscape:
  - category:
    name: Tools
    subcategories:
      - subcategory:
        name: All
        items:
          - item:
            name: Lone
            homepage_url: https://example.org/
            repo_url: https://github.com/acme/lone
            crunchbase: https://www.crunchbase.com/organization/acme
            extra:
              text: |
                - two

                 - lines
              other: 'in

                quotes'
              empty: []
              tag:
                - a
                - - b
                - c: 1
                  d:
                    - e
            github_data:
              languages:
                - name: Go
                  value: 5
                  color: '#00ADD8'
              stars: 12
              license: MIT License
              description: A tool
              latest_commit_date: '2026-11-19T08:00:00Z'
              latest_commit_link: /acme/lone/commit/abc
              contributors_count: 3
              contributors_link: https://github.com/acme/lone/graphs/contributors
            repos:
              - url: https://github.com/acme/lone
                stars: 12
            github_start_commit_data:
              start_commit_link: /acme/lone/commit/def
              start_date: '2015-01-01T00:00:00Z'
            image_data:
              fileName: lone.svg
twitter_options:
  - x
updated_at: 2026-11-20T10:00:00Z
"""


def test_a_processed_landscape_keeps_its_layout(tmp_path: Path) -> None:
    text = PROCESSED
    site = Site(tmp_path, text)
    site.know("acme/lone", stars=12, weeks=3)
    site.change("INSERT INTO languages SELECT id, 'Go', 5 FROM repositories")
    assert written(site) == text
    # Maps that are not there yet come before those that follow them with landscapeapp, others stay in their place.
    without = text[: text.index("            github_data")] + text[text.index("            image_data") :]
    site.seeds.write_text(without)
    assert written(site) == text
    moved = without.replace("            crunchbase:", "            image_data: {a: b}\n            crunchbase:", 1)
    site.seeds.write_text(moved[: moved.rindex("            image_data")] + moved[moved.index("twitter_options") :])
    keys = list(by_name(exported(site)[1])["Lone"])
    assert keys[4:] == ["github_data", "repos", "github_start_commit_data", "image_data", "crunchbase", "extra"]


def test_a_list_whose_entries_stand_at_the_column_of_their_key_keeps_that(tmp_path: Path) -> None:
    site = Site(tmp_path, "landscape:\n- name: C\n  subcategories:\n  - name: S\n    items:\n    - name: A\n")
    assert "landscape:\n- category: null\n  name: C\n  subcategories:\n  - subcategory: null\n" in written(site)
