"""Tables of a hundred rows a page, sorted by what one chooses: of projects and of organisations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.pages.measures import ORDERS, UNKNOWN, ordered

T = TypeVar("T")

ROWS = 100
MOST_IDS = 200
"""Up to how many projects are asked for by their ids, where the database has no column for what was chosen."""


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


def places_of(asked: Asked) -> dict[str, list[str]]:
    """By project its categories, its own first."""

    def make() -> dict[str, list[str]]:
        found = {card.id: [card.category_id] for card in asked.board.cards.values()}
        for category in asked.board.categories.values():
            for card in category.cards:
                if category.id != card.category_id:
                    found[card.id].append(category.id)
        return found

    return asked.once("table.places", make)


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


_DATA_COLUMNS = {"license": "license_spdx", "language": "primary_language", "maturity": "maturity"}
_DATA_OPEN = {"open": {"license_osi_approved": 1}, "closed": {"license_osi_approved": 0}}
_DATA_SORTS = {
    "stars": ("_sort_desc", "stars"),
    "commits": ("_sort_desc", "commits_last_year"),
    "contributors": ("_sort_desc", "contributors"),
    "release": ("_sort_desc", "latest_release_at"),
    "commit": ("_sort_desc", "latest_commit_at"),
    "language": ("_sort", "primary_language"),
    "name": ("_sort", "project"),
}


def data_links(
    asked: Asked, cards: Sequence[Card], chosen: Mapping[str, str], *, is_all: bool
) -> list[tuple[str, str]]:
    """The same projects as data, in words and address: the table, CSV, JSON.

    None where there is no database to ask, or none that could be asked for exactly these. `is_all`: all of the
    landscape but for what is `chosen`.
    """
    wanted = _data_filters(chosen) if is_all else None
    if wanted is None:
        if not 0 < len(cards) <= MOST_IDS:
            return []
        wanted = {"project_id__in": ",".join(card.id for card in cards)}
    order, column = _DATA_SORTS.get(asked.query.first("sort"), _DATA_SORTS["stars"])
    href = asked.links.data("landscape", "", **(wanted | {order: column}))
    if href is None:
        return []
    path, _, query = href.partition("?")
    formats = {
        "table": href,
        "csv": f"{path}.csv?{query}&_stream=on",
        "json": f"{path}.json?{query}&_shape=array&_size=max",
    }
    return [(asked.texts(f"listing.data.{name}"), address) for name, address in formats.items()]


def _data_filters(chosen: Mapping[str, str]) -> dict[str, object] | None:
    """The choices as filters of the view `landscape`; None where it has no columns for them."""
    found: dict[str, object] = {}
    for name, value in chosen.items():
        column = _DATA_COLUMNS.get(name)
        if column:
            found |= {f"{column}__isnull": 1} if value == UNKNOWN else {f"{column}__exact": value}
        elif name == "open":
            found |= _DATA_OPEN.get(value, {"license_osi_approved__isnull": 1})
        elif (name, value) == ("activity", "archived"):
            found["is_archived"] = 1
        else:
            return None
    return found


def titled_listing(asked: Asked, title: str, listing: Listing[Any], default: str) -> str:
    """The title of a page with a table: its order and page belong to it."""
    by = next((head for head in listing.heads if head.direction and head.name != default), None)
    if by:
        title = asked.texts("title.by", title=title, measure=by.label)
    return asked.texts("title.page", title=title, page=listing.page) if listing.page > 1 else title
