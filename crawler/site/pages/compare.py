"""The page that puts up to six projects side by side."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from msgspec import Struct

from crawler.printable import plain
from crawler.site.asked import Asked, Page
from crawler.site.board import Card, Category
from crawler.site.charts import Chart, Series, lines
from crawler.site.near import find_project, near_projects
from crawler.site.pages.compare_rows import Side, read_side, sections_of
from crawler.site.reading.counted import step_of, thin

MOST = 6
"""Projects side by side: more columns nobody can read."""
MOST_READ = 20
"""So many names of an address are looked up."""
MOST_NEAR = 4
MOST_SUGGESTED, LONGEST_NAME = 300, 60


class Unknown(Struct, frozen=True, kw_only=True):
    """A name that is no project's, and projects that are called alike, with the address of a comparison with each."""

    text: str
    near: tuple[tuple[Card, str], ...]


def page(asked: Asked) -> Page:
    """The projects that the address names by id or name, else comparisons that are ready."""
    texts = [*asked.query.all("project"), *asked.query.all("add")][:MOST_READ]
    found = {text: find_project(asked, text) for text in texts}
    cards = list({card.id: card for card in found.values() if card}.values())
    shown, left = cards[:MOST], cards[MOST:]
    sides = [read_side(asked, card) for card in shown]
    ids = [card.id for card in shown]
    ready = ready_made(asked) if asked.links.is_static or not sides else []
    return Page(
        template="compare.html",
        title=asked.texts("compare.title.of", names=", ".join(plain(card.name)[:LONGEST_NAME] for card in shown))
        if shown
        else asked.texts("compare.title"),
        values={
            "sides": sides,
            "sections": sections_of(asked, sides),
            "stars": _stars(asked, sides),
            "without": {one: _address(asked, [other for other in ids if other != one]) for one in ids},
            "ids": ids,
            "is_full": len(ids) >= MOST,
            "most": MOST,
            "left": left,
            "suggested": [] if asked.links.is_static else asked.once("compare.suggested", lambda: _suggested(asked)),
            "added": next((text for text in asked.query.all("add") if found.get(text, cards) is None), ""),
            "unknown": [_unknown(asked, text, ids) for text, card in found.items() if card is None],
            "ready": [(category, of, _address(asked, [card.id for card in of])) for category, of in ready],
        },
    )


def ready_made(asked: Asked) -> list[tuple[Category, tuple[Card, ...]]]:
    """Of each category of at least two projects whose stars are known the six with the most, in the list's order."""

    def make() -> list[tuple[Category, tuple[Card, ...]]]:
        found = []
        for category in asked.board.categories.values():
            known = sorted((-card.stars, place) for place, card in enumerate(category.cards) if card.stars is not None)
            if len(known) > 1:
                found.append((category, tuple(category.cards[place] for _, place in known[:MOST])))
        return found

    return asked.once("ready comparisons", make)


def _suggested(asked: Asked) -> list[str]:
    """The names that are looked for most, each once."""
    best = nlargest(
        MOST_SUGGESTED, asked.board.cards.values(), key=lambda card: -1 if card.stars is None else card.stars
    )
    return list(dict.fromkeys(plain(card.name)[:LONGEST_NAME] for card in best))


def _address(asked: Asked, ids: Sequence[str]) -> str:
    return asked.links.page("compare", project=list(ids))


def _unknown(asked: Asked, text: str, ids: Sequence[str]) -> Unknown:
    near = [card for card in near_projects(asked, text, MOST_NEAR) if card.id not in ids]
    return Unknown(text=text, near=tuple((card, _address(asked, [*ids, card.id])) for card in near))


def _stars(asked: Asked, sides: Sequence[Side]) -> Chart | None:
    """The stars of all of them on one axis; None where of none more than one day is known."""
    pasts = [(side.card.name, side.past.points) for side in sides if len(side.past.points) > 1]
    if not pasts:
        return None
    step = step_of([points for _, points in pasts])
    series = [Series(name=name, points=thin(points, step)) for name, points in pasts]
    return lines(asked.texts("compare.chart.stars"), series, unit=asked.texts("project.unit.stars"), texts=asked.texts)
