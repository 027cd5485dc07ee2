"""How much code each repository of the list holds, and whose it is, read from the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby

from msgspec import Struct

from crawler.figures.cocomo import thousand_lines
from crawler.figures.counts import Origin
from crawler.figures.scopes import SCOPES

STALE_DAYS = 30
EXPIRED_DAYS = 365

FORK = "forks"
MIRROR = "mirrors"
NO_LANGUAGES = "no languages known"
EXPIRED = f"languages older than {EXPIRED_DAYS} days"


class CodeSize(Struct, frozen=True):
    """The code of one repository."""

    organization_id: str | None
    """Of the organisations whose projects name it the first by id; None where none does."""
    ksloc: Decimal | None
    """Thousand lines of code; None where it is left out."""
    left_out: str | None
    """Why: one of the reasons above."""
    is_stale: bool


class CodeSizes(Struct, frozen=True):
    """The code of a whole list."""

    repositories: dict[int, CodeSize]
    scopes: dict[str, list[int]]
    """The repositories of each scope that has any, each once."""


_SCOPES = "SELECT scope, repository_id FROM scope_repositories ORDER BY scope, repository_id"

# A row of another origin joins as NULL: never asked.
_REPOSITORIES = """
SELECT pr.repository_id, min(o.id) AS organization_id, r.is_fork, r.is_mirror, r.status, r.fetched_at
FROM project_repositories pr
JOIN projects p ON p.id = pr.project_id AND p.removed_at IS NULL
LEFT JOIN organizations o ON o.id = p.organization_id AND o.removed_at IS NULL
LEFT JOIN repositories r ON r.id = pr.repository_id AND r.origin = :origin
GROUP BY pr.repository_id
"""

_LANGUAGES = """
SELECT l.repository_id, l.language, l.bytes
FROM languages l JOIN repositories r ON r.id = l.repository_id AND r.origin = :origin
ORDER BY l.repository_id
"""


def read_code_sizes(connection: sqlite3.Connection, *, day: date, origin: Origin) -> CodeSizes:
    """The code as it is stored now. Of the languages of an earlier day nothing is kept; `day` is for their age."""
    sizes = {
        repository_id: thousand_lines((language, size) for _, language, size in rows)
        for repository_id, rows in _by_repository(connection, origin)
    }
    scopes: dict[str, list[int]] = {}
    for scope, repository_id in connection.execute(SCOPES + _SCOPES):
        scopes.setdefault(scope, []).append(repository_id)
    return CodeSizes(
        {
            row["repository_id"]: _code_size(row, sizes.get(row["repository_id"]), day)
            for row in connection.execute(_REPOSITORIES, {"origin": origin})
        },
        scopes,
    )


def _by_repository(connection: sqlite3.Connection, origin: Origin) -> Iterator[tuple[int, Iterator[sqlite3.Row]]]:
    rows = connection.execute(_LANGUAGES, {"origin": origin})
    return groupby(rows, key=lambda row: int(row["repository_id"]))


def _code_size(row: sqlite3.Row, ksloc: Decimal | None, day: date) -> CodeSize:
    if ksloc is None and row["status"] == "empty":
        ksloc = Decimal(0)
    # A recording may have been fetched after its own day.
    fetched_on = date.fromisoformat((row["fetched_at"] or date.min.isoformat())[:10])
    age = (day - fetched_on).days
    left_out = _left_out(row, ksloc, age)
    return CodeSize(row["organization_id"], None if left_out else ksloc, left_out, age > STALE_DAYS)


def _left_out(row: sqlite3.Row, ksloc: Decimal | None, age: int) -> str | None:
    if row["is_fork"]:
        return FORK
    if row["is_mirror"]:
        return MIRROR
    if ksloc is None:
        return NO_LANGUAGES
    return EXPIRED if age > EXPIRED_DAYS else None
