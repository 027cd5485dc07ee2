"""The Datasette plugin: our pages beside Datasette's own, over the first attached database that is a landscape.

It is loaded wherever this package is installed beside Datasette, and does nothing where no such database is attached.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

if TYPE_CHECKING:
    # Datasette loads its plugins in the middle of its own import.
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response

    from crawler.site.answering import Answering
    from crawler.site.links import ServedLinks

WITH_RESTRICTED = "_landscape_with_restricted"
"""Attribute of a Datasette by which `crawler serve` lets restricted figures be shown."""
_ANSWERING = "_landscape_answering"


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Our addresses; the home page only where the landscape is the only database."""
    from crawler.site.links import PATHS

    answering = answering_of(datasette)
    if answering is None:
        return []
    links = answering.links
    return [(_pattern(links, name), _view(answering, name)) for name in PATHS]


@hookimpl
def extra_css_urls(datasette: Datasette) -> list[str]:
    """What Datasette's own pages need beyond their own style."""
    answering = answering_of(datasette)
    return [answering.links.asset("datasette.css")] if answering else []


def answering_of(datasette: Datasette) -> Answering | None:
    """What answers for our pages; None where no attached database is a landscape of this version."""
    found: Answering | None = getattr(datasette, _ANSWERING, None)
    if found is None and (found := _make(datasette)):
        # Not where there is none: databases may be attached later.
        setattr(datasette, _ANSWERING, found)
    return found


def _make(datasette: Datasette) -> Answering | None:
    from crawler.site.answering import Answering
    from crawler.site.links import ServedLinks

    attached = [name for name in datasette.databases if name not in {"_memory", "_internal"}]
    for name in attached:
        database = datasette.databases[name]
        if _is_landscape(database):
            links = ServedLinks(datasette.urls.path("/"), name, is_alone=len(attached) == 1)
            return Answering(database, links, with_restricted=getattr(datasette, WITH_RESTRICTED, False))
    return None


def _is_landscape(database: Any) -> bool:
    if database.is_memory:
        return False
    from crawler.store.migrations import VERSION

    try:
        with closing(database.connect()) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            named = "SELECT 1 FROM sqlite_master WHERE name = 'computed_days'"
            return bool(version == VERSION and connection.execute(named).fetchone())
    except sqlite3.Error:
        return False


def _pattern(links: ServedLinks, name: str) -> str:
    path = links.path(name)
    return f"/{re.escape(path).replace(re.escape('{key}'), '(?P<key>[^/]+)')}$"


def _view(answering: Answering, name: str) -> Callable[..., Awaitable[Response]]:
    async def view(request: Request) -> Response:
        return await answering.answer(name, request)

    return view
