"""`crawler import`: one seeds file of any lists, an account that adds up, and no file overwritten unasked."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawling import Done, command
from hostile import TEXTS

from crawler.cli import main
from crawler.seeds import read_seeds

LANDSCAPE = """\
# yaml-language-server: $schema=data.schema.json
landscape:
  - category:
    name: Runtimes  # the first
    subcategories:
      - subcategory:
        name: 'Web'
        items:
          # about widgets
          - item:
            name:   Widget
            homepage_url: "https://example.org/"
            repo_url: http://github.com/acme/widget.git/
            additional_repos:
              - repo_url: https://github.com/acme/more/tree/main/x
                branch: next
            mine: {a: 1}
          - item:
            name: Account
            homepage_url: https://example.org/
            repo_url: https://github.com/acme
"""
GENERATED = """\
            crunchbase_data: &ref_0
              funding: 1
            github_data:
              contributions: >-
                1;2

                3
              stars: 12
            repos:
              - url: http://github.com/acme/widget.git/
                stars: 7
            image_data: *ref_0
"""


def run(folder: Path, *arguments: object, given: str | None = None, code: int = 0, **environment: str) -> Done:
    """`crawler import` of files in a folder, with what it is given on standard input."""
    paths = [folder / one if isinstance(one, str) and (folder / one).exists() else one for one in arguments]
    before = sys.stdin
    if given is not None:
        sys.stdin = TextIOWrapper(BytesIO(given.encode()))
    try:
        done = command("import", *paths, **environment)
    finally:
        sys.stdin = before
    assert done.code == code, done
    assert "Traceback" not in done.err
    return done


def told(folder: Path, *files: str, code: int = 0) -> tuple[dict[str, Any], str]:
    """The report as data, and the text that was written."""
    output = folder / "out.yml"
    done = run(folder, *files, "-o", output, "--json", code=code)
    report = json.loads(done.out)
    total = {key: sum(one["count"][key] for one in report["read"]) for key in report["written"]}
    parts = ("written", "merged", "could_not_read")
    assert total == {key: sum(report[part][key] for part in parts) for key in total}
    text = output.read_text()
    output.unlink()
    return report, text


def names(text: str, folder: Path) -> dict[str, list[str]]:
    """The repositories of each project of a written list, by name."""
    path = folder / "read.yml"
    path.write_text(text)
    return {one.name: [two.name_with_owner for two in one.repositories] for one in read_seeds(path).projects}


def item(name: str, repository: str = "", **keys: str) -> str:
    pairs = {"name": name, "homepage_url": "https://example.org/"} | keys
    pairs |= {"repo_url": f"https://github.com/{repository}"} if repository else {}
    lines = [f"{key}: {value}" for key, value in pairs.items() if value]
    return "          - " + "\n            ".join(lines) + "\n"


def landscape(*items: str, category: str = "Runtimes", subcategory: str = "Web", top: str = "categories") -> str:
    head = f"{top}:\n  - name: {category}\n    subcategories:\n      - name: {subcategory}\n        items:\n"
    return head + "".join(items)


def test_a_landscape_stays_as_it_is_to_the_byte(tmp_path: Path) -> None:
    text = LANDSCAPE.replace("\n", "\r\n")
    (tmp_path / "landscape.yml").write_bytes(text.encode())
    done = run(tmp_path, "landscape.yml", "-o", tmp_path / "seeds.yml")
    assert (tmp_path / "seeds.yml").read_bytes().decode() == text
    assert "read: " in done.err and "2 items, 1 category, 1 subcategory, 3 repository addresses" in done.err
    assert "landscape.yml:17: unknown key: mine" in done.err
    assert "landscape.yml:21: an account, no repository" in done.err
    assert "byte for byte" in done.err


def test_what_landscapeapp_generated_goes_and_nothing_else(tmp_path: Path) -> None:
    at = LANDSCAPE.index("          - item:\n            name: Account")
    processed = LANDSCAPE[:at] + GENERATED + LANDSCAPE[at:] + GENERATED.replace("&ref_0\n", "\n").replace("*ref_0", "1")
    processed += "twitter_options:\n  count: 2\nupdated_at: 2022-11-07T18:28:44.425Z\n"
    (tmp_path / "processed.yml").write_text(processed)
    report, text = told(tmp_path, "processed.yml")
    assert text == LANDSCAPE.replace(
        "            repo_url: https://github.com/acme\n",
        "            repo_url: https://github.com/acme\n            additional_repos:\n"
        "            - repo_url: http://github.com/acme/widget.git/\n",
    )
    assert report["layout"] == "edited"
    assert report["generated"] == {
        "crunchbase_data": 2, "github_data": 2, "image_data": 2, "repos": 2, "twitter_options": 1, "updated_at": 1
    }  # fmt: skip
    assert report["read"][0]["figures_at"] == "2022-11-07T18:28:44.425Z"


def test_a_repository_that_landscapeapp_moved_is_read_and_written(tmp_path: Path) -> None:
    repos = "            repos:\n              - url: https://github.com/acme/widget\n"
    repos += "              - url: https://github.com/acme/second\n                stars: 1\n"
    repos += "              - url: https://github.com/elsewhere/third\n"
    own = "https://github.com/ACME/"
    text = landscape(
        item("Widget", "acme/widget") + repos,
        item("Org", "acme/org", project_org=own, allow_duplicate_repo="true") + repos,
        item("Odd", "acme/odd", project_org="x", allow_duplicate_repo="true") + repos,
    )
    (tmp_path / "processed.yml").write_text(text)
    everything = ["acme/widget", "acme/second", "elsewhere/third"]
    # Those of an account come by its `project_org`; nothing comes by one that is none.
    kept = {"Widget": everything, "Org": ["acme/org", "elsewhere/third"], "Odd": ["acme/odd", *everything]}
    assert names(text, tmp_path) == kept
    report, written = told(tmp_path, "processed.yml")
    assert names(written, tmp_path) == kept
    assert report["written"]["addresses"] == 9
    (left,) = (notice for notice in report["notices"] if "project_org" in notice)
    assert "processed.yml:14: 2 repositories of its project_org" in left and "acme/widget, acme/second" in left


def test_several_lists_become_one_and_all_is_said(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(
        landscape(item("Widget", "acme/widget", license="MIT"), item("Again", "acme/widget"))
        + "groups:\n  - name: G\n    categories: [Runtimes]\norganizations:\n  - name: Acme\n    ticker: A\n"
    )
    (tmp_path / "two.yml").write_text(
        landscape(
            item("Widget Two", "Acme/Widget", description="Seen", mine="7", license="0BSD"),
            item("Other", "acme/other", branch="dev"),
            category="runtimes",
            subcategory="New",
            top="landscape",
        )
        + "organizations:\n  - name: Acme\n    ticker: B\n    homepage_url: https://example.org/\n"
    )
    (tmp_path / "three.txt").write_text("# mine\nacme/other\nhttps://gitlab.com/acme/away\nacme/other\n")
    report, text = told(tmp_path, "one.yml", "two.yml", "three.txt")
    read = yaml.safe_load(text)
    new = read["categories"][0]["subcategories"][1]
    assert [one["name"] for one in read["categories"]] == ["Runtimes", "Projects"]
    assert read["categories"][0]["subcategories"][0]["items"][0] == {
        "name": "Widget",
        "homepage_url": "https://example.org/",
        "license": "MIT",
        "repo_url": "https://github.com/acme/widget",
        "second_path": ["Runtimes / New"],
        "aliases": ["Widget Two"],
        "description": "Seen",
        "mine": 7,
    }
    # That one landscape has a repository twice is its own choice.
    assert read["categories"][0]["subcategories"][0]["items"][1]["name"] == "Again"
    assert [one["name"] for one in new["items"]] == ["Other"]
    assert new["items"][0]["branch"] == "dev" and new["items"][0]["second_path"] == ["Projects / All"]
    assert read["organizations"] == [{"name": "Acme", "ticker": "A", "homepage_url": "https://example.org/"}]
    merged = {one["name"]: (one["into"], one["differing"]) for one in report["merged_items"]}
    assert merged == {"Widget Two": ("Widget", ["license"]), "other": ("Other", [])}
    assert [(one["what"], one["name"]) for one in report["left_out"]] == [("ticker", "Acme")]
    assert ("elsewhere", "https://gitlab.com/acme/away") in [(one["what"], one["text"]) for one in report["unread"]]
    assert text.startswith("# Made by 'crawler import' from\n#   one.yml: landscape, 2 items\n")


def test_two_of_one_name_in_one_place_are_told_apart_or_are_one(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(landscape(item("A", "acme/a"), item("B"), item("C", "acme/c")))
    (tmp_path / "two.yml").write_text(landscape(item("A", "acme/other"), item("B", "acme/b"), item("C")))
    report, text = told(tmp_path, "one.yml", "two.yml")
    found = {"A": ["acme/a"], "B": ["acme/b"], "C": ["acme/c"], "A (acme/other)": ["acme/other"]}
    assert names(text, tmp_path) == found
    assert [one["written"] for one in report["renamed"]] == ["A (acme/other)"]


def test_what_cannot_be_read_is_left_out_and_the_rest_stays(tmp_path: Path) -> None:
    text = landscape(
        "          # kept\n",
        item("", "acme/unnamed"),
        item("Odd", "acme/odd", joined="someday", project="sandbox"),
        item("true", "acme/true"),
        "          - homepage_url: https://example.org/\n",
        "          - nothing\n",
        item("Twice", "acme/twice"),
        item("Twice", "acme/twice"),
        item("Last", "acme/last"),
    )
    (tmp_path / "landscape.yml").write_text(text)
    report, written = told(tmp_path, "landscape.yml", code=3)
    assert names(written, tmp_path) == {
        "unnamed": ["acme/unnamed"],
        "Odd": ["acme/odd"],
        "true": ["acme/true"],
        "Twice": ["acme/twice"],
        "Last": ["acme/last"],
    }
    assert report["layout"] == "edited" and "# kept" in written and "project: sandbox" in written
    assert report["could_not_read"]["items"] == 2 and report["merged"]["items"] == 1
    left_out = {(one["what"], one["place"].rpartition(":")[2]) for one in report["left_out"]}
    assert left_out == {("joined", "11"), ("item", "17"), ("item", "18")}


@pytest.mark.parametrize("text", ["", "a: [", "categories: 7\n", "categories:\n  - subcategories: []\n", "\x00"])
def test_what_is_no_list_is_one_message_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.yml").write_text(text)
    done = run(tmp_path, "bad.yml", "-o", tmp_path / "out.yml", code=2)
    assert "bad.yml:" in done.err and done.out == "" and not (tmp_path / "out.yml").exists()


@pytest.mark.parametrize(
    "text", ['{"items": [], "github_data": {}}', '{"https://github.com/a/b": {"generated_at": "x"}}']
)
def test_what_landscape2_generates_is_history_and_no_list(tmp_path: Path, text: str) -> None:
    (tmp_path / "full.json").write_text(text)
    assert "crawler import-history" in run(tmp_path, "full.json", code=2).err


def test_a_file_is_overwritten_by_the_same_import_alone(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("acme/one\n")
    output = tmp_path / "seeds.yml"
    run(tmp_path, "list.txt", "-o", output)
    before = output.stat().st_mtime_ns
    assert "with this very list" in run(tmp_path, "list.txt", "-o", output).err
    assert output.stat().st_mtime_ns == before
    (tmp_path / "list.txt").write_text("acme/one\nacme/two\n")
    run(tmp_path, "list.txt", "-o", output)
    assert "acme/two" in output.read_text()
    # Made from other lists, edited by hand, somebody's own: it stays.
    (tmp_path / "other.txt").write_text("acme/three\n")
    assert "there already" in run(tmp_path, "other.txt", "-o", output, code=2).err
    output.write_text(output.read_text() + "# mine\n")
    assert "name another file" in run(tmp_path, "list.txt", "-o", output, code=2).err
    assert output.read_text().endswith("# mine\n")
    (tmp_path / "own.yml").write_text(LANDSCAPE)
    assert "there already" in run(tmp_path, "list.txt", "-o", tmp_path / "own.yml", code=2).err


def test_from_standard_input_to_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    given = BytesIO(b"acme/widget\nhttps://github.com/acme/gadget\n")
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(given))
    with pytest.raises(SystemExit) as left:
        main(["import", "-"])
    assert left.value.code == 0
    out, err = (stream.decode() for stream in capsysbinary.readouterr())
    assert names(out, tmp_path) == {"widget": ["acme/widget"], "gadget": ["acme/gadget"]}
    assert "#   standard input: list, 2 items" in out and "read: standard input (list): 2 items" in err


def test_wrong_use(tmp_path: Path) -> None:
    assert "--json prints the report" in run(tmp_path, "-", "--json", given="a/b\n", code=2).err
    assert "cannot be read" in run(tmp_path, tmp_path / "none.yml", code=2).err
    assert "named twice" in run(tmp_path, "-", "-", given="a/b\n", code=2).err
    missing = run(tmp_path, "-", "-o", tmp_path / "no" / "out.yml", given="a/b\n", code=2)
    assert "cannot be written" in missing.err


def test_hostile_texts_read_back_as_they_were(tmp_path: Path) -> None:
    texts = [text for text in TEXTS if text.strip() and "\x00" not in text and "\ud800" not in text]
    texts = [
        *texts,
        "no",
        "1.10",
        "0o17",
        "2020-01-01",
        "<<",
        "- x",
        "a: b #c",
        "'\"",
        "# x",
        "\u2028x",
        "=",
        "|",
        "nUll",
    ]
    items = [
        {"name": f"{number} {text}", "description": text, "homepage_url": "https://example.org/", "x": {text: [text]}}
        for number, text in enumerate(texts)
    ]
    for name in ("one", "two"):
        tree = {"categories": [{"name": name, "subcategories": [{"name": "=1+1", "items": items}]}]}
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(tree, allow_unicode=False))
    report, text = told(tmp_path, "one.yml", "two.yml")
    assert report["written"]["items"] == 2 * len(texts) and report["layout"] == "new"
    for category in yaml.safe_load(text)["categories"]:
        assert category["subcategories"] == [{"name": "=1+1", "items": items}]
