"""Tells the block that `crawler export yaml` writes into an item from what others keep under the same key."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

KEY = "enriched"


def is_our_block(node: Node) -> bool:
    """Whether it is a mapping with nothing but `repositories`, each with a name and a source, and an `organization`."""
    if not isinstance(node, MappingNode) or not node.value:
        return False
    found = {key.value: value for key, value in node.value}
    repositories, organization = found.pop("repositories", None), found.pop("organization", None)
    if found:
        return False
    if repositories is not None and not (
        isinstance(repositories, SequenceNode)
        and repositories.value
        and all(_has(one, "name", "source") for one in repositories.value)
    ):
        return False
    return organization is None or _has(organization, "id", "name")


def _has(node: Node, *keys: str) -> bool:
    pairs = node.value if isinstance(node, MappingNode) else ()
    return {key.value for key, value in pairs if isinstance(value, ScalarNode)}.issuperset(keys)
