"""Pages over texts of strangers: they are shown, and nothing of them runs or leads anywhere else than the web."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from datasette.app import Datasette

from crawler.store import open_writer, transaction

Opened = Callable[..., AbstractContextManager[Datasette]]

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"
SCRIPT = "javascript:alert(1)"
BREAKOUT = 'https://example.org/"onmouseover="alert(1)"x='
TAGS = ("script", "img", "iframe", "style", "object", "svg")
PAGES = [
    "/",
    "/landscape",
    "/landscape/landscape",
    "/landscape/landscape?_facet=primary_language&_facet=license_spdx",
    "/landscape/projects",
    "/landscape/projects/wasmtime",
    "/landscape/projects?_search={}",
    "/landscape/repositories",
    "/landscape/repositories/1",
    "/landscape/repositories?primary_language={}",
    "/landscape/project_repositories",
    "/landscape/releases",
    "/landscape/languages",
    "/landscape/languages?_facet=language",
    "/landscape/funding_links",
    "/landscape/owners",
    "/landscape/fetches",
    "/landscape/refused_values",
    "/landscape/changes",
    "/landscape/former_names",
    "/landscape/most_starred",
    "/landscape/most_starred?category={}",
    "/landscape/recent_releases?days=90000",
    f"/landscape?sql={quote('SELECT description, homepage_url FROM repositories')}",
]


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def ask(site: Datasette, path: str) -> Seen:
    """The page at a path."""
    response: httpx.Response = asyncio.run(site.client.get(path))
    assert response.status_code == 200, (path, response.text)
    return Seen(response.text)


def write(database: Path, text: str, address: str, page: str) -> None:
    """Put them wherever an upstream may have written."""
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute(
            "UPDATE repositories SET description = ?, homepage_url = ?, url = ?, topics = ?, license_spdx = ?,"
            " license_name = ?, primary_language = ?, default_branch = ?, latest_release_tag = ?, owner_login = ?,"
            " status_note = ? WHERE id = 1",
            [text, address, page, f'["{address}"]', *[text] * 7],
        )
        connection.execute("UPDATE projects SET description = NULL, homepage_url = NULL")
        connection.execute("UPDATE releases SET tag_name = ?, url = ? WHERE published_at > '2023-09'", [text, address])
        connection.execute("UPDATE languages SET language = ? WHERE repository_id = 1 AND bytes = 50", [text])
        connection.execute("DELETE FROM funding_links")
        connection.execute("INSERT INTO funding_links VALUES (1, ?, ?)", [text, address])
        connection.execute("DELETE FROM owners")
        connection.execute(
            "INSERT INTO owners (login, has_sponsors_listing, sponsors, origin, fetched_at)"
            " VALUES (?, 1, 5, 'live', '2026-01-01T00:00:00Z')",
            [text],
        )
        connection.execute("UPDATE fetches SET error = ?", [text])
        connection.execute("UPDATE changes SET after = ?", [text])
        connection.execute(
            "INSERT OR REPLACE INTO refused_values VALUES ('github', 'a/b', 'homepage_url', ?, 'x', '2026-01-01')",
            [address],
        )


@pytest.fixture(scope="module")
def harmless(small_file: Path, tmp_path_factory: pytest.TempPathFactory, opened: Opened) -> Iterator[Datasette]:
    """A site over texts as they usually are."""
    path = tmp_path_factory.mktemp("harmless") / "landscape.db"
    shutil.copy(small_file, path)
    write(path, "Zig", "example.org", "https://example.org/")
    with opened(path) as site:
        yield site


@pytest.fixture(scope="module")
def hostile(small_file: Path, tmp_path_factory: pytest.TempPathFactory, opened: Opened) -> Iterator[Datasette]:
    """The same with texts that would run, or lead elsewhere, if they were more than text."""
    path = tmp_path_factory.mktemp("hostile") / "landscape.db"
    shutil.copy(small_file, path)
    write(path, MARKUP, SCRIPT, BREAKOUT)
    with opened(path) as site:
        yield site


@pytest.mark.parametrize("path", PAGES)
def test_what_strangers_wrote_is_text(harmless: Datasette, hostile: Datasette, path: str) -> None:
    before = ask(harmless, path.format("Zig"))
    seen = ask(hostile, path.format(quote(MARKUP)))
    assert seen.handlers == before.handlers
    assert [seen.tags[tag] for tag in TAGS] == [before.tags[tag] for tag in TAGS]
    assert {urlsplit(address.strip()).scheme for address in seen.addresses} <= {"", "http", "https"}


@pytest.mark.parametrize("path", ["/landscape/landscape", "/landscape/repositories/1", "/landscape/most_starred"])
def test_it_is_shown_as_it_was_written(hostile: Datasette, path: str) -> None:
    assert MARKUP in ask(hostile, path).text
