"""Walks the tree of a list as it stands in its file, for formats that answer to its exact texts."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.listed import SeedProject, Seeds
from crawler.seeds.document import NULL
from crawler.seeds.names import repository_name

TOPS = ("categories", "landscape")
"""The key of the categories: only one of them is there."""


def items_of(root: Node) -> Iterator[MappingNode]:
    """The items, in the order of the file; one that aliases repeat comes as often as it stands there."""
    for top in TOPS:
        for category in entries(root, top):
            for subcategory in entries(category, "subcategories"):
                for item in entries(subcategory, "items"):
                    if isinstance(item, MappingNode):
                        yield item


def entries(node: Node, key: str) -> list[Node]:
    """The entries of the list that a mapping has under a key; none if it has no such list."""
    found = value(node, key)
    return list(found.value) if isinstance(found, SequenceNode) else []


def value(node: Node, key: str) -> Node | None:
    """What a mapping has under a key."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    return next((one for name, one in pairs if name.value == key), None)


def text(node: Node, key: str) -> str | None:
    """The exact text that a mapping has under a key, blanks included; None where it has none."""
    found = value(node, key)
    return str(found.value) if isinstance(found, ScalarNode) and found.tag != NULL else None


def repository_urls(item: Node) -> list[str]:
    """The exact texts of `repo_url` and of those in `additional_repos`, as often as they stand there."""
    places = [item, *entries(item, "additional_repos")]
    return [url for place in places if (url := text(place, "repo_url"))]


def shown_url(url: str) -> str:
    """The address without what stands before an @: that may be a secret."""
    name = repository_name(url) if "@" in url else None
    return f"https://github.com/{name}" if name else url


class Projects:
    """Finds the project of one item after the other, in the order of the file."""

    def __init__(self, seeds: Seeds) -> None:
        self._by_line: defaultdict[int, deque[SeedProject]] = defaultdict(deque)
        for project in seeds.projects:
            self._by_line[project.line].append(project)

    def next_of(self, item: Node) -> SeedProject | None:
        """The item's project; None where the list has none for it."""
        of_line = self._by_line[item.start_mark.line + 1]
        return of_line.popleft() if of_line else None
