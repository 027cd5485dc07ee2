"""Lists in every layout that YAML allows: dashes, quotes, comments, block scalars, flow style, line ends."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

HEAD = "shared: &base {x: 1}\ncategories:\n- name: C\n  subcategories:\n  - name: S\n    items:\n"


def items_of(text: str) -> list[dict[str, Any]]:
    """The items as PyYAML reads them."""
    tree = yaml.safe_load(text)
    return [
        item
        for category in tree.get("categories", tree.get("landscape"))
        for subcategory in category["subcategories"]
        for item in subcategory["items"]
    ]


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
OLD_BLOCK = [
    "enriched: {repositories: [{name: a/b, source: x}]}\n",
    "enriched:\n{pad}  repositories:\n{pad}  - name: a/b\n{pad}    source: x\n{pad}    stars: 3\n",
]


@st.composite
def items(draw: st.DrawFn, number: int, indent: int) -> str:
    """One item, whose dash stands at `indent`."""
    dash = draw(st.sampled_from(["- ", "-   ", "- &anchor{n}\n", "-\n", "- # c\n"])).replace("{n}", str(number))
    column = indent + (2 if dash.endswith("\n") else len(dash))
    pad = " " * column
    if draw(st.integers(0, 9)) == 0:
        old = draw(st.sampled_from(["", ", enriched: {repositories: [{name: a/b, source: x}]}"]))
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
