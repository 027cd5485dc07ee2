"""From a place to the bytes of its file, and to the places and assets that its links lead to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec import structs

from crawler.site.asked import Asked, Page, Query
from crawler.site.board import Board
from crawler.site.folder.links import FolderLinks
from crawler.site.folder.naming import Place, file_of
from crawler.site.pages import PAGES
from crawler.site.pages.faults import made
from crawler.site.rendering import render
from crawler.site.texts import load_texts


class Rendered(NamedTuple):
    """A page as it is written; `wanted` are the pages that it leads to, `assets` the files that it needs."""

    file: str
    body: bytes
    wanted: tuple[Place, ...]
    assets: tuple[str, ...]


class Renderer:
    """All pages of one state of the database.

    `digests` are those of assets that are no files of `plugin/static`. `url` is the address of the site, with a slash
    at the end; empty where it is not known. `past_day` is the day that the connection shows, if not the present.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        board: Board,
        *,
        digests: Mapping[str, str],
        with_restricted: bool,
        url: str,
        past_day: date | None = None,
    ) -> None:
        self._connection, self._board, self._digests = connection, board, digests
        self._with_restricted, self._url, self._past_day = with_restricted, url, past_day
        self._depths: dict[str, tuple[Board, FolderLinks]] = {}

    def render(self, place: Place) -> Rendered:
        """The page of a place."""
        file = file_of(place)
        # A feed is read far from its site.
        prefix = self._url if place.name == "feed" else "../" * file.count("/")
        asked = self._asked(prefix, Query(place.query))
        page = made(place.name, PAGES[place.name], asked, place.key)
        return self._rendered(file, page, asked)

    def not_there(self) -> Rendered:
        """The page that web servers show for an address that is none, at any depth: its links begin at the root."""
        asked = self._asked(urlsplit(self._url).path, Query())
        page = Page(template="folder_not_there.html", title=asked.texts("fault.not_there"), values={}, status=404)
        return self._rendered("404.html", page, asked)

    def _asked(self, prefix: str, query: Query) -> Asked:
        if prefix not in self._depths:
            # What pages keep with a board may hold links: those of one depth have it together.
            self._depths[prefix] = structs.replace(self._board, kept={}), FolderLinks(prefix, self._digests)
        board, links = self._depths[prefix]
        return Asked(
            connection=self._connection,
            board=board,
            links=links,
            texts=load_texts(),
            query=query,
            with_restricted=self._with_restricted,
            past_day=self._past_day,
        )

    @staticmethod
    def _rendered(file: str, page: Page | str, asked: Asked) -> Rendered:
        text = render(page, asked) if isinstance(page, Page) else page
        links = asked.links
        assert isinstance(links, FolderLinks)
        return Rendered(file, text.encode(), links.wanted(text), tuple(links.assets))
