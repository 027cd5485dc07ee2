"""Blocks go in and out of an item, and not one byte of anybody else's changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from yaml.nodes import Node

from crawler.errors import UsageFault
from crawler.export import enriched_yaml
from crawler.export.enriched_yaml import Enriched, enrich
from crawler.listed import SeedProject, Seeds
from crawler.seeds.document import compose_text

BLOCK = {"repositories": [{"name": "a/b", "stars": 5, "latest_release_tag": "1.10"}]}
HEAD = "shared: &base {x: 1}\ncategories:\n- name: C\n  subcategories:\n  - name: S\n    items:\n"


def give(text: str, block: dict[str, Any] | None = BLOCK) -> Enriched:
    """`enrich` with one block for every item; the ids are made here, only lines count."""
    items: list[Node] = list(enriched_yaml._items(compose_text(text, "seeds.yml")))
    projects = tuple(
        SeedProject(id=f"p{number}", name="", subcategory_id="", line=item.start_mark.line + 1)
        for number, item in enumerate(items)
    )
    seeds = Seeds(
        path="seeds.yml", name="", groups=(), categories=(), subcategories=(), projects=projects, organizations=()
    )
    return enrich(text, seeds, lambda _: block)


def items_of(text: str) -> list[dict[str, Any]]:
    """The items as PyYAML reads them."""
    tree = yaml.safe_load(text)
    return [
        item
        for category in tree.get("categories", tree.get("landscape"))
        for subcategory in category["subcategories"]
        for item in subcategory["items"]
    ]


def test_the_block_is_the_last_key_of_its_item_at_the_column_of_its_keys() -> None:
    text = f"{HEAD}    - item:\n      name: A\n      logo: a.svg # mine\n\n    # about B\n    - name: B\n"
    block = (
        "      enriched:\n        repositories:\n        - name: a/b\n          stars: 5\n"
        "          latest_release_tag: '1.10'\n"
    )
    assert give(text).text == (
        f"{HEAD}    - item:\n      name: A\n      logo: a.svg # mine\n{block}\n    # about B\n    - name: B\n{block}"
    )


def test_an_older_block_is_replaced_wherever_it_stands() -> None:
    older = "      enriched:\n        # old\n        stars: |\n          1\n"
    clean = f"{HEAD}    - name: A\n      logo: a.svg\n"
    for text in (
        f"{clean}{older}",
        f"{HEAD}    - name: A\n{older}      logo: a.svg\n",
        f"{HEAD}    - enriched: {{stars: 1}}\n      name: A\n      logo: a.svg\n",
        f"{HEAD}    - enriched:\n        stars: 1\n      name: A\n      logo: a.svg\n",
    ):
        assert give(text).text == give(clean).text
        assert give(text, None).text == clean


def test_flow_items_get_a_flow_block() -> None:
    text = f"{HEAD}    - {{name: A, 'logo': [a, b] }}\n    - {{enriched: {{}}, name: B}}\n"
    enriched = '{"repositories": [{"name": "a/b", "stars": 5, "latest_release_tag": "1.10"}]}'
    assert give(text).text == (
        f"{HEAD}    - {{name: A, 'logo': [a, b], enriched: {enriched} }}\n    - {{name: B, enriched: {enriched}}}\n"
    )
    assert give(f"{HEAD}    - {{name: A, enriched: {{x: 1}}, logo: a}}\n", None).text == (
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
        f"{HEAD}    - &shared\n      name: A\n    - name: B\n      ? logo\n      : x\n    - {{name: C, logo: }}\n"
        "    - name: D\n  - name: T\n    items:\n    - *shared\n"
    )
    enriched = give(text)
    assert enriched.left == [7, 9, 12]
    assert [("enriched" in item) for item in items_of(enriched.text)] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("value", "behind"), [("|\n          x\n", "          # far\n"), ("|+\n          x\n", "\n      # near\n")]
)
def test_an_older_block_that_holds_a_block_scalar_and_a_comment_apart_stays(value: str, behind: str) -> None:
    text = (
        f"{HEAD}    - name: A\n      note: {value}      enriched: {{stars: 1}}\n{behind}      logo: x\n    - name: B\n"
    )
    enriched = give(text)
    assert enriched.left == [7]
    assert [item.get("enriched") for item in items_of(enriched.text)] == [{"stars": 1}, BLOCK]
    apart = text.replace(behind, "")
    assert give(apart).left == []


def test_a_result_that_would_read_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEAD}    - name: A\n"
    monkeypatch.setattr(enriched_yaml, "apply", lambda text, edits: text.replace("A", "B"))
    with pytest.raises(UsageFault, match="without changing it"):
        give(text)


# --- layouts of every kind ---

WORDS = st.text("abz é😀#:'\"-{}[],&*!|>%@`0", min_size=1, max_size=8)
"""Quoted when written, so that any of it is a value."""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def values(draw: st.DrawFn, column: int) -> str:
    """What follows a key's colon, with its last line break; deeper lines stand deeper than `column`."""
    pad = " " * (column + draw(st.integers(1, 4)))
    gap = draw(st.sampled_from(["", "\n", "\n\n"]))
    comment = draw(st.sampled_from(["", "  # why", " #"]))
    word = draw(WORDS)
    lines = "".join(
        f"{pad}{line}\n" for line in draw(st.lists(st.sampled_from(["a", "# b", "c: d", "- e", " f"]), min_size=1))
    )
    kind = draw(
        st.sampled_from(
            ["plain", "quoted", "double", "alias", "null", "literal", "flow", "sequence", "flat", "mapping", "folded"]
        )
    )
    if kind == "plain":
        return f" plain text{comment}\n" if comment else f" plain\n{pad}text\n"
    if kind == "quoted":
        return f" {_quoted(word)}{comment}\n"
    if kind == "double":
        return f' "two\n\n{pad}lines: # \\""{comment}\n'
    if kind == "alias":
        return f" *base{comment}\n"
    if kind == "null":
        return f"{comment}\n"
    if kind in {"literal", "folded"}:
        style = "|" if kind == "literal" else ">"
        first = f"{pad}text\n"
        return f" {style}{draw(st.sampled_from(['', '-', '+']))}{comment}\n{first}{lines}{gap}"
    if kind == "flow":
        return f" {{a: [1,\n{pad}{_quoted(word)}], b: c\n{pad}}}{comment}\n"
    if kind == "sequence":
        return f"{comment}\n{pad}- x\n{pad}- {_quoted(word)}{comment}\n"
    if kind == "flat":
        return f"{comment}\n{' ' * column}- x: 1\n{' ' * column}  y: 2\n{' ' * column}-\n"
    return f"{comment}\n{pad}deep:{comment}\n{pad}  deeper: {_quoted(word)}\n"


