"""The items of a list and the repositories that they name, each with its place in the tree."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.importing.lists.walking import TOPS, text, value
from crawler.listed import Seeds
from crawler.repair.editing import Path, find
from crawler.seeds.names import repository_name
from crawler.seeds.tree import place_key


class Place(Struct, frozen=True):
    """A repository of GitHub's that an item names."""

    name: str
    """`owner/name` as the list has it."""
    entry: MappingNode
    """The item itself, or the entry of its `additional_repos`."""
    path: Path
    address: Node

    @property
    def is_primary(self) -> bool:
        """Whether it stands in the item's own `repo_url`."""
        return self.path[-2:-1] != ("additional_repos",)


class ListedItem(Struct, frozen=True):
    """An item, where it stands, and the id of its project."""

    node: MappingNode
    path: Path
    where: str
    """`Category / Subcategory / Name`."""
    project_id: str | None
    places: tuple[Place, ...]

    @property
    def line(self) -> int:
        """From 1."""
        return int(self.node.start_mark.line) + 1


class Subcategory(Struct, frozen=True):
    """A subcategory and the path to it."""

    name: str
    """`Category / Subcategory`."""
    node: MappingNode
    path: Path

    @property
    def own_name(self) -> str:
        """That of the subcategory alone."""
        return text(self.node, "name")

    @property
    def key(self) -> str:
        """What its name is compared by."""
        return place_key(self.name)


def subcategories(root: Node) -> Iterator[Subcategory]:
    """Every subcategory of the tree, in its order."""
    top = next((key for key in TOPS if isinstance(value(root, key), SequenceNode)), TOPS[0])
    for at, category in _mappings(find(root, (top,))):
        for number, subcategory in _mappings(find(category, ("subcategories",))):
            name = f"{text(category, 'name')} / {text(subcategory, 'name')}"
            yield Subcategory(name, subcategory, (top, at, "subcategories", number))


def listed_items(root: Node, seeds: Seeds) -> Iterator[ListedItem]:
    """Every item of the tree, in its order; `seeds` is the same list, as it was read."""
    ids: defaultdict[int, deque[str]] = defaultdict(deque)
    for project in seeds.projects:
        ids[project.line].append(project.id)
    for subcategory in subcategories(root):
        for number, node in _mappings(find(subcategory.node, ("items",))):
            path = (*subcategory.path, "items", number)
            line = node.start_mark.line + 1
            project_id = ids[line].popleft() if ids[line] else None
            where = f"{subcategory.name} / {text(node, 'name')}"
            yield ListedItem(node, path, where, project_id, tuple(_places(node, path)))


def _places(item: MappingNode, path: Path) -> Iterator[Place]:
    entries = [(path, item)]
    entries += [((*path, "additional_repos", at), one) for at, one in _mappings(find(item, ("additional_repos",)))]
    for where, entry in entries:
        address = value(entry, "repo_url")
        name = repository_name(address.value) if isinstance(address, ScalarNode) else None
        if address is not None and name:
            yield Place(name, entry, where, address)


def _mappings(node: Node | None) -> Iterator[tuple[int, MappingNode]]:
    if isinstance(node, SequenceNode):
        for at, one in enumerate(node.value):
            if isinstance(one, MappingNode):
                yield at, one
