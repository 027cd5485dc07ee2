"""The lists of all projects and of all organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crawler.site.asked import Asked, Page
from crawler.site.board import Organization
from crawler.site.pages.filters import MAP_FILTERS, chips_of, narrow, titled
from crawler.site.pages.measures import UNKNOWN, unknown_last
from crawler.site.pages.table import Where, data_links, listing, places_of, projects_listing, titled_listing
from crawler.site.pages.tiles import value_words

KINDS = ("company", "public company", "subsidiary", "foundation", "community", UNKNOWN)


def projects(asked: Asked) -> Page:
    """All projects as a table."""
    found = narrow(asked, MAP_FILTERS)
    where = Where(name="projects", kept=found.chosen)
    sort = asked.query.first("sort")
    table = projects_listing(asked, found.cards, where)
    values = {
        "found": found,
        "chips": chips_of(asked, found, lambda kept: asked.links.page("projects", **kept, sort=sort)),
        "listing": table,
        "places": places_of(asked),
        "data": data_links(asked, found.cards, found.chosen, is_all=True),
    }
    title = titled(asked, asked.texts("projects.title"), found)
    return Page(template="projects.html", title=titled_listing(asked, title, table, "stars"), values=values)


def organizations(asked: Asked) -> Page:
    """All organisations as a table, with what stands behind them."""
    board, texts = asked.board, asked.texts
    all_of_them = list(board.organizations.values())
    counts = Counter(one.kind or UNKNOWN for one in all_of_them)
    kinds = [*(kind for kind in KINDS if kind in counts), *sorted(counts.keys() - set(KINDS))]
    kind = asked.query.one_of("kind", kinds, "")
    sort = asked.query.one_of("sort", _ORDERS, "stars")
    found = [one for one in all_of_them if not kind or (one.kind or UNKNOWN) == kind]
    key, direction = _ORDERS[sort]
    rows = unknown_last(found, key, is_descending=direction == "descending")
    where = Where(name="organizations", kept={"kind": kind})
    directions = {name: order[1] for name, order in _ORDERS.items()}
    columns = ("name", "kind", "parent", "projects", "stars", "value")
    of_kinds = [
        ("", texts("organizations.all"), len(all_of_them)),
        *((one, kind_words(asked, one), counts[one]) for one in kinds),
    ]
    table = listing(asked, rows, where, columns, directions, sort=sort, default="stars")
    values = {
        "kind": kind,
        "kinds": [
            (one, texts("organizations.of_kind", kind=words, count=count), asked.links.page("organizations", kind=one))
            for one, words, count in of_kinds
        ],
        "listing": table,
        "kind_words": lambda one: kind_words(asked, one),
        "value_words": lambda one: value_words(asked, one.value, is_hidden=one.is_value_hidden),
        "known": sum(_value(one) is not None for one in found),
        "hidden": sum(one.is_value_hidden for one in found),
    }
    title = texts("organizations.title")
    if kind:
        title = texts("title.chosen", title=title, chosen=kind_words(asked, kind))
    return Page(template="organizations.html", title=titled_listing(asked, title, table, "stars"), values=values)


def kind_words(asked: Asked, kind: str | None) -> str:
    """A kind of organisation as people read it; one that we have no word for stays as it is."""
    key = f"kind.{kind or UNKNOWN}"
    return asked.texts(key) if key in asked.texts else str(kind)


def _value(one: Organization) -> Decimal | None:
    """What may be shown: a value that is hidden has no place in an order either."""
    return None if one.value is None or one.value.value is None else Decimal(one.value.value)


_ORDERS: dict[str, tuple[Callable[[Organization], Any], str]] = {
    "name": (lambda one: one.name.casefold(), "ascending"),
    "kind": (lambda one: one.kind, "ascending"),
    "projects": (lambda one: len(one.cards), "descending"),
    "stars": (lambda one: one.stars, "descending"),
    "value": (_value, "descending"),
}
