"""A small landscape in a real file, in which things have happened: rows of `changes` as a refresh writes them."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

HOSTILE = "1. # | <b>[x](javascript:1) *y* `z` &amp; ]]> https://evil.example \x1b[2J\u202e\ufffe"
"""A name that would be much in Markdown, XML and on a terminal."""

_LISTED = """
INSERT INTO categories (id, name, position) VALUES ('run', 'Runtimes', 0);
INSERT INTO subcategories (id, name, category_id, position) VALUES ('run--all', 'All', 'run', 0);
INSERT INTO organizations (id, name, declared, position) VALUES ('big', 'Big Inc', 1, 0);
INSERT INTO projects (id, name, subcategory_id, position, first_seeded_at) VALUES
  ('time', 'Time', 'run--all', 0, '2026-01-01T00:00:00Z'), ('odd', 'Odd', 'run--all', 1, '2026-01-02T00:00:00Z'),
  ('no-page', 'No Page', 'run--all', 2, '2026-01-02T00:00:00Z');
INSERT INTO repositories (id, name_with_owner, url, status, origin, stars) VALUES
  (1, 'acme/time', 'https://github.com/acme/time', 'ok', 'live', 12000),
  (2, 'acme/odd', 'https://github.com/acme/odd', 'ok', 'live', 100);
INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position) VALUES
  ('time', 1, 'acme/time', 1, 0), ('odd', 2, 'acme/odd', 1, 0);
"""


def fill(connection: sqlite3.Connection) -> None:
    """Three projects, of which two have a repository, and an organisation."""
    connection.executescript(_LISTED)


def happen(
    connection: sqlite3.Connection,
    kind: str,
    before: str | None = None,
    after: str | None = None,
    *,
    at: str = "2026-11-18T10:00:00Z",
    detail: Any = None,
    **columns: Any,
) -> None:
    """An event, about the project `time` where nothing else is named."""
    about = (
        {}
        if columns.keys() & {"project_id", "organization_id", "scope"}
        else {"project_id": "time", "repository_id": 1}
    )
    row = {
        "kind": kind,
        "before": before,
        "after": after,
        "at": at,
        "observed_at": at if "T" in at else f"{at}T03:00:00Z",
        "detail": None if detail is None else json.dumps(detail),
        **about,
        **columns,
    }
    marks = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO changes ({', '.join(row)}) VALUES ({marks})", list(row.values()))
