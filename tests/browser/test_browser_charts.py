"""Charts in the browser: each has a name and its numbers as a table, and is seen in light, dark, small and on paper."""

from __future__ import annotations

import pytest
from browsing import OURS, PHONE, Visit, see
from playwright.sync_api import Page

WITH_CHARTS = ("landscape", "treemap", "project", "organization", "category", "compare", "value")
_CHARTS = """() => [...document.querySelectorAll("figure.chart")].filter(one => one.querySelector("svg")).map(one => {
  const area = of => of.getBoundingClientRect().width * of.getBoundingClientRect().height;
  // Keys of a legend are small pictures, too.
  const picture = [...one.querySelectorAll("svg")].sort((a, b) => area(b) - area(a))[0];
  const box = picture.getBoundingClientRect();
  const of = (picture.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
  return {
    title: one.querySelector("figcaption").textContent.trim(),
    name: (picture.getAttribute("aria-label") || of.map(id => document.getElementById(id)?.textContent).join(" ")
      || picture.querySelector("title")?.textContent || "").trim(),
    is_hidden: picture.getAttribute("aria-hidden") === "true",
    role: picture.getAttribute("role"),
    summary: one.querySelector(".summary")?.textContent.trim(),
    rows: one.querySelectorAll("tbody tr").length,
    heads: one.querySelectorAll("thead th[scope=col]").length,
    width: box.width, height: box.height, right: box.right,
  };
})"""


@pytest.mark.parametrize("name", WITH_CHARTS)
def test_a_chart_says_what_it_shows(site: Visit, name: str) -> None:
    page = site.open(OURS[name])
    for width in (1280, PHONE):
        see(page, width=width, is_dark=width == PHONE)
        for chart in page.evaluate(_CHARTS):
            assert chart["title"], chart
            assert chart["is_hidden"] or (chart["name"] and chart["role"] in {"img", "group"}), chart
            assert chart["summary"], chart
            assert chart["rows"] and chart["heads"] >= 2, chart
            assert chart["width"] > 100 and chart["height"] >= 12, chart


@pytest.mark.parametrize("name", ["treemap", "project", "organization", "value"])
def test_there_are_charts(site: Visit, name: str) -> None:
    page = site.open(OURS[name])
    assert page.evaluate(_CHARTS)
    see(page, is_printed=True)
    assert page.locator("figure.chart svg").first.is_visible()


def test_marks_of_charts_change_with_the_theme(site: Visit) -> None:
    page = site.open(OURS["value"])
    light = _inks(page)
    see(page, is_dark=True)
    dark = _inks(page)
    assert light and dark
    assert light != dark


def test_axis_labels_of_a_chart_stay_legible_on_a_phone(site: Visit) -> None:
    page = site.open(OURS["project"], width=PHONE)
    sizes = page.locator("figure.chart svg text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height).filter(height => height)"
    )
    assert sizes
    assert min(sizes) >= 9


def _inks(page: Page) -> set[tuple[str, str]]:
    """The colours of all that is drawn or written in charts."""
    marks = page.locator("figure.chart svg").locator("path, rect, line, text, circle")
    found = marks.evaluate_all(
        "all => all.map(one => { const look = getComputedStyle(one); return [look.fill, look.stroke] })"
    )
    return {(fill, stroke) for fill, stroke in found}


def test_one_picture_of_a_treemap_is_there_at_each_width_and_tells_what_is_reached(site: Visit) -> None:
    page = site.open(OURS["treemap"])
    for width, kind in ((1280, "lying"), (PHONE, "standing")):
        see(page, width=width)
        assert [page.locator(f".tree.{one}").is_visible() for one in ("lying", "standing")] == [
            kind == one for one in ("lying", "standing")
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        area = page.locator(f".tree.{kind} a.leaf").last
        area.focus()
        assert page.locator(".trees .seen").text_content() == area.get_attribute("aria-label")
