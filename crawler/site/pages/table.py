"""Tables of a hundred rows a page, sorted by what one chooses: of projects and of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.pages.measures import ORDERS, ordered

T = TypeVar("T")

ROWS = 100


class Head(Struct, frozen=True, kw_only=True):
    """A column: its name in words, and where it leads to the table sorted by it; empty: it cannot be sorted so."""

    name: str
    label: str
    href: str = ""
    direction: str = ""
    """`ascending` or `descending` where the table is sorted by it."""


class Listing(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a table."""

    heads: tuple[Head, ...]
    rows: tuple[T, ...]
    count: int
    page: int
    pages: int
    previous: str
    next: str


class Where(Struct, frozen=True, kw_only=True):
    """The page of the site that a table stands on, with the parameters that its links keep."""

    name: str
    key: str = ""
    kept: Mapping[str, str] = {}

    def link(self, asked: Asked, **more: object) -> str:
        """The same page with other parameters."""
        return asked.links.page(self.name, self.key, **self.kept, **more)


PROJECT_COLUMNS = (
    "name",
    "category",
    "organization",
    "stars",
    "growth",
    "commits",
    "contributors",
    "health",
    "license",
    "language",
    "release",
    "commit",
)


def projects_listing(asked: Asked, cards: Sequence[Card], where: Where, without: str = "") -> Listing[Card]:
    """Projects by one of `ORDERS`, without a column that says nothing here. WrongQuery for another order or page."""
    sort = asked.query.one_of("sort", ORDERS, "stars")
    directions = {name: "descending" if order.is_descending else "ascending" for name, order in ORDERS.items()}
    columns = [name for name in PROJECT_COLUMNS if name != without]
    # Sorting thousands takes longer than to leave out some of those that are sorted already.
    everything = asked.once(f"table.ordered {sort}", lambda: ordered(asked.board.cards.values(), sort))
    wanted = {card.id for card in cards}
    found = [card for card in everything if card.id in wanted] if len(wanted) < len(everything) else everything
    return listing(asked, found, where, columns, directions, sort=sort, default="stars")


def listing(
    asked: Asked,
    things: Sequence[T],
    where: Where,
    columns: Sequence[str],
    directions: Mapping[str, str],
    *,
    sort: str,
    default: str,
) -> Listing[T]:
    """The asked page of things that are sorted already; `directions` has the columns by which they can be."""
    pages = max(1, -(-len(things) // ROWS))
    page = asked.query.number("page", 1, most=pages)

    def link(by: str, number: int) -> str:
        return where.link(asked, sort="" if by == default else by, page="" if number == 1 else number)

    return Listing(
        heads=tuple(
            Head(
                name=name,
                label=asked.texts(f"column.{name}"),
                href=link(name, 1) if name in directions else "",
                direction=directions[name] if name == sort else "",
            )
            for name in columns
        ),
        rows=tuple(things[(page - 1) * ROWS : page * ROWS]),
        count=len(things),
        page=page,
        pages=pages,
        previous=link(sort, page - 1) if page > 1 else "",
        next=link(sort, page + 1) if page < pages else "",
    )
