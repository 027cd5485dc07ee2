"""Datasette's own pages in our frame: their templates get what keeps nobody out, the same in 0.65 and in 1.0."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from crawler.site.metadata import canned_queries

PAGES = [
    "/landscape",
    "/landscape/landscape",
    "/landscape/projects",
    "/landscape/projects/wasmtime",
    "/landscape/growing",
]
Ask = Callable[..., Any]

# Datasette leaves connections and streams to the garbage collector, and warns of its own ways.
pytestmark = [pytest.mark.filterwarnings("default")]


@pytest.mark.parametrize("path", PAGES)
def test_the_frame_is_that_of_our_pages(ask: Ask, path: str) -> None:
    page = ask(path).text
    assert page.count('<html lang="en">') == 1
    first, rest = page.split("<body", 1)
    assert re.search(r"<title>[^<]*\S · Landscape</title>", first)
    assert re.search(r"<(?:a|button|input|select)\b[^>]*>", rest)[0] == '<a class="skip" href="#main">'  # type: ignore[index]
    frame, content = rest.split('<main id="main" tabindex="-1">')
    assert '<nav aria-label="Main">' in frame
    assert frame.count(" aria-current=") == 1
    assert f'aria-current="{"page" if path == "/landscape" else "true"}">Data</a>' in frame
    assert 'role="search"' in frame
    main, after = content.split("</main>")
    assert main.count("<h1") == 1
    assert "<footer" in after
    levels = [int(level or tag) for tag, level in re.findall(r'<h(\d)(?: aria-level="(\d)")?[^>]*>', main)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), levels


@pytest.mark.parametrize("path", [*PAGES, "/landscape/projects?name__contains=a&_facet=name&_facet_size=1"])
def test_fields_links_and_tables_have_names(ask: Ask, path: str) -> None:
    page = ask(path).text
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = re.findall(r"<(?:select|textarea|input)\b[^>]*>", page)
    fields = [field for field in fields if not re.search(r'type="(?:hidden|submit|checkbox)"', field)]
    nameless = [
        field
        for field in fields
        if " aria-label=" not in field and not labelled & set(re.findall(r'\bid="([^"]+)"', field))
    ]
    assert nameless == []
    for scrolled in re.findall(r'<div class="table-wrapper"[^>]*>', page):
        assert 'tabindex="0" role="group" aria-label="' in scrolled
    for sign in re.findall(r"<a\b[^>]*>(?=…|&#x2716;)", page):
        assert " aria-label=" in sign
    if "_facet" in path:
        assert ">…</a>" in page
    assert (
        page.count("<dl ")
        == page.count('<details class="landscape-columns"><summary>')
        == page.count("</dl></details>")
    )


def test_a_question_is_the_title_of_its_page(ask: Ask) -> None:
    assert f"<title>{canned_queries()['growing'].title} · Landscape</title>" in ask("/landscape/growing").text
