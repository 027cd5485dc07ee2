"""Our pages without a server: as HTML, and as what a reader finds in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from unserved import asked_of, html_of

from crawler.site.board import read_board
from crawler.site.pages import PAGES
from crawler.store import open_reader

Show = Callable[..., str]


@contextmanager
def showing(path: Path, *, with_restricted: bool = False, is_static: bool = False) -> Iterator[Show]:
    """Makes pages over a file: `show(name, key, parameter=value or list)` returns the HTML."""
    with closing(open_reader(path)) as connection:
        board = read_board(connection, with_restricted=with_restricted)

        def show(name: str, key: str = "", **query: str | list[str]) -> str:
            asked = asked_of(board, connection, query, is_static=is_static, with_restricted=with_restricted)
            kind = PAGES[name]
            return html_of(kind.make, asked, *([key] if kind.has_key else []))

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
