"""The map's panels: categories, their parts and cards, as many as a page holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from markupsafe import Markup
from msgspec import Struct

from crawler.printable import plain
from crawler.site.asked import Asked
from crawler.site.board import Board, Card, Category, Subcategory, stars_of
from crawler.site.pages.measures import Colour, size_class, unknown_last
from crawler.site.rendering import name as shown_name

CELLS = (1, 2, 4, 6)
"""How many cells of the grid a card of each size takes."""
FEW, LONGEST_ABOUT = 400, 200
"""Up to how many cards each carries its description, and how much of it."""
PART_WIDTHS, PANEL_WIDTHS = (4, 9, 18), (7, 16, 40)
"""Up to how many cells a part and a panel are of each width class but the last."""


class MapCard(Struct, frozen=True):
    """A card on the map."""

    href: str
    name: Markup
    initials: str
    classes: str
    """Of the stylesheet: level or kind, and size."""
    words: str
    about: str
    numbers: str
    """Its options in the choices, for filters without a server; empty where there is one."""


class Part(Struct, frozen=True, kw_only=True):
    """A subcategory; `more` projects do not fit on the page."""

    name: str
    cards: tuple[MapCard, ...]
    more: int
    width: int


class Panel(Struct, frozen=True, kw_only=True):
    """A category; `count` of its `total` projects are left."""

    category: Category
    parts: tuple[Part, ...]
    count: int
    total: int
    stars: int | None
    growing: Card | None
    """The one that gained most stars in thirty days; None where that is not known of any."""
    width: int


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
    names: dict[str, Markup] = asked.once("map.names", dict)

    def draw(card: Card, category: Category, size: int) -> MapCard:
        found = look.colour.class_of(card, today)
        return MapCard(
            asked.links.page("project", card.id),
            names.get(card.id) or names.setdefault(card.id, shown_name(card.name)),
            initials(card.name) if size > 1 else "",
            f"{found} s{size}",
            look.colour.words(card, today, asked.texts, found),
            plain(card.description)[:LONGEST_ABOUT] if has_about and card.description else "",
            look.numbers(card, category) if look.numbers else "",
        )

    def part_of(part: Subcategory, category: Category) -> tuple[Part, int]:
        cards = kept[part.id]
        shown = [(card, size_class(card, look.size)) for card in cards[:limit]]
        shown.sort(key=lambda pair: -pair[1])
        drawn = tuple(draw(card, category, size) for card, size in shown)
        cells = sum(CELLS[size - 1] for _, size in shown)
        more = len(cards) - len(shown)
        return Part(name=part.name, cards=drawn, more=more, width=_width(cells, PART_WIDTHS)), cells

    found = []
    for group in board.groups:
        panels = [_panel(asked, one, kept, part_of) for one in group.categories if places(one)]
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


def _panel(
    asked: Asked,
    category: Category,
    kept: dict[str, list[Card]],
    part_of: Callable[[Subcategory, Category], tuple[Part, int]],
) -> Panel:
    parts = [part_of(part, category) for part in category.subcategories if kept[part.id]]
    left = [kept[part.id] for part in category.subcategories]
    stars, growing = asked.once("map.heads", lambda: _heads(asked.board))[category.id]
    return Panel(
        category=category,
        parts=tuple(part for part, _ in parts),
        count=len({card.id for cards in left for card in cards}) if len(left) > 1 else sum(map(len, left)),
        total=len(category.cards),
        stars=stars,
        growing=growing,
        width=_width(sum(cells for _, cells in parts), PANEL_WIDTHS),
    )


def initials(name: str) -> str:
    """Two letters that stand for a name: of its first two words, else its first two."""
    words = "".join(letter if letter.isalnum() else " " for letter in name).split()
    letters = words[0][0] + words[1][0] if len(words) > 1 else words[0][:2] if words else ""
    return letters[:1].upper() + letters[1:]


def _width(cells: int, bounds: Sequence[int]) -> int:
    return 1 + sum(cells > bound for bound in bounds)


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
