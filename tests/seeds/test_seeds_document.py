"""Text becomes nodes at the right positions; hostile text becomes one clear fault before it costs much."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault
from crawler.listed import Finding
from crawler.seeds import check_seeds, document
from crawler.seeds.document import compose_text

Check = Callable[[str], tuple[list[Finding], list[tuple[int, int]]]]

TEXT = """\
# comment
a: 'x # y'   # comment
é: &anchor
  - 1
  - {b: *anchor2, "c": [d, ~]}
z: >
  folded
  text
"""


def scalars(node: Node) -> list[ScalarNode]:
    if isinstance(node, ScalarNode):
        return [node]
    children = [one for pair in node.value for one in pair] if isinstance(node, MappingNode) else node.value
    return [scalar for child in children for scalar in scalars(child)]


def plain(node: Node) -> Any:
    """The tree in lists and texts, with each key's and value's tag."""
    if isinstance(node, MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(value) for value in node.value]
    return (node.tag.rpartition(":")[2], node.value)


@pytest.mark.parametrize("before", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_marks_count_the_characters_of_the_text(before: str, line_end: str) -> None:
    text = before + TEXT.replace("*anchor2", "e").replace("\n", line_end)
    root = compose_text(text, "seeds.yml")
    assert root is not None
    spans = [text[node.start_mark.index : node.end_mark.index] for node in scalars(root)]
    assert spans[:9] == ["a", "'x # y'", "é", "1", "b", "e", '"c"', "d", "~"]
    assert spans[9] == "z"
    assert spans[10].startswith(">")
    assert [node.start_mark.line for node in scalars(root)][:5] == [1, 1, 2, 3, 4]


def test_empty_text_has_no_root() -> None:
    assert compose_text("", "seeds.yml") is None
    assert compose_text("# nothing\n", "seeds.yml") is None


def test_alias_is_the_anchored_node() -> None:
    root = compose_text("a: &x [1]\nb: *x\n", "seeds.yml")
    assert isinstance(root, MappingNode)
    assert root.value[0][1] is root.value[1][1]


def test_scalars_are_told_apart_by_the_core_schema() -> None:
    values = [
        "~",
        "",
        "null",
        "true",
        "False",
        "12",
        "-0x1",
        "0o17",
        "1.5",
        ".5",
        "1e3",
        ".inf",
        "no",
        "2023-09-30",
        "1_000",
        "!!str 5",
    ]
    root = compose_text("\n".join(f"- {value}" for value in values), "seeds.yml")
    assert isinstance(root, SequenceNode)
    tags = [node.tag.rpartition(":")[2] for node in root.value]
    assert tags == ["null"] * 3 + ["bool"] * 2 + ["int", "str", "int"] + ["float"] * 4 + ["str"] * 4


FAULTS = {
    "tab": ("a:\n‸\tb: 1\n", "write blanks instead of the tab"),
    "colon in a text": ("a: b‸: c\n", "put a text that holds a colon and a blank in quotes"),
    "at sign": ("a: ‸@b\n", "put the value that begins with @ in quotes"),
    "open bracket": ("a: [b\nc‸: d\n", "this is no YAML"),
    "open quote": ('a: "b\n‸', "close the quotes"),
    "escape of a terminal": ("a: 1\nb: x‸\x1by\n", "the control character U+001B is not allowed in YAML; delete it"),
    "key twice": ("a: 1\nb: 2\n‸a: 3\n", "the key 'a' is here twice (first on line 1); keep one of the two"),
    "merge key": ("a: &x [b]\nc:\n  ‸<<: *x\n", "the merge key << merges no mapping; write '<<: *anchor', or the keys"),
    "list as a key": ("? ‸[a]\n: b\n", "a list or a mapping stands where a key belongs; write a plain word"),
    "template": ("a: {‸{b}: }\n", "a list or a mapping stands where a key belongs"),
    "python tag": (
        "a: ‸!!python/object/apply:os.system [x]\n",
        "the tag !!python/object/apply:os.system means nothing",
    ),
    "local tag": ("a: ‸!secret b\n", "the tag !secret means nothing here; remove the tag"),
    "binary": ("a: ‸!!binary YQ==\n", "the tag !!binary means nothing"),
    "set": ("a: ‸!!set {b}\n", "the tag !!set means nothing"),
    "second document": ("a: 1\n‸---\nb: 2\n", "a second YAML document begins here; keep one landscape in a file"),
    "unknown alias": ("a: ‸*b\n", "the alias *b has no anchor; set it before with &b, or write the value out"),
    "alias inside of itself": ("a: &x\n  - b: ‸*x\n", "the alias *x stands inside of what it repeats, without an end"),
    "unknown version": ("‸%YAML 3.0\n---\na: 1\n", "this is no YAML (found incompatible YAML document)"),
}


@pytest.mark.parametrize(("marked", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_of_form_is_told_at_its_place(check: Check, marked: str, message: str) -> None:
    findings, positions = check(marked)
    (fault,) = [finding for finding in findings if finding.severity == "fault" and "categories" not in finding.cure]
    assert [(fault.line, fault.column)] == positions
    assert message in str(fault)
    assert fault.cure


def test_faults_of_form_come_together_with_those_of_content(check: Check) -> None:
    findings, positions = check("categories:\n  - name: ‸true\n    ‸name: A\n  - name: ‸!x b\n  - name: ‸B\n")
    faults = [finding for finding in findings if finding.severity == "fault"]
    assert [(fault.line, fault.column) for fault in faults] == positions


def test_compose_text_raises_all_faults_of_form() -> None:
    with pytest.raises(SeedsFault) as caught:
        compose_text("a: !x 1\na: !y 2\n", "my.yml")
    assert [(one.path, one.line, one.column) for one in caught.value.findings] == [
        ("my.yml", 1, 4),
        ("my.yml", 2, 1),
        ("my.yml", 2, 4),
    ]


DEEP = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "closed brackets": "[" * 100_000 + "]" * 100_000,
    "dashes": "- " * 100_000,
    "questions": "? " * 100_000,
    "lines": "\n".join(" " * depth + "a:" for depth in range(2_000)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_nesting_ends_at_the_limit(write: Callable[[str], Path], text: str) -> None:
    (fault,) = check_seeds(write(text))
    assert fault.problem == "more than 100 levels of nesting"


def test_nesting_up_to_the_limit_is_read() -> None:
    assert compose_text("[" * 100 + "]" * 100, "seeds.yml") is not None
    with pytest.raises(SeedsFault):
        compose_text("[" * 101 + "]" * 101, "seeds.yml")


def test_alias_bomb_is_found_before_it_is_unpacked(write: Callable[[str], Path]) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    (fault,) = check_seeds(write("\n".join(levels)))
    # 9 + 1 values, nine times as many on each level: the limit is passed on the sixth.
    assert fault.line == 6
    assert fault.problem == "aliases repeat more than 100,000 values up to here"


def test_list_repeated_many_times_is_a_fault(write: Callable[[str], Path]) -> None:
    text = f"a: &a [{'x, ' * 1_000}]\nb: [{'*a, ' * 1_000}]\n"
    (fault,) = check_seeds(write(text))
    assert "aliases repeat more than 100,000 values" in fault.problem


def test_more_values_than_a_landscape_has_are_a_fault(
    write: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "MAX_VALUES", 1_000)
    (fault,) = check_seeds(write(f"[{'x, ' * 2_000}]"))
    assert fault.problem == "the file holds more than 1,000 values"


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeff" + TEXT.replace("*anchor2", "e")
    fast = compose_text(text, "seeds.yml")
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    slow = compose_text(text, "seeds.yml")
    assert fast is not None
    assert slow is not None
    assert plain(slow) == plain(fast)
    assert [(one.start_mark.index, one.start_mark.line) for one in scalars(slow)] == [
        (one.start_mark.index, one.start_mark.line) for one in scalars(fast)
    ]


VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé ", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_any_document_reads_as_pyyaml_reads_it(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    root = compose_text(text, "seeds.yml")
    assert root is not None
    assert stripped(root) == value


def stripped(node: Node) -> object:
    """The tree in plain values; every scalar here is text."""
    if isinstance(node, MappingNode):
        return {key.value: stripped(child) for key, child in node.value}
    return [stripped(child) for child in node.value] if isinstance(node, SequenceNode) else node.value


@given(st.text(st.sampled_from("ab:-?[]{},&*!|>'\"%@`#~ \n\t\r\ufeffé\x07<"), max_size=40))
def test_any_text_is_read_or_is_a_fault(text: str) -> None:
    try:
        compose_text(text, "seeds.yml")
    except SeedsFault as fault:
        assert fault.findings
