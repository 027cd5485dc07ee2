"""Boards made in memory, and our pages over them as text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import unserved

from crawler.figures.model import Total
from crawler.figures.snapshot import Snapshot
from crawler.site.asked import Asked
from crawler.site.board import Board, Card, Category, Group, Organization, Subcategory

NOTHING = sqlite3.connect(":memory:")
NOTHING.close()


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
    board.kept.setdefault("map.left", ())  # there is nothing to read it from
    return unserved.asked_of(board, NOTHING, query, is_static=is_static)


def shown(page: str) -> list[str]:
    """The ids of the projects in a page's table or map, in their order."""
    return re.findall(r'<(?:th scope="row"|li class="[^"]* s\d"[^>]*)><a href="/projects/([^"]+)"', page)


def ask(board: Board, make: Callable[..., Any], *key: str, **query: str) -> str:
    return unserved.html_of(make, asked_of(board, **query), *key)


def organization(name: str, value: str | None, *, is_hidden: bool = False) -> Organization:
    total = Total(scope=f"organization:{name}", measure="value", value=value, known=1, total=1) if value else None
    return Organization(
        id=name, name=name.title(), kind="company", parent_id=None, cards=(), value=total, is_value_hidden=is_hidden
    )
