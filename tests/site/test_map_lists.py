"""The lists, a category and the treemap: order, pages, and what may not be shown."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
import pytest
from made_board import ask, asked_of, board_of, card, organization, shown

from crawler.figures.model import Total
from crawler.site.asked import NotThere, WrongQuery
from crawler.site.board import Board
from crawler.site.pages import category, landscape, lists, treemap
from crawler.site.pages.measures import ordered

Get = Callable[..., httpx.Response]


def test_unknown_comes_last_in_every_order() -> None:
    cards = [card(1), card(2, stars=0, language="Zig", stars_month=-1), card(3, stars=5, language="Ada", stars_month=2)]
    assert [one.id for one in ordered(cards, "stars")] == ["p3", "p2", "p1"]
    assert [one.id for one in ordered(cards, "growth")] == ["p3", "p2", "p1"]
    assert [one.id for one in ordered(cards, "language")] == ["p3", "p2", "p1"]
    assert [one.id for one in ordered(cards, "health")] == ["p3", "p2", "p1"]


def test_lists_have_a_hundred_rows_a_page_and_keep_what_is_chosen() -> None:
    cards = [card(number, stars=1_000 - number, language="Rust") for number in range(250)]
    page = ask(board_of(cards), lists.projects, page="3", sort="name", language="Rust")
    assert len(shown(page)) == 50
    assert "Page 3 of 3" in page
    links = html.unescape(page)
    assert 'rel="prev" href="/projects?language=Rust&sort=name&page=2"' in links
    assert 'rel="next"' not in page
    assert 'href="/projects?language=Rust&sort=growth"' in links
    assert '<th scope="col" class="col-name" aria-sort="ascending">' in page


def test_the_fastest_growing_of_a_category_is_found_by_its_link(rich_board: Board) -> None:
    page = ask(rich_board, category.page, "runtimes")
    assert 'href="/categories/runtimes?sort=growth">Fastest growing first</a>' in page
    best = max(rich_board.categories["runtimes"].cards, key=lambda one: one.stars_month or 0)
    assert shown(ask(rich_board, category.page, "runtimes", sort="growth"))[0] == best.id
    head = 'href="/categories/runtimes?sort=growth">Growing fastest<span class="hidden-text"> in Runtimes:</span></a>'
    assert f"{head} <bdi>{best.name}</bdi>" in ask(rich_board, landscape.page)


def test_a_category_shows_its_own_projects_alone(rich_board: Board) -> None:
    runtimes = rich_board.categories["runtimes"]
    page = ask(rich_board, category.page, "runtimes")
    assert set(shown(page)) == {one.id for one in runtimes.cards}
    part = runtimes.subcategories[1]
    assert set(shown(ask(rich_board, category.page, "runtimes", subcategory=part.id))) == {one.id for one in part.cards}
    with pytest.raises(NotThere) as fault:
        ask(rich_board, category.page, "runtime")
    assert ("category", "runtimes", "Runtimes") in fault.value.near


def test_an_unknown_category_is_answered_with_what_was_perhaps_meant(get_rich: Get) -> None:
    assert 'href="/categories/runtimes"' in get_rich("/categories/runtimez", 404).text
    assert 'href="/projects?language=Rust"' in get_rich("/projects", 400, language="Rus").text


def test_a_value_that_is_not_for_publication_is_said_to_be_so_and_has_no_place_in_the_order() -> None:
    totals = {
        ("landscape", "value", "ecosystem_value_v1"): Total(
            scope="landscape", measure="value", value="987654321", known=3, total=4, currency="USD"
        )
    }
    organizations = [
        organization("acme", "5000000"),
        organization("zeta", None, is_hidden=True),
        organization("nil", None),
        organization("big", "7000000"),
    ]
    board = board_of([card(1)], organizations, totals=totals)
    hidden = msgspec.structs.replace(board, hidden=frozenset(totals))
    assert "$990M" in ask(board, landscape.page)
    page = ask(hidden, landscape.page)
    assert "$990M" not in page
    assert page.count("not for publication") == 1
    table = ask(hidden, lists.organizations, sort="value")
    assert re.findall(r'href="/organizations/(\w+)"', table) == ["big", "acme", "zeta", "nil"]
    assert "1 value is not for publication." in table
    tree = ask(hidden, treemap.page, area="value")
    assert "The value of 1 is not for publication." in tree
    assert "The value of 1 is not known." in tree
    assert "Zeta" not in tree
    assert "Big" in tree


def test_a_repository_that_projects_share_is_one_area() -> None:
    cards = [card(1, stars=10), card(2, stars=10, repository="o/p1"), card(3), card(4, stars=0)]
    areas = treemap.page(asked_of(board_of(cards))).values["drawn"].areas
    assert [leaf.name for branch in areas.branches for leaf in branch.leaves] == ["Project 1", "Project 4"]
    assert (areas.known, areas.unknown) == (3, 1)


@pytest.mark.parametrize(
    ("known", "colour"),
    [
        ({"stars_month": 3, "health": 80, "activity": "active"}, "growth"),
        ({"health": 80, "activity": "active"}, "health"),
        ({"activity": "active"}, "activity"),
        ({}, "growth"),
    ],
)
def test_the_treemap_has_a_colour_that_is_known(known: dict[str, Any], colour: str) -> None:
    # Less than half of the area knows all of them.
    whole = {"stars_month": 3, "health": 80, "activity": "active"}
    board = board_of([card(1, stars=60, **known), card(2, stars=40, **(whole if known else {}))])
    assert treemap.page(asked_of(board)).values["color"] == colour
    page = ask(board, treemap.page)
    assert (
        re.search(r'<a href="/treemap" aria-current="true">([^<]+)', page.split("Colour</span>")[1])[1]
        == {  # type: ignore[index]
            "growth": "Growth in 30 days",
            "health": "Health",
            "activity": "Activity",
        }[colour]
    )


def test_the_treemap_tells_its_colours_in_words_and_links_its_table() -> None:
    board = board_of([card(1, stars=60, activity="slow", name="<b>X</b>"), card(2, stars=40)])
    page = ask(board, treemap.page, color="activity")
    assert '<i class="sample slow" aria-hidden="true"></i>Slow' in page
    assert page.count('class="leaf slow"') == 2  # one picture for wide places, one for narrow ones
    assert '<th scope="row"><a href="/projects/p1"><bdi>&lt;b&gt;X&lt;/b&gt;</bdi></a></th>' in page
    assert "<td>Slow</td>" in page
    assert "2 of 2 projects are counted here." in page


def test_organisations_are_coloured_by_their_kind() -> None:
    foundation = msgspec.structs.replace(organization("moz", "9000000"), kind="foundation")
    board = board_of([card(1)], [organization("acme", "5000000"), foundation])
    page = ask(board, treemap.page, area="value")
    assert 'aria-current="true">Kind of organisation</a>' in page
    assert page.count('class="leaf k2"') == page.count('class="leaf k4"') == 2
    legend = re.findall(r'<i class="sample (\w+)" aria-hidden="true"></i>([^<]+)', page)
    assert legend == [("k2", "Company"), ("k4", "Foundation")]
    # Another area has no such colour, and its links keep one that was chosen.
    assert 'href="/treemap?area=commits"' in page
    assert 'href="/treemap?area=commits&amp;color=activity"' in ask(board, treemap.page, area="value", color="activity")
    with pytest.raises(WrongQuery):
        ask(board, treemap.page, color="kind")


def test_no_releases_are_none_and_what_is_not_known_is_not_known() -> None:
    known = {"stars": 5, "latest_commit_at": "2026-09-01T00:00:00Z"}
    page = ask(board_of([card(1, releases_total=0, **known), card(2, **known)]), lists.projects, sort="name")
    first, second = page.split("<tbody>")[1].split("</tr>")[:2]
    assert '<td class="word">none</td>' in first
    assert '<td class="word">none</td>' not in second
    # A project of which nothing is known says so once.
    assert ask(board_of([card(1)]), lists.projects).split("<tbody>")[1].count("not known") == 1


def test_a_project_is_listed_with_all_its_categories(rich_board: Board) -> None:
    row = ask(rich_board, lists.projects, category="runtimes").split('"/projects/wasmcloud"')[1].split("</tr>")[0]
    assert 'href="/categories/runtimes"' in row
    assert 'href="/categories/application-frameworks"' in row


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/projects", {}),
        ("/projects", {"language": "Rust", "sort": "growth"}),
        ("/projects", {"license": "unknown", "open": "unknown"}),
        ("/projects", {"activity": "quiet"}),
        ("/projects", {"category": "runtimes"}),
        ("/categories/runtimes", {}),
    ],
)
def test_the_data_beside_a_table_are_those_of_the_table(get_rich: Get, path: str, query: dict[str, str]) -> None:
    page = get_rich(path, **query).text
    total = int(re.findall(r"<span>(\d+)", page.split('class="count"')[1])[0])
    links = {words: html.unescape(href) for href, words in re.findall(r'<a href="([^"]+)">(CSV|JSON)</a>', page)}
    answers = {words: urlsplit(href) for words, href in links.items()}
    texts = {words: get_rich(one.path, **dict(parse_qsl(one.query))).text for words, one in answers.items()}
    rows = json.loads(texts["JSON"])
    assert len(rows) == total
    assert {row["project_id"] for row in rows} >= set(shown(page))
    assert len(list(csv.DictReader(io.StringIO(texts["CSV"])))) == total


def test_titles_name_the_order_and_the_page() -> None:
    page = ask(board_of([card(number, stars=number) for number in range(150)]), lists.projects, sort="growth", page="2")
    assert "<title>Projects, by 30-day growth, page 2 ·" in page
