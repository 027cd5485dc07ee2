"""How the landscape grew: its counts over time, and which projects have gained or lost the most stars."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from heapq import nsmallest

from msgspec import Struct

from crawler.news.growth import read_counts
from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.charts import Chart, Series, lines
from crawler.site.pages.shares_of import shares_of

SPANS = {"month": "stars_month", "year": "stars_year"}
"""By name of a span the field of a card with the stars gained in it."""
COUNTS = ("stars", "projects", "commits_last_year")
MOST = 10


class Mover(Struct, frozen=True, kw_only=True):
    """A project with the stars that it gained, or lost; `percent` of what it had, None where it had none."""

    card: Card
    gained: int
    percent: float | None


class Movers(Struct, frozen=True, kw_only=True):
    """Those that moved the most in a span."""

    span: str
    growing: tuple[Mover, ...]
    shrinking: tuple[Mover, ...]
    known: int
    """Of how many projects it is known."""
    total: int


class Counted(Struct, frozen=True, kw_only=True):
    """A count of the whole landscape over the computed days; `only`: its one value, where there is no line to draw."""

    chart: Chart
    only: tuple[date, int] | None


def growth_counts(asked: Asked) -> list[Counted]:
    """The counts of the whole landscape."""
    return asked.once(f"growth.counts.{asked.texts.language}", lambda: [_counted(asked, one) for one in COUNTS])


def made_of(asked: Asked) -> list[Chart]:
    """What all projects are made of now."""
    name = f"growth.made_of.{asked.texts.language}"
    return asked.once(name, lambda: shares_of(asked, asked.board.cards.values()))


def movers(asked: Asked, category: str, span: str, most: int = MOST) -> Movers:
    """The most grown and the most shrunk projects of a category; empty: of all."""
    name = f"growth.movers.{category}.{span}.{most}"
    return asked.once(name, lambda: _movers(_cards(asked, category), span, most))


def _movers(cards: Collection[Card], span: str, most: int) -> Movers:
    found = [(card, gained) for card in cards if (gained := getattr(card, SPANS[span])) is not None]
    growing = nsmallest(most, (pair for pair in found if pair[1] > 0), key=lambda pair: (-pair[1], *_named(pair[0])))
    shrinking = nsmallest(most, (pair for pair in found if pair[1] < 0), key=lambda pair: (pair[1], *_named(pair[0])))
    return Movers(
        span=span,
        growing=tuple(_mover(*pair) for pair in growing),
        shrinking=tuple(_mover(*pair) for pair in shrinking),
        known=len(found),
        total=len(cards),
    )


def _cards(asked: Asked, category: str) -> Collection[Card]:
    return asked.board.categories[category].cards if category else asked.board.cards.values()


def _named(card: Card) -> tuple[str, str]:
    return card.name.casefold(), card.id


def _mover(card: Card, gained: int) -> Mover:
    before = (card.stars or 0) - gained
    return Mover(card=card, gained=gained, percent=100 * gained / before if before > 0 else None)


def _counted(asked: Asked, measure: str) -> Counted:
    name = asked.texts(f"growth.count.{measure}")
    points = tuple(read_counts(asked.connection, measure, asked.today))
    unit = asked.texts(f"growth.count.{measure}.unit")
    known = [(day, value) for day, value in points if value is not None]
    return Counted(
        chart=lines(name, [Series(name=name, points=points)], unit=unit, texts=asked.texts),
        only=known[0] if len(known) == 1 else None,
    )
