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
    """A mapping of what is there: pairs with None are left out."""
    mark = _mark(line, column)
    return MappingNode(MAP, [(text(key, line, column), node) for key, node in pairs if node], mark, mark)


def sequence(nodes: Iterable[Node], line: int, column: int = 1) -> SequenceNode:
    """A list."""
    mark = _mark(line, column)
    return SequenceNode(SEQ, list(nodes), mark, mark)


def _mark(line: int, column: int) -> Mark:
    return Mark("", 0, line - 1, column - 1, None, 0)
