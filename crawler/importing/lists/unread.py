"""What a list says and nobody reads for figures: unknown keys, repositories elsewhere, accounts, odd addresses."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import MappingNode, Node

from crawler.importing.lists.pairs import Place
from crawler.importing.lists.report import Unread
from crawler.importing.lists.walking import addresses, categories, entries, items, one_or_more, value
from crawler.seeds.findings import short
from crawler.seeds.foreign.addresses import without_user
from crawler.seeds.keys import CATEGORY, EXTRA, ITEM, REPOSITORY, SUBCATEGORY, TOP, Keys
from crawler.seeds.names import account_name, repository_name
from crawler.seeds.values import host_of


def unread(root: Node, place: Place) -> list[Unread]:
    """Unknown keys, once each, then every address that is no repository of GitHub's."""
    found: dict[str, Unread] = {}
    for holder, key in _unknown(root):
        name = f"{holder}{short(key.value)}"
        first = found.get(name)
        found[name] = Unread(
            what="key",
            text=name,
            times=first.times + 1 if first else 1,
            place=first.place if first else place.at(key),
        )
    told = list(found.values())
    for item in items(root):
        for address in addresses(item):
            text = without_user(address.value.strip())
            if repository_name(text):
                continue
            if account_name(text):
                told.append(Unread(what="account", text=text, times=1, place=place.at(address)))
            elif host_of(text):
                told.append(Unread(what="elsewhere", text=text, times=1, place=place.at(address)))
            else:
                told.append(Unread(what="no address", text=text, times=1, place=place.at(address)))
    return told


def _unknown(root: Node) -> Iterator[tuple[str, Node]]:
    """Keys that nobody knows, each with the key whose mapping holds it before it."""
    yield from _keys("", root, TOP)
    tree = categories(root)
    for category in tree.value if tree else ():
        yield from _keys("", category, CATEGORY)
        for subcategory in entries(category, "subcategories"):
            yield from _keys("", subcategory, SUBCATEGORY)
    for item in items(root):
        yield from _keys("", item, ITEM)
        yield from _keys("extra: ", value(item, "extra"), EXTRA)
        for one in one_or_more(item, "additional_repos"):
            yield from _keys("additional_repos: ", one, REPOSITORY)


def _keys(holder: str, node: Node | None, known: Keys) -> Iterator[tuple[str, Node]]:
    for key, _ in node.value if isinstance(node, MappingNode) else ():
        if key.value not in known and key.value != "<<":
            yield holder, key
