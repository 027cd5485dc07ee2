"""Measures by which projects are coloured, sized and sorted: what each is, its levels, and how it reads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, TypeVar

from msgspec import Struct

from crawler.figures import forms
from crawler.site.board import ACTIVITIES, Card
from crawler.site.texts import Texts

T = TypeVar("T")

UNKNOWN, NOT_ON_GITHUB = "unknown", "off"
"""Classes of cards without a value: GitHub has not told it, or there is nothing on GitHub that it could tell."""
NONE_FOUND, NOT_RECOGNIZED = "NONE", "NOASSERTION"


class Colour(Struct, frozen=True, kw_only=True):
    """A measure in steps. `classes` are what a card can be, in the order of the legend, each with its colour's name."""

    id: str
    classes: tuple[str, ...]
    of: Callable[[Card, date], str]
    """The class of a card; also `UNKNOWN` and `NOT_ON_GITHUB`."""
    written: Callable[[Card, date, Texts], str]
    """The value of a card that has one."""
    bounds: tuple[int, ...] = ()
    """From which value on each level after the first begins, where the classes are levels of a number."""

    def class_of(self, card: Card, today: date) -> str:
        """One of `classes`, `UNKNOWN` or `NOT_ON_GITHUB`."""
        found = self.of(card, today)
        return NOT_ON_GITHUB if found == UNKNOWN and card.repository is None else found

    def words(self, card: Card, today: date, texts: Texts, found: str = "") -> str:
        """What stands on a card; `found` is its class where that is worked out already."""
        found = found or self.class_of(card, today)
        return self.written(card, today, texts) if found in self.classes else texts(f"map.class.{found}")

    def label(self, name: str, texts: Texts) -> str:
        """What a class means, for the legend."""
        if name not in self.classes or not self.bounds:
            return texts(f"map.class.{name}")
        number = self.classes.index(name)
        if number == len(self.bounds):
            return texts("map.level.last", low=self.bounds[-1])
        high = self.bounds[number] - 1
        if number == 0:
            return texts("map.level.first", high=high)
        low = self.bounds[number - 1]
        return f"{low:,}" if low == high else texts("map.level.between", low=low, high=high)


LEVELS = ("l1", "l2", "l3", "l4", "l5")


def _levels(
    measure: str,
    value: Callable[[Card, date], int | None],
    bounds: tuple[int, int, int, int],
    written: Callable[[int, Texts], str] = lambda number, texts: forms.short(number),
) -> Colour:
    def of(card: Card, today: date) -> str:
        number = value(card, today)
        return UNKNOWN if number is None else LEVELS[bisect_right(bounds, number)]

    return Colour(
        id=measure,
        classes=LEVELS,
        of=of,
        written=lambda card, today, texts: written(value(card, today) or 0, texts),
        bounds=bounds,
    )


def age_in_years(card: Card, today: date) -> int | None:
    """Whole years since the first commit."""
    if card.first_commit_at is None:
        return None
    first = date.fromisoformat(card.first_commit_at[:10])
    return max(0, today.year - first.year - ((today.month, today.day) < (first.month, first.day)))


def openness(card: Card) -> str:
    """Whether the licence is an open source one: `open`, `closed`, or `UNKNOWN`."""
    return UNKNOWN if card.is_open_source is None else "open" if card.is_open_source else "closed"


def license_words(license_id: str | None, texts: Texts) -> str:
    """A licence as people read it."""
    if license_id is None:
        return texts("license.unknown")
    return texts(f"license.{license_id}") if license_id in {NONE_FOUND, NOT_RECOGNIZED} else license_id


def _signed(number: int, texts: Texts) -> str:
    return f"+{forms.short(number)}" if number > 0 else forms.short(number)


def _license_class(card: Card, today: date) -> str:
    return "unrecognized" if card.license == NOT_RECOGNIZED and card.is_open_source is None else openness(card)


COLOURS = {
    colour.id: colour
    for colour in (
        _levels("stars", lambda card, today: card.stars, (100, 1_000, 5_000, 20_000)),
        _levels("growth", lambda card, today: card.stars_month, (1, 10, 50, 200), _signed),
        _levels("commits", lambda card, today: card.commits_last_year, (1, 100, 500, 2_000)),
        _levels("contributors", lambda card, today: card.contributors, (10, 50, 200, 500)),
        _levels("health", lambda card, today: card.health, (50, 70, 85, 95)),
        Colour(
            id="activity",
            classes=tuple(one for one in ACTIVITIES if one != UNKNOWN),
            of=lambda card, today: card.activity,
            written=lambda card, today, texts: texts(f"map.class.{card.activity}"),
        ),
        Colour(
            id="license",
            classes=("open", "closed", "unrecognized"),
            of=_license_class,
            written=lambda card, today, texts: license_words(card.license, texts),
        ),
        _levels("age", age_in_years, (2, 5, 8, 12), lambda number, texts: texts("map.years", n=number)),
    )
}

SIZES: dict[str, tuple[Callable[[Card], int | None], tuple[int, int, int]]] = {
    "stars": (lambda card: card.stars, (1_000, 5_000, 20_000)),
    "contributors": (lambda card: card.contributors, (50, 200, 500)),
    "commits": (lambda card: card.commits_last_year, (100, 500, 2_000)),
}
"""By name the number, and from which value on a card is of the second, third and fourth size."""
EQUAL = "equal"


def size_class(card: Card, size: str) -> int:
    """From 1 to 4; what is not known is small."""
    if size == EQUAL:
        return 1
    number_of, bounds = SIZES[size]
    number = number_of(card)
    return 1 if number is None else 1 + bisect_right(bounds, number)


class Order(Struct, frozen=True):
    """A way to sort: by what, and whether the greatest comes first. None is always last."""

    key: Callable[[Card], object]
    is_descending: bool = True


ORDERS: dict[str, Order] = {
    "stars": Order(lambda card: card.stars),
    "growth": Order(lambda card: card.stars_month),
    "commits": Order(lambda card: card.commits_last_year),
    "contributors": Order(lambda card: card.contributors),
    "health": Order(lambda card: card.health),
    "release": Order(lambda card: card.latest_release_at),
    "commit": Order(lambda card: card.latest_commit_at),
    "license": Order(lambda card: None if card.license == NOT_RECOGNIZED else card.license, is_descending=False),
    "language": Order(lambda card: card.language, is_descending=False),
    "name": Order(lambda card: card.name.casefold(), is_descending=False),
}


def ordered(cards: Iterable[Card], name: str) -> list[Card]:
    """The cards by one of `ORDERS`; equal ones by stars and then by name."""
    order = ORDERS[name]
    known_first = unknown_last(sorted(cards, key=_name_of), lambda card: card.stars, is_descending=True)
    return unknown_last(known_first, order.key, is_descending=order.is_descending)


def unknown_last(things: Sequence[T], key: Callable[[T], Any], *, is_descending: bool) -> list[T]:
    """Sorted by a key, in their order where it is the same; those whose key is None come last both ways."""
    known: list[tuple[Any, T]] = []
    unknown: list[T] = []
    for thing in things:
        value = key(thing)
        unknown.append(thing) if value is None else known.append((value, thing))
    known.sort(key=itemgetter(0), reverse=is_descending)
    return [thing for _, thing in known] + unknown


def _name_of(card: Card) -> tuple[str, str]:
    return card.name.casefold(), card.id
