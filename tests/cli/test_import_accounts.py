"""`crawler import` of lists that are no YAML: read = written + merged + could not be read, with each place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawling import command

from crawler.seeds import check_seeds

Told = tuple[dict[str, Any], list[dict[str, Any]], str]
BEST_OF = """\
projects:
  - name: A
    homepage: https://u:hush@c.example
    description: At https://hush@d.example/.
    gitlab_url: https://u:hush@gitlab.com/x/y
    docs_url: https://u:hush@e.example
"""


def imported(folder: Path, name: str, text: str, *, code: int) -> Told:
    """The report of an import, the written items, and what was written."""
    (folder / name).write_text(text, encoding="utf-8")
    output = folder / "out.yml"
    done = command("import", folder / name, "-o", output, "--json")
    assert done.code == code, done
    report = json.loads(done.out)
    read, *parts = (report[part] for part in ("written", "merged", "could_not_read"))
    total = {key: number + sum(part[key] for part in parts) for key, number in read.items()}
    assert report["read"][0]["count"] == total
    written = output.read_text(encoding="utf-8")
    tree = yaml.safe_load(written)
    items = [item for category in tree["categories"] for below in category["subcategories"] for item in below["items"]]
    return report, items, written


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("l.txt", "acme/a, acme/b\nacme/c\n\nsome words https://github.com/z/z\nand/or this\n", [4, 5]),
        ("t.csv", "name,repository\nA,acme/a\n,to follow\n,N/A\n,-\nB,acme/b c,acme/c\n", [3, 4, 5]),
        ("m.md", "# T\n## A\n- [x](./x.md) - near\n- [a](https://github.com/acme/a)\n", [3]),
        ("p.yaml", "projects:\n  - name: A\n    github_id: acme/a\n  - {}\n  - words\n", [4, 5]),
        ("a.json", '[{"full_name": "acme/a"},\n {"id": 1},\n "b c"]', [2, 3]),
    ],
)
def test_what_a_reader_leaves_out_is_counted_and_named(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    report, _, _ = imported(tmp_path, name, text, code=3)
    places = [f"{tmp_path / name}:{line}" for line in lines]
    assert [one["place"] for one in report["left_out"]] == places
    assert report["could_not_read"]["items"] == len(lines)
    assert not any("is not read" in notice for notice in report["notices"] if "behind the last" not in notice)
    done = command("import", tmp_path / name)
    assert done.code == 3 and f"could not be read: {len(lines)} item" in done.err
    assert all(f"  {place}: item: " in done.err for place in places)


def test_an_address_in_a_line_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    report, _, _ = imported(tmp_path, "l.txt", "acme/a\nsome words https://github.com/z/z\n", code=3)
    assert report["could_not_read"]["addresses"] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.md", "## A\n- [a](https://github.com/acme/a) - One.\n- [a](https://github.com/acme/a) - Two.\n"),
        ("t.csv", "name,repo,description\na,acme/a,One.\na,acme/a,Two.\n"),
        ("l.txt", "# list\nacme/a - One.\nacme/a - Two.\n"),
    ],
)
def test_what_a_reader_merged_is_counted_with_both_places(tmp_path: Path, name: str, text: str) -> None:
    report, (item,), _ = imported(tmp_path, name, text, code=0)
    assert report["merged"]["items"] == report["merged"]["addresses"] == 1
    (merged,) = report["merged_items"]
    assert (merged["place"], merged["into_place"]) == (f"{tmp_path / name}:3", f"{tmp_path / name}:2")
    assert (merged["differing"], item["description"]) == (["description"], "One.")


def test_a_later_one_of_the_same_name_brings_what_the_first_one_lacks(tmp_path: Path) -> None:
    text = "name,homepage,repo,licence\na,https://gitlab.com/acme/a,,\na,,https://gitlab.com/acme/a,MIT\n"
    report, (item,), _ = imported(tmp_path, "t.csv", text, code=0)
    assert (item["repo_url"], item["license"]) == ("https://gitlab.com/acme/a", "MIT")
    assert (report["merged"]["items"], report["merged"]["addresses"]) == (1, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "p.yaml",
            BEST_OF,
        ),
        ("t.csv", "name,url,source\nA,https://u:hush@c.example,https://u:hush@gitlab.com/x/y\n"),
        (
            "m.md",
            "## A\n- [A](https://u:hush@c.example) ([Source](https://u:hush@gitlab.com/x/y)) at https://hush@d.e/\n",
        ),
        ("l.txt", "https://u:hush@gitlab.com/x/y - see https://u:hush@c.example\n"),
        ("a.json", '[{"full_name": "a/b", "homepage": "https://u:hush@c.example"}]'),
        (
            "l.yml",
            "categories: [{name: A, subcategories: [{name: B, items: [{name: C, repo_url: 'https://u:hush@gitlab.com/x/y'}]}]}]",
        ),
    ],
)
def test_a_password_in_an_address_goes_nowhere(tmp_path: Path, name: str, text: str) -> None:
    report, _, written = imported(tmp_path, name, text, code=0)
    assert "hush" not in json.dumps(report)
    # A landscape stays the text that it was.
    assert "hush" not in written or name == "l.yml"


def test_a_repository_is_the_homepage_where_none_is_named(tmp_path: Path) -> None:
    text = "name,repo,homepage\nA,git@github.com:acme/a.git,\nB,acme/b,https://b.example\nC,,\n"
    report, items, written = imported(tmp_path, "t.csv", text, code=0)
    assert [item.get("homepage_url") for item in items] == ["https://github.com/acme/a", "https://b.example", None]
    assert report["homepages"] == 1
    assert "# Where those name no homepage, homepage_url is the repository's address" in written
    # A landscape's own items stay as they are.
    (tmp_path / "out.yml").unlink()
    own = "categories: [{name: A, subcategories: [{name: B, items: [{name: X, repo_url: https://github.com/x/x}]}]}]\n"
    (tmp_path / "l.yml").write_text(own)
    done = command("import", tmp_path / "l.yml", tmp_path / "t.csv")
    assert done.out.count("homepage_url:") == 2


def test_what_a_best_of_list_says_reads_back_without_a_complaint(tmp_path: Path) -> None:
    text = "projects:\n  - name: 3\n    github_id: acme/three\n    description: 7\n    star_count: 5\n"
    _, (item,), _ = imported(tmp_path, "p.yaml", text, code=0)
    assert (item["name"], item["description"]) == ("3", "7")
    assert check_seeds(tmp_path / "out.yml") == []


def test_keys_that_no_best_of_list_has_are_kept_or_told(tmp_path: Path) -> None:
    text = "projects:\n  - name: A\n    github_id: acme/a\n    mine: {b: 1}\n    joined: someday\n"
    report, (item,), _ = imported(tmp_path, "p.yaml", text, code=0)
    assert item["mine"] == {"b": 1} and "joined" not in item
    assert [(one["text"], one["place"].rpartition(":")[2]) for one in report["unread"]] == [("mine", "4")]
    assert [notice for notice in report["notices"] if "'joined' is no key of a best-of list" in notice]
