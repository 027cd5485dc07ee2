"""Addresses within a folder of files, relative to the page they stand on; it is noted to which page each leads."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.site.folder.naming import ASSETS, Place, file_of
from crawler.site.links import parameters, without_empty
from crawler.site.plugin.assets import asset_digest

IN_BROWSER = frozenset(("search",))
"""Pages that a script makes of the parameters of the address: each is one file."""

_ADDRESSES = re.compile(r"""["']([^"'?#<>]+\.(?:html|atom))\b""")


class FolderLinks:
    """The links of pages at one depth. `made` are the digests of assets that are no files of `plugin/static`, by name.

    `prefix` leads from a page to the folder: empty, `../`, or an address that ends in a slash. `places` are the pages
    by the addresses that were given out, without parameters; `assets` the names that were asked for.
    """

    is_static = True

    def __init__(self, prefix: str = "", made: Mapping[str, str] | None = None) -> None:
        self.places: dict[str, Place] = {}
        self.assets: dict[str, None] = {}
        self._prefix, self._made = prefix, made or {}

    def page(self, name: str, key: str = "", **query: object) -> str:
        if name in IN_BROWSER:
            place, end = Place(name, key), parameters(query)
        else:
            place, end = Place(name, key, _pairs(query)), ""
        address = f"{self._prefix}{file_of(place)}"
        self.places[address] = place
        return f"{address}{end}"

    def asset(self, name: str) -> str:
        self.assets[name] = None
        return f"{self._prefix}{ASSETS}/{name}?{self._made.get(name) or asset_digest(name)}"

    def wanted(self, text: str) -> tuple[Place, ...]:
        """The pages that a page leads to: of the addresses given out those that stand in it."""
        found = dict.fromkeys(_ADDRESSES.findall(text))
        return tuple(self.places[address] for address in found if address in self.places)

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        """There is no Datasette."""


def _pairs(query: dict[str, object]) -> tuple[tuple[str, str], ...]:
    if not query:
        return ()
    pairs: list[tuple[str, str]] = []
    for name, value in sorted(without_empty(query).items()):
        several = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(one)) for one in several]
    return tuple(pairs)
