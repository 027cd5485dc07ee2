"""Our own text in a file of others: whatever a tag or a name holds, it reads back as that text."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hostile import TEXTS as HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.export.block_text import as_flow, as_lines
from crawler.seeds.document import BOOL, INT, STR, compose_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        *(text.replace("\ud800", "") for text in HOSTILE),
        "on",
        "y",
        "No",
        "~",
        "",
        "1.10",
        "1e3",
        "0o17",
        "1_000",
        "12:30:45",
        "2023-01-01",
        "=",
        "<<",
        "null",
        "- x",
        "a: b",
    ]
)
SIGNS = st.text(st.sampled_from("a: #'\"\\\u202e\u2066\u200b\x9b\u061c\xad"), max_size=8)
BLOCKS = st.dictionaries(
    st.sampled_from(["name", "note", "former_names", "organization"]),
    st.recursive(
        TEXTS | SIGNS | st.integers(0, 10**12) | st.booleans(),
        lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(st.just("key"), inner, min_size=1),
        max_leaves=5,
    ),
    min_size=1,
)


def as_core_schema(node: Node | None) -> Any:
    """What YAML 1.2's core schema, by which lists are read here, makes of a tree."""
    if isinstance(node, MappingNode):
        return {key.value: as_core_schema(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [as_core_schema(value) for value in node.value]
    assert isinstance(node, ScalarNode)
    kinds: dict[str, Any] = {STR: str, INT: int, BOOL: {"true": True, "false": False}.get}
    return kinds[node.tag](node.value)


@settings(deadline=None)
@given(block=BLOCKS, column=st.integers(0, 12), line_break=st.sampled_from(["\n", "\r\n"]))
def test_lines_read_back_as_the_block(block: dict[str, Any], column: int, line_break: str) -> None:
    text = as_lines(block, column=column, line_break=line_break)
    assert yaml.safe_load(text) == {"enriched": block}
    lines = text.split(line_break)
    assert lines[-1] == ""
    assert all(line.startswith(" " * column) and line.strip() for line in lines[:-1])
    signs = "\r\n\x85\u2028\u2029\ufeff\x00\x1b\x7f\u202e\u2066\u200b"
    assert not any(character in "".join(lines) for character in signs)
    assert as_core_schema(compose_text(text, "")) == {"enriched": block}


@settings(deadline=None)
@given(block=BLOCKS, quoted_key=st.booleans())
def test_a_flow_block_is_one_line_and_reads_back(block: dict[str, Any], quoted_key: bool) -> None:
    text = as_flow(block, quoted_key=quoted_key)
    assert yaml.safe_load(f"{{{text}}}") == {"enriched": block}
    assert len(text.splitlines()) == 1
    assert not any(character in text for character in "\x9b\u202e\u2066\u200b")
    assert as_core_schema(compose_text(f"{{{text}}}", "")) == {"enriched": block}
    if quoted_key:
        assert json.loads(f"{{{text}}}") == {"enriched": block}


@pytest.mark.parametrize("text", ["1e3", "0o17", "12e4567", "y", "N", "1.10", "on", "2023-01-01", "0x1F", "+1"])
def test_what_another_yaml_version_takes_for_a_number_or_a_truth_is_quoted(text: str) -> None:
    assert as_lines({"tag": text}, column=0, line_break="\n") == f"enriched:\n  tag: '{text}'\n"


def test_a_long_text_stays_on_one_line_and_a_repeated_value_is_written_out() -> None:
    same = {"note": "word " * 100 + "end"}
    text = as_lines({"a": same, "b": same}, column=2, line_break="\n")
    assert text.count("\n") == 5
    assert "&" not in text
