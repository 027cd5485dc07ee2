"""What charts are made of, and what each one is."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec import Struct


class Table(Struct, frozen=True):
    """The numbers behind a chart, as text; the first cell of a row names it. `note` says what was left out.

    `links` are addresses by row for its first cells.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    links: tuple[tuple[str, ...], ...] = ()


class Chart(Struct, frozen=True, kw_only=True):
    """A picture, the same in a sentence or two, and as a table. No rows: there is nothing to show."""

    title: str
    svg: Markup
    summary: str
    table: Table
    key: Markup = Markup()
    """What the colours and patterns stand for, as a list in HTML."""


class Series(Struct, frozen=True, kw_only=True):
    """Values by day in ascending order; None is not known, and interrupts the line."""

    name: str
    points: tuple[tuple[date, float | None], ...]
