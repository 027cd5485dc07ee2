"""The rows of the comparison: what is known of each project, measure by measure, and which of them is ahead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct, structs

from crawler.export import rows
from crawler.figures.health.stored import StoredHealth, read_health_of
from crawler.site.amounts import amount_of
from crawler.site.asked import Asked
from crawler.site.board import Card
from crawler.site.pages.project_charts import past_of
from crawler.site.pages.project_facts import ago, approval, licence_words
from crawler.site.reading.counted import Past
from crawler.site.reading.money import Worth, read_worth
from crawler.site.reading.releases import Releases, read_releases
from crawler.site.rendering import day, name

YEARS = 5
"""Years of releases that are shown, this one and those before."""


class Side(Struct, frozen=True, kw_only=True):
    """A project of the comparison. `row` is its primary repository, None: it has none on GitHub."""

    card: Card
    row: sqlite3.Row | None
    past: Past
    releases: Releases | None
    health: StoredHealth | None
    worth: Worth | None


class Cell(Struct, frozen=True, kw_only=True):
    """A value as text, None: not known. `rank` is what the best of a row is found by, the greatest."""

    text: str | Markup | None
    note: str = ""
    href: str = ""
    is_apart: bool = False
    """Whether it is a word in place of a value: none, or not for publication."""
    rank: float | str | None = None
    is_best: bool = False


class MeasureRow(Struct, frozen=True, kw_only=True):
    """A measure with a cell for each project; `best` is what the best one is called."""

    label: str
    cells: tuple[Cell, ...]
    best: str = ""

    @property
    def is_known(self) -> bool:
        """Whether there is anything to say of any project."""
        return any(cell.text is not None for cell in self.cells)


class Section(Struct, frozen=True, kw_only=True):
    """Measures that belong together; `unknown` names those of which nothing is known of any project."""

    title: str
    rows: tuple[MeasureRow, ...]
    unknown: tuple[str, ...]


def read_side(asked: Asked, card: Card) -> Side:
    """What is known of a project of the board."""
    found = rows.repositories(asked.connection, card.id)
    row = found[0] if found else None
    return Side(
        card=card,
        row=row,
        past=past_of(asked, row, "stars") if row else Past(),
        releases=read_releases(asked.connection, row["id"], row["releases_total"]) if row else None,
        health=read_health_of(asked.connection, card.id),
        worth=_worth(asked, card),
    )


def _worth(asked: Asked, card: Card) -> Worth | None:
    if card.organization_id is None:
        return None
    return read_worth(asked.connection, asked.board, card.organization_id, with_restricted=asked.with_restricted)


def sections_of(asked: Asked, sides: Sequence[Side]) -> list[Section]:
    """All rows; none without projects."""
    if not sides:
        return []
    makers = {"project": _project, "popularity": _popularity, "work": _work, "releases": _releases, "health": _health}
    return [_section(asked, what, list(make(asked, sides))) for what, make in makers.items()]


def _section(asked: Asked, what: str, measured: Sequence[MeasureRow]) -> Section:
    return Section(
        title=asked.texts(f"compare.section.{what}"),
        rows=tuple(row for row in measured if row.is_known),
        unknown=tuple(row.label for row in measured if not row.is_known),
    )


def mark_best(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells with the best of them marked, all that are equal; none where fewer than two can be compared, or where
    no two differ.
    """
    ranks = [cell.rank for cell in cells if cell.rank is not None]
    if len(ranks) < 2 or len(set(ranks)) < 2:
        return tuple(cells)
    best = max(ranks)
    return tuple(structs.replace(cell, is_best=cell.rank == best) for cell in cells)


def _measured(label: str, cells: Iterable[Cell], best: str = "") -> MeasureRow:
    found = tuple(cells)
    return MeasureRow(label=label, cells=mark_best(found) if best else found, best=best)


def _count(value: int | None, *, is_change: bool = False) -> Cell:
    if value is None:
        return Cell(text=None)
    return Cell(text=f"{value:+,}" if is_change else f"{value:,}", rank=value)


def _moment(asked: Asked, moment: str | None) -> Cell:
    return Cell(text=None) if moment is None else Cell(text=day(moment), note=ago(asked, moment), rank=moment[:10])


def _text(text: str | None) -> Cell:
    return Cell(text=None if text is None else name(text))


def _of_row(side: Side, column: str) -> Cell:
    return _count(None if side.row is None else side.row[column])


def _project(asked: Asked, sides: Sequence[Side]) -> Iterator[MeasureRow]:
    label = _labels(asked)
    cards = [side.card for side in sides]
    yield _measured(label("category"), (_category(asked, card) for card in cards))
    if any(card.maturity for card in cards):
        yield _measured(label("maturity"), (_or_none(asked, card.maturity) for card in cards))
    yield _measured(label("activity"), (Cell(text=asked.texts(f"activity.{card.activity}")) for card in cards))
    yield _measured(label("organization"), (_organization(asked, card) for card in cards))
    yield _measured(label("value"), (_value(asked, side.worth) for side in sides))
    yield _measured(label("licence"), (_licence(asked, card) for card in cards))
    yield _measured(label("language"), (_text(card.language) for card in cards))
    yield _measured(label("first_commit"), (_moment(asked, card.first_commit_at) for card in cards))


