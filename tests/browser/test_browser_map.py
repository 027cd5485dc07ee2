"""The map and the lists: filters with and without scripts, state in the address, colours and sizes."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from browsing import PHONE, Visit
from playwright.sync_api import Page, expect

CARDS = "#map .cards li"


def test_a_filter_narrows_the_map_at_once(site: Visit) -> None:
    page = site.open()
    page.evaluate("window.isSame = true")
    before, whole = _seen(page), page.locator("#count").inner_text()
    page.locator("#choices summary").click()
    page.get_by_label(re.compile("^Licen")).select_option("MIT")
    expect(page.locator("#count")).not_to_have_text(whole)
    assert parse_qs(urlsplit(page.url).query)["license"] == ["MIT"]
    left = _seen(page)
    assert 0 < left < before
    assert str(left) in page.locator("#count").inner_text()
    # Back to all of them, without a page being loaded.
    page.go_back()
    expect(page.locator("#count")).to_have_text(whole)
    assert _seen(page) == before
    assert page.evaluate("window.isSame")
    page.go_forward()
    expect(page.locator("#count")).not_to_have_text(whole)
    page.locator("#chosen a").click()
    expect(page.locator("#count")).to_have_text(whole)
    assert _seen(page) == before
    assert "license" not in page.url


def test_an_address_says_what_is_chosen(site: Visit) -> None:
    page = site.open("?license=MIT&activity=active")
    assert page.get_by_label(re.compile("^Licen")).input_value() == "MIT"
    assert page.locator("#by-activity").input_value() == "active"
    plain = site.open("?license=MIT&activity=active", has_scripts=False)
    assert _seen(plain) == _seen(page) > 0


def test_filters_work_without_scripts(site: Visit) -> None:
    page = site.open(has_scripts=False)
    before = _seen(page)
    page.locator("#choices summary").click()
    page.get_by_label(re.compile("^Licen")).select_option("MIT")
    page.locator("#choices button").click()
    page.wait_for_url("**/?*license=MIT*")
    assert 0 < _seen(page) < before


def test_filters_work_on_a_phone(site: Visit) -> None:
    page = site.open(width=PHONE)
    before = _seen(page)
    page.locator("#choices summary").click()
    page.locator("#by-activity").select_option("active")
    expect(page).to_have_url(re.compile("activity=active"))
    assert 0 < _seen(page) < before


def test_colour_and_size_show_another_measure(site: Visit) -> None:
    page = site.open()
    before = page.locator("#legend").inner_text()
    page.get_by_label(re.compile("^Colo")).select_option("health")
    expect(page.locator("#legend")).not_to_have_text(before)
    assert parse_qs(urlsplit(page.url).query)["color"] == ["health"]


def test_no_colour_stands_alone(site: Visit) -> None:
    """Each card says its measure in words, and each step of the legend what it is."""
    page = site.open()
    texts = page.locator(f"{CARDS} a").all_inner_texts()
    assert all(len(text.split()) >= 2 for text in texts), texts
    assert all(text.strip() for text in page.locator(".legend li").all_inner_texts())


def _seen(page: Page) -> int:
    """How many different projects the map shows."""
    return len(set(page.locator(f"{CARDS}:visible a").evaluate_all("all => all.map(one => one.href)")))
