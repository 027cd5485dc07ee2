"""Serves a database whose file may be replaced by another, as by a copy that is made anew each night."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.errors import UsageFault

Identity = tuple[int, int] | None


class Reopening:
    """The ASGI application of what `open_site` returns for the file; of the new file once another one has its name.

    A file that is gone, or that cannot be served, leaves the one before in place.
    """

    def __init__(self, path: Path, open_site: Callable[[Path], Any]) -> None:
        self._path, self._open = path, open_site
        self._identity = _identity(path)
        self._app = open_site(path).app()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer from the file that is there now; what is being answered goes on with the one before."""
        if scope["type"] == "http":
            self._look()
        await self._app(scope, receive, send)

    def _look(self) -> None:
        found = _identity(self._path)
        if found is None or found == self._identity:
            return
        self._identity = found
        try:
            self._app = self._open(self._path).app()
        except UsageFault:
            # Of an older version, say: a refresh will bring it up, and nobody is served half of it meanwhile.
            self._identity = None


def _identity(path: Path) -> Identity:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