def _popularity(asked: Asked, sides: Sequence[Side]) -> Iterator[MeasureRow]:
    label, most = _labels(asked), asked.texts("compare.best.most")
    cards = [side.card for side in sides]
    yield _measured(label("stars"), (_count(card.stars) for card in cards), most)
    yield _measured(label("stars_month"), (_count(card.stars_month, is_change=True) for card in cards), most)
    yield _measured(label("stars_year"), (_count(card.stars_year, is_change=True) for card in cards), most)
    yield _measured(label("forks"), (_count(card.forks) for card in cards), most)
    yield _measured(label("watchers"), (_of_row(side, "watchers") for side in sides), most)


def _work(asked: Asked, sides: Sequence[Side]) -> Iterator[MeasureRow]:
    label, most, newest = _labels(asked), asked.texts("compare.best.most"), asked.texts("compare.best.newest")
    cards = [side.card for side in sides]
    yield _measured(label("commits"), (_count(card.commits_last_year) for card in cards), most)
    yield _measured(label("contributors"), (_count(card.contributors) for card in cards), most)
    yield _measured(label("latest_commit"), (_moment(asked, card.latest_commit_at) for card in cards), newest)
    for column in ("open_issues", "open_pull_requests"):
        # Many may be a sign of much use, or of little care: none is ahead.
        yield _measured(label(column), [_of_row(side, column) for side in sides])


def _releases(asked: Asked, sides: Sequence[Side]) -> Iterator[MeasureRow]:
    newest = asked.texts("compare.best.newest")
    yield _measured(_labels(asked)("latest_release"), (_latest_release(asked, side) for side in sides), newest)
    for year in range(asked.today.year, asked.today.year - YEARS, -1):
        label = asked.texts("compare.row.releases_year", year=str(year))
        yield _measured(label, [_in_year(asked, side, year) for side in sides])


def _health(asked: Asked, sides: Sequence[Side]) -> Iterator[MeasureRow]:
    highest = asked.texts("compare.best.highest")
    yield _measured(_labels(asked)("health"), (_count(side.card.health) for side in sides), highest)
    inputs = next((side.health.inputs for side in sides if side.health), ())
    for one in inputs:
        if one.weight:
            label = asked.texts(f"project.health.input.{one.input}")
            yield _measured(label, [_input(side.health, one.input) for side in sides], highest)


def _labels(asked: Asked) -> Callable[[str], str]:
    return lambda what: asked.texts(f"compare.row.{what}")


def _input(health: StoredHealth | None, which: str) -> Cell:
    one = next((one for one in health.inputs if one.input == which), None) if health else None
    if one is None or one.score is None:
        return Cell(text=None)
    return Cell(text=f"{one.score:,}", note=one.value or "", rank=one.score)


def _category(asked: Asked, card: Card) -> Cell:
    category = asked.board.categories.get(card.category_id)
    if category is None:
        return Cell(text=None)
    part = next((part.name for part in category.subcategories if part.id == card.subcategory_id), "")
    return Cell(text=name(category.name), note=part, href=asked.links.page("category", category.id))


def _or_none(asked: Asked, text: str | None) -> Cell:
    return Cell(text=asked.texts("figure.none"), is_apart=True) if text is None else _text(text)


def _organization(asked: Asked, card: Card) -> Cell:
    if card.organization_id is None or card.organization is None:
        return Cell(text=asked.texts("compare.no_organization"), is_apart=True)
    is_there = card.organization_id in asked.board.organizations
    href = asked.links.page("organization", card.organization_id) if is_there else ""
    return Cell(text=name(card.organization), href=href)


def _value(asked: Asked, worth: Worth | None) -> Cell:
    if worth is None:
        return Cell(text=asked.texts("figure.none"), is_apart=True)
    amount = amount_of(worth.total, asked.texts, is_hidden=worth.is_hidden)
    if amount.state == "known":
        return Cell(text=amount.central, note=amount.words if amount.low else "")
    return Cell(text=amount.words if amount.state == "hidden" else None, is_apart=True)


def _licence(asked: Asked, card: Card) -> Cell:
    approved = None if card.is_open_source is None else int(card.is_open_source)
    return Cell(text=licence_words(asked, card.license), note=approval(asked, card.license, approved))


def _latest_release(asked: Asked, side: Side) -> Cell:
    moment = side.card.latest_release_at
    if moment is None and side.releases and side.releases.total == 0:
        return Cell(text=asked.texts("figure.none"), is_apart=True)
    return _moment(asked, moment)


def _in_year(asked: Asked, side: Side, year: int) -> Cell:
    if side.releases is None:
        return Cell(text=None)
    number, is_least = side.releases.in_year(year)
    if number is None:
        return Cell(text=None)
    return Cell(text=asked.texts("compare.at_least", n=number) if is_least else f"{number:,}")
