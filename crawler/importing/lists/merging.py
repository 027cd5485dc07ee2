"""Merges the trees of lists into one: categories by name, items by repository; nothing that they say is lost unsaid."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.importing.lists.pairs import Place, drop, fill, move_repositories, put, repository_key
from crawler.importing.lists.report import LeftOut, Merged, Named, Report
from crawler.importing.lists.walking import TOPS, addresses, categories, entries, line, one_or_more, text, value
from crawler.seeds.foreign import nodes
from crawler.seeds.names import slug


class Listed(Struct, frozen=True, eq=False):
    """An item and where it stands, in the merged tree and in the list that it comes from."""

    node: MappingNode
    name: str
    place: str
    """`Category / Subcategory`."""
    origin: Place


class _Subcategory(Struct, eq=False):
    node: MappingNode
    place: str
    items: list[Node] = field(default_factory=list)
    by_name: dict[str, Listed] = field(default_factory=dict)


class _Category(Struct, eq=False):
    node: MappingNode
    name: str
    subcategories: list[Node] = field(default_factory=list)
    by_name: dict[str, _Subcategory] = field(default_factory=dict)


class Merger:
    """Takes one tree after the other; the first one becomes the merged one, and is changed in place."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._listed: list[Node] = []
        self._by_name: dict[str, _Category] = {}
        self._by_repository: dict[str, list[Listed]] = {}
        self._ids: dict[str, str] = {}

    def take(self, root: Node, place: Place) -> None:
        """Merge a tree in; its categories only. The entries are those of the tree itself."""
        found = categories(root)
        for node in found.value if found else ():
            name = _label(node)
            if not isinstance(node, MappingNode) or not name:
                self._listed.append(node)
                continue
            known = self._by_name.get(name.casefold())
            if known is None:
                known = self._by_name[name.casefold()] = _Category(node, name)
                self._listed.append(node)
            else:
                fill(known.node, node, {"subcategories"})
                self._report.merged.categories += 1
            self._take_subcategories(known, node, place)

    def close(self, root: Node) -> None:
        """Put what was merged into the first tree."""
        found = categories(root)
        if found is None:
            return
        for category in self._by_name.values():
            for subcategory in category.by_name.values():
                _set_entries(subcategory.node, "items", subcategory.items)
            _set_entries(category.node, "subcategories", category.subcategories)
        found.value = self._listed

    def _take_subcategories(self, category: _Category, node: Node, place: Place) -> None:
        for entry in entries(node, "subcategories"):
            name = _label(entry)
            if not isinstance(entry, MappingNode) or not name:
                category.subcategories.append(entry)
                continue
            known = category.by_name.get(name.casefold())
            if known is None:
                known = category.by_name[name.casefold()] = _Subcategory(entry, f"{category.name} / {name}")
                category.subcategories.append(entry)
            else:
                fill(known.node, entry, {"items"})
                self._report.merged.subcategories += 1
            for item in entries(entry, "items"):
                self._take_item(known, item, place)

    def _take_item(self, subcategory: _Subcategory, node: Node, place: Place) -> None:
        name = _label(node)
        if not isinstance(node, MappingNode) or not name:
            subcategory.items.append(node)
            return
        item = Listed(node, name, subcategory.place, place)
        twin = self._twin(item, subcategory)
        if twin is not None:
            self._merge(item, twin)
            return
        self._own_id(item)
        same = subcategory.by_name.get(name.casefold())
        if same is not None and not _differs_by_capitals(item, same):
            item = self._renamed(item, subcategory)
        subcategory.items.append(node)
        subcategory.by_name.setdefault(item.name.casefold(), item)
        if key := repository_key(node):
            self._by_repository.setdefault(key, []).append(item)

    def _twin(self, item: Listed, subcategory: _Subcategory) -> Listed | None:
        """The item that is the same one: of this name in this place, or another list's with this repository.

        That one landscape lists a repository twice is its own choice.
        """
        key = repository_key(item.node)
        same = subcategory.by_name.get(item.name.casefold())
        if (
            same is not None
            and not _differs_by_capitals(item, same)
            and (not key or repository_key(same.node) in {"", key})
        ):
            return same
        if not key or _is_meant(item.node):
            return None
        found = [
            one
            for one in self._by_repository.get(key, [])
            if (one.origin is not item.origin or item.origin.form != "landscape") and not _is_meant(one.node)
        ]
        return next((one for one in found if one.name.casefold() == item.name.casefold()), found[0] if found else None)

    def _merge(self, item: Listed, twin: Listed) -> None:
        listed = addresses(item.node)
        moved = move_repositories(item.node, twin.node)
        self._report.merged.items += 1
        self._report.merged.addresses += len(listed) - moved
        if moved and (key := repository_key(twin.node)):
            known = self._by_repository.setdefault(key, [])
            known.extend([] if twin in known else [twin])
        if item.place.casefold() != twin.place.casefold():
            _add_text(twin.node, "second_path", item.place)
        for key, own in (("second_path", twin.place), ("aliases", twin.name)):
            for entry in one_or_more(item.node, key):
                if isinstance(entry, ScalarNode) and entry.value.strip().casefold() != own.casefold():
                    _add_text(twin.node, key, entry.value.strip())
        if item.name.casefold() != twin.name.casefold() and "://" not in item.name:
            _add_text(twin.node, "aliases", item.name)
        differing = fill(twin.node, item.node, {"name", "second_path", "aliases", "id", "enriched"})
        self._report.merged_items.append(
            Merged(
                name=item.name,
                place=item.origin.at(item.node),
                into=twin.name,
                into_place=twin.origin.at(twin.node),
                differing=tuple(differing),
            )
        )

    def _own_id(self, item: Listed) -> None:
        own_id = text(item.node, "id")
        if own_id and self._ids.setdefault(own_id, item.name) is not item.name:
            reason = f"the id {own_id} is already that of {self._ids[own_id]}"
            found = value(item.node, "id")
            assert found is not None
            self._report.left_out.append(LeftOut(what="id", name=item.name, place=item.origin.at(found), reason=reason))
            drop(item.node, "id")

    def _renamed(self, item: Listed, subcategory: _Subcategory) -> Listed:
        """The item under a name that no other one of its place has: two there would be ambiguous."""
        told = repository_key(item.node).removeprefix("https://github.com/").removeprefix("https://")
        name, number = f"{item.name} ({told})", 2
        while name.casefold() in subcategory.by_name:
            name, number = f"{item.name} ({told}, {number})", number + 1
        found = value(item.node, "name")
        assert isinstance(found, ScalarNode)
        found.value = name
        self._report.renamed.append(Named(name=item.name, written=name, place=item.origin.at(item.node)))
        return Listed(item.node, name, item.place, item.origin)


