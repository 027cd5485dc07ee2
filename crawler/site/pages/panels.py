"""The map's panels: categories, their parts and cards, as many as a page holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from crawler.figures import forms
from crawler.printable import plain
from crawler.site.asked import Asked
from crawler.site.board import Board, Card, Category, stars_of
from crawler.site.pages.measures import SIZES, Colour, size_class, unknown_last
from crawler.site.rendering import name as shown_name

WIDE, HIGH = (1, 2, 2, 3), (1, 1, 2, 2)
"""How many columns and rows of the grid a card of each size takes; the stylesheet says the same."""
CELLS = tuple(wide * high for wide, high in zip(WIDE, HIGH, strict=True))
FEW, LONGEST_ABOUT = 400, 200
"""Up to how many cards each carries its description, and how much of it."""
MOST_COLUMNS = 10
"""How many columns of cells stand side by side where a panel is as wide as the page of a desktop."""
MOST_ROWS = 5
LONG_WORD, ENDLESS_WORD, ENDLESS_NAME = 10, 12, 60
"""A word of more letters is written small, one of even more takes two columns; a name of more letters is cut."""
DENSE_PARTS = 60
"""With more parts than that all cards are small ones, so that the map can still be looked over."""

_WORDS = re.compile(r"[\s/-]+")
"""Where a browser may begin a new line within a name."""


class MapCard(Struct, frozen=True):
    """A card on the map."""

    href: str
    name: Markup
    classes: str
    """Of the stylesheet: level or kind, how long the name is, and size."""
    words: str
    language: str
    """On a large card; else empty."""
    about: str
    numbers: str
    """Its options in the choices, for filters without a server; empty where there is one."""


class Part(Struct, frozen=True, kw_only=True):
    """A subcategory; `more` projects do not fit on the page."""

    name: str
    cards: tuple[MapCard, ...]
    more: int
    columns: int


class Panel(Struct, frozen=True, kw_only=True):
    """A category; `count` of its `total` projects are left."""

    category: Category
    parts: tuple[Part, ...]
    count: int
    total: int
    stars: int | None
    growing: Card | None
    """Of those that are left the one that gained most stars in thirty days; None where that is not known of any."""
    columns: int


class Section(Struct, frozen=True):
    """A group of categories."""

    name: str | None
    panels: tuple[Panel, ...]


class Look(Struct, frozen=True, kw_only=True):
    """How cards are drawn."""

    colour: Colour
    size: str
    numbers: Callable[[Card, Category], str] | None = None


def sections(
    asked: Asked, left: Set[str] | None, places: Callable[[Category], bool], look: Look, *, most: int
) -> tuple[Section, ...]:
    """The map of the projects whose ids are `left`, None: of all, in the categories of `places`.

    No more than about `most` cards; each part gives up those with the fewest stars.
    """
    board, today = asked.board, asked.today
    by_stars = asked.once("map.by_stars", lambda: _by_stars(board))
    kept = {
        part.id: by_stars[part.id] if left is None else [card for card in by_stars[part.id] if card.id in left]
        for category in board.categories.values()
        if places(category)
        for part in category.subcategories
    }
    limit = fair_limit([len(cards) for cards in kept.values()], most)
    has_about = sum(min(limit, len(cards)) for cards in kept.values()) <= FEW
    names: dict[str, tuple[Markup, str]] = asked.once("map.names", dict)
    is_dense = sum(bool(cards) for cards in kept.values()) > DENSE_PARTS
    size_of = SIZES[look.size][0] if look.size in SIZES and look.size != look.colour.id else None

    def draw(card: Card, category: Category, size: int) -> MapCard:
        found = look.colour.class_of(card, today)
        name, length = names.get(card.id) or names.setdefault(card.id, (shown_name(card.name), length_class(card.name)))
        words = look.colour.words(card, today, asked.texts, found)
        number = size_of(card) if size_of else None
        return MapCard(
            asked.links.page("project", card.id),
            name,
            f"{found}{length} s{size}",
            words if number is None else f"{forms.short(number)} · {words}",
            plain(card.language) if size > 2 and card.language else "",
            plain(card.description)[:LONGEST_ABOUT] if has_about and card.description else "",
            look.numbers(card, category) if look.numbers else "",
        )

    def panel_of(category: Category) -> Panel:
        parts = [part for part in category.subcategories if kept[part.id]]
        shown = [
            [(card, 1 if is_dense else size_class(card, look.size)) for card in kept[one.id][:limit]] for one in parts
        ]
        for cards in shown:
            cards.sort(key=lambda pair: -pair[1])
        columns = columns_of([[size for _, size in cards] for cards in shown])
        projects = {card.id: card for one in parts for card in kept[one.id]}.values()
        if len(projects) == len(category.cards):
            stars, growing = asked.once("map.heads", lambda: _heads(board))[category.id]
        else:
            stars, growing = stars_of(projects), fastest(projects)
        return Panel(
            category=category,
            parts=tuple(
                Part(
                    name=part.name,
                    cards=tuple(draw(card, category, size) for card, size in cards),
                    more=len(kept[part.id]) - len(cards),
                    columns=width,
                )
                for part, cards, width in zip(parts, shown, columns, strict=True)
            ),
            count=len(projects),
            total=len(category.cards),
            stars=stars,
            growing=growing,
            columns=min(sum(columns), MOST_COLUMNS),
        )

    found = []
    for group in board.groups:
        panels = [panel_of(one) for one in group.categories if places(one)]
        if with_cards := tuple(panel for panel in panels if panel.count):
            found.append(Section(group.name, with_cards))
    return tuple(found)


def fair_limit(sizes: Sequence[int], most: int) -> int:
    """How many of each part may be shown so that all together are at most `most`; at least one of each."""
    left, parts = most, len(sizes)
    for size in sorted(sizes):
        if size * parts > left:
            return max(1, left // parts)
        left -= size
        parts -= 1
    return max(sizes, default=1)


def columns_of(parts: Sequence[Sequence[int]]) -> list[int]:
    """How many columns each part of a panel gets; a part is the size classes of its cards, the largest first.

    All parts get up to so many rows as leave the fewest holes in the panel.
    """

    def holes(rows: int) -> tuple[int, int]:
        lines: list[tuple[int, int]] = [(0, 0)]
        within = 0
        for sizes, width in zip(parts, of_rows[rows], strict=True):
            if lines[-1][0] + width > MOST_COLUMNS:
                lines.append((0, 0))
            high = _rows(tuple(sizes), width)
            lines[-1] = lines[-1][0] + width, max(lines[-1][1], high)
            within += width * high
        # A panel of one line is no wider than that; a hole between cards looks worse than one beside a part.
        widest = MOST_COLUMNS if len(lines) > 1 else lines[0][0]
        return sum(widest * high for _, high in lines) + within, rows

    of_rows = {rows: [_narrowest(tuple(sizes), rows) for sizes in parts] for rows in range(2, MOST_ROWS + 1)}
    return of_rows[min(of_rows, key=holes)]


def _narrowest(sizes: tuple[int, ...], rows: int) -> int:
    """How many columns cards need to be no more than `rows` high, if that can be."""
    least = max(WIDE[max(sizes) - 1], -(-sum(CELLS[size - 1] for size in sizes) // rows))
    return next((width for width in range(least, MOST_COLUMNS) if _rows(sizes, width) <= rows), MOST_COLUMNS)


@lru_cache(maxsize=4_096)
def _rows(sizes: tuple[int, ...], columns: int) -> int:
    """How many rows a browser needs for cards when it fills holes with those that come later."""
    if sizes[0] == 1:
        return -(-len(sizes) // columns)
    taken: list[int] = []
    first, full = 0, (1 << columns) - 1
    for size in sizes:
        wide, high = min(WIDE[size - 1], columns), HIGH[size - 1]
        while first < len(taken) and taken[first] == full:
            first += 1
        row, at = first, 0
        mask = (1 << wide) - 1
        while any(line & (mask << at) for line in taken[row : row + high]):
            row, at = (row, at + 1) if at + wide < columns else (row + 1, 0)
        taken += [0] * (row + high - len(taken))
        for line in range(row, row + high):
            taken[line] |= mask << at
    return len(taken)


def length_class(name: str) -> str:
    """The class of a card whose name has words that are long for a small one, or no end; empty for others."""
    if len(name) > ENDLESS_NAME:
        return " endless"
    longest = max(map(len, _WORDS.split(name)))
    return " longest" if longest > ENDLESS_WORD else " long" if longest > LONG_WORD else ""


def _by_stars(board: Board) -> dict[str, list[Card]]:
    return {
        part.id: unknown_last(part.cards, lambda card: card.stars, is_descending=True)
        for category in board.categories.values()
        for part in category.subcategories
    }


def _heads(board: Board) -> dict[str, tuple[int | None, Card | None]]:
    return {one.id: (stars_of(one.cards), fastest(one.cards)) for one in board.categories.values()}


def fastest(cards: Iterable[Card]) -> Card | None:
    """The one that gained most stars in thirty days; None where none is known to have gained any."""
    gained = [card for card in cards if card.stars_month is not None and card.stars_month > 0]
    return max(gained, key=lambda card: card.stars_month or 0, default=None)
