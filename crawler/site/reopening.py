"""Serves a database whose file may be replaced by another, as by a copy that is made anew each night."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from crawler.errors import UsageFault
from crawler.site.makers import PATIENCE, read_once

Identity = tuple[int, int] | None


class Reopening:
    """The ASGI application of what `open_site` returns for the file; of the new file once another one has its name.

    A file that is gone, or that cannot be served, leaves the one before in place.
    """

    def __init__(self, path: Path, open_site: Callable[[Path], Any]) -> None:
        self._path, self._open = path, open_site
        self._identity = _identity(path)
        self._new: Any = None
        self._show(open_site(path))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer from the file that is there now; what is being answered goes on with the one before."""
        if scope["type"] == "http":
            self._look()
        site, self._new = self._new, None
        await self._app(scope, receive, send)
        if site is not None:
            await open_connections(site)

    def _show(self, site: Any) -> None:
        self._new = site
        self._app = site.app()

    def _look(self) -> None:
        found = _identity(self._path)
        if found is None or found == self._identity:
            return
        self._identity = found
        try:
            self._show(self._open(self._path))
        except UsageFault:
            # Of an older version, say: a refresh will bring it up, and nobody is served half of it meanwhile.
            self._identity = None


async def open_connections(site: Any) -> None:
    """Have each of Datasette's threads open the databases now: when it is first asked the file may be gone.

    To be called once the site has begun: what prepares a connection needs that.
    """
    threads = site.setting("num_sql_threads")
    for database in site.databases.values():
        begun = threading.Barrier(threads)
        await asyncio.gather(*(database.execute_fn(partial(_open, begun=begun)) for _ in range(threads)))


def _open(connection: sqlite3.Connection, begun: threading.Barrier) -> None:
    read_once(connection)
    begun.wait(PATIENCE)


def _identity(path: Path) -> Identity:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
