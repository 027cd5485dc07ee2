"""The map and the lists around it: filters, levels, order, bounds, and what may not be shown."""

from __future__ import annotations

import gzip
import html
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from crawler.figures.model import Total
from crawler.figures.snapshot import Snapshot
from crawler.site.asked import Asked, NotThere, Query, WrongQuery
from crawler.site.board import Board, Card, Category, Group, Organization, Subcategory, read_board
from crawler.site.links import ServedLinks
from crawler.site.pages import category, landscape, lists, treemap
from crawler.site.pages.filters import MOST_OPTIONS
from crawler.site.pages.landscape import MOST_CARDS
from crawler.site.pages.measures import COLOURS, ordered
from crawler.site.pages.panels import fair_limit, initials
from crawler.site.rendering import render
from crawler.site.texts import load_texts

# Datasette leaves its connections in memory to the garbage collector, which Python 3.13 remarks on.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

Get = Callable[..., httpx.Response]
NOTHING = sqlite3.connect(":memory:")


class StaticLinks(ServedLinks):
    """As of a site without a server."""

    is_static = True

    def data(self, table: str = "", row: str = "", **query: object) -> str | None:
        return None


def card(number: int, **values: Any) -> Card:
    """A project of which nothing is known but what is said."""
    nothing = dict.fromkeys(Card.__struct_fields__)
    named = {"id": f"p{number}", "name": f"Project {number}", "repository": f"o/p{number}", "activity": "unknown"}
    placed = {"category_id": f"c{number % 4}", "subcategory_id": f"c{number % 4}--all"}
    return Card(**{**nothing, **named, **placed, **values})


def board_of(cards: list[Card], organizations: list[Organization] | None = None, **values: Any) -> Board:
    """A board of these, in the categories that they name."""
    of: dict[str, list[Card]] = {}
    for one in cards:
        of.setdefault(one.category_id, []).append(one)
    categories = {
        name: Category(
            id=name,
            name=f"Category {name}",
            group="Dev" if number % 2 else "Ops",
            subcategories=(Subcategory(id=f"{name}--all", name="All", cards=tuple(found)),),
            cards=tuple(found),
        )
        for number, (name, found) in enumerate(of.items())
    }
    groups = {name: [one for one in categories.values() if one.group == name] for name in ("Dev", "Ops")}
    return Board(
        snapshot=Snapshot("2026-10-01", "live", None, values.get("totals", {})),
        hidden=values.get("hidden", frozenset()),
        groups=tuple(Group(name=name, categories=tuple(found)) for name, found in groups.items()),
        cards={one.id: one for one in cards},
        categories=categories,
        organizations={one.id: one for one in organizations or []},
    )


def asked_of(board: Board, *, is_static: bool = False, **query: str) -> Asked:
    links = (StaticLinks if is_static else ServedLinks)("/", "landscape")
    return Asked(connection=NOTHING, board=board, links=links, texts=load_texts(), query=Query(list(query.items())))


def shown(page: str) -> list[str]:
    """The ids of the projects in a page's table or map, in their order."""
    return re.findall(r'<(?:th scope="row"|li class="[^"]* s\d"[^>]*)><a href="/projects/([^"]+)"', page)