BETWEEN = st.lists(st.sampled_from(["\n", "# note\n", "      # note\n", "                # far\n"]), max_size=3).map(
    "".join
)
OLD_BLOCK = ["enriched: {stars: 1}\n", "enriched:\n{pad}  repositories:\n{pad}  - name: a/b\n{pad}    stars: 3\n"]


@st.composite
def items(draw: st.DrawFn, number: int, indent: int) -> str:
    """One item, whose dash stands at `indent`."""
    dash = draw(st.sampled_from(["- ", "-   ", "- &anchor{n}\n", "-\n", "- # c\n"])).replace("{n}", str(number))
    column = indent + (2 if dash.endswith("\n") else len(dash))
    pad = " " * column
    if draw(st.integers(0, 9)) == 0:
        old = draw(st.sampled_from(["", ", enriched: {stars: 1}"]))
        return f"{' ' * indent}- {{name: N{number}, 'k': [a, {_quoted(draw(WORDS))}]{old}}}\n"
    keys = [f"name: N{number}{draw(st.sampled_from(['', ' # c']))}\n"]
    if draw(st.booleans()):
        keys.insert(0, "item:\n")
    keys += [f"k{at}:{draw(values(column))}" for at in range(draw(st.integers(0, 3)))]
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(1, len(keys)))
        keys.insert(at, draw(st.sampled_from(OLD_BLOCK)).replace("{pad}", pad))
    body = "".join(draw(BETWEEN) * (at > 0) + pad + key for at, key in enumerate(keys))
    return f"{' ' * indent}{dash}{body if dash.endswith(chr(10)) else body.lstrip(' ')}"


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A whole seeds file."""
    indent = draw(st.sampled_from([4, 6]))
    count = draw(st.integers(1, 4))
    body = "".join(draw(BETWEEN) + draw(items(number, indent)) for number in range(count)) + draw(BETWEEN)
    text = HEAD + body + draw(st.sampled_from(["", "other: {x: 1}\n", "...\n"]))
    if draw(st.booleans()):
        text = text.rstrip("\n") if draw(st.booleans()) else text[:-1]
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(st.sampled_from(["", "\ufeff"])) + text


def without_blocks(text: str) -> Any:
    """What PyYAML reads, our blocks left out; a last line break may come to a block scalar at the file's end."""
    tree = yaml.safe_load(text.removeprefix("\ufeff"))
    for category in tree["categories"]:
        for subcategory in category["subcategories"]:
            for item in subcategory["items"]:
                item.pop("enriched", None)
    return repr(tree).replace("\\n", "")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=lists())
def test_any_layout_keeps_its_bytes_and_gets_its_blocks(text: str) -> None:
    enriched = give(text)
    out, clean = enriched.text, give(text, None).text
    # The one thing that a made layout may hold and that is refused: see the test of it above.
    assume(enriched.left == [] or "enriched:" not in text)
    assert enriched.left == []
    assert [item["enriched"] for item in items_of(out.removeprefix("\ufeff"))] == [BLOCK] * len(
        items_of(text.removeprefix("\ufeff"))
    )
    assert all(list(item)[-1] == "enriched" for item in items_of(out.removeprefix("\ufeff")))
    assert without_blocks(out) == without_blocks(text) == without_blocks(clean)
    assert give(out).text == out
    if "enriched" not in text:
        assert clean == text
        assert give(out, None).text == text
    if "\r" in text:
        assert out.count("\r\n") == out.count("\n")
    else:
        assert "\r" not in out
