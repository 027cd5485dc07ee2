"""Addresses of pages, for a site that is served; those of a folder of files are in `crawler.site.folder`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote, urlencode

from datasette.utils import tilde_encode

from crawler.site.plugin.assets import asset_digest

PATHS = {
    "landscape": "",
    "treemap": "treemap",
    "projects": "projects",
    "project": "projects/{key}",
    "organizations": "organizations",
    "organization": "organizations/{key}",
    "category": "categories/{key}",
    "compare": "compare",
    "value": "value",
    "changes": "changes",
    "feed": "changes.atom",
    "freshness": "freshness",
    "search": "search",
}
"""By name of a page its address below the site's root."""


class Links(Protocol):
    """Where pages, assets and data are found, as text for an `href`."""

    is_static: bool
    """Whether there is no server: filters and search then work in the browser alone, and there is no Datasette."""

    def page(self, name: str, key: str = "", **query: object) -> str:
        """A page of `PATHS`; a parameter that is None or empty is left out, a list is repeated."""

    def asset(self, name: str) -> str:
        """A file of `plugin/static`."""

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        """Datasette's page of the database, of a table, view or canned query, or of a row.

        None: there is none, or nobody may see it.
        """


class ServedLinks:
    """The addresses of a Datasette server; `base` is its `base_url`, with a slash at both ends.

    `is_closed` tells of a table, view or canned query whether nobody may see it.
    """

    is_static = False

    def __init__(
        self, base: str, database: str, *, is_alone: bool = True, is_closed: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.base, self._database, self._is_closed = base, database, is_closed
        self._home = "" if is_alone else "map"

    def path(self, name: str) -> str:
        """The address of a page below the base; `{key}` stands for its key."""
        return self._home if name == "landscape" else PATHS[name]

    def page(self, name: str, key: str = "", **query: object) -> str:
        return f"{self.base}{self.path(name).format(key=quote(key, safe=''))}{parameters(query)}"

    def asset(self, name: str) -> str:
        return f"{self.base}-/static-plugins/landscape-crawler/{name}?{asset_digest(name)}"

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        if self._is_closed(table):
            return None
        parts = [part for part in (self._database, table, row) if part]
        return f"{self.base}{'/'.join(tilde_encode(part) for part in parts)}{parameters(query)}"


def parameters(query: dict[str, object]) -> str:
    """`?name=value&…`, or nothing; None and empty values are left out, lists are repeated."""
    kept = without_empty(query)
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def without_empty(query: dict[str, object]) -> dict[str, object]:
    """The parameters that say something."""
    return {name: value for name, value in query.items() if value not in (None, "", [], ())}
