"""Our pages without a server: as HTML, and as what a reader finds in it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from crawler.site.asked import Asked, Page, Query
from crawler.site.board import read_board
from crawler.site.links import ServedLinks
from crawler.site.pages import PAGES
from crawler.site.rendering import render
from crawler.site.texts import load_texts
from crawler.store import open_reader

Show = Callable[..., str]


class StaticLinks(ServedLinks):
    """Addresses as a site without a server has them: no Datasette."""

    is_static = True

    def asset(self, name: str) -> str:
        """Some are made when the files are written."""
        return f"assets/{name}"

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        return None


@contextmanager
def showing(path: Path, *, with_restricted: bool = False, is_static: bool = False) -> Iterator[Show]:
    """Makes pages over a file: `show(name, key, parameter=value or list)` returns the HTML."""
    with closing(open_reader(path)) as connection:
        connection.row_factory = sqlite3.Row
        board = read_board(connection, with_restricted=with_restricted)
        links = (StaticLinks if is_static else ServedLinks)("/", "landscape")

        def show(name: str, key: str = "", **query: str | list[str]) -> str:
            pairs = [
                (parameter, value)
                for parameter, values in query.items()
                for value in ([values] if isinstance(values, str) else values)
            ]
            asked = Asked(
                connection=connection,
                board=board,
                links=links,
                texts=load_texts(),
                query=Query(pairs),
                with_restricted=with_restricted,
            )
            kind = PAGES[name]
            page = kind.make(asked, key) if kind.has_key else kind.make(asked)
            return render(page, asked) if isinstance(page, Page) else page

        yield show


def words_of(html: str) -> str:
    """The text of a piece of HTML in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def part_of(html: str, name: str) -> str:
    """The section of a page with that id; empty where it has none."""
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


class Links(HTMLParser):
    """Where a page leads, and what in it could run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.active: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.active += [name for name in values if name.startswith("on") or name == "style"]
        if tag in {"iframe", "object", "img", "style"} or (tag == "script" and "src" not in values):
            self.active.append(tag)
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
