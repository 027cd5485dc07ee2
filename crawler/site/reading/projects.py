"""What the list says of a project, and what stands beside its repositories."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

_PROJECT = """
SELECT p.id, p.name, p.aliases, p.organization_id, o.name AS organization, p.homepage_url, p.description, p.maturity,
  p.first_seeded_at, p.removed_at
FROM projects p LEFT JOIN organizations o ON o.id = p.organization_id WHERE p.id = ?
"""
_PLACES = """
SELECT c.id AS category_id, c.name AS category, s.id AS subcategory_id, s.name AS subcategory
FROM project_subcategories x
JOIN subcategories s ON s.id = x.subcategory_id
JOIN categories c ON c.id = s.category_id
WHERE x.project_id = ? ORDER BY x.is_primary DESC, c.position, s.position, s.id
"""
_FETCHES = "SELECT source, origin, fetched_at, status, error FROM fetches WHERE repository_id = ? ORDER BY attempted_at"
_LANGUAGES = "SELECT language, bytes FROM languages WHERE repository_id = ? ORDER BY bytes DESC, language"


class Place(Struct, frozen=True, kw_only=True):
    """A category and a subcategory of it."""

    category_id: str
    category: str
    subcategory_id: str
    subcategory: str


class Listed(Struct, frozen=True, kw_only=True):
    """A project as the list has it, or had it; the first of its places is its own."""

    id: str
    name: str
    aliases: tuple[str, ...]
    organization_id: str | None
    organization: str | None
    homepage_url: str | None
    description: str | None
    maturity: str | None
    first_seeded_at: str
    removed_at: str | None
    places: tuple[Place, ...]


class Fetch(Struct, frozen=True, kw_only=True):
    """How a source last answered about a repository."""

    source: str
    origin: str
    fetched_at: str | None
    status: str
    error: str | None


def read_listed(connection: sqlite3.Connection, project_id: str) -> Listed | None:
    """A project of the list, also one that was taken off it; None: it never was on it."""
    row = connection.execute(_PROJECT, [project_id]).fetchone()
    if row is None:
        return None
    places = tuple(Place(**dict(place)) for place in connection.execute(_PLACES, [project_id]))
    return Listed(**dict(row) | {"aliases": tuple(texts_of(row["aliases"])), "places": places})


def read_fetches(connection: sqlite3.Connection, repository_id: int) -> dict[str, Fetch]:
    """The last try of each source that was asked about a repository, by its name."""
    return {row["source"]: Fetch(**dict(row)) for row in connection.execute(_FETCHES, [repository_id])}


def read_languages(connection: sqlite3.Connection, repository_id: int) -> list[tuple[str, int]]:
    """Languages and their bytes, the greatest first."""
    return [(row["language"], row["bytes"]) for row in connection.execute(_LANGUAGES, [repository_id])]


def texts_of(stored: str | None) -> list[str]:
    """The texts of a JSON list; none where it is no list."""
    return [one for one in _items(stored) if isinstance(one, str)]


def objects_of(stored: str | None) -> list[dict[str, Any]]:
    """The objects of a JSON list; none where it is no list."""
    return [one for one in _items(stored) if isinstance(one, dict)]


def _items(stored: str | None) -> Iterable[Any]:
    try:
        found = json.loads(stored or "[]")
    except ValueError:
        return ()
    return found if isinstance(found, list) else ()
