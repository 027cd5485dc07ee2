"""The site in a folder, as a whole: every link leads to a file, and nothing comes from elsewhere."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from rich_landscape import ENDLESS, SCRIPT

from crawler.site.board import read_board
from crawler.site.folder.export import Written, export_site
from crawler.site.folder.naming import Place, file_of
from crawler.site.folder.rendering import Renderer
from crawler.site.folder.search_index import search_index
from crawler.store import open_reader

URL = "https://user.example/landscape/"
RESTRICTED = re.compile(r"987[,.]?654[,.]?321|\$990M")
LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "form": "action", "use": "href"}


class Watch:
    """Notes how many pages were done."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done = 0

    def begin(self, source: str, subjects: int) -> None:
        self.begun.append(subjects)

    def advance(self, source: str, subjects: int) -> None:
        self.done += subjects


class Read(HTMLParser):
    """The addresses and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.followed: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif LOADING.get(tag) == name:
                self.loaded.append(value or "")
            elif name in {"href", "xlink:href", "src", "srcset", "action", "formaction", "data", "poster"}:
                self.followed.append(value or "")


@pytest.fixture(scope="module")
def exported(rich_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written, Watch]:
    """The folder, what was said of it, and the watch."""
    folder, watch = tmp_path_factory.mktemp("folder") / "site", Watch()
    written = export_site(folder, rich_file, watch=watch, show=lambda _: None, url=URL)
    return folder, written, watch


@pytest.fixture(scope="module")
def folder(exported: tuple[Path, Written, Watch]) -> Path:
    return exported[0]


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Read]:
    """The pages by file, but that for what is not there, whose links begin at the root."""
    found = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.html")}
    return {file: Read(text) for file, text in found.items() if file != "404.html"}


@pytest.fixture
def renderer(rich_file: Path) -> Iterator[Renderer]:
    """Renders single pages, with figures that may not be published."""
    with closing(open_reader(rich_file)) as connection:
        connection.execute("BEGIN")
        board = read_board(connection, with_restricted=True)
        yield Renderer(connection, board, digests={}, with_restricted=True, url=URL)


def test_every_address_leads_to_a_file_and_every_fragment_to_an_id(folder: Path, pages: dict[str, Read]) -> None:
    dead = []
    for file, page in pages.items():
        for address in page.loaded + page.followed:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            path = posixpath.join(posixpath.dirname(file), unquote(parts.path)) if parts.path else file
            target = posixpath.normpath(path)
            is_there = (folder / target).is_file()
            # A choice on the map names no place on it.
            is_place = parts.fragment and "=" not in parts.fragment
            if not is_there or (is_place and target in pages and parts.fragment not in pages[target].ids):
                dead.append((file, address))
    assert dead == []


def test_nothing_is_loaded_from_elsewhere_or_from_the_root(folder: Path, pages: dict[str, Read]) -> None:
    for file, page in pages.items():
        for address in page.loaded:
            assert not urlsplit(address).scheme, (file, address)
            assert not address.startswith("/"), (file, address)
        for address in page.followed:
            assert urlsplit(address).scheme in {"", "http", "https"}, (file, address)
            assert not address.startswith("/"), (file, address)
    for path in (folder / "assets").glob("*.css"):
        assert not re.search(r"@import|url\((?!['\"]?(#|data:))", path.read_text("utf-8")), path


def test_every_project_organisation_and_category_has_its_file(
    rich_file: Path, folder: Path, exported: tuple[Path, Written, Watch]
) -> None:
    with closing(open_reader(rich_file)) as connection:
        board = read_board(connection, with_restricted=False)
    places = [Place("project", one) for one in board.cards]
    places += [Place("organization", one.id) for one in board.organizations.values() if one.cards]
    places += [Place("category", one) for one in board.categories]
    assert all((folder / file_of(place)).is_file() for place in places)
    _, written, watch = exported
    assert sum(watch.begun) == watch.done == written.pages >= len(places) + 10
    assert written.files == sum(1 for path in folder.rglob("*") if path.is_file()) - 1
    assert (written.new, written.changed, written.deleted) == (written.files, 0, 0)


def test_names_are_those_of_every_file_system(folder: Path) -> None:
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    assert len({file.casefold() for file in files}) == len(files)
    assert all(re.fullmatch(r"[a-z0-9._~/-]+", file) for file in files)
    assert {".nojekyll", "index.html", "changes.atom", "404.html", "sitemap.xml", "robots.txt"} <= set(files)


def test_what_may_not_be_published_stands_in_no_file(folder: Path) -> None:
    assert [path for path in folder.rglob("*") if path.is_file() and RESTRICTED.search(path.read_text("utf-8"))] == []


def test_it_stands_on_the_page_of_its_organisation_where_that_is_asked_for(renderer: Renderer) -> None:
    assert RESTRICTED.search(renderer.render(Place("organization", "wasmer")).body.decode())


def test_what_strangers_wrote_is_text_and_without_marks(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert "\u202e" not in text, path
            if path.suffix in {".html", ".atom"}:
                assert SCRIPT not in text, path


def test_sitemap_names_every_page_once(folder: Path, pages: dict[str, Read]) -> None:
    root = Xml.parse(folder / "sitemap.xml").getroot()
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    addresses = [one.text or "" for one in root.findall("s:url/s:loc", names)]
    assert all(address.startswith(URL) for address in addresses)
    files = [address.removeprefix(URL) or "index.html" for address in addresses]
    # A variation says nothing new; what a digest stands for in a name may be a project of its own.
    plain = {file for file in pages if not re.search(r"~(\w+-|q-)", file)} - {"search.html"}
    assert sorted(files) == sorted(plain)
    assert f"Sitemap: {URL}sitemap.xml" in (folder / "robots.txt").read_text()


def test_page_for_what_is_not_there_works_at_any_depth(folder: Path) -> None:
    page = Read((folder / "404.html").read_text())
    addresses = [address for address in page.loaded + page.followed if not address.startswith("#")]
    for address in addresses:
        assert address.startswith("/landscape/"), address
        assert (folder / urlsplit(address).path.removeprefix("/landscape/")).is_file()


def test_index_finds_projects_by_all_that_they_are_called(rich_file: Path) -> None:
    with closing(open_reader(rich_file)) as connection:
        board = read_board(connection, with_restricted=False)
        scripts = search_index(connection, board)
    listed, told = (json.loads(body.decode().split("\n")[2].partition(" = ")[2][:-1]) for body in scripts.values())
    rows = {row[0]: (row, words) for row, words in zip(listed["projects"], told, strict=True)}
    row, (description, words) = rows["Wasmtime"]
    assert row[1] == "projects/wasmtime.html"
    assert listed["organizations"][row[2]] == ["Bytecode Alliance", "organizations/bytecode-alliance.html"]
    assert listed["categories"][row[3]][0] == "Runtimes"
    assert row[4 + listed["figures"].index("stars")] == board.cards["wasmtime"].stars
    assert description == board.cards["wasmtime"].description
    assert "bytecodealliance/wasmtime" in words
    assert len(rows[ENDLESS][1][0]) == 200


def test_every_page_states_what_it_may_load(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        head = path.read_text("utf-8").partition("<title>")[0]
        assert "default-src 'none'; script-src 'self' file:; style-src 'self' file:;" in head, path
        assert "past day" not in path.read_text("utf-8")


def test_feed_says_where_it_is_found(folder: Path) -> None:
    link = Xml.parse(folder / "changes.atom").getroot().find("{http://www.w3.org/2005/Atom}link")
    assert link is not None and link.attrib == {"rel": "self", "href": f"{URL}changes.atom"}


def test_map_names_those_who_left_open_source(folder: Path) -> None:
    hints = (folder / "index.html").read_text("utf-8").partition('class="hints"')[2].partition("</section>")[0]
    left = hints.partition("Who left open source?</a>")[2].partition("</li>")[0]
    assert left == ' <strong><a href="projects/wasmer.html"><bdi>Wasmer</bdi></a></strong>'
