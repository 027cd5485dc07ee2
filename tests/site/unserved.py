"""Our pages without a server: what each is asked, and its HTML."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from crawler.site.asked import Asked, Page, Query
from crawler.site.board import Board
from crawler.site.links import ServedLinks
from crawler.site.rendering import render
from crawler.site.texts import load_texts


class StaticLinks(ServedLinks):
    """Addresses as a site in a folder has them: no Datasette."""

    is_static = True

    def asset(self, name: str) -> str:
        """Some are made when the files are written."""
        return f"assets/{name}"

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        return None


def asked_of(
    board: Board,
    connection: sqlite3.Connection,
    query: Mapping[str, str | list[str]],
    *,
    is_static: bool = False,
    with_restricted: bool = False,
) -> Asked:
    """What a page is asked; a parameter may have several values."""
    pairs = [(name, one) for name, values in query.items() for one in ([values] if isinstance(values, str) else values)]
    return Asked(
        connection=connection,
        board=board,
        links=(StaticLinks if is_static else ServedLinks)("/", "landscape"),
        texts=load_texts(),
        query=Query(pairs),
        with_restricted=with_restricted,
    )


def html_of(make: Callable[..., Page | str], asked: Asked, *key: str) -> str:
    """What `make` answers; the feed is text already."""
    page = make(asked, *key)
    return render(page, asked) if isinstance(page, Page) else page
