"""`export yaml` of what is no landscape file: best-of lists, lists without keys, and standard input."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
import yaml
from made_landscape import Landscape

from crawler.cli import main
from crawler.errors import UsageFault
from crawler.export import enriched_yaml

BEST_OF = """\
# Projects of a best-of list
configuration:
  min_stars: 100   # few
categories:
  - category: web
    title: "Web"
  - category: db
    title: Databases
projects:
  - name: Late
    github_id: acme/late
    category: db

  - name: Group
    group: true
    group_id: suite
    category: web
    github_id: acme/group # all of them
  - name: Member
    group_id: suite
    github_id: acme/member
    labels: ["fast"]
  - name: Guide
    resource: true
    homepage: https://guide.example/
    github_id: acme/guide
    description: |
      Of many lines
labels:
  - label: fast
"""


def export(landscape: Landscape) -> tuple[str, list[str]]:
    """The exported text and the notes."""
    out = io.BytesIO()
    notes = enriched_yaml.write(landscape.job(), out)
    return out.getvalue().decode(), notes


def names(text: str) -> dict[str, list[str]]:
    """The repositories in the block of each project, by its name."""
    return {
        project["name"]: [one["name"] for one in project["enriched"]["repositories"]]
        for project in yaml.safe_load(text)["projects"]
    }


def test_each_project_of_a_best_of_list_gets_its_block_in_its_place(landscape: Landscape) -> None:
    landscape.fill(BEST_OF)
    text, notes = export(landscape)
    assert notes == []
    assert names(text) == {one: [f"acme/{one.lower()}"] for one in ("Late", "Group", "Member", "Guide")}
    assert [list(project)[-1] for project in yaml.safe_load(text)["projects"]] == ["enriched"] * 4
    assert text.startswith(BEST_OF[: BEST_OF.index("\n\n  - name: Group") + 1] + "    enriched:\n      repositories:\n")
    landscape.seeds.write_text(text)
    assert export(landscape) == (text, [])
    landscape.change("UPDATE projects SET removed_at = '2026-11-21T00:00:00Z'")
    assert export(landscape)[0] == BEST_OF


def test_what_is_no_project_of_its_own_is_named_and_stays(landscape: Landscape) -> None:
    twin = "  - name: late\n    github_id: acme/late\n    category: db\n"
    text = BEST_OF.replace("labels:\n  - label", f"{twin}labels:\n  - label")
    landscape.fill(text)
    out, notes = export(landscape)
    line = text.count("\n", 0, text.index(twin)) + 1
    assert notes == [f"{landscape.seeds}:{line}: this entry is left as it is: no project of its own is read from it"]
    assert twin in out
    assert out.count("enriched:") == 4


def test_projects_that_share_a_line_get_no_other_ones_block(landscape: Landscape) -> None:
    tree: dict[str, Any] = yaml.safe_load(BEST_OF)
    landscape.fill(json.dumps(tree))
    out, notes = export(landscape)
    assert (json.loads(out), len(notes)) == (tree, 4)
    landscape.fill(json.dumps(tree, indent=1))
    out, notes = export(landscape)
    assert (names(out)["Late"], notes) == (["acme/late"], [])
    assert "enriched" in json.loads(out)["projects"][0]


def test_an_item_that_lends_its_keys_to_others_has_no_block_to_lend(landscape: Landscape) -> None:
    lender = "          - &one\n            name: One\n            homepage_url: https://one.example/\n"
    borrower = "          - <<: *one\n            name: Two\n            repo_url: https://github.com/a/two\n"
    head = "categories:\n  - name: C\n    subcategories:\n      - name: S\n        items:\n"
    landscape.fill(head + lender + borrower)
    out, notes = export(landscape)
    assert out.startswith(head + lender + borrower + "            enriched:\n")
    assert notes == [f"{landscape.seeds}:6: this item is left as it is: its form has no safe place for a block"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("README.md", "# A\n\n- [Late](https://github.com/acme/late) - Late.\n", "README.md is a list in Markdown"),
        ("list.csv", "name,url\nLate,https://github.com/acme/late\n", "list.csv is a plain list or a table"),
        ("list.txt", "acme/late\n", "list.txt is a plain list or a table"),
    ],
)
def test_a_list_without_keys_is_refused_with_what_to_do(landscape: Landscape, name: str, text: str, told: str) -> None:
    landscape.fill(BEST_OF)
    landscape.seeds = landscape.seeds.with_name(name)
    landscape.seeds.write_text(text)
    with pytest.raises(UsageFault, match=told) as refused:
        export(landscape)
    assert f"crawler import {landscape.seeds} -o seeds.yml" in str(refused.value.cure)


def test_a_list_on_standard_input_leaves_enriched_on_standard_output(
    landscape: Landscape, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = BEST_OF.replace("\n", "\r\n")
    landscape.fill(text.encode())
    wanted = export(landscape)[0].encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with pytest.raises(SystemExit) as left:
        main(["export", "yaml", "-", "--db", str(landscape.database)])
    assert (left.value.code, *capfdbinary.readouterr()) == (0, wanted, b"")
