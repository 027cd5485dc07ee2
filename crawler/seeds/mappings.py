"""Keys and values of YAML mappings: what the merge key lends them, and whether two of them are equal."""

from __future__ import annotations

from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode


def is_merge(key: Node) -> bool:
    """Whether a key is the merge key of YAML 1.1, whose mapping lends its keys."""
    return isinstance(key, ScalarNode) and key.value == "<<" and not key.style


def pairs_of(node: MappingNode) -> list[tuple[Node, Node]]:
    """Keys and values of a mapping with those that it merges in: its own ones go before them, and earlier before later.

    The tree itself keeps the merge key as it is written.
    """
    if not any(is_merge(key) for key, _ in node.value):
        return list(node.value)
    found = {key.value: (key, value) for key, value in node.value if not is_merge(key)}
    for key, value in node.value:
        if is_merge(key):
            for mapping in merged(value):
                for pair in pairs_of(mapping):
                    found.setdefault(pair[0].value, pair)
    return list(found.values())


def merged(value: Node) -> list[Any]:
    """What a merge key names: one mapping, or a list of them."""
    return value.value if isinstance(value, SequenceNode) else [value]


def is_equal(one: Node, other: Node) -> bool:
    """Whether two nodes hold the same."""
    if one is other or type(one) is not type(other):
        return one is other
    if isinstance(one, ScalarNode):
        return bool(one.tag == other.tag and one.value == other.value)
    parts, others = (
        [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        for node in (one, other)
    )
    return len(parts) == len(others) and all(map(is_equal, parts, others))
