"""Blocks go in and out of an item, and not one byte of anybody else's changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from layouts import HEAD, items_of
from yaml.nodes import Node

from crawler.errors import UsageFault
from crawler.export import enriched_yaml
from crawler.export.enriched_yaml import Enriched, enrich
from crawler.listed import SeedProject, Seeds
from crawler.seeds.document import compose_text

BLOCK = {"repositories": [{"name": "a/b", "stars": 5, "latest_release_tag": "1.10", "source": "x"}]}
OLD = "{repositories: [{name: a/b, source: x}]}"


def give(text: str, block: dict[str, Any] | None = BLOCK) -> Enriched:
    """`enrich` with one block for every item; the ids are made here, only lines count."""
    items: list[Node] = list(enriched_yaml._items(compose_text(text, "seeds.yml"), "landscape"))
    projects = tuple(
        SeedProject(id=f"p{number}", name="", subcategory_id="", line=item.start_mark.line + 1)
        for number, item in enumerate(items)
    )
    seeds = Seeds(
        path="seeds.yml", name="", groups=(), categories=(), subcategories=(), projects=projects, organizations=()
    )
    return enrich(text, seeds, lambda _: block)


def test_the_block_is_the_last_key_of_its_item_at_the_column_of_its_keys() -> None:
    text = f"{HEAD}    - item:\n      name: A\n      logo: a.svg # mine\n\n    # about B\n    - name: B\n"
    block = (
        "      enriched:\n        repositories:\n        - name: a/b\n          stars: 5\n"
        "          latest_release_tag: '1.10'\n          source: x\n"
    )
    assert give(text).text == (
        f"{HEAD}    - item:\n      name: A\n      logo: a.svg # mine\n{block}\n    # about B\n    - name: B\n{block}"
    )


def test_an_older_block_is_replaced_wherever_it_stands() -> None:
    older = "      enriched:\n        # old\n        organization:\n          id: x\n          name: |\n            x\n"
    clean = f"{HEAD}    - name: A\n      logo: a.svg\n"
    for text in (
        f"{clean}{older}",
        f"{HEAD}    - name: A\n{older}      logo: a.svg\n",
        f"{HEAD}    - enriched: {OLD}\n      name: A\n      logo: a.svg\n",
        f"{HEAD}    - enriched:\n        organization: {{id: x, name: x}}\n      name: A\n      logo: a.svg\n",
    ):
        assert give(text).text == give(clean).text
        assert give(text, None).text == clean


@pytest.mark.parametrize(
    "own",
    [
        "7",
        "[a]",
        "{}",
        "{stars: 1}",
        "{repositories: 2}",
        "{repositories: []}",
        "{repositories: [{name: a/b}]}",
        "{organization: Acme}",
        "{organization: {id: x, name: x}, mine: 1}",
    ],
)
def test_what_others_keep_under_the_same_key_stays(own: str) -> None:
    text = f"{HEAD}    - name: A\n      enriched: {own}\n      logo: a\n    - {{name: B, enriched: {own}}}\n"
    for enriched in (give(text), give(text, None)):
        assert enriched.text == text
        assert enriched.taken == [7, 10] and enriched.left == []


def test_flow_items_get_a_flow_block() -> None:
    text = f"{HEAD}    - {{name: A, 'logo': [a, b] }}\n    - {{enriched: {OLD}, name: B}}\n"
    enriched = '{"repositories": [{"name": "a/b", "stars": 5, "latest_release_tag": "1.10", "source": "x"}]}'
    assert give(text).text == (
        f"{HEAD}    - {{name: A, 'logo': [a, b], enriched: {enriched} }}\n    - {{name: B, enriched: {enriched}}}\n"
    )
    assert give(f"{HEAD}    - {{name: A, enriched: {OLD}, logo: a}}\n", None).text == (
        f"{HEAD}    - {{name: A, logo: a}}\n"
    )


def test_a_json_file_stays_json() -> None:
    text = '{"categories": [{"name": "C", "subcategories": [{"name": "S", "items": [{"name": "A"},\n{"name": "B"}]}]}]}'
    out = give(text, {"note": '\u2028 😀 \x7f " \\'}).text
    assert [item["enriched"] for item in items_of(out)] == [{"note": '\u2028 😀 \x7f " \\'}] * 2
    assert [list(item) for item in items_of(out)] == [["name", "enriched"]] * 2
    assert json.loads(out) == yaml.safe_load(out)


@pytest.mark.parametrize(
    "value",
    [
        "|+\n          x\n\n\n",
        "|+\n          x\n",
        ">\n          x\n           \n\n",
        "|2-\n          x\n           y\n\n",
        "!!str &a |+\n          x\n\n",
        "|\n\n",
        "|\n          # no comment\n      # comment\n",
    ],
)
def test_a_block_scalar_keeps_its_value(value: str) -> None:
    text = f"{HEAD}    - name: A\n      note: {value}    - name: B\n"
    out = give(text).text
    assert [item["note"] for item in items_of(out)[:1]] == [item["note"] for item in items_of(text)[:1]]
    assert [item["enriched"] for item in items_of(out)] == [BLOCK, BLOCK]
    assert give(out).text == out
    assert give(out, None).text == text


def test_what_has_no_safe_place_is_left_and_named() -> None:
    text = (
        f"{HEAD}    - &shared\n      name: A\n    - name: B\n      ? logo\n      : x\n"
        "    - {name: C, logo:\n      }\n"
        "    - name: D\n  - name: T\n    items:\n    - *shared\n"
    )
    enriched = give(text)
    assert enriched.left == [7, 9, 12]
    assert [("enriched" in item) for item in items_of(enriched.text)] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("value", "behind"), [("|\n          x\n", "          # far\n"), ("|+\n          x\n", "\n      # near\n")]
)
def test_an_older_block_that_holds_a_block_scalar_and_a_comment_apart_stays(value: str, behind: str) -> None:
    text = f"{HEAD}    - name: A\n      note: {value}      enriched: {OLD}\n{behind}      logo: x\n    - name: B\n"
    enriched = give(text)
    assert enriched.left == [7]
    assert [item.get("enriched") for item in items_of(enriched.text)] == [yaml.safe_load(OLD), BLOCK]
    apart = text.replace(behind, "")
    assert give(apart).left == []


def test_a_result_that_would_read_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEAD}    - name: A\n"
    monkeypatch.setattr(enriched_yaml, "apply", lambda text, edits: text.replace("A", "B"))
    with pytest.raises(UsageFault, match="without changing it"):
        give(text)
