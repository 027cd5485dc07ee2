"""Datasette's own pages under the same policy: they work, and complain of nothing."""

from __future__ import annotations

import pytest
from browsing import Visit

PAGES = {
    "database": "landscape",
    "view": "landscape/landscape",
    "table with facets": "landscape/repositories?_facet=license_spdx&_facet=primary_language",
    "row": "landscape/projects/wasmtime",
    "full-text search": "landscape/projects?_search=runtime",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_datasette_opens(site: Visit, name: str) -> None:
    page = site.open(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.locator("table, ul").count()


def test_a_question_that_is_kept_can_be_asked(site: Visit) -> None:
    page = site.open("landscape")
    page.locator("a[href*='/landscape/'][title]").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("table.rows-and-columns, .zero-results").count()


def test_the_menu_of_a_column_opens(site: Visit) -> None:
    """It is Datasette's own script that makes it."""
    page = site.open("landscape/repositories")
    page.locator("th svg.dropdown-menu-icon").nth(1).click()
    assert page.locator(".dropdown-menu:visible").inner_text()
