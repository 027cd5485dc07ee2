"""Writes the site: the pages from the home page on and all that they lead to, what they need, and what finds them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from crawler.site.board import Board, read_board
from crawler.site.folder.crew import Crew, Job, open_crew
from crawler.site.folder.naming import ASSETS, Place
from crawler.site.folder.rendering import Renderer
from crawler.site.folder.search_index import search_index
from crawler.site.folder.sitemap import sitemap_files
from crawler.site.folder.writing import open_folder, stage_file
from crawler.site.pages import PAGES
from crawler.site.plugin.assets import STATIC

NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to serve the files as they are."""


class Watcher(Protocol):
    """Is told how far the work is."""

    def begin(self, source: str, subjects: int) -> None:
        """So many begin."""

    def advance(self, source: str, subjects: int) -> None:
        """So many more are done."""


class Written(Struct, frozen=True, kw_only=True):
    """What was written."""

    pages: int
    files: int
    size: int
    """Bytes of all files."""
    new: int
    changed: int
    deleted: int


def export_site(
    directory: Path,
    database: Path,
    *,
    watch: Watcher,
    show: Callable[[sqlite3.Connection], date | None],
    with_restricted: bool = False,
    url: str = "",
) -> Written:
    """Write the site of one state of the database into a directory, over a former one where it holds that.

    `show` makes a connection show a past day, if one is asked for, and gives it back. `url` is where the site will be
    found, with a slash at the end: a sitemap and the page for what is not there need it. UsageFault where the
    directory is not ours.
    """
    with open_folder(directory) as folder:
        job = Job(database=database, root=folder.root, show=show, with_restricted=with_restricted, url=url)
        with open_crew(job) as (connection, crew):
            board = read_board(connection, with_restricted=with_restricted)
            index = search_index(connection, board)
            digests = {name: hashlib.sha256(body).hexdigest()[:10] for name, body in index.items()}
            sizes, places, assets = _render_all(crew, _entries(board), digests, watch)
            pages = len(sizes)
            others = {NO_JEKYLL: b""}
            if url:
                renderer = Renderer(
                    connection,
                    board,
                    digests=digests,
                    with_restricted=with_restricted,
                    url=url,
                    past_day=crew.past_day,
                )
                lost = renderer.not_there()
                others |= {lost.file: lost.body, **sitemap_files(places, url)}
        for name in sorted(assets):
            others[f"{ASSETS}/{name}"] = index[name] if name in index else (STATIC / name).read_bytes()
        for file, body in others.items():
            stage_file(folder.root, file, body)
            sizes[file] = len(body)
        new, changed, deleted = folder.finish(sizes)
    return Written(pages=pages, files=len(sizes), size=sum(sizes.values()), new=new, changed=changed, deleted=deleted)


def _entries(board: Board) -> list[Place]:
    """Every page that is there whether or not another leads to it."""
    return [
        *(Place(name) for name, kind in PAGES.items() if not kind.has_key),
        *(Place("category", one) for one in board.categories),
        *(Place("project", one) for one in board.cards),
        *(Place("organization", one.id) for one in board.organizations.values() if one.cards),
    ]


def _render_all(
    crew: Crew, entries: Sequence[Place], digests: Mapping[str, str], watch: Watcher
) -> tuple[dict[str, int], list[Place], set[str]]:
    """Render the pages and all that they lead to: sizes by file, all places, and the assets that they need."""
    sizes: dict[str, int] = {}
    assets: set[str] = set()
    places: dict[Place, None] = {}
    for name, level in _levels(entries, places):
        watch.begin(name, len(level))
        for pile in crew.render(level, digests):
            for done in pile:
                sizes[done.file] = done.size
                assets.update(done.assets)
                places.update(dict.fromkeys(done.wanted))
            watch.advance(name, len(pile))
    return sizes, list(places), assets


def _levels(entries: Sequence[Place], places: dict[Place, None]) -> Iterator[tuple[str, list[Place]]]:
    """The pages of which it is known that they are needed, then those of which it became known meanwhile."""
    places.update(dict.fromkeys(entries))
    level, done = list(places), 0
    while level:
        yield ("pages" if not done else "variations"), level
        done += len(level)
        level = list(places)[done:]
