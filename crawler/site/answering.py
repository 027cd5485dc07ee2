"""Answers requests for our pages over a database of a running Datasette: reads, renders, and keeps for a moment."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from time import thread_time
from urllib.parse import parse_qsl, unquote

from datasette.database import Database
from datasette.utils.asgi import Request, Response
from msgspec import Struct

from crawler.errors import UsageFault
from crawler.site.asked import Asked, Page, Query
from crawler.site.board import Board
from crawler.site.boards import Boards
from crawler.site.links import ServedLinks
from crawler.site.makers import Makers
from crawler.site.pages import HTML, PAGES
from crawler.site.pages.faults import made, no_figures
from crawler.site.protection import OUR_POLICY
from crawler.site.rendering import render
from crawler.site.texts import load_texts

PATIENCE_SECONDS = 20
"""While a refresh writes, a page may be as old as that or a little older, and on a machine that has no time twice as
old; else it is always of the newest state."""
SLOW_SECONDS, MOST_SLOW = 0.05, 100
"""So many pages, which took so much of the processor or more, are made anew when there is a new board."""
NO_VERSION = -1
"""That of a page without a board: it is asked for anew once its patience is over."""
KEPT_BYTES = 64_000_000
SMALL = 1_000
"""Bytes below which it is not worth to compress."""
COMPRESSION = 6
MOST_PARAMETERS = 100
"""Of an address; those behind them are passed over."""


class Kept(Struct, frozen=True):
    """A page as it was sent."""

    status: int
    content_type: str
    body: bytes
    compressed: bytes
    etag: str
    version: int
    made_at: float
    lasts: float | None = None
    """See `PageKind`."""


class Answering:
    """All our pages over one database."""

    def __init__(
        self, database: Database, links: ServedLinks, *, with_restricted: bool, patience: float = PATIENCE_SECONDS
    ) -> None:
        self.links, self._with_restricted, self._patience = links, with_restricted, patience
        self._makers = Makers(database.connect)
        self._boards = Boards(
            database.connect, with_restricted=with_restricted, patience=patience, prepare=self._prepare
        )
        self._pages: OrderedDict[tuple[str, str, str], Kept] = OrderedDict()
        self._bytes = 0
        self._making: dict[tuple[str, str, str], Future[Kept]] = {}
        self._slow: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connections."""
        self._makers.close()
        self._boards.close()

    async def answer(self, name: str, request: Request) -> Response:
        """The page of that name, whose key stands in the address."""
        if request.method not in {"GET", "HEAD"}:
            return Response.text("405", status=405, headers={"Allow": "GET, HEAD"})
        key = unquote(request.url_vars.get("key", ""))
        place = (name, key, request.query_string)
        kept = self._find(place)
        if kept is None:
            # A reader who goes away takes it from nobody else.
            kept = await asyncio.shield(asyncio.wrap_future(self._made(place)))
        return _response(kept, request)

    def _made(self, place: tuple[str, str, str]) -> Future[Kept]:
        """The page as it is being made, once for all who ask meanwhile."""

        def make(connection: sqlite3.Connection) -> Kept:
            try:
                kept = self._make(connection, place)
                self._keep(place, kept)
                return kept
            finally:
                with self._lock:
                    del self._making[place]

        with self._lock:
            if place not in self._making:
                self._making[place] = self._makers.submit(make)
            return self._making[place]

    def _find(self, place: tuple[str, str, str]) -> Kept | None:
        with self._lock:
            kept = self._pages.get(place)
            if kept is None:
                return None
            age = time.monotonic() - kept.made_at
            if kept.lasts is not None and age >= kept.lasts:
                return None
            is_new = age < self._patience
            if not is_new and kept.version != self._boards.version():
                return None
            self._pages.move_to_end(place)
            return kept

    def _keep(self, place: tuple[str, str, str], kept: Kept) -> None:
        with self._lock:
            older = self._pages.pop(place, None)
            self._pages[place] = kept
            self._bytes += _size(place, kept) - (_size(place, older) if older else 0)
            while self._bytes > KEPT_BYTES:
                least, dropped = self._pages.popitem(last=False)
                self._bytes -= _size(least, dropped)

    def _make(self, connection: sqlite3.Connection, place: tuple[str, str, str]) -> Kept:
        name, key, query = place
        made_at = time.monotonic()
        try:
            board, version = self._boards.newest()
        except UsageFault:
            return _kept(503, HTML, no_figures(load_texts(), self.links), NO_VERSION, made_at)
        with reading(connection):
            status, text = self._render(connection, board, name, key, query)
        kind = PAGES[name]
        # What cannot be shown is said in HTML, also where a feed was asked for.
        content_type = kind.content_type if status == 200 else HTML
        return _kept(status, content_type, text, version, made_at, kind.lasts)

    def _render(self, connection: sqlite3.Connection, board: Board, name: str, key: str, query: str) -> tuple[int, str]:
        """Status and text of a page."""
        known, began = len(board.kept), thread_time()
        asked = Asked(
            connection=connection,
            board=board,
            links=self.links,
            texts=load_texts(),
            query=Query(parse_qsl(query)[:MOST_PARAMETERS]),
            with_restricted=self._with_restricted,
        )
        page = made(name, PAGES[name], asked, key)
        answer = (page.status, render(page, asked)) if isinstance(page, Page) else (200, page)
        taken = thread_time() - began
        if len(board.kept) > known and taken >= SLOW_SECONDS:
            with self._lock:
                self._slow[name, key, query] = taken
                self._slow.move_to_end((name, key, query))
                if len(self._slow) > MOST_SLOW:
                    self._slow.popitem(last=False)
        return answer

    def _prepare(self, connection: sqlite3.Connection, board: Board) -> None:
        """Make those pages anew that had to work something out for an older board, before a reader waits for them.

        Those that took longest come first, and on a machine that has no time some are left to their readers.
        """
        with self._lock:
            places = sorted(self._slow, key=lambda place: -self._slow[place])
        end = time.monotonic() + self._patience
        for name, key, query in places:
            if time.monotonic() > end:
                break
            # Whoever asks for a page that fails is told; the others are made all the same.
            with suppress(Exception):
                self._render(connection, board, name, key, query)


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the database for all that is read inside."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def _kept(status: int, content_type: str, text: str, version: int, made_at: float, lasts: float | None = None) -> Kept:
    body = text.encode()
    compressed = gzip.compress(body, COMPRESSION, mtime=0) if len(body) >= SMALL else b""
    # Weak: the compressed page is not the same bytes.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Kept(status, content_type, body, compressed, etag, version, made_at, lasts)


def _size(place: tuple[str, str, str], kept: Kept) -> int:
    return sum(map(len, place)) + len(kept.body) + len(kept.compressed)


def _is_known(etag: str, known: str) -> bool:
    """Whether a tag is among those of If-None-Match, compared weakly (RFC 9110, 8.8.3.2 and 13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _response(kept: Kept, request: Request) -> Response:
    headers = {
        "ETag": kept.etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": OUR_POLICY,
    }
    if kept.status == 200 and _is_known(kept.etag, request.headers.get("if-none-match", "")):
        return Response(b"", status=304, headers=headers, content_type=kept.content_type)
    body = kept.body
    if kept.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = kept.compressed
    return Response(b"" if request.method == "HEAD" else body, kept.status, headers, kept.content_type)
