"""New values in flow style, JSON above all: in one line, or over several as those that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from yaml.nodes import CollectionNode, MappingNode, Node

from crawler.export.block_text import Plain, as_json


class Layout(Struct, frozen=True):
    """How a mapping or list is laid out."""

    between: str = ""
    """The line break and the indentation before each of its parts; "" where they share a line."""
    deeper: str = ""
    """By what a level stands further to the right."""
    quotes_keys: bool = False


def layout_of(text: str, node: Node | None) -> Layout:
    """That of a node in flow style."""
    if not isinstance(node, CollectionNode) or not node.flow_style or not node.value:
        return Layout()
    first = node.value[0][0] if isinstance(node, MappingNode) else node.value[0]
    quotes = quotes_keys(node)
    between = _break_before(text, first.start_mark.index)
    if not between:
        return Layout(quotes_keys=quotes)
    end = _break_before(text, node.end_mark.index - 1)
    deeper = between.removeprefix(end) if end and between.startswith(end) else "  "
    return Layout(between, deeper, quotes)


def quotes_keys(node: Node | None) -> bool:
    """Whether the keys of a mapping stand in double quotes, as in JSON."""
    return isinstance(node, MappingNode) and bool(node.value) and node.value[0][0].style == '"'


def _break_before(text: str, at: int) -> str:
    """The last line break before a place and what follows it, where there are but blanks; else ""."""
    start = at
    while start and text[start - 1] in " \t":
        start -= 1
    space = text[start:at]
    if text[max(start - 2, 0) : start] == "\r\n":
        return f"\r\n{space}"
    return f"{text[start - 1]}{space}" if start and text[start - 1] in "\r\n" else ""


def flow_pair(key: str, value: Any, layout: Layout) -> str:
    """A pair for a mapping of that layout, its key in quotes where the keys there are."""
    name = as_json(key) if layout.quotes_keys else key
    return f"{name}:" if value == Plain("") else f"{name}: {flow_value(value, layout)}"


def flow_value(value: Any, layout: Layout) -> str:
    """A text, mapping or list as a part of what has that layout."""
    if not isinstance(value, Mapping | list):
        return as_json(value)
    inner = Layout(layout.between and layout.between + layout.deeper, layout.deeper, layout.quotes_keys)
    if isinstance(value, list):
        return _enclosed("[]", [flow_value(one, inner) for one in value], layout, inner)
    # JSON has no place for a key without a value.
    pairs = [flow_pair(key, one, inner) for key, one in value.items() if not (inner.quotes_keys and one == Plain(""))]
    return _enclosed("{}", pairs, layout, inner)


def flow_entries(text: str, values: Sequence[Mapping[str, Any]], beside: CollectionNode) -> str:
    """Further entries of a list in flow style, in the manner of its last one."""
    outer, model = layout_of(text, beside), layout_of(text, beside.value[-1])
    own = Layout(model.between.removesuffix(model.deeper), model.deeper, model.quotes_keys)
    return f",{outer.between or ' '}".join(flow_value(value, own) for value in values)


def _enclosed(brackets: str, parts: Sequence[str], outer: Layout, inner: Layout) -> str:
    if not inner.between:
        return f"{brackets[0]}{', '.join(parts)}{brackets[1]}"
    lines = ",".join(f"{inner.between}{part}" for part in parts)
    return f"{brackets[0]}{lines}{outer.between}{brackets[1]}"
