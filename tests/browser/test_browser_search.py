"""Search and comparison in the browser."""

from __future__ import annotations

import pytest
from browsing import Visit


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("wasmtime", "projects/wasmtime"),
        ("bytecode", "organizations/bytecode-alliance"),
        ("runtimes", "categories/runtimes"),
    ],
)
def test_search_finds_projects_organisations_and_categories(site: Visit, words: str, found: str) -> None:
    page = site.open(f"search?q={words}")
    assert page.locator(f"main a[href$='{found}']").count()


def test_what_is_searched_is_only_text(site: Visit) -> None:
    page = site.open("search?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.get_by_role("searchbox").first.input_value() in {"", "<script>alert(1)</script>"}
    assert page.locator("main script").count() == 0


def test_projects_stand_side_by_side(site: Visit) -> None:
    page = site.open("compare?project=wasmtime&project=wasmer")
    text = page.locator("main").inner_text()
    assert "Wasmtime" in text
    assert "Wasmer" in text
    assert page.locator("main table th[scope=col], main table thead th").count() >= 2
