"""The map and the lists around it: filters, levels, order, bounds, and what may not be shown."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from made_board import ask, asked_of, board_of, card, shown

from crawler.site.asked import Query, WrongQuery
from crawler.site.board import Board
from crawler.site.pages import landscape, lists, treemap
from crawler.site.pages.filters import MOST_OPTIONS
from crawler.site.pages.landscape import MOST_CARDS
from crawler.site.pages.measures import COLOURS
from crawler.site.pages.panels import columns_of, fair_limit, length_class
from crawler.site.pages.tiles import tiles
from crawler.site.rendering import render
from crawler.site.texts import load_texts


def test_the_map_shows_every_project_in_each_of_its_places(rich_board: Board) -> None:
    places = [one.id for c in rich_board.categories.values() for part in c.subcategories for one in part.cards]
    assert sorted(shown(ask(rich_board, landscape.page))) == sorted(places)


def test_filters_narrow_together_and_count_what_each_other_choice_would_leave(rich_board: Board) -> None:
    page = ask(rich_board, landscape.page, language="Rust", category="runtimes")
    expected = {one.id for one in rich_board.categories["runtimes"].cards if one.language == "Rust"}
    assert set(shown(page)) == expected
    assert expected
    assert f"{len(expected)} of {len(rich_board.cards)} projects match" in page
    go = sum(one.language == "Go" for one in rich_board.categories["runtimes"].cards)
    rust = sum(one.language == "Rust" for one in rich_board.categories["languages"].cards)
    assert f'<option value="Go">Go ({go})</option>' in page
    assert f'<option value="languages">Languages ({rust})</option>' in page
    assert f'<option value="Rust" selected>Rust ({len(expected)})</option>' in page
    # Links to a category keep what is chosen beside it.
    assert 'href="/categories/runtimes?language=Rust"' in page


@pytest.mark.parametrize(
    ("name", "field"), [("license", "license"), ("language", "language"), ("activity", "activity")]
)
def test_what_is_not_known_can_be_asked_for(rich_board: Board, name: str, field: str) -> None:
    page = ask(rich_board, landscape.page, **{name: "unknown"})
    unknown = {one.id for one in rich_board.cards.values() if getattr(one, field) in (None, "unknown")}
    assert set(shown(page)) == unknown


def test_open_source_is_yes_no_or_not_known(rich_board: Board) -> None:
    counts = [len(set(shown(ask(rich_board, landscape.page, open=one)))) for one in ("open", "closed", "unknown")]
    found = [one.is_open_source for one in rich_board.cards.values()]
    assert counts == [found.count(True), found.count(False), found.count(None)]


def test_nothing_that_matches_says_so_and_leads_back() -> None:
    page = ask(
        board_of([card(1, language="Rust"), card(2, language="Go")]), landscape.page, language="Rust", category="c2"
    )
    assert shown(page) == []
    assert 'id="empty" class="panel">' in page
    assert '<a id="reset" class="button" href="/">' in page


@pytest.mark.parametrize(
    ("make", "query"),
    [
        (landscape.page, {"color": "taste"}),
        (landscape.page, {"size": "large"}),
        (landscape.page, {"language": "Rus"}),
        (landscape.page, {"open": "maybe"}),
        (lists.projects, {"sort": "beauty"}),
        (lists.projects, {"page": "3"}),
        (lists.projects, {"page": "0"}),
        (lists.organizations, {"kind": "club"}),
        (lists.organizations, {"sort": "growth"}),
        (treemap.page, {"area": "smell"}),
        (treemap.page, {"color": "age"}),
    ],
)
def test_a_value_that_cannot_be_says_which_can(
    rich_board: Board, make: Callable[..., Any], query: dict[str, str]
) -> None:
    with pytest.raises(WrongQuery) as fault:
        ask(rich_board, make, **query)
    assert (fault.value.name, fault.value.value) == next(iter(query.items()))
    assert 0 < len(fault.value.allowed) <= 40
    if "language" in query:
        assert fault.value.allowed[0] == "Rust"


def test_levels_begin_at_their_bounds_and_unknown_is_not_zero() -> None:
    today = asked_of(board_of([])).today
    stars = COLOURS["stars"]
    cards = [card(1, stars=n) for n in (0, 99, 100, 999, 1_000, 19_999, 20_000)]
    assert [stars.class_of(one, today) for one in cards] == ["l1", "l1", "l2", "l2", "l3", "l4", "l5"]
    assert stars.words(cards[0], today, load_texts()) == "0"
    assert stars.class_of(card(1), today) == "unknown"
    assert stars.class_of(card(1, repository=None), today) == "off"
    labels = [stars.label(name, load_texts()) for name in stars.classes]
    assert labels == ["99 or less", "100–999", "1,000–4,999", "5,000–19,999", "20,000 or more"]
    growth = COLOURS["growth"]
    assert [growth.words(card(1, stars_month=n), today, load_texts()) for n in (-3, 0, 4)] == ["-3", "0", "+4"]
    assert [growth.class_of(card(1, stars_month=n), today) for n in (-3, 0, 1)] == ["l1", "l1", "l2"]
    age = COLOURS["age"]
    born = [card(1, first_commit_at=f"{day}T00:00:00Z") for day in ("2025-10-02", "2024-10-02", "2024-10-01")]
    assert [age.words(one, today, load_texts()) for one in born] == ["0 years", "1 year", "2 years"]
    assert [age.class_of(one, today) for one in born] == ["l1", "l1", "l2"]


def test_the_legend_counts_every_matching_project_once(rich_board: Board) -> None:
    for colour in COLOURS:
        page = ask(rich_board, landscape.page, color=colour, language="Rust")
        counts = [int(found) for found in re.findall(r'data-step="\w+">(\d+)<', page)]
        assert sum(counts) == sum(one.language == "Rust" for one in rich_board.cards.values())


def test_the_map_holds_the_most_starred_of_each_part_and_links_to_the_rest() -> None:
    cards = [card(number, stars=number, language="Rust" if number % 3 else "Go") for number in range(5_000)]
    board = board_of(cards)
    page = ask(board, landscape.page, language="Rust")
    found = shown(page)
    assert MOST_CARDS - 4 <= len(found) <= MOST_CARDS
    rust = [one for one in cards if one.language == "Rust"]
    of_c0 = [one.id for one in rust if one.category_id == "c0"]
    assert {one for one in found if one in set(of_c0)} == set(of_c0[-250:])
    assert f'href="/categories/c0?language=Rust">and {len(of_c0) - 250} more</a>' in page
    assert len(gzip.compress(page.encode(), 6)) < 300_000


def test_a_limit_is_fair_to_small_parts() -> None:
    assert fair_limit([3, 5, 1_000, 1_000], 108) == 50
    assert fair_limit([3, 5], 100) == 5
    assert fair_limit([5] * 100, 50) == 1


def test_choices_offer_those_with_the_most_projects_and_any_that_is_chosen() -> None:
    cards = [card(number, license=f"L{number // 2}", language="Rust") for number in range(1_000)]
    page = ask(board_of(cards), landscape.page, license="L499")
    select = page.split('id="by-license"')[1].split("</select>")[0]
    assert select.count("<option") == MOST_OPTIONS + 2
    assert '<option value="L499" selected>L499 (2)</option>' in select


def test_without_a_server_each_card_carries_what_it_is_filtered_by() -> None:
    cards = [card(number, stars=number, language="Rust" if number % 3 else None) for number in range(1_500)]
    asked = asked_of(board_of(cards), is_static=True, color="growth")
    page = render(landscape.page(asked), asked)
    assert len(shown(page)) == 1_500
    names = re.findall(r'data-names="([^"]+)"', page)[0].split()
    select = page.split('id="by-language"')[1].split("</select>")[0]
    numbers = dict(re.findall(r'<option value="(\w+)" data-n="(\d+)"', select))
    carried = re.findall(r'data-f="([\d ]+)"><a href="/projects/(p\d+)"', page)
    at = names.index("language")
    assert {one: row.split()[at] for row, one in carried} == {
        one.id: numbers[one.language or "unknown"] for one in cards
    }
    assert 'href="/?color=health"' in page
    assert "<button>Show</button>" not in page
    with pytest.raises(WrongQuery):
        landscape.page(asked_of(board_of(cards), is_static=True, size="commits"))


@pytest.mark.parametrize("make", [landscape.page, lists.projects])
def test_names_of_strangers_are_only_text(rich_board: Board, make: Callable[..., Any]) -> None:
    page = ask(rich_board, make, category="runtimes", sort="name")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page


def test_the_figures_of_a_panel_are_of_what_is_left_of_it() -> None:
    rust = card(1, category_id="c0", language="Rust", stars=7, stars_month=2)
    go = card(2, category_id="c0", language="Go", stars=9_000, stars_month=80)
    page = ask(board_of([rust, go]), landscape.page, language="Rust")
    head = page.split("<h3>")[1].split("</header>")[0]
    assert "1 of 2 projects · 7 stars" in head
    assert "<bdi>Project 1</bdi>" in head
    assert "+80" not in head


def test_parts_stand_side_by_side_with_few_holes() -> None:
    assert columns_of([[1] * 20]) == [10]
    assert columns_of([[1, 1]]) == [1]
    # Three of 3x2 and one of 2x2 fill two lines of six; one line of ten would leave most of a second one empty.
    assert columns_of([[4, 4, 4, 3, 1], [4, 3, 3, 1, 1]]) == [6, 4]
    assert columns_of([]) == []


def test_names_are_written_smaller_or_wider_before_they_break() -> None:
    names = ["Wasmtime", "Kubernetes", "Elasticsearch", "SpiderLightning", "Cloud-native x", "مشروع", "x" * 61]
    assert [length_class(name) for name in names] == ["", "", " longest", " longest", "", "", " endless"]
    assert length_class("WebAssembly") == " long"


def test_what_is_chosen_can_be_taken_back_and_stands_in_the_title(rich_board: Board) -> None:
    page = ask(rich_board, landscape.page, language="Rust", open="open", color="health")
    chips = re.findall(r'<a href="([^"]+)" data-name="(\w+)"><span>([^<]+)<', page)
    assert [(html.unescape(href), name, words) for href, name, words in chips] == [
        ("/?color=health&open=open", "language", "Language: Rust"),
        ("/?color=health&language=Rust", "open", "Open source: Yes"),
    ]
    assert "<title>The landscape at a glance, by Health: Rust, Yes ·" in page
    assert '<details class="filters" open>' in page
    assert '<details class="filters">' in ask(rich_board, landscape.page)


def test_a_filter_takes_one_value(rich_board: Board) -> None:
    query = Query([("language", "Rust"), ("language", "Go")])
    with pytest.raises(WrongQuery) as fault:
        landscape.page(msgspec.structs.replace(asked_of(rich_board), query=query))
    assert fault.value.allowed == ["Rust", "Go"]


@pytest.mark.parametrize("is_static", [True, False])
def test_every_tile_is_known_and_leads_on(rich_board: Board, is_static: bool) -> None:
    for scope in ("landscape", "category:runtimes"):
        found = tiles(asked_of(rich_board, is_static=is_static), scope)
        assert 0 < len(found) <= 6
        assert all(one.is_known and one.href for one in found)
