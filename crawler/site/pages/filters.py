"""Narrowing a list of projects: by place, licence, language and so on, with how many each choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from crawler.printable import plain
from crawler.site.asked import Asked, WrongQuery
from crawler.site.board import ACTIVITIES, Board, Card
from crawler.site.pages.measures import UNKNOWN, license_words, openness

T = TypeVar("T")

MOST_OPTIONS = 250
"""A choice offers that many, those with the most projects; an address may name any."""
MOST_ALLOWED = 40
"""How many values a fault lists."""
LONGEST_LABEL = 60

Tokens = Callable[[Board], Callable[[Card], tuple[str, ...]]]


class Option(Struct, frozen=True, kw_only=True):
    """A value of a choice, and how many projects it leaves together with the other choices."""

    value: str
    label: str
    count: int
    is_chosen: bool
    number: int
    """Its place among all values of the choice, from 1; the same for all that a reader chooses."""


class Choice(Struct, frozen=True, kw_only=True):
    """A filter as a reader sees it; `value` is empty where nothing is chosen."""

    name: str
    value: str
    options: tuple[Option, ...]


class Chip(Struct, frozen=True, kw_only=True):
    """A value that is chosen, in words, and the page without it."""

    name: str
    label: str
    href: str


class Narrowed(Struct, frozen=True, kw_only=True):
    """What is left of the projects, in the board's order, and the choices that lead on."""

    cards: tuple[Card, ...]
    choices: tuple[Choice, ...]
    chosen: dict[str, str]
    """Parameters of the address that say the same."""
    total: int
    """Of how many it was narrowed."""


class Columns(Struct, frozen=True):
    """For each filter the values of every project, how many have each, and its number in the choice."""

    cards: tuple[Card, ...]
    rows: dict[str, int]
    values: dict[str, list[tuple[str, ...]]]
    counts: dict[str, dict[str, int]]
    numbers: dict[str, dict[str, int]]


def _simple(value: Callable[[Card], str | None]) -> Tokens:
    return lambda board: lambda card: (value(card) or UNKNOWN,)


