"""The Datasette plugin: our pages beside Datasette's own, over the first attached database that is a landscape.

It is loaded wherever this package is installed beside Datasette, 0.65 or 1.0, and does nothing where no such database
is attached.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from crawler.site.needed import EXTRA, missing

if TYPE_CHECKING:
    # Datasette loads its plugins in the middle of its own import.
    from datasette.app import Datasette
    from datasette.utils.asgi import Request, Response
    from jinja2 import Environment
    from markupsafe import Markup

    from crawler.site.attached import Attached
    from crawler.site.links import ServedLinks

NAME = "landscape-crawler"
"""Under which it is configured: `include_restricted: true` shows figures that may not be published."""
_ATTACHED, _LOOKED_AT = "_landscape_attached", "_landscape_looked_at"
_HAS_EXTRA = not missing(*EXTRA)
"""Without it, beside a Datasette for something else, the plugin does nothing."""


MOST_BYTES = 5_000_000
"""Of a value or row of SQL; the longest that is stored has some thousands."""


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Our addresses; the home page only where the landscape is the only database."""
    from crawler.site.links import PATHS

    attached = attached_to(datasette)
    if attached is None:
        return []
    return [(_pattern(attached.links, name), _view(attached, name)) for name in PATHS]


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """No value that SQL makes may be large: the limit on its time does not reach into the making of one."""
    attached = attached_to(datasette)
    if attached and database == attached.name:
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)


@hookimpl
def extra_css_urls(datasette: Datasette) -> list[str]:
    """What makes Datasette's own pages look like ours."""
    attached = attached_to(datasette)
    return [attached.links.asset(name) for name in ("tokens.css", "datasette.css")] if attached else []


@hookimpl
def extra_js_urls(datasette: Datasette) -> list[dict[str, Any]]:
    """What Datasette's own scripts leave out; as a module it runs after them."""
    attached = attached_to(datasette)
    return [{"url": attached.links.asset("datasette.js"), "module": True}] if attached else []


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Datasette's templates with what they lack, and for our additions to them what is attached."""
    env.globals["landscape_attached"] = lambda: attached_to(datasette)
    if not _HAS_EXTRA:
        return
    from crawler.site.mending import Mended
    from crawler.site.nonces import Nonces
    from crawler.site.texts import load_texts

    env.add_extension(Nonces)
    env.add_extension(Mended)
    env.globals["landscape_text"] = load_texts()


@hookimpl(trylast=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Headers that keep browsers safe, and compression."""
    from datasette.plugins import pm

    def wrap(app: Any) -> Any:
        if attached_to(datasette) is None:
            return app
        from crawler.site.closing import public_sql
        from crawler.site.guarding import noting_sql
        from crawler.site.protection import protected

        # Where rich is installed, Datasette prints a traceback with all local variables for a page that is not found.
        pm.get_plugin("datasette.handle_exception").rich = None
        return protected(noting_sql(app, public_sql), datasette.urls.path("/"))

    return wrap


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """The names of projects and organisations lead to our pages of them."""
    attached = attached_to(datasette)
    if attached is None or database != attached.name or table is None or not isinstance(value, str):
        return None
    return attached.cell(row, value, column, table)


@hookimpl
def forbidden(datasette: Datasette, request: Request) -> Awaitable[Response] | None:
    """Says why something is closed, and what opens it."""
    attached = attached_to(datasette)
    return attached.explain_closed(request) if attached and attached.explains(request) else None


@hookimpl(trylast=True)
def permission_allowed(datasette: Datasette, action: str, resource: Any) -> Any:
    """What is closed, as Datasette 0.65 asks for it: of all answers the last one counts, and this is the last."""
    attached = attached_to(datasette)
    return attached.permission_065(action, resource) if attached else None


@hookimpl
async def permission_resources_sql(datasette: Datasette, action: str) -> Any:
    """What is closed, as Datasette 1.0 asks for it."""
    attached = attached_to(datasette)
    return await attached.permission_1(action) if attached else None


def attached_to(datasette: Datasette) -> Attached | None:
    """The landscape that it serves; None where no attached database is one of this version."""
    found: Attached | None = getattr(datasette, _ATTACHED, None)
    names = tuple(datasette.databases)
    # Datasette asks for every cell of every table; databases may be attached later.
    if found is None and _HAS_EXTRA and getattr(datasette, _LOOKED_AT, None) != names:
        setattr(datasette, _LOOKED_AT, names)
        found = _attach(datasette)
        setattr(datasette, _ATTACHED, found)
    return found


def _attach(datasette: Datasette) -> Attached | None:
    from crawler.site.attached import Attached, is_landscape

    names = [name for name in datasette.databases if name not in {"_memory", "_internal"}]
    for name in names:
        if is_landscape(datasette.databases[name]):
            config = datasette.plugin_config(NAME) or {}
            with_restricted = config.get("include_restricted") is True
            return Attached(datasette, name, is_alone=len(names) == 1, with_restricted=with_restricted)
    return None


def _pattern(links: ServedLinks, name: str) -> str:
    path = links.path(name)
    return f"/{re.escape(path).replace(re.escape('{key}'), '(?P<key>[^/]+)')}$"


def _view(attached: Attached, name: str) -> Callable[..., Awaitable[Response]]:
    async def view(request: Request) -> Response:
        return await attached.answering.answer(name, request)

    return view
