"""The index that search and comparison read in the browser: two scripts that each assign one object."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from crawler.printable import plain
from crawler.site.board import Board, Card
from crawler.site.folder.naming import Place, file_of

LISTED, TOLD = "listed.js", "told.js"
"""By name of an asset: names, files and figures; and the words that only a search needs, in the same order."""
FIGURES = (
    "stars",
    "stars_month",
    "forks",
    "contributors",
    "commits_last_year",
    "health",
    "license",
    "language",
    "maturity",
    "activity",
    "first_commit_at",
    "latest_commit_at",
    "latest_release_at",
)
"""Fields of a card that are compared, in order."""
DESCRIPTION_CHARACTERS = 200

_WORDS = """
SELECT p.id, p.aliases, r.name_with_owner, r.topics,
  (SELECT group_concat(f.former_name, ' ') FROM former_names f WHERE f.repository_id = r.id) AS former
FROM projects p
LEFT JOIN project_repositories pr ON pr.project_id = p.id
LEFT JOIN repositories r ON r.id = pr.repository_id
WHERE p.removed_at IS NULL ORDER BY p.id, r.id
"""


def search_index(connection: sqlite3.Connection, board: Board) -> dict[str, bytes]:
    """The scripts by name of the asset. Nothing in them may not be published: they hold no money."""
    organizations = [one for one in board.organizations.values() if one.cards]
    categories = list(board.categories.values())
    place_of = {one.id: number for number, one in enumerate(organizations)}
    category_of = {one.id: number for number, one in enumerate(categories)}
    words = _words(connection)
    listed = {
        "figures": FIGURES,
        "projects": [
            [
                plain(card.name),
                file_of(Place("project", card.id)),
                place_of.get(card.organization_id or ""),
                category_of.get(card.category_id),
                *_figures(card),
            ]
            for card in board.cards.values()
        ],
        "organizations": [[plain(one.name), file_of(Place("organization", one.id))] for one in organizations],
        "categories": [[plain(one.name), file_of(Place("category", one.id))] for one in categories],
    }
    told = [
        [plain(card.description or "")[:DESCRIPTION_CHARACTERS], plain(" ".join(words.get(card.id, ())))]
        for card in board.cards.values()
    ]
    return {LISTED: _script("listed", listed), TOLD: _script("told", told)}


def _figures(card: Card) -> Iterable[Any]:
    for name in FIGURES:
        value = getattr(card, name)
        yield plain(value[:10] if name.endswith("_at") else value) if isinstance(value, str) else value


def _words(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """What else a project is known by: its other names, repositories and their former names, topics; each once."""
    found: dict[str, dict[str, None]] = {}
    for row in connection.execute(_WORDS):
        of = found.setdefault(row["id"], {})
        for text in (
            *json.loads(row["aliases"] or "[]"),
            *json.loads(row["topics"] or "[]"),
            row["name_with_owner"],
            *(row["former"] or "").split(" "),
        ):
            if text:
                of[str(text)] = None
    return {project_id: list(words) for project_id, words in found.items()}


def _script(name: str, value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f'"use strict";\nself.landscape = self.landscape || {{}};\nself.landscape.{name} = {text};\n'.encode()
