"""Takes out of a tree what cannot be read, so that the rest of the list can: an item at most, a single key mostly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.errors import SeedsFault
from crawler.importing.lists.pairs import Place, put
from crawler.importing.lists.report import LeftOut, Named, Report
from crawler.importing.lists.walking import categories, count, entries, items, line, text
from crawler.seeds.document import STR
from crawler.seeds.findings import Findings
from crawler.seeds.foreign import nodes
from crawler.seeds.foreign.reading import Form
from crawler.seeds.loader import seeds_of
from crawler.seeds.names import repository_name

_MOST_ROUNDS = 20
"""Readings of one list; what is taken out may bring a second fault to light, seldom a third."""


class _Fault(Struct, frozen=True):
    node: Node | None
    problem: str


class _Faults(Findings):
    """Findings that remember which node each fault is about."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.found: list[_Fault] = []

    def fault(self, node: Any, where: str, problem: str, cure: str) -> None:
        """Note the fault and its node."""
        self.found.append(_Fault(node if isinstance(node, Node) else None, problem))
        super().fault(node, where, problem, cure)


def mend(root: Node, form: Form, place: Place, report: Report) -> None:
    """Change the tree until it reads without a fault.

    SeedsFault where a fault is about the tree's own form, such as a category without a name.
    """
    before = count(root)
    for _ in range(_MOST_ROUNDS):
        findings = _Faults(place.path)
        seeds_of(root, Path(place.path), form, findings)
        if not findings.found:
            after = count(root)
            report.could_not_read.items += before.items - after.items
            report.could_not_read.addresses += before.addresses - after.addresses
            return
        mending = _Mending(root, place, report)
        mended = [mending.mend(fault) for fault in findings.found]
        if not any(mended):
            break
    raise SeedsFault(findings.in_order())


class _Mending:
    """One round over the faults of one reading."""

    def __init__(self, root: Node, place: Place, report: Report) -> None:
        self._place = place
        self._report = report
        self._holders = _holders(root)
        self._tree = categories(root)
        tree = _tree_of(root)
        self._fixed = {id(node) for node in tree}
        self._names = {id(node) for node in _names([*tree, *items(root)])}

    def mend(self, fault: _Fault) -> bool:
        """Quote a name, or take out what the fault is about; False where that would take more than an item."""
        node = fault.node
        if node is None or id(node) not in self._holders:
            return False
        if id(node) in self._names:
            assert isinstance(node, ScalarNode)
            if node.tag != STR and node.value.strip():
                node.tag = STR
                told = Named(name=node.value, written=f'"{node.value}"', place=self._place.at(node))
                self._report.renamed.append(told)
                return True
            # A name that is no name takes its item with it.
            node = self._holders[id(node)][-1]
        if id(node) in self._fixed:
            return False
        if self._is_item(node) and not text(node, "name") and (repository := repository_name(text(node, "repo_url"))):
            assert isinstance(node, MappingNode)
            name = repository.partition("/")[2]
            put(node, "name", nodes.text(name, line(node)))
            self._report.renamed.append(Named(name="an item without a name", written=name, place=self._place.at(node)))
            return True
        return self._take_out(node, fault.problem)

    def _is_item(self, node: Node) -> bool:
        above = self._holders[id(node)]
        return len(above) == _DEPTH_OF_ITEMS and above[1] is self._tree

    def _take_out(self, node: Node, problem: str) -> bool:
        above = self._holders[id(node)]
        while len(above) > _DEPTH_OF_ITEMS and isinstance(above[-1], MappingNode) and len(above[-1].value) == 1:
            # Nothing would be left of what holds it.
            node, above = above[-1], above[:-1]
        held = above[-1]
        what = "item" if self._is_item(node) else "entry"
        name = text(node, "name")
        if isinstance(held, SequenceNode) and node in held.value:
            held.value.remove(node)
        elif isinstance(held, MappingNode) and len(held.value) > 1:
            what = next((key.value for key, below in held.value if node is below or node is key), "")
            held.value = [pair for pair in held.value if node is not pair[0] and node is not pair[1]]
        else:
            return False
        if not what:
            return False
        name = name or next((told for one in reversed(above) if (told := text(one, "name"))), "")
        self._report.left_out.append(LeftOut(what=what, name=name, place=self._place.at(node), reason=problem))
        return True


_DEPTH_OF_ITEMS = 6
"""Root, categories, category, subcategories, subcategory, items."""


def _tree_of(root: Node) -> list[Node]:
    """The nodes down to the lists of items: without them the items have no place."""
    listed = categories(root)
    found: list[Node] = [root, *([listed] if listed is not None else [])]
    for category in listed.value if listed is not None else ():
        pairs = category.value if isinstance(category, MappingNode) else []
        found += [category, *(below for _, below in pairs)]
        for subcategory in entries(category, "subcategories"):
            pairs = subcategory.value if isinstance(subcategory, MappingNode) else []
            found += [subcategory, *(below for _, below in pairs)]
    return found


def _names(named: list[Node]) -> list[Node]:
    return [
        below
        for node in named
        if isinstance(node, MappingNode)
        for key, below in node.value
        if key.value == "name" and isinstance(below, ScalarNode)
    ]


def _holders(root: Node) -> dict[int, list[Node]]:
    """The nodes around each node, from the root on, by its id; the tree shares none."""
    holders: dict[int, list[Node]] = {id(root): []}
    pending = [root]
    while pending:
        node = pending.pop()
        below = [*holders[id(node)], node]
        parts = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
        for part in parts if isinstance(node, MappingNode | SequenceNode) else ():
            holders[id(part)] = below
            pending.append(part)
    return holders
