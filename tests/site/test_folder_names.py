"""File names of pages: one for each, on every file system, whatever strangers call things."""

from __future__ import annotations

import re

import pytest

from crawler.site.folder.links import FolderLinks
from crawler.site.folder.naming import Place, file_of
from crawler.site.folder.sitemap import sitemap_files

HOSTILE = [
    "Wasm",
    "wasm",
    "WASM",
    "con",
    "CON",
    "con.tar",
    "nul",
    "lpt1",
    "index",
    "..",
    ".",
    ".git",
    "",
    "a/b",
    "a\\b",
    "a b",
    "a?b#c",
    "a~b",
    "a%2Fb",
    "é",
    "e\u0301",
    "ｗａｓｍ",
    "項目",
    "目項",
    "\u202e",
    "x" * 100,
    "x" * 101,
    "x" * 4000,
    "x" * 3999 + "y",
    "wasm~page-2",
    "-",
    "--",
]


@pytest.mark.parametrize("kind", ["project", "organization", "category"])
def test_every_key_has_a_name_of_its_own_that_any_file_system_takes(kind: str) -> None:
    files = [file_of(Place(kind, key)) for key in HOSTILE]
    assert len({file.casefold() for file in files}) == len(HOSTILE)
    for file in files:
        name = file.rpartition("/")[2]
        assert re.fullmatch(r"[a-z0-9][a-z0-9._~-]*\.html", name)
        assert len(name) <= 120
        assert name.partition(".")[0] not in {"con", "nul", "lpt1", "index"}


def test_ids_as_they_are_made_of_names_stay_readable() -> None:
    assert file_of(Place("project", "c-plus-plus")) == "projects/c-plus-plus.html"
    assert file_of(Place("category", "runtimes")) == "categories/runtimes.html"
    assert file_of(Place("project", "Grüße")).startswith("projects/grue~")


def test_variations_are_files_beside_the_page_and_never_those_of_others() -> None:
    links = FolderLinks("../")
    variations: list[dict[str, object]] = [
        {"color": "health"},
        {"color": "health", "size": "stars"},
        {"color": "HEALTH"},
        {"color": "health/../.."},
        {"project": ["a", "b"]},
        {"project": ["b", "a"]},
        {"project": "a-b"},
        {"page": 2},
        {"color": "x" * 300},
        {"color": "x" * 301},
    ]
    addresses = [links.page("landscape", **query) for query in variations]
    assert addresses[:2] == ["../index~color-health.html", "../index~color-health~size-stars.html"]
    assert len({address.casefold() for address in addresses}) == len(variations)
    assert all(re.fullmatch(r"\.\./index~[a-z0-9~-]{1,60}\.html", address) for address in addresses)
    assert links.page("landscape", size="stars", color="health") == addresses[1]
    assert links.page("landscape", color="", size=None) == "../index.html"


def test_only_pages_whose_links_are_shown_are_wanted() -> None:
    links = FolderLinks("../")
    shown, searched = links.page("project", "wasmtime"), links.page("search", q="a&b")
    links.page("project", "hidden")
    text = f'<a href="{shown}#stars"> <a href="{searched.replace("&", "&amp;")}"> <a href="../projects/other.html">'
    assert links.wanted(text) == (Place("project", "wasmtime"), Place("search"))


def test_a_sitemap_that_would_be_too_large_is_several() -> None:
    places = [Place("landscape"), *(Place("project", f"p{number}") for number in range(4)), Place("search")]
    files = sitemap_files(places, "https://a.example/", most=2)
    assert sorted(files) == ["robots.txt", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert b"<sitemap><loc>https://a.example/sitemap-3.xml</loc></sitemap>" in files["sitemap.xml"]
    assert b"<url><loc>https://a.example/</loc></url>" in files["sitemap-1.xml"]
    assert sum(body.count(b"<url>") for body in files.values()) == 5
