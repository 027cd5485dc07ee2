"""Addresses within a folder of files, each relative to the page it stands on; every page asked for is noted."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.site.folder.naming import ASSETS, Place, file_of
from crawler.site.links import parameters, without_empty
from crawler.site.plugin.assets import asset_digest

IN_BROWSER = frozenset(("search", "compare"))
"""Pages that a script makes of the parameters of the address: they are one file each."""


class FolderLinks:
    """The links of one page. `wanted` and `assets` are the pages and assets that it led to so far.

    `prefix` leads from the page to the folder: empty, `../`, or an address that ends in a slash. `made` are the digests
    of assets that are no files of `plugin/static`, by name.
    """

    is_static = True

    def __init__(self, prefix: str = "", made: Mapping[str, str] | None = None) -> None:
        self.wanted: dict[Place, None] = {}
        self.assets: dict[str, None] = {}
        self._prefix, self._made = prefix, made or {}

    def page(self, name: str, key: str = "", **query: object) -> str:
        if name in IN_BROWSER:
            place, end = Place(name, key), parameters(query)
        else:
            place, end = Place(name, key, _pairs(query)), ""
        self.wanted[place] = None
        return f"{self._prefix}{file_of(place)}{end}"

    def asset(self, name: str) -> str:
        self.assets[name] = None
        return f"{self._prefix}{ASSETS}/{name}?{self._made.get(name) or asset_digest(name)}"

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
