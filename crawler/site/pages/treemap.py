"""The treemap: who is large and who is small, by stars, people, work or money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from heapq import nlargest
from operator import itemgetter
from statistics import median_low
from typing import Any

from msgspec import Struct

from crawler.figures import forms
from crawler.site.asked import Asked, Page
from crawler.site.board import Card, Organization
from crawler.site.charts import Branch, Leaf, tree
from crawler.site.pages.lists import kind_words
from crawler.site.pages.measures import COLOURS, LEVELS, SIZES, Colour
from crawler.site.pages.tiles import value_words

VALUE = "value"
AREAS = (*SIZES, VALUE)
TREE_COLOURS = ("growth", "health", "activity")
ACTIVITY_LEVELS = {"archived": 1, "quiet": 2, "slow": 3, "active": 4}


MOST_PROJECTS = 400
"""So many are areas of their own, the smaller ones of each category one area together."""


class Areas(Struct, frozen=True, kw_only=True):
    """What the treemap shows, and of how much of the landscape nothing is known."""

    branches: tuple[Branch, ...]
    known: int
    unknown: int
    hidden: int = 0


def page(asked: Asked) -> Page:
    """Areas in proportion to what is chosen."""
    area = asked.query.one_of("area", AREAS, AREAS[0])
    color = asked.query.one_of("color", TREE_COLOURS, TREE_COLOURS[0])
    texts, link = asked.texts, asked.links.page
    areas = _organizations(asked, color) if area == VALUE else _projects(asked, area, color)
    title = texts(f"treemap.title.{area}")

    def named(of_area: str, of_color: str) -> str:
        return link(
            "treemap",
            area="" if of_area == AREAS[0] else of_area,
            color="" if of_color == TREE_COLOURS[0] else of_color,
        )

    values: dict[str, Any] = {
        "area": area,
        "colour": COLOURS[color],
        "steps": _steps(asked, COLOURS[color]),
        "areas_by": [(one, texts(f"treemap.area.{one}"), named(one, color)) for one in AREAS],
        "colours_by": [(one, texts(f"measure.{one}"), named(area, one)) for one in TREE_COLOURS],
        "areas": areas,
        "chart": tree(title, areas.branches, unit=texts(f"treemap.unit.{area}"), texts=texts),
    }
    return Page(template="treemap.html", title=texts("treemap.title"), values=values)


def _steps(asked: Asked, colour: Colour) -> list[tuple[int, str]]:
    """The legend: levels, and 0 for what is not known."""
    of = ACTIVITY_LEVELS if colour.id == "activity" else {name: level for level, name in enumerate(LEVELS, start=1)}
    steps = [(of[name], colour.label(name, asked.texts)) for name in sorted(of, key=of.__getitem__)]
    return [*steps, (0, asked.texts("figure.unknown"))]


def _level(colour: Colour, card: Card, asked: Asked) -> int:
    found = colour.class_of(card, asked.today)
    return (
        ACTIVITY_LEVELS.get(found, 0) if colour.id == "activity" else LEVELS.index(found) + 1 if found in LEVELS else 0
    )


def _projects(asked: Asked, area: str, color: str) -> Areas:
    """Projects in their categories; a repository that several share counts with the first of them."""
    number_of, _ = SIZES[area]
    colour = COLOURS[color]
    sizes: dict[str, tuple[int, Card]] = {}
    known = 0
    for card in asked.board.cards.values():
        number = number_of(card)
        if number is not None and card.repository is not None:
            known += 1
            sizes.setdefault(card.repository, (number, card))
    largest = nlargest(MOST_PROJECTS, sizes.values(), key=itemgetter(0))
    leaves: dict[str, list[Leaf]] = {}
    for number, card in largest:
        leaf = Leaf(
            name=card.name,
            size=number,
            written=f"{number:,}",
            href=asked.links.page("project", card.id),
            level=_level(colour, card, asked),
            note=_note(colour, colour.words(card, asked.today, asked.texts), asked),
        )
        leaves.setdefault(card.category_id, []).append(leaf)
    shown = {card.id for _, card in largest}
    rest: dict[str, list[int]] = {}
    for number, card in sizes.values():
        if card.id not in shown:
            rest.setdefault(card.category_id, []).append(number)
    for category_id, numbers in rest.items():
        leaves.setdefault(category_id, []).append(_more(asked, category_id, numbers))
    branches = tuple(
        Branch(name=one.name, href=asked.links.page("category", one.id), leaves=tuple(leaves[one.id]))
        for one in asked.board.categories.values()
        if one.id in leaves
    )
    return Areas(branches=branches, known=known, unknown=len(asked.board.cards) - known)


def _more(asked: Asked, category_id: str, numbers: list[int]) -> Leaf:
    """The smaller ones of a category as one area."""
    return Leaf(
        name=asked.texts("map.more", n=len(numbers)),
        size=sum(numbers),
        written=f"{sum(numbers):,}",
        href=asked.links.page("category", category_id),
        level=-1,
    )


def _organizations(asked: Asked, color: str) -> Areas:
    """Organisations by their kind; what may not be published is counted and not drawn."""
    colour = COLOURS[color]
    leaves: dict[str | None, list[Leaf]] = {}
    hidden = unknown = 0
    for one in asked.board.organizations.values():
        if one.value is None or one.value.value is None:
            hidden += one.is_value_hidden
            unknown += not one.is_value_hidden
            continue
        level, words = _of_projects(one, colour, asked)
        leaf = Leaf(
            name=one.name,
            size=float(Decimal(one.value.value)),
            written=_written(asked, one),
            href=asked.links.page("organization", one.id),
            level=level,
            note=_note(colour, words, asked),
        )
        leaves.setdefault(one.kind, []).append(leaf)
    branches = tuple(
        Branch(
            name=kind_words(asked, kind),
            href=asked.links.page("organizations", kind=kind or "unknown"),
            leaves=tuple(of_kind),
        )
        for kind, of_kind in leaves.items()
    )
    known = sum(len(branch.leaves) for branch in branches)
    return Areas(branches=branches, known=known, unknown=unknown, hidden=hidden)


def _written(asked: Asked, one: Organization) -> str:
    words = value_words(asked, one.value, is_hidden=False)
    total = one.value
    if total is None or total.value is None or total.low in (None, total.high):
        return words
    return asked.texts("treemap.central", amount=forms.rough(Decimal(total.value)), range=words)


def _of_projects(one: Organization, colour: Colour, asked: Asked) -> tuple[int, str]:
    """The middle one of its projects, of those of which the colour is known."""
    known: Iterable[Card] = (card for card in one.cards if _level(colour, card, asked))
    levels = {card.id: _level(colour, card, asked) for card in known}
    if not levels:
        return 0, asked.texts("figure.unknown")
    middle = median_low(levels.values())
    card = next(card for card in one.cards if levels.get(card.id) == middle)
    return middle, colour.label(colour.class_of(card, asked.today), asked.texts)


def _note(colour: Colour, words: str, asked: Asked) -> str:
    return asked.texts("treemap.note", measure=asked.texts(f"measure.{colour.id}"), words=words)
