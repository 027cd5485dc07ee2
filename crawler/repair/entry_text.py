"""New values as text in the manner of those that stand beside them: quotes, indentation, marker keys, flow style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.export.block_text import Plain, as_json, as_yaml
from crawler.export.splice import Edit, Unsafe, line_behind, lines_at
from crawler.repair.flow_text import Layout, flow_value, layout_of, quotes_keys
from crawler.seeds.document import NULL

Entry = Mapping[str, "str | None"]
"""An item: texts by key; None for a marker key without a value."""
NOTHING = Plain("")
"""The value of a marker key, as a file reads."""

_PLAIN_IN_FLOW = re.compile(r"[A-Za-z][A-Za-z0-9./:@+-]*(?<!:)")


def scalar(value: str, style: str, *, is_flow: bool) -> str:
    """A text in quotes of that style; without any ("") as plain as it can be."""
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style:
        return as_json(value)
    plain = as_yaml([value])[2:].rstrip("\n")
    if is_flow and not (plain == value and _PLAIN_IN_FLOW.fullmatch(value)):
        return as_json(value)
    return plain


def block_pair(key: str, value: Any, root: Node) -> str:
    """A pair as lines of block style, not indented; what lies deeper stands as far to the right as in `root`."""
    step = _step(root) if isinstance(value, Mapping) else 2
    lines = as_yaml({key: value}).splitlines()
    return "".join(f"{' ' * (step * ((len(line) - len(line.lstrip(' '))) // 2))}{line.lstrip(' ')}\n" for line in lines)


@lru_cache(maxsize=1)  # one tree is changed at many places
def _step(root: Node) -> int:
    """How far a mapping's keys stand to the right of the key that it is under; 2 where none shows it."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, SequenceNode):
            pending += node.value
        for name, below in node.value if isinstance(node, MappingNode) else ():
            if isinstance(below, MappingNode) and below.value and not below.flow_style:
                step = below.value[0][0].start_mark.column - name.start_mark.column
                if step > 0 and below.start_mark.line > name.start_mark.line:
                    return int(step)
            pending.append(below)
    return 2


def entry_lines(value: Entry, sequence: SequenceNode, *, column: int | None = None) -> str:
    """An entry as whole lines, in the manner of the last one of a list in block style.

    `column`: where its dash stands, None: where the others do.
    """
    model = sequence.value[-1]
    dash = " " * (sequence.start_mark.column if column is None else column)
    if not isinstance(model, MappingNode) or model.flow_style or not model.value:
        return f"{dash}- {flow_value(value, Layout(quotes_keys=quotes_keys(model)))}\n"
    width = model.value[0][0].start_mark.column - sequence.start_mark.column
    lines = [f"{key}:{written and ' ' + written}" for key, written in _written(value, model)]
    first, *others = lines
    keys = dash + " " * width
    return "".join([f"{dash}-{' ' * (width - 1)}{first}\n", *(f"{keys}{line}\n" for line in others)])


def _written(value: Entry, model: MappingNode) -> Iterator[tuple[str, str]]:
    styles = {key.value: node.style for key, node in model.value if isinstance(node, ScalarNode) and node.tag != NULL}
    for key, text in value.items():
        if text == NOTHING or text is None:
            yield key, ""
            continue
        style = styles.get(key, styles.get("name"))
        yield key, scalar(text, style if style in {"'", '"'} else "", is_flow=False)


def new_list(text: str, root: Node, holder: MappingNode, key: str, values: Sequence[Entry]) -> list[Edit]:
    """The edits that make `values` the entries of a list that is empty, or not there. Unsafe."""
    keys = [name.value for name, _ in holder.value]
    old = holder.value[keys.index(key)][1] if key in keys else None
    if holder.flow_style:
        if isinstance(old, SequenceNode):
            return [Edit(old.start_mark.index, old.end_mark.index, flow_value(list(values), layout_of(text, holder)))]
        raise Unsafe
    model, offset = _other_list(root, key)
    own = holder.value[0][0].start_mark.column
    lines = "".join(
        _lines_alone(value, own + offset) if model is None else entry_lines(value, model, column=own + offset)
        for value in values
    )
    if old is None:
        at = line_behind(text, holder, len(keys) - 1)
        return [lines_at(text, at, f"{' ' * own}{key}:\n{lines}")]
    at = line_behind(text, holder, keys.index(key))
    is_nothing_at_all = old.start_mark.index == old.end_mark.index
    return [lines_at(text, at, lines)] if is_nothing_at_all else _over(text, old, at, lines)


def _lines_alone(value: Entry, column: int) -> str:
    lines = as_yaml([dict(value)]).splitlines()
    return "".join(f"{' ' * column}{line}\n" for line in lines)


def _over(text: str, old: Node, at: int, lines: str) -> list[Edit]:
    """The entry in place of `[]` or `null`."""
    start, end = old.start_mark.index, old.end_mark.index
    while text[start - 1] in " \t":
        start -= 1
    if text[start - 1] != ":":
        raise Unsafe
    return [Edit(start, end, ""), lines_at(text, at, lines)]


def _other_list(root: Node, key: str) -> tuple[SequenceNode | None, int]:
    """A list in block style under the same key, and how far its dashes stand to the right of the key.

    Without such a list that distance is the one of another list.
    """
    distance = 2
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, SequenceNode):
            pending += node.value
        for name, below in node.value if isinstance(node, MappingNode) else ():
            if isinstance(below, SequenceNode) and below.value and not below.flow_style:
                distance = below.start_mark.column - name.start_mark.column
                if name.value == key:
                    return below, distance
            pending.append(below)
    return None, distance
