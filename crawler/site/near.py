"""Which projects a person perhaps means, of thousands and in a moment."""

from __future__ import annotations

from difflib import SequenceMatcher
from heapq import nlargest

from crawler.site.asked import Asked
from crawler.site.board import Card

LONGEST = 80
"""So much of a name is compared: more is no name that anybody writes."""
LOOKED_AT = 40
ALIKE, SHORT = 0.65, 4
"""So much of 1 are names alike of which one may be meant for the other; also where one of at least so many letters
is in the other.
"""


def find_project(asked: Asked, text: str) -> Card | None:
    """The project of that id, or the only one of that name or with that repository, whatever the case; else None."""
    cards = asked.board.cards
    wanted = text.strip().casefold()
    if found := cards.get(text) or cards.get(wanted):
        return found
    named = asked.once("near names", lambda: _named(asked))
    of_name = named.get(wanted, []) or asked.once("near repositories", lambda: _by_repository(asked)).get(wanted, [])
    return cards[of_name[0]] if len(of_name) == 1 else None


def near_projects(asked: Asked, text: str, most: int = 5) -> list[Card]:
    """Projects with an alike id or name, the most alike first.

    Only those that share the most pairs of letters are looked at in earnest: that takes minutes over all, this some
    milliseconds.
    """
    wanted = text.strip().casefold()[:LONGEST]
    pairs = {wanted[place : place + 2] for place in range(len(wanted))}
    named = asked.once("near names", lambda: _named(asked))
    shared = ((sum(pair in name for pair in pairs) / (len(pairs) + len(name)), name) for name in named)
    matcher = SequenceMatcher(a="", b=wanted, autojunk=False)
    found: dict[str, float] = {}
    for share, name in nlargest(LOOKED_AT, shared):
        matcher.set_seq1(name)
        alike = 1.0 if name == wanted else matcher.ratio()
        if share and (alike >= ALIKE or wanted in name or (len(name) >= SHORT and name in wanted)):
            for project_id in named[name]:
                found[project_id] = max(alike, found.get(project_id, 0))
    best = sorted(found, key=lambda project_id: -found[project_id])
    return [asked.board.cards[project_id] for project_id in best[:most]]


def _by_repository(asked: Asked) -> dict[str, list[str]]:
    """The ids of the projects for which a repository stands, by its `owner/name` in lower case."""
    found: dict[str, list[str]] = {}
    for card in asked.board.cards.values():
        if card.repository:
            found.setdefault(card.repository.casefold(), []).append(card.id)
    return found


def _named(asked: Asked) -> dict[str, list[str]]:
    """The ids of the projects that are called so, by id and by name in lower case."""
    named: dict[str, list[str]] = {}
    for card in asked.board.cards.values():
        for name in {card.id, card.name.strip().casefold()[:LONGEST]}:
            named.setdefault(name, []).append(card.id)
    return named
