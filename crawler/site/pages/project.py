"""The page of a project: what it is, every fact with whose word it is, its past, health, money and changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import log10
from typing import Any

from msgspec import Struct

from crawler.export import rows
from crawler.figures.health.stored import StoredHealth, StoredInput, read_health_of, read_scores
from crawler.news.reading import Wanted, read_some
from crawler.news.words import link, words
from crawler.printable import plain
from crawler.site.asked import Asked, NotThere, Page
from crawler.site.board import Card
from crawler.site.charts import spark
from crawler.site.near import near_projects
from crawler.site.pages.compare import MOST, ready_made
from crawler.site.pages.project_charts import (
    commits_chart,
    language_chart,
    past_chart,
    release_chart,
    release_note,
)
from crawler.site.pages.project_facts import (
    Teller,
    Told,
    dated,
    licence_words,
    repository_facts,
    source_name,
)
from crawler.site.pages.project_money import funding_of
from crawler.site.pages.project_states import states_of
from crawler.site.pages.project_tiles import Tile, common_word, health_tile, repository_tiles, worth_tile
from crawler.site.reading.projects import Listed, read_fetches, read_languages, read_listed
from crawler.site.reading.releases import read_releases

NEWEST_RELEASES, NEWEST_EVENTS = 10, 20
MOST_REPOSITORIES = 60
SECOND_HAND = ("depsdev", "ecosystems")


class Happened(Struct, frozen=True, kw_only=True):
    """An event in words."""

    at: str
    what: str
    sentence: str
    url: str | None


class Row(Struct, frozen=True, kw_only=True):
    """A repository in the table of a project that has several."""

    values: sqlite3.Row
    teller: Teller
    licence: Any
    data: str | None


def page(asked: Asked, project_id: str) -> Page:
    """The project, also one that was taken off the list. NotThere where it never was on it."""
    listed = read_listed(asked.connection, project_id)
    if listed is None:
        near = [("project", card.id, card.name) for card in near_projects(asked, project_id)]
        raise NotThere("project", project_id, near)
    repositories = rows.repositories(asked.connection, project_id)
    primary = repositories[0] if repositories else None
    organization_id = listed.organization_id
    health, beside = read_health_of(asked.connection, project_id), _beside(asked, project_id)
    funding, scores = funding_of(asked, project_id, organization_id), _scores(asked, project_id)
    card = asked.board.cards.get(project_id)
    tiles = [health_tile(asked, health, scores)]
    if funding.worth:
        tiles.append(worth_tile(asked, funding.worth, organization_id))
    values: dict[str, Any] = {
        "project": listed,
        "card": card,
        "states": states_of(asked, listed, primary),
        "places": [(place, place.category_id in asked.board.categories) for place in listed.places],
        "has_organization_page": organization_id in asked.board.organizations,
        "homepage": listed.homepage_url or (primary["homepage_url"] if primary else None),
        "about": listed.description or (primary["description"] if primary else None),
        "primary": primary,
        "health": health,
        "health_told": {one.input: _told(asked, health, one) for one in health.inputs if one.source} if health else {},
        "health_unknown": [one for one in health.inputs if one.value is None and one.score is None] if health else [],
        "scores": scores,
        "funding": funding,
        "tiles": [tile for tile in tiles if tile.value is not None],
        "tiles_told": None,
        "pasts": [],
        "events": _events(asked, project_id),
        "beside": beside,
        "compared": [project_id, *(card.id for card in beside)],
        "together": _together(asked, listed),
        "data": _data(asked, listed, primary),
        "repositories": [],
        "repositories_left": max(0, len(repositories) - MOST_REPOSITORIES),
    }
    if len(repositories) > 1:
        values["repositories"] = [_row(asked, row) for row in repositories[:MOST_REPOSITORIES]]
    values |= _of_primary(asked, primary, card, tiles) if primary else {}
    return Page(template="project.html", title=plain(listed.name), values=values)


def _of_primary(asked: Asked, row: sqlite3.Row, card: Card | None, others: Sequence[Tile]) -> dict[str, Any]:
    fetches = read_fetches(asked.connection, row["id"])
    teller = Teller(asked, row, fetches)
    facts = repository_facts(asked, row, teller)
    releases = read_releases(asked.connection, row["id"], row["releases_total"], newest=NEWEST_RELEASES)
    languages = read_languages(asked.connection, row["id"])
    failures = [fetch for fetch in fetches.values() if fetch.error]
    tiles = repository_tiles(asked, row, teller, card)
    known = [one for one in tiles if one.value is not None]
    shown = [fact for fact in facts if fact.value is not None]
    unknown = [one.label for one in tiles if one.value is None]
    unknown += [fact.label for fact in facts if fact.value is None]
    stars, commits = past_chart(asked, row, "stars"), commits_chart(asked, row)
    return {
        "teller": teller,
        "tiles": [*known, *(one for one in others if one.value is not None)],
        "tiles_told": common_word(one.told for one in known),
        "facts": shown,
        "facts_told": common_word(fact.told for fact in shown),
        "unknown": unknown,
        "failures": failures,
        "pasts": [
            (told, own)
            for told, own in ((stars, None), (commits, teller.asked_apart("commit_weeks")))
            if told.chart.table.rows
        ],
        "releases": releases,
        "release_chart": release_chart(asked, releases) if releases.quarters else None,
        "release_note": release_note(asked, releases),
        "languages": language_chart(asked, languages) if languages else None,
    }


def _told(asked: Asked, health: StoredHealth, one: StoredInput) -> Told:
    """Whose figure an input of the health is."""
    return Told(
        source=source_name(asked, one.source or ""),
        url=one.source_url,
        dated=dated(asked, one.observed_at, health.origin),
        is_second_hand=one.source in SECOND_HAND,
    )


def _scores(asked: Asked, project_id: str) -> Any:
    """The health over time as a small line, from the first score to the last."""
    scores = read_scores(asked.connection, project_id)
    known = [(day, score) for day, score in scores if score is not None]
    if len(known) < 2:
        return ""
    label = asked.texts(
        "project.health.over_time", first=known[0][1], since=known[0][0], last=known[-1][1], until=known[-1][0]
    )
    return spark([score for _, score in scores], label=label)


def _events(asked: Asked, project_id: str) -> list[Happened]:
    wanted = Wanted(period=None, projects=(project_id,))
    events = read_some(asked.connection, wanted, most=NEWEST_EVENTS, with_restricted=asked.with_restricted)
    return [
        Happened(at=event.at, what=said.what, sentence=said.sentence, url=link(event))
        for event in events
        for said in (words(event),)
    ]


def _beside(asked: Asked, project_id: str) -> list[Card]:
    """The projects of its subcategory that are nearest to it by stars, in the list's order where none are known."""
    card = asked.board.cards.get(project_id)
    if card is None:
        return []
    category = asked.board.categories.get(card.category_id)
    parts = category.subcategories if category else ()
    others = [one for part in parts if part.id == card.subcategory_id for one in part.cards if one.id != card.id]
    size = _size(card)
    return sorted(others, key=lambda one: abs(_size(one) - size))[: MOST - 1]