def _differs_by_capitals(item: Listed, same: Listed) -> bool:
    """Whether one landscape itself tells two items of one place apart by their capitals alone."""
    return item.origin is same.origin and item.origin.form == "landscape" and item.name != same.name


def merge_top(root: Node, other: Node, place: Place, report: Report) -> None:
    """Merge groups, organisations and unknown keys of another tree into the first one."""
    assert isinstance(root, MappingNode) and isinstance(other, MappingNode)
    for key, below in other.value:
        if key.value in TOPS or key.value == "name":
            continue
        if key.value == "groups":
            known = {text(one, "name").casefold(): one for one in entries(root, "groups")}
            for group in entries(other, "groups"):
                first = known.get(text(group, "name").casefold())
                if first is None:
                    _set_entries(root, key.value, [*entries(root, key.value), group])
                    continue
                for category in entries(group, "categories"):
                    _add_text(first, "categories", category.value)
        elif key.value == "organizations":
            for organization in entries(other, "organizations"):
                _merge_organization(root, organization, place, report)
        elif value(root, key.value) is None:
            put(root, key.value, below)


def _merge_organization(root: MappingNode, node: Node, place: Place, report: Report) -> None:
    """Add an organisation, or what it says beyond the one with the same id."""
    assert isinstance(node, MappingNode)
    known = entries(root, "organizations")
    first = next((one for one in known if _organization_id(one) == _organization_id(node)), None)
    if first is not None:
        assert isinstance(first, MappingNode)
        _leave_out(fill(first, node, set()), "an earlier list has another", node, place, report)
        return
    permalink = text(node, "crunchbase_permalink").casefold()
    if permalink and any(text(one, "crunchbase_permalink").casefold() == permalink for one in known):
        _leave_out(["crunchbase_permalink"], "it is that of an earlier organisation", node, place, report)
        drop(node, "crunchbase_permalink")
    _set_entries(root, "organizations", [*known, node])


def _organization_id(node: Node) -> str:
    return text(node, "id") or slug(text(node, "name"))


def _leave_out(keys: list[str], reason: str, node: Node, place: Place, report: Report) -> None:
    for key in keys:
        name = text(node, "name") or text(node, "id")
        report.left_out.append(LeftOut(what=key, name=name, place=place.at(node), reason=reason))


def _label(node: Node) -> str:
    return " ".join(text(node, "name").split())


def _is_meant(item: Node) -> bool:
    """Whether the item says that another one has its repository on purpose."""
    return text(item, "allow_duplicate_repo").lower() == "true"


def _set_entries(node: MappingNode, key: str, listed: list[Node]) -> None:
    found: Any = value(node, key)
    if isinstance(found, SequenceNode):
        found.value = listed
    elif listed:  # instead of nothing, or of one alone
        put(node, key, nodes.sequence(listed, line(node)))


def _add_text(node: Node, key: str, added: str) -> None:
    """Add a text to a list of texts, or to one alone, unless it is there."""
    assert isinstance(node, MappingNode)
    known = one_or_more(node, key)
    if any(isinstance(one, ScalarNode) and one.value.strip().casefold() == added.casefold() for one in known):
        return
    _set_entries(node, key, [*known, nodes.text(added, line(node))])
