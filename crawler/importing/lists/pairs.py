"""Puts pairs into the mappings of a tree, and the repositories of one item into another."""

from __future__ import annotations

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode

from crawler.importing.lists.walking import addresses, data, line, one_or_more, text, value
from crawler.seeds.foreign import nodes
from crawler.seeds.keys import REPOSITORY
from crawler.seeds.names import repository_name


class Place(Struct, frozen=True, eq=False):
    """A list, as messages name it."""

    path: str
    form: str

    def at(self, node: Node) -> str:
        """`file:line` of a node of it."""
        return f"{self.path}:{line(node)}"


def put(node: MappingNode, key: str, below: Node) -> None:
    """Set a key that has nothing, or null, at its place or at the end."""
    for index, (name, _) in enumerate(node.value):
        if name.value == key:
            node.value[index] = (name, below)
            return
    node.value.append((nodes.text(key, line(below)), below))


def drop(node: MappingNode, key: str) -> None:
    """Take a key out."""
    node.value = [pair for pair in node.value if pair[0].value != key]


def fill(node: MappingNode, other: Node, left_out: set[str]) -> list[str]:
    """Give a mapping what only the other one says, in the mappings below, too; returns keys on which they differ."""
    assert isinstance(other, MappingNode)
    differing: list[str] = []
    for key, below in other.value:
        if key.value in left_out or value(other, key.value) is None:
            continue
        own = value(node, key.value)
        if own is None:
            put(node, key.value, below)
        elif isinstance(own, MappingNode) and isinstance(below, MappingNode):
            differing += [f"{key.value}.{one}" for one in fill(own, below, set())]
        elif data(own) != data(below):
            differing.append(key.value)
    return differing


def repository_key(item: Node) -> str:
    """What the primary repositories of items are compared by; empty where there is none."""
    return _key(text(item, "repo_url"))


def _key(address: str) -> str:
    name = repository_name(address)
    return f"https://github.com/{name.lower()}" if name else address.rstrip("/").casefold()


def move_repositories(item: MappingNode, into: MappingNode) -> int:
    """Move the repositories that only `item` has into another one, with what is said of each; returns how many.

    What stays in `item` says nothing of repositories but of the primary one, where both have it.
    """
    known = {_key(one.value.strip()) for one in addresses(into)}
    moved = 0
    is_shared = repository_key(item) == repository_key(into)
    own = nodes.mapping(((key, value(item, key)) for key in REPOSITORY), line(item))
    others = one_or_more(item, "additional_repos")
    drop(item, "additional_repos")
    if not is_shared:
        for key in REPOSITORY:
            drop(item, key)
    for place in ([own] if value(own, "repo_url") else []) + others:
        entry = nodes.mapping([("repo_url", place)], line(place)) if isinstance(place, ScalarNode) else place
        address = _key(text(entry, "repo_url"))
        if not address or address in known or not isinstance(entry, MappingNode):
            continue
        known.add(address)
        moved += 1
        if not text(into, "repo_url"):
            for name, below in entry.value:
                put(into, name.value, below)
        else:
            put(into, "additional_repos", nodes.sequence([*one_or_more(into, "additional_repos"), entry], line(entry)))
    if is_shared:
        drop(item, "repo_url")
    return moved