@pytest.fixture(scope="module")
def board(rich_file: Path) -> Iterator[Board]:
    with closing(sqlite3.connect(f"{rich_file.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield read_board(connection, with_restricted=False)


def ask(board: Board, make: Callable[..., Any], *key: str, **query: str) -> str:
    asked = asked_of(board, **query)
    return render(make(asked, *key), asked)


def test_the_map_shows_every_project_in_each_of_its_places(board: Board) -> None:
    places = [one.id for c in board.categories.values() for part in c.subcategories for one in part.cards]
    assert sorted(shown(ask(board, landscape.page))) == sorted(places)


def test_filters_narrow_together_and_count_what_each_other_choice_would_leave(board: Board) -> None:
    page = ask(board, landscape.page, language="Rust", category="runtimes")
    expected = {one.id for one in board.categories["runtimes"].cards if one.language == "Rust"}
    assert set(shown(page)) == expected
    assert expected
    assert f"{len(expected)} of {len(board.cards)} projects match" in page
    go = sum(one.language == "Go" for one in board.categories["runtimes"].cards)
    rust = sum(one.language == "Rust" for one in board.categories["languages"].cards)
    assert f'<option value="Go">Go ({go})</option>' in page
    assert f'<option value="languages">Languages ({rust})</option>' in page
    assert f'<option value="Rust" selected>Rust ({len(expected)})</option>' in page
    # Links to a category keep what is chosen beside it.
    assert 'href="/categories/runtimes?language=Rust"' in page


@pytest.mark.parametrize(
    ("name", "field"), [("license", "license"), ("language", "language"), ("activity", "activity")]
)
def test_what_is_not_known_can_be_asked_for(board: Board, name: str, field: str) -> None:
    page = ask(board, landscape.page, **{name: "unknown"})
    unknown = {one.id for one in board.cards.values() if getattr(one, field) in (None, "unknown")}
    assert set(shown(page)) == unknown


def test_open_source_is_yes_no_or_not_known(board: Board) -> None:
    counts = [len(set(shown(ask(board, landscape.page, open=one)))) for one in ("open", "closed", "unknown")]
    found = [one.is_open_source for one in board.cards.values()]
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
def test_a_value_that_cannot_be_says_which_can(board: Board, make: Callable[..., Any], query: dict[str, str]) -> None:
    with pytest.raises(WrongQuery) as fault:
        ask(board, make, **query)
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


def test_the_legend_counts_every_matching_project_once(board: Board) -> None:
    for colour in COLOURS:
        page = ask(board, landscape.page, color=colour, language="Rust")
        counts = [int(found) for found in re.findall(r'data-step="\w+">(\d+)<', page)]
        assert sum(counts) == sum(one.language == "Rust" for one in board.cards.values())


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
    assert '<th scope="col" aria-sort="ascending">' in page


def test_the_fastest_growing_of_a_category_is_found_by_its_link(board: Board) -> None:
    page = ask(board, category.page, "runtimes")
    assert 'href="/categories/runtimes?sort=growth">Fastest growing first</a>' in page
    best = max(board.categories["runtimes"].cards, key=lambda one: one.stars_month or 0)
    assert shown(ask(board, category.page, "runtimes", sort="growth"))[0] == best.id
    assert f'href="/categories/runtimes?sort=growth">Growing fastest</a> <bdi>{best.name}</bdi>' in ask(
        board, landscape.page
    )


def test_a_category_shows_its_own_projects_alone(board: Board) -> None:
    runtimes = board.categories["runtimes"]
    page = ask(board, category.page, "runtimes")
    assert set(shown(page)) == {one.id for one in runtimes.cards}
    part = runtimes.subcategories[1]
    assert set(shown(ask(board, category.page, "runtimes", subcategory=part.id))) == {one.id for one in part.cards}
    with pytest.raises(NotThere) as fault:
        ask(board, category.page, "runtime")
    assert ("category", "runtimes", "Runtimes") in fault.value.near


def test_an_unknown_category_is_answered_with_what_was_perhaps_meant(get_rich: Get) -> None:
    assert 'href="/categories/runtimes"' in get_rich("/categories/runtimez", 404).text
    assert "<code>Rust</code>" in get_rich("/projects", 400, language="Rus").text


@pytest.mark.parametrize("make", [landscape.page, lists.projects])
def test_names_of_strangers_are_only_text(board: Board, make: Callable[..., Any]) -> None:
    page = ask(board, make, category="runtimes", sort="name")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page


def organization(name: str, value: str | None, *, is_hidden: bool = False) -> Organization:
    total = Total(scope=f"organization:{name}", measure="value", value=value, known=1, total=1) if value else None
    return Organization(
        id=name, name=name.title(), kind="company", parent_id=None, cards=(), value=total, is_value_hidden=is_hidden
    )


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
    assert page.count("not for publication") == 2
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
    areas = treemap.page(asked_of(board_of(cards))).values["areas"]
    assert [leaf.name for branch in areas.branches for leaf in branch.leaves] == ["Project 1", "Project 4"]
    assert (areas.known, areas.unknown) == (3, 1)


def test_two_letters_stand_for_a_name() -> None:
    names = ["WebAssembly Micro Runtime", "wasm3", "<script>", "C", "…", "مشروع"]
    assert [initials(name) for name in names] == ["WM", "Wa", "Sc", "C", "", "مش"]
