"""Nodes as the parser makes them, for what a foreign file says: each at the line and column where it stands there."""

from __future__ import annotations

from collections.abc import Iterable

from yaml import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import MAP, SEQ, STR

Pairs = Iterable[tuple[str, Node | None]]


def text(value: str, line: int, column: int = 1) -> ScalarNode:
    """A text at a line and column, both counted from 1."""
    mark = _mark(line, column)
    return ScalarNode(STR, value, mark, mark, style='"')


def mapping(pairs: Pairs, line: int, column: int = 1) -> MappingNode:
    """A mapping of what is there: pairs with None are left out; a key stands where its value does."""
    mark = _mark(line, column)
    held = [(_at(node, key), node) for key, node in pairs if node]
    return MappingNode(MAP, held, mark, mark)


def sequence(nodes: Iterable[Node], line: int, column: int = 1) -> SequenceNode:
    """A list."""
    mark = _mark(line, column)
    return SequenceNode(SEQ, list(nodes), mark, mark)


def _at(node: Node, key: str) -> ScalarNode:
    return text(key, node.start_mark.line + 1, node.start_mark.column + 1)


def _mark(line: int, column: int) -> Mark:
    return Mark("", 0, line - 1, column - 1, None, 0)
