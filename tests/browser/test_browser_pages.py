"""Every page in the browser: sound, without barriers, on wide screens and phones, in light and dark, and on paper."""

from __future__ import annotations

from itertools import pairwise

import pytest
from browsing import FURTHER, HOSTILE, OURS, PHONE, Visit, find_barriers, overflow, see, style

PAGES = OURS | HOSTILE | FURTHER
FAULTS = {"no such project": ("projects/wasmtim", 404), "no such colour": ("?color=plaid", 400)}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_in_anybodys_way(site: Visit, name: str) -> None:
    page = site.open(PAGES[name])
    assert find_barriers(page) == []
    see(page, width=PHONE, is_dark=True)
    assert find_barriers(page, only_looks=True) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_made_and_fits_any_screen(site: Visit, name: str) -> None:
    page = site.open(PAGES[name])
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().strip()
    heads = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.map(one => [Number(one.tagName[1]), one.textContent.trim()])"
    )
    assert [text for level, text in heads if level == 1] == [heads[0][1]]
    assert all(text for _, text in heads), heads
    assert all(after[0] <= before[0] + 1 for before, after in pairwise(heads)), heads
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert sorted(ids) == sorted(set(ids))
    for width in (PHONE, 768):
        see(page, width=width)
        assert overflow(page) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_page_that_is_not_there_helps_on(site: Visit, name: str) -> None:
    path, status = FAULTS[name]
    page = site.open(path, status=status)
    assert find_barriers(page) == []
    assert page.locator("main a").count() or page.locator("main li").count()


@pytest.mark.parametrize("name", OURS)
def test_dark_mode_is_dark_and_paper_is_white(site: Visit, name: str) -> None:
    page = site.open(OURS[name])
    light = style(page, "body", "backgroundColor")
    see(page, is_dark=True)
    dark = style(page, "body", "backgroundColor")
    assert _brightness(dark) < 60 < 200 < _brightness(light), (dark, light)
    assert _brightness(style(page, "body", "color")) > 180
    see(page, is_dark=True, is_printed=True)
    assert page.locator("nav").first.is_hidden()
    assert page.locator("main").is_visible()
    # Whoever reads in the dark prints on white paper, in dark ink.
    assert _brightness(style(page, "body", "backgroundColor")) > 200
    assert _brightness(style(page, "h1", "color")) < 120


@pytest.mark.parametrize("name", OURS)
def test_a_page_can_be_read_without_scripts(site: Visit, name: str) -> None:
    with_scripts, without = site.open(OURS[name]), site.open(OURS[name], has_scripts=False)
    assert without.locator("h1").inner_text() == with_scripts.locator("h1").inner_text()
    # Nothing that a reader needs waits for a script.
    words = len(without.locator("main").inner_text().split())
    assert words >= 0.9 * len(with_scripts.locator("main").inner_text().split())


def _brightness(color: str) -> float:
    """From 0 to 255, of a computed colour."""
    red, green, blue = (float(part) for part in color[color.index("(") + 1 : -1].split(",")[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue
