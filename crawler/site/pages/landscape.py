"""The map: groups, categories and a card for each project, coloured, sized and filtered as one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from crawler.news.event import Event
from crawler.news.reading import Wanted, read_some
from crawler.news.words import LEFT_OPEN_SOURCE, left_open_source
from crawler.site.asked import Asked, Page
from crawler.site.board import Card, Category
from crawler.site.pages.filters import (
    CATEGORY_FILTERS,
    MAP_FILTERS,
    Narrowed,
    chips_of,
    columns_of,
    narrow,
    numbers_of,
    titled,
)
from crawler.site.pages.measures import COLOURS, EQUAL, NOT_ON_GITHUB, SIZES, UNKNOWN, Colour
from crawler.site.pages.panels import Look, fastest, sections
from crawler.site.pages.tiles import tiles

MOST_CARDS, MOST_STATIC_CARDS = 1_000, 8_000
"""How many cards a page holds: without a server all that can be filtered have to be there."""
MOST_LEFT, MOST_READ = 3, 1_000
"""So many projects that left open source are named; so many such changes are looked at."""
COLOUR, SIZE = "activity", "stars"
STATIC_SIZES = (SIZE, EQUAL)
"""Each pair of colour and size is a file of its own."""


class Step(Struct, frozen=True):
    """A line of the legend."""

    name: str
    label: str
    count: int


class Hint(Struct, frozen=True, kw_only=True):
    """A question with its answer, which may begin with the name of a project or organisation; and where more is.

    `links` are names with their pages, where they are the answer.
    """

    question: str
    name: str = ""
    answer: str
    href: str
    links: tuple[tuple[str, str], ...] = ()


def page(asked: Asked) -> Page:
    """The landscape at a glance."""
    colour = COLOURS[asked.query.one_of("color", COLOURS, COLOUR)]
    sizes = STATIC_SIZES if asked.links.is_static else (*SIZES, EQUAL)
    size = asked.query.one_of("size", sizes, SIZE)
    found = narrow(asked, MAP_FILTERS)
    look = Look(colour=colour, size=size, numbers=_numbers(asked) if asked.links.is_static else None)
    most = MOST_STATIC_CARDS if asked.links.is_static else MOST_CARDS
    left = {card.id for card in found.cards} if found.chosen else None
    looks = _named(colour.id, size)
    values: dict[str, Any] = {
        "tiles": tiles(asked, "landscape"),
        "hints": _hints(asked),
        "colour": colour,
        "size": size,
        "looks_by": _looks(asked, colour.id, size, sizes),
        "looks": looks,
        "found": found,
        "chips": chips_of(asked, found, lambda kept: asked.links.page("landscape", **looks, **kept)),
        "is_sized": size not in (EQUAL, colour.id),
        "names": " ".join(MAP_FILTERS),
        "kept": {name: value for name, value in found.chosen.items() if name in CATEGORY_FILTERS},
        "steps": _legend(asked, colour, found.cards)
        if found.chosen
        else asked.once(f"map.legend {colour.id}", lambda: _legend(asked, colour, found.cards)),
        "sections": sections(asked, left, lambda one: _is_in(one, found), look, most=most),
    }
    return Page(template="landscape.html", title=_title(asked, found, looks), values=values)


def _title(asked: Asked, found: Narrowed, looks: dict[str, str]) -> str:
    """What the page is called in the browser's history: its colour, size and choices belong to it."""
    title = asked.texts("landscape.title")
    for look in filter(None, looks.values()):
        title = asked.texts("title.by", title=title, measure=asked.texts(f"measure.{look}"))
    return titled(asked, title, found)


def _is_in(category: Category, found: Narrowed) -> bool:
    """Whether a category is shown: a project stands on the map wherever it stands on the list."""
    chosen = found.chosen
    return chosen.get("category", category.id) == category.id and chosen.get("group", category.group) == category.group


def _named(colour: str, size: str) -> dict[str, str]:
    """Parameters of an address; those that nobody has to name are empty."""
    return {"color": "" if colour == COLOUR else colour, "size": "" if size == SIZE else size}


def _looks(asked: Asked, colour: str, size: str, sizes: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Colours and sizes to choose from: value, words and address."""
    words, link = asked.texts, asked.links.page
    return {
        # The first is what an address without a colour means.
        "color": [
            (one, words(f"measure.{one}"), link("landscape", **_named(one, size)))
            for one in sorted(COLOURS, key=lambda one: one != COLOUR)
        ],
        "size": [(one, words(f"measure.{one}"), link("landscape", **_named(colour, one))) for one in sizes],
    }


def _numbers(asked: Asked) -> Callable[[Card, Category], str]:
    columns = asked.once("filters.columns", lambda: columns_of(asked.board))
    return lambda card, category: numbers_of(
        columns, card, {"category": category.id, "group": category.group or ""}, MAP_FILTERS
    )


def _legend(asked: Asked, colour: Colour, cards: tuple[Card, ...]) -> list[Step]:
    today = asked.today
    counts = Counter(colour.class_of(card, today) for card in cards)
    names = [*colour.classes, *(name for name in (UNKNOWN, NOT_ON_GITHUB) if counts[name])]
    return [Step(name, colour.label(name, asked.texts), counts[name]) for name in names]


def _hints(asked: Asked) -> list[Hint]:
    board, texts, links = asked.board, asked.texts, asked.links
    growing = asked.once("map.fastest", lambda: fastest(board.cards.values()))
    behind = max(board.organizations.values(), key=lambda one: len(one.cards), default=None)
    return [
        Hint(
            question=texts("hint.growing"),
            name=growing.name if growing else "",
            answer=texts("map.growing", n=growing.stars_month, signed=f"{growing.stars_month:+,}")
            if growing
            else texts("hint.growing.unknown"),
            href=links.page("projects", sort="growth"),
        ),
        _left(asked),
        Hint(
            question=texts("hint.behind"),
            name=behind.name if behind else "",
            answer=texts("projects.count", n=len(behind.cards)) if behind else texts("figure.none"),
            href=links.page("organizations", sort="projects"),
        ),
    ]


def _left(asked: Asked) -> Hint:
    """Which projects gave their open source licence up: their names where they are few, else how many."""
    name, value = LEFT_OPEN_SOURCE
    gone = asked.once("map.left", lambda: _who_left(asked))
    few = gone if len(gone) <= MOST_LEFT else ()
    return Hint(
        question=asked.texts("hint.left"),
        answer=asked.texts("projects.count", n=len(gone)) if gone else asked.texts("hint.left.none"),
        href=asked.links.page("changes", kind="license_changed", **{name: value}),
        links=tuple((asked.board.cards[one].name, asked.links.page("project", one)) for one in few),
    )


def _who_left(asked: Asked) -> tuple[str, ...]:
    """The ids of the projects, the latest to leave first; one that came back has not left."""
    wanted = Wanted(period=None, kinds=("license_changed",))
    newest: dict[str | None, Event] = {}
    for event in read_some(asked.connection, wanted, most=MOST_READ, with_restricted=asked.with_restricted):
        if LEFT_OPEN_SOURCE[0] in event.detail:
            newest.setdefault(event.project_id, event)
    return tuple(one for one, event in newest.items() if one in asked.board.cards and left_open_source(event))
