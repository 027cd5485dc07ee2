"""The treemap: who is large and who is small, by stars, people, work or money."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median_low
from typing import Any

from msgspec import Struct

from crawler.figures import forms
from crawler.site.asked import Asked, Page
from crawler.site.board import Card, Organization
from crawler.site.charts import Branch, Chart, Leaf, tree
from crawler.site.pages.lists import kind_words
from crawler.site.pages.measures import COLOURS, SIZES, Colour
from crawler.site.pages.tiles import value_words

VALUE, KIND = "value", "kind"
AREAS = (*SIZES, VALUE)
TREE_COLOURS = ("growth", "health", "activity")
KNOWN_ENOUGH = 0.5
"""Of the area: a colour that is known for less is not chosen by itself."""
UNKNOWN = "l0"
"""The class of areas whose colour is not known."""
KIND_CLASSES = {"public company": "k1", "company": "k2", "subsidiary": "k3", "foundation": "k4", "community": "k5"}
OTHER_KIND = "k6"


class Areas(Struct, frozen=True, kw_only=True):
    """What the treemap shows, and of how much of the landscape nothing is known."""

    branches: tuple[Branch, ...]
    known: int
    unknown: int
    hidden: int = 0


class Drawn(Struct, frozen=True, kw_only=True):
    """The treemap, what it was made of, and its legend: class and words of each colour."""

    areas: Areas
    chart: Chart
    steps: dict[str, str]


def page(asked: Asked) -> Page:
    """Areas in proportion to what is chosen."""
    texts, link = asked.texts, asked.links.page
    area = asked.query.one_of("area", AREAS, AREAS[0])
    defaults = asked.once("treemap.colours", lambda: {one: _default_colour(asked, one) for one in AREAS})
    color = asked.query.one_of("color", _colours(area), defaults[area])
    # What was not chosen is not carried on: another area may know another colour better.
    chosen = color if asked.query.first("color") and color != KIND else ""

    def named(of_area: str, of_color: str) -> str:
        return link(
            "treemap",
            area="" if of_area == AREAS[0] else of_area,
            color="" if of_color == defaults[of_area] else of_color,
        )

    def make() -> Drawn:
        return _drawn(asked, area, color)

    # In a folder each page is made once, and its links are noted as they are made.
    name = f"treemap.{area}.{color}.{texts.language}"
    values: dict[str, Any] = {
        "area": area,
        "color": color,
        "areas_by": [(one, texts(f"treemap.area.{one}"), named(one, chosen or defaults[one])) for one in AREAS],
        "colours_by": [(one, texts(_title_of(one)), named(area, one)) for one in _colours(area)],
        "colour": texts(_title_of(color)),
        "colour_unit": "" if color == KIND else texts(f"measure.{color}.unit"),
        "drawn": make() if asked.links.is_static else asked.once(name, make),
    }
    return Page(template="treemap.html", title=texts("treemap.title"), values=values)


def _colours(area: str) -> tuple[str, ...]:
    return (KIND, *TREE_COLOURS) if area == VALUE else TREE_COLOURS


def _title_of(color: str) -> str:
    return "treemap.kind" if color == KIND else f"measure.{color}"


def _default_colour(asked: Asked, area: str) -> str:
    """The first that is known for enough of the area, or else the one known for most of it."""
    if area == VALUE:
        return KIND
    sizes = _sizes(asked, area).values()
    whole = sum(number for number, _ in sizes)
    known = {
        color: sum(number for number, card in sizes if _class_of(asked, COLOURS[color], card) != UNKNOWN)
        for color in TREE_COLOURS
    }
    enough = (color for color in TREE_COLOURS if known[color] >= KNOWN_ENOUGH * whole)
    return next(enough, max(TREE_COLOURS, key=known.__getitem__))


def _drawn(asked: Asked, area: str, color: str) -> Drawn:
    texts = asked.texts
    if color == KIND:
        kinds = dict.fromkeys(one.kind for one in asked.board.organizations.values() if _value(one) is not None)
        order = [*KIND_CLASSES, *(kind for kind in kinds if kind not in KIND_CLASSES)]
        steps = {KIND_CLASSES.get(kind or "", OTHER_KIND): kind_words(asked, kind) for kind in order if kind in kinds}
    else:
        colour = COLOURS[color]
        steps = {name: colour.label(name, texts) for name in colour.classes}
        steps[UNKNOWN] = texts("figure.unknown")
    areas = _organizations(asked, color) if area == VALUE else _projects(asked, area, COLOURS[color])
    chart = tree(
        texts(f"treemap.title.{area}"),
        areas.branches,
        unit=texts(f"treemap.unit.{area}"),
        texts=texts,
        # The kind of an organisation is its group, which each area names anyway.
        colour="" if color == KIND else texts(_title_of(color)),
        steps=steps,
    )
    return Drawn(areas=areas, chart=chart, steps=steps)


def _class_of(asked: Asked, colour: Colour, card: Card) -> str:
    """The class of its colour."""
    found = colour.class_of(card, asked.today)
    return found if found in colour.classes else UNKNOWN


def _sizes(asked: Asked, area: str) -> dict[str, tuple[int, Card]]:
    """By repository its size; one that several projects share counts with the first of them."""
    number_of, _ = SIZES[area]
    sizes: dict[str, tuple[int, Card]] = {}
    for card in asked.board.cards.values():
        number = number_of(card)
        if number is not None and card.repository is not None:
            sizes.setdefault(card.repository, (number, card))
    return sizes


def _projects(asked: Asked, area: str, colour: Colour) -> Areas:
    """Projects in their categories."""
    number_of, _ = SIZES[area]
    leaves: dict[str, list[Leaf]] = {}
    parts = _parts(asked)
    for number, card in _sizes(asked, area).values():
        leaf = Leaf(
            name=card.name,
            size=number,
            written=f"{number:,}",
            href=asked.links.page("project", card.id),
            kind=_class_of(asked, colour, card),
            note=colour.words(card, asked.today, asked.texts),
            part=parts.get(card.subcategory_id, ("", ""))[0],
            part_href=parts.get(card.subcategory_id, ("", ""))[1],
        )
        leaves.setdefault(card.category_id, []).append(leaf)
    branches = tuple(
        Branch(name=one.name, href=asked.links.page("category", one.id), leaves=tuple(leaves[one.id]))
        for one in asked.board.categories.values()
        if one.id in leaves
    )
    cards = asked.board.cards.values()
    known = sum(card.repository is not None and number_of(card) is not None for card in cards)
    return Areas(branches=branches, known=known, unknown=len(cards) - known)


def _parts(asked: Asked) -> dict[str, tuple[str, str]]:
    """Name and address of each part of a category; in a folder it has no page."""
    return {
        part.id: (
            part.name,
            "" if asked.links.is_static else asked.links.page("category", one.id, subcategory=part.id),
        )
        for one in asked.board.categories.values()
        for part in one.subcategories
    }


def _value(one: Organization) -> Decimal | None:
    return None if one.value is None or one.value.value is None else Decimal(one.value.value)


def _organizations(asked: Asked, color: str) -> Areas:
    """Organisations by their kind; what may not be published is counted and not drawn."""
    leaves: dict[str | None, list[Leaf]] = {}
    hidden = unknown = 0
    for one in asked.board.organizations.values():
        value = _value(one)
        if value is None:
            hidden += one.is_value_hidden
            unknown += not one.is_value_hidden
            continue
        if color == KIND:
            kind, words = KIND_CLASSES.get(one.kind or "", OTHER_KIND), ""
        else:
            kind, words = _of_projects(asked, COLOURS[color], one.cards)
        leaf = Leaf(
            name=one.name,
            size=float(value),
            written=_written(asked, one),
            href=asked.links.page("organization", one.id),
            kind=kind,
            note=words,
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


def _of_projects(asked: Asked, colour: Colour, cards: Iterable[Card]) -> tuple[str, str]:
    """Class and words of the middle one of projects, of those of which the colour is known."""
    found = (_class_of(asked, colour, card) for card in cards)
    # The classes of activity come from the most active to the archived, which changes nothing about the middle.
    ranks = [colour.classes.index(name) for name in found if name != UNKNOWN]
    if not ranks:
        return UNKNOWN, asked.texts("figure.unknown")
    middle = colour.classes[median_low(ranks)]
    return middle, colour.label(middle, asked.texts)
