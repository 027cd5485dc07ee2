"""Finds its way about the tree of a list: categories, items, and the repository addresses of an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.export.block_text import Plain
from crawler.seeds.document import NULL, STR
from crawler.seeds.mappings import pairs_of
from crawler.seeds.processed import lost_repositories

TOPS = ("categories", "landscape")


class Count(Struct):
    """So many of each."""

    categories: int = 0
    subcategories: int = 0
    items: int = 0
    addresses: int = 0
    """Of repositories: each place of the list that names one."""

    def plus(self, other: Count) -> Count:
        """Both together."""
        return Count(*(getattr(self, one) + getattr(other, one) for one in self.__struct_fields__))


def value(node: Node | None, key: str) -> Node | None:
    """What a mapping has under a key; None where it has nothing, or null."""
    if isinstance(node, MappingNode):
        for name, found in pairs_of(node):
            if name.value == key and found.tag != NULL:
                return found
    return None


def text(node: Node | None, key: str) -> str:
    """The text under a key; empty where there is none."""
    found = value(node, key)
    return found.value.strip() if isinstance(found, ScalarNode) else ""


def entries(node: Node | None, key: str) -> list[Node]:
    """The entries of the list under a key."""
    found = value(node, key)
    return list(found.value) if isinstance(found, SequenceNode) else []


def one_or_more(node: Node | None, key: str) -> list[Node]:
    """The entries of the list under a key, or what stands there alone."""
    found = value(node, key)
    return [found] if isinstance(found, ScalarNode | MappingNode) else entries(node, key)


def categories(root: Node) -> SequenceNode | None:
    """The list of categories, under either of its names."""
    found = (value(root, top) for top in TOPS)
    return next((one for one in found if isinstance(one, SequenceNode) and one.value), None)


def items(root: Node) -> Iterator[MappingNode]:
    """The items of the tree in its order."""
    tree = categories(root)
    for category in tree.value if tree else ():
        for subcategory in entries(category, "subcategories"):
            listed = value(subcategory, "items")
            for node in listed.value if isinstance(listed, SequenceNode) else ():
                if isinstance(node, MappingNode):
                    yield node


def addresses(item: MappingNode) -> list[ScalarNode]:
    """The nodes of an item's repository addresses, the primary one first."""
    places = [item, *one_or_more(item, "additional_repos"), *lost_repositories(item)]
    found = [place if isinstance(place, ScalarNode) else value(place, "repo_url") for place in places]
    return [one for one in found if isinstance(one, ScalarNode) and one.value.strip()]


def count(root: Node) -> Count:
    """How much a tree lists; an entry where an item belongs is one, whatever it holds."""
    tree = categories(root)
    listed = tree.value if tree else []
    below = [one for category in listed for one in entries(category, "subcategories")]
    return Count(
        categories=len(listed),
        subcategories=len(below),
        items=sum(len(entries(one, "items")) for one in below),
        addresses=sum(len(addresses(item)) for item in items(root)),
    )


def line(node: Node) -> int:
    """The line of a node, from 1."""
    return int(node.start_mark.line) + 1


def copied(node: Node) -> Any:
    """A copy at the same positions, in which nothing is shared: what aliases repeat is there as often."""
    if isinstance(node, MappingNode):
        pairs = [(copied(key), copied(below)) for key, below in node.value]
        return MappingNode(node.tag, pairs, node.start_mark, node.end_mark, flow_style=node.flow_style)
    if isinstance(node, SequenceNode):
        below = [copied(one) for one in node.value]
        return SequenceNode(node.tag, below, node.start_mark, node.end_mark, flow_style=node.flow_style)
    assert isinstance(node, ScalarNode)
    return ScalarNode(node.tag, node.value, node.start_mark, node.end_mark, style=node.style)


def data(node: Node | None) -> Any:
    """What a tree says, as dicts, lists, texts and `Plain` words; what mappings merge in is theirs."""
    if isinstance(node, MappingNode):
        return {key.value: data(below) for key, below in pairs_of(node)}
    if isinstance(node, SequenceNode):
        return [data(one) for one in node.value]
    if node is None:
        return None
    return node.value if node.tag == STR else Plain(node.value)
