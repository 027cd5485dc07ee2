"""What the database knows of the repositories of a list, under the names that the list gives."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

_FACTS = """
SELECT id, name_with_owner, status, missing_since, origin, fetched_at, is_archived, archived_at, license_spdx,
  license_expression, figures_source, homepage_url
FROM repositories WHERE status IS NOT NULL ORDER BY status <> 'replaced', id
"""
_SINCE = """
SELECT repository_id, kind, max(at) AS at FROM changes
WHERE repository_id IS NOT NULL AND kind IN ('gone', 'replaced', 'license_changed') GROUP BY repository_id, kind
"""


class Fact(Struct, frozen=True, kw_only=True):
    """A repository with columns of `repositories`; `since` are the newest days of its events by kind."""

    id: int
    name_with_owner: str
    status: str
    missing_since: str | None
    origin: str | None
    fetched_at: str | None
    is_archived: bool | None
    archived_at: str | None
    license_spdx: str | None
    license_expression: str | None
    figures_source: str | None
    homepage_url: str | None
    since: dict[str, str] = {}
    former: dict[str, str] = {}
    """By former name in small letters the day on which another one was first seen."""

    @property
    def url(self) -> str:
        """Where people can look at it."""
        return f"https://github.com/{self.name_with_owner}"

    @property
    def is_there(self) -> bool:
        """Whether GitHub shows it."""
        return self.status in {"ok", "empty"}


class Known:
    """All repositories that somebody has answered for. Read once, in a handful of queries."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        since: dict[int, dict[str, str]] = {}
        for row in connection.execute(_SINCE):
            since.setdefault(row["repository_id"], {})[row["kind"]] = row["at"][:10]
        former: dict[int, dict[str, str]] = {}
        self._by_name: dict[str, int] = {}
        for row in connection.execute("SELECT * FROM former_names ORDER BY seen_at"):
            former.setdefault(row["repository_id"], {})[row["former_name"].lower()] = row["seen_at"][:10]
            self._by_name[row["former_name"].lower()] = row["repository_id"]
        self._facts: dict[int, Fact] = {}
        for row in connection.execute(_FACTS):
            columns = {name: row[name] for name in row.keys()}  # noqa: SIM118 (a row iterates over its values)
            columns["is_archived"] = None if row["is_archived"] is None else bool(row["is_archived"])
            self._facts[row["id"]] = Fact(**columns, since=since.get(row["id"], {}), former=former.get(row["id"], {}))
            # A present name goes before a former one, and that of a replaced repository behind all.
            self._by_name[row["name_with_owner"].lower()] = row["id"]
        links = connection.execute("SELECT project_id, lower(seeded_name), repository_id FROM project_repositories")
        self._linked = {(project_id, name): repository_id for project_id, name, repository_id in links}

    def find(self, name: str, project_id: str | None = None) -> Fact | None:
        """The repository that a name stands for, in a project by what it stood for there; None: nothing is known."""
        linked = self._linked.get((project_id or "", name.lower()))
        return self._facts.get(self._by_name.get(name.lower(), 0) if linked is None else linked)