def _by_place(pairs: Callable[[Board], Iterable[tuple[str, Sequence[Card]]]]) -> Tokens:
    """A project may stand in several places."""

    def tokens(board: Board) -> Callable[[Card], tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for place, cards in pairs(board):
            for card in cards:
                if place not in found.get(card.id, ()):
                    found[card.id] = (*found.get(card.id, ()), place)
        return lambda card: found.get(card.id, ())

    return tokens


FILTERS: dict[str, Tokens] = {
    "group": _by_place(lambda board: ((one.group or "", one.cards) for one in board.categories.values() if one.group)),
    "category": _by_place(lambda board: ((one.id, one.cards) for one in board.categories.values())),
    "subcategory": _by_place(
        lambda board: ((part.id, part.cards) for one in board.categories.values() for part in one.subcategories)
    ),
    "license": _simple(lambda card: card.license),
    "language": _simple(lambda card: card.language),
    "organization": _simple(lambda card: card.organization_id),
    "maturity": _simple(lambda card: card.maturity),
    "activity": _simple(lambda card: card.activity),
    "open": _simple(openness),
}
PLACES = ("group", "category", "subcategory")
MAP_FILTERS = tuple(name for name in FILTERS if name != "subcategory")
CATEGORY_FILTERS = tuple(name for name in FILTERS if name not in {"group", "category"})
_IN_ORDER = {"activity": ACTIVITIES, "open": ("open", "closed", UNKNOWN)}


def narrow(asked: Asked, names: Sequence[str], within: str = "") -> Narrowed:
    """The projects that the address asks for by the filters `names`; `within` is a category that is given.

    WrongQuery for a value that no project has.
    """
    columns = asked.once("filters.columns", lambda: columns_of(asked.board))
    chosen = {name: _chosen(asked, columns, name) for name in names}
    chosen = {name: value for name, value in chosen.items() if value}
    if chosen:
        return _narrowed(asked, columns, names, within, chosen)
    return asked.once(
        f"filters.all {' '.join(names)} {within}", lambda: _narrowed(asked, columns, names, within, chosen)
    )


def _narrowed(asked: Asked, columns: Columns, names: Sequence[str], within: str, chosen: dict[str, str]) -> Narrowed:
    # A project that fails one choice alone still counts for the other values of that choice.
    left, nearly = _sift(columns, {"category": within} if within else {}, chosen)
    choices = []
    for name in names:
        rows = left + nearly.get(name, [])
        whole = len(rows) == len(columns.cards)
        counts = columns.counts[name] if whole else Counter(chain.from_iterable(_pick(columns.values[name], rows)))
        choices.append(_choice(asked, columns, name, chosen.get(name, ""), counts, is_all=not within))
    total = len(asked.board.categories[within].cards) if within else len(columns.cards)
    return Narrowed(cards=tuple(_pick(columns.cards, left)), choices=tuple(choices), chosen=chosen, total=total)


def chips_of(asked: Asked, found: Narrowed, link: Callable[[dict[str, str]], str]) -> list[Chip]:
    """What is chosen, each to be taken back; `link` gives the address of the page with some choices."""
    return [
        Chip(
            name=name,
            label=label_of(asked, name, value)[:LONGEST_LABEL],
            href=link({other: kept for other, kept in found.chosen.items() if other != name}),
        )
        for name, value in found.chosen.items()
    ]


def titled(asked: Asked, title: str, found: Narrowed) -> str:
    """The title of a page, with what is chosen on it."""
    if not found.chosen:
        return title
    chosen = [label_of(asked, name, value)[:LONGEST_LABEL] for name, value in found.chosen.items()]
    return asked.texts("title.chosen", title=title, chosen=", ".join(chosen))


def columns_of(board: Board) -> Columns:
    """Worked out once for a board."""
    cards = tuple(board.cards.values())
    values: dict[str, list[tuple[str, ...]]] = {}
    counts: dict[str, dict[str, int]] = {}
    for name, make in FILTERS.items():
        tokens = make(board)
        values[name] = [tokens(card) for card in cards]
        counts[name] = _in_order(board, name, Counter(chain.from_iterable(values[name])))
    numbers = {
        name: {value: number for number, value in enumerate(list(found)[:MOST_OPTIONS], start=1)}
        for name, found in counts.items()
    }
    return Columns(cards, {card.id: row for row, card in enumerate(cards)}, values, counts, numbers)


def numbers_of(columns: Columns, card: Card, places: dict[str, str], names: Sequence[str]) -> str:
    """For each filter the number of the card's option, 0 for one that is not offered; `places` are those it is in."""
    row = columns.rows[card.id]
    values = (places[name] if name in places else columns.values[name][row][0] for name in names)
    return " ".join(str(columns.numbers[name].get(value, 0)) for name, value in zip(names, values, strict=True))


def _in_order(board: Board, name: str, counts: Counter[str]) -> dict[str, int]:
    """As a choice lists them: places as the landscape does, others by how many projects they have; unknown last."""
    if name in PLACES:
        return {place: counts[place] for place in counts}
    if name in _IN_ORDER:
        return {value: counts[value] for value in _IN_ORDER[name] if value in counts}
    return dict(sorted(counts.items(), key=lambda pair: (pair[0] == UNKNOWN, -pair[1], pair[0].casefold())))


def _chosen(asked: Asked, columns: Columns, name: str) -> str:
    value = asked.query.first(name)
    if len(several := asked.query.all(name)) > 1:
        raise WrongQuery(name, " & ".join(map(plain, several[:MOST_ALLOWED])), list(map(plain, several[:MOST_ALLOWED])))
    allowed = columns.counts[name]
    if value and value not in allowed:
        near = get_close_matches(value[:100], list(allowed)[:MOST_OPTIONS], n=MOST_ALLOWED, cutoff=0.5)
        listed = list(dict.fromkeys([*near, *allowed]))[:MOST_ALLOWED]
        raise WrongQuery(name, value, [plain(one) for one in listed])
    return value


def _sift(columns: Columns, fixed: dict[str, str], chosen: dict[str, str]) -> tuple[list[int], dict[str, list[int]]]:
    rows = list(range(len(columns.cards)))
    for name, value in fixed.items():
        rows = [row for row in rows if value in columns.values[name][row]]
    nearly: dict[str, list[int]] = {}
    for name, value in chosen.items():
        column = columns.values[name]
        nearly = {of: [row for row in kept if value in column[row]] for of, kept in nearly.items()}
        nearly[name] = [row for row in rows if value not in column[row]]
        rows = [row for row in rows if value in column[row]]
    return rows, nearly


def _choice(asked: Asked, columns: Columns, name: str, chosen: str, counts: dict[str, int], *, is_all: bool) -> Choice:
    options = []
    for number, value in enumerate(columns.counts[name], start=1):
        if number > MOST_OPTIONS and value != chosen:
            continue
        count = counts.get(value, 0)
        # Of what is in no project of a category at all its page says nothing.
        if count or value == chosen or is_all:
            options.append(
                Option(
                    value=value,
                    label=label_of(asked, name, value)[:LONGEST_LABEL],
                    count=count,
                    is_chosen=value == chosen,
                    number=number,
                )
            )
    return Choice(name=name, value=chosen, options=tuple(options))


def label_of(asked: Asked, name: str, value: str) -> str:
    """A value of a filter in words, without marks that turn or hide text."""
    board, texts = asked.board, asked.texts
    if name in _IN_ORDER or (value == UNKNOWN and name not in PLACES):
        return texts(f"filter.{name}.{value}")
    if name == "category":
        return plain(board.categories[value].name)
    if name == "subcategory":
        return plain(asked.once("filters.subcategories", lambda: _subcategories(board))[value])
    if name == "organization":
        return plain(board.organizations[value].name)
    return plain(license_words(value, texts) if name == "license" else value)


def _subcategories(board: Board) -> dict[str, str]:
    return {part.id: part.name for one in board.categories.values() for part in one.subcategories}


def _pick(things: Sequence[T], rows: Iterable[int]) -> Iterable[T]:
    return (things[row] for row in rows)
