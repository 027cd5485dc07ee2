"""The tree of a landscape: groups, categories, subcategories, and the items in them."""

from __future__ import annotations

from msgspec import Struct
from yaml.nodes import Node

from crawler.listed import SeedCategory, SeedGroup, SeedSubcategory
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import Findings, short
from crawler.seeds.ids import Ids
from crawler.seeds.keys import CATEGORY, GROUP, ITEM, SUBCATEGORY
from crawler.seeds.names import slug


class Item(Struct, frozen=True):
    """An item, and where it stands."""

    name: str
    subcategory: SeedSubcategory
    fields: Fields


class Tree(Struct, frozen=True):
    """Categories, subcategories and items in the file's order."""

    categories: list[SeedCategory]
    subcategories: list[SeedSubcategory]
    items: list[Item]
    places: dict[str, str]
    """The id of each subcategory by its `place_key`."""
    place_names: list[str]
    """`Category / Subcategory` for each subcategory."""


def read_tree(entries: list[Node], findings: Findings) -> Tree:
    """The tree below `categories:`, whatever its faults, so that all of them are found."""
    tree = Tree([], [], [], {}, [])
    ids = Ids()
    seen: dict[str, Fields] = {}
    for number, entry in enumerate(entries, 1):
        fields = read_fields(entry, CATEGORY, "", f"category {number}", findings)
        if fields is None:
            continue
        name = _name(fields, seen, "category")
        category = SeedCategory(id=ids.take(slug(name)), name=name)
        tree.categories.append(category)
        _read_subcategories(fields, category, tree)
    return tree


def _read_subcategories(category: Fields, parent: SeedCategory, tree: Tree) -> None:
    ids = Ids()
    seen: dict[str, Fields] = {}
    if not category.entries("subcategories"):
        category.notice("subcategories", "the category has no subcategories", "add some, or delete the category")
    for number, entry in enumerate(category.entries("subcategories"), 1):
        fields = read_fields(entry, SUBCATEGORY, category.where, f"subcategory {number}", category.findings)
        if fields is None:
            continue
        name = _name(fields, seen, "subcategory")
        subcategory = SeedSubcategory(id=f"{parent.id}--{ids.take(slug(name))}", name=name, category_id=parent.id)
        tree.subcategories.append(subcategory)
        tree.place_names.append(f"{parent.name} / {name}")
        tree.places[place_key(tree.place_names[-1])] = subcategory.id
        _read_items(fields, subcategory, tree)


def _read_items(subcategory: Fields, parent: SeedSubcategory, tree: Tree) -> None:
    seen: dict[str, Fields] = {}
    for number, entry in enumerate(subcategory.entries("items"), 1):
        fields = read_fields(entry, ITEM, subcategory.where, f"item {number}", subcategory.findings)
        if fields:
            tree.items.append(Item(_name(fields, seen, "item"), parent, fields))


def _name(fields: Fields, seen: dict[str, Fields], kind: str) -> str:
    """The name; a fault if a sibling has it already, though an item may differ by capitals alone, as for landscape2."""
    name = fields.name()
    if not name:
        return name
    same = seen.setdefault(name, fields)
    alike = seen.setdefault(f"\n{name.casefold()}", fields)
    if alike is not fields:
        first, say = (same, fields.fault) if same is not fields or kind != "item" else (alike, fields.notice)
        first = alike if first is fields else first
        cure = "delete one of the two, or give them different names"
        say("name", f"the {kind} stands here twice (first on line {first.line})", cure)
    return name


def place_key(text: str) -> str:
    """A place such as `Runtime / Container Runtime` in the form in which places are compared."""
    return "/".join(part.strip() for part in text.casefold().split("/"))


def read_groups(top: Fields, categories: list[SeedCategory]) -> tuple[tuple[SeedGroup, ...], dict[str, str]]:
    """The groups, and the group's id for each category's id that one names (the first one that does)."""
    groups: list[SeedGroup] = []
    group_of: dict[str, str] = {}
    by_name = {category.name.casefold(): category for category in categories}
    names = [category.name for category in categories]
    ids = Ids()
    seen: dict[str, Fields] = {}
    for number, entry in enumerate(top.entries("groups"), 1):
        fields = read_fields(entry, GROUP, "groups", f"group {number}", top.findings)
        if fields is None:
            continue
        name = _name(fields, seen, "group")
        group = SeedGroup(id=ids.take(slug(name)), name=name)
        groups.append(group)
        for node, text in fields.texts("categories"):
            category = by_name.get(text.casefold())
            if category is None:
                cure = fields.findings.did_you_mean(text, names, "write the name of a category of this file")
                fields.findings.fault(node, fields.where, f"there is no category '{short(text)}'", cure)
            elif group_of.setdefault(category.id, group.id) != group.id:
                problem = f"{short(category.name)} is in an earlier group too"
                fields.findings.notice(node, fields.where, problem, "keep it in one of them: the first one counts")
    lonely = [category.name for category in categories if category.id not in group_of]
    if groups and lonely:
        top.notice("groups", f"no group names {short(', '.join(lonely))}", "add each category to a group")
    return tuple(groups), group_of
