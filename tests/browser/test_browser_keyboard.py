"""The site by keyboard alone: everything can be reached in its order, and one sees where one is."""

from __future__ import annotations

from typing import Any

import pytest
from browsing import OURS, PHONE, Visit
from playwright.sync_api import Page

_WHERE = """() => {
  const one = document.activeElement, look = getComputedStyle(one), box = one.getBoundingClientRect();
  return {name: one.tagName.toLowerCase(), href: one.getAttribute("href"), place: one.closest(
    "nav, form, main, footer, header, aside")?.tagName.toLowerCase(), outline: parseFloat(look.outlineWidth),
    is_seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0, text: one.textContent.trim(),
    number: [...document.querySelectorAll("*")].indexOf(one)};
}"""
_REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.type !== "hidden")
  // Of a group of radio buttons Tab reaches one.
  .filter((one, at, all) => one.type !== "radio" || all.findIndex(other => other.name === one.name) === at).length"""
MOST_STEPS = 60


@pytest.mark.parametrize("name", OURS)
def test_tab_leads_through_a_page_in_its_order(site: Visit, name: str) -> None:
    page = site.open(OURS[name])
    steps = _tab(page, min(MOST_STEPS, page.evaluate(_REACHABLE)))
    assert steps[0]["href"] == "#main"
    assert all(step["outline"] >= 2 for step in steps), [step for step in steps if step["outline"] < 2]
    assert all(step["is_seen"] for step in steps)
    numbers = [step["number"] for step in steps]
    assert numbers == sorted(set(numbers))
    assert [step["place"] for step in steps if step["place"] == "nav"]
    assert [step for step in steps if step["name"] == "input"]


@pytest.mark.parametrize("width", [1280, PHONE])
def test_one_can_skip_to_the_content(site: Visit, width: int) -> None:
    page = site.open("projects/wasmtime", width=width)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_card_of_the_map_opens_its_project(site: Visit) -> None:
    page = site.open()
    page.locator("main a[href*='projects/']").first.focus()
    wanted = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(wanted)
    assert page.locator("h1").inner_text().strip()


def test_the_numbers_behind_a_chart_open_with_enter(site: Visit) -> None:
    page = site.open("projects/wasmtime")
    shown = page.locator("figure.chart details").first
    assert shown.locator("table").is_hidden()
    shown.locator("summary").focus()
    page.keyboard.press("Enter")
    assert shown.locator("table").is_visible()
    assert shown.locator("tbody tr").count()


def test_words_are_searched_with_enter(site: Visit) -> None:
    page = site.open("value")
    page.get_by_role("searchbox").first.fill("wasmtime")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=wasmtime*")


def _tab(page: Page, times: int) -> list[dict[str, Any]]:
    steps = []
    for _ in range(times):
        page.keyboard.press("Tab")
        steps.append(page.evaluate(_WHERE))
    return steps
