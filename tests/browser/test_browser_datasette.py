"""Datasette's own pages under the same policy: they work, and complain of nothing."""

from __future__ import annotations

import pytest
from browsing import PHONE, WIDE, Visit, find_barriers, overflow, see, style

NARROWEST = 320
"""Pixels: a wide screen at four times its size."""
PAGES = {
    "database": "landscape",
    "view": "landscape/landscape",
    "table with facets": "landscape/repositories?_facet=license_spdx&_facet=primary_language",
    "row": "landscape/projects/wasmtime",
    "full-text search": "landscape/projects?_search=runtime&name__contains=a",
    "question": "landscape/growing",
    "SQL of one's own": "landscape?sql=select+name,+1+from+projects+where+id+=+'wasmtime'",
}
CLOSED = "landscape/figures"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_datasette_opens(site: Visit, name: str) -> None:
    page = site.open(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.locator("table, ul").count()


@pytest.mark.parametrize("path", [*PAGES.values(), CLOSED], ids=[*PAGES, "closed"])
def test_nothing_of_datasettes_is_in_anybodys_way(site: Visit, path: str) -> None:
    page = site.open(path, status=403 if path == CLOSED else 200)
    page.wait_for_load_state("load")
    assert find_barriers(page) == []
    for width in (WIDE, PHONE):
        see(page, width=width, is_dark=True)
        assert find_barriers(page, only_looks=True) == []
    see(page, width=NARROWEST)
    assert overflow(page) == []


def test_a_question_that_is_kept_can_be_asked(site: Visit) -> None:
    page = site.open("landscape")
    page.locator("a[href*='/landscape/'][title]").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("table.rows-and-columns, .zero-results").count()


def test_the_menu_of_a_column_opens_by_keyboard(site: Visit) -> None:
    page = site.open("landscape/repositories")
    page.wait_for_load_state("load")
    icon = page.get_by_role("button", name="Menu of the column").nth(1)
    icon.focus()
    page.keyboard.press("Enter")
    menu = page.locator("body > .dropdown-menu")
    assert menu.is_visible()
    assert page.evaluate("document.activeElement.closest('.dropdown-menu') !== null")
    page.keyboard.press("Escape")
    assert menu.is_hidden()
    assert icon.evaluate("one => one === document.activeElement")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    assert menu.is_hidden()
    page.keyboard.press("Enter")
    wanted = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(wanted)


def test_one_sees_which_field_of_a_filter_has_the_focus(site: Visit) -> None:
    page = site.open("landscape/projects", is_dark=True)
    page.get_by_label("Column to filter by").focus()
    assert style(page, ".select-wrapper:focus-within", "outlineStyle") == "solid"
    assert style(page, ".select-wrapper:focus-within", "outlineWidth") == "3px"


def test_one_skips_to_the_content_of_a_table(site: Visit) -> None:
    page = site.open("landscape/projects")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_editor_is_dark_in_the_dark(site: Visit) -> None:
    page = site.open(PAGES["SQL of one's own"], is_dark=True)
    assert style(page, ".CodeMirror", "backgroundColor") == style(page, "header", "backgroundColor")


def test_the_menu_of_a_column_opens(site: Visit) -> None:
    """It is Datasette's own script that makes it."""
    page = site.open("landscape/repositories")
    page.locator("th svg.dropdown-menu-icon").nth(1).click()
    assert page.locator(".dropdown-menu:visible").inner_text()
