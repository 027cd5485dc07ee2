"""The site as files, opened from the disk: the same pages, filters, search and comparison, without a server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browsing import KEYS, OURS, PHONE, Visit, find_barriers, overflow, see
from playwright.sync_api import Page, expect


def _file(name: str) -> str:
    """Where a page lies in the folder."""
    return f"{OURS[name] or 'index'}.html"


@pytest.mark.parametrize("name", OURS)
def test_a_file_opens_from_the_disk(files: Visit, name: str) -> None:
    page = files.open(_file(name))
    assert page.locator("h1").inner_text().strip()
    see(page, width=PHONE, is_dark=True)
    assert overflow(page) == []


@pytest.mark.parametrize("name", ["landscape", "compare", "search"])
def test_what_only_files_have_is_in_nobodys_way(files: Visit, name: str) -> None:
    page = files.open(f"{name}.html?q=wasm" if name == "search" else _file(name))
    assert find_barriers(page) == []


def test_no_link_leads_nowhere(files: Visit) -> None:
    for name in OURS:
        page = files.open(_file(name))
        links = page.locator("a[href], link[href], script[src], img[src]").evaluate_all(
            "all => all.map(one => new URL(one.getAttribute('href') || one.getAttribute('src'), location).href)"
        )
        dead = [one for one in links if one.startswith("file:") and not Path(unquote(urlsplit(one).path)).is_file()]
        assert dead == [], name


def test_links_lead_from_page_to_page(files: Visit) -> None:
    page = files.open("index.html")
    page.locator(f"main a[href*='projects/{KEYS['project']}']").first.click()
    expect(page.locator("h1")).to_contain_text("Wasmtime")
    page.locator("nav a").first.click()
    expect(page).to_have_url(re.compile(r"index\.html$"))


def test_filters_work_without_a_server(files: Visit) -> None:
    page = files.open("index.html")
    cards = page.locator("#map .cards li:visible")
    before = cards.count()
    page.locator("#choices summary").click()
    page.get_by_label(re.compile("^Licen")).select_option(label=_option(page, "MIT"))
    expect(cards).not_to_have_count(before)
    assert 0 < cards.count() < before
    assert re.search(r"^\d+ of \d+ projects$", page.locator(".category:visible header p").first.inner_text().strip())
    page.locator("#chosen a").click()
    expect(cards).to_have_count(before)
    # A tile leads to the map with one of its filters.
    page.get_by_role("link", name="Open source", exact=True).click()
    expect(cards).not_to_have_count(before)
    assert "Yes" in page.locator("#chosen").inner_text()


def test_search_works_without_a_server(files: Visit) -> None:
    page = files.open("search.html")
    page.locator("main input[type=search], main input[name=q]").first.fill("wasmtime")
    page.keyboard.press("Enter")
    expect(page.locator("main a[href*='wasmtime']").first).to_be_visible()


@pytest.mark.parametrize(
    ("text", "found"),
    [("wasmtmie", "wasmtime"), ("bytecodealliance/wasmtime", "wasmtime"), ("wasmtime rust apache-2.0", "wasmtime")],
)
def test_search_takes_near_spellings_repositories_languages_and_licences(files: Visit, text: str, found: str) -> None:
    page = files.open("search.html")
    page.locator("#search-form input[name=q]").fill(text)
    expect(page.locator(f"#offline-found a[href='projects/{found}.html']")).to_be_visible()
    is_near = "Spelled nearly so" in page.locator("#offline-found [role=status]").inner_text()
    assert is_near is (text == "wasmtmie")


def test_an_address_of_the_served_map_filters_the_file_until_another_choice(files: Visit) -> None:
    page = files.open("index.html?license=MIT")
    expect(page.locator("#chosen")).to_contain_text("MIT")
    page.locator("#reset").click()
    expect(page.locator("#chosen")).to_be_hidden()
    page.reload()
    expect(page.locator("#chosen")).to_be_hidden()


def test_the_search_of_every_page_works_without_a_server(files: Visit) -> None:
    page = files.open("value.html")
    page.get_by_role("searchbox").first.fill("wasmtime")
    page.keyboard.press("Enter")
    expect(page.locator("main a[href*='projects/wasmtime']").first).to_be_visible()


def _option(page: Page, words: str) -> str:
    """The label of the option that begins so."""
    labels = page.locator("option").all_inner_texts()
    return next(label for label in labels if label.strip().startswith(words))