def _size(card: Card) -> float:
    """How large a project is beside others; one of which no stars are known stands before all that have any."""
    return -1 if card.stars is None else log10(card.stars + 1)


def _together(asked: Asked, listed: Listed) -> tuple[str, str] | None:
    """The ready-made comparison of its category, where there is no server that could make another: name and address."""
    if not asked.links.is_static or not listed.places:
        return None
    for category, cards in ready_made(asked):
        if category.id == listed.places[0].category_id:
            return category.name, asked.links.page("compare", project=[card.id for card in cards])
    return None


def _row(asked: Asked, row: sqlite3.Row) -> Row:
    return Row(
        values=row,
        teller=Teller(asked, row, read_fetches(asked.connection, row["id"])),
        licence=licence_words(asked, row["license_spdx"]),
        data=asked.links.data("repositories", str(row["id"])),
    )


def _data(asked: Asked, listed: Listed, primary: sqlite3.Row | None) -> list[tuple[str, str]]:
    """Datasette's pages of the rows behind all this: key of the text, and address; none where there is no Datasette."""
    links = asked.links
    own = links.data("projects", listed.id)
    found = [("project", own), ("json", own and f"{own}.json")]
    found.append(("health", links.data("health_inputs", project_id=listed.id)))
    found.append(("changes", links.data("changes", project_id=listed.id, _sort_desc="at")))
    if primary:
        found.append(("repository", links.data("repositories", str(primary["id"]))))
        found.append(("history", links.data("history", repository_id=primary["id"])))
        found.append(("releases", links.data("releases", repository_id=primary["id"], _sort_desc="published_at")))
    if listed.organization_id:
        found.append(("figures", links.data("figures", organization_id=listed.organization_id)))
    return [(what, address) for what, address in found if address]
