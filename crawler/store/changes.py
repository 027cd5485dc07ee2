"""Writes events, and up to where they are told: an event is what differs from that, so that none comes twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, structs


class Change(Struct, frozen=True, kw_only=True):
    """One event, with the columns of `changes`. `at` is when it happened where somebody says so, else None."""

    kind: str
    before: str | None = None
    after: str | None = None
    at: str | None = None
    project_id: str | None = None
    """None: the first project of the repository, if there is one."""
    repository_id: int | None = None
    organization_id: str | None = None
    scope: str | None = None
    detail: Mapping[str, Any] | None = None
    source: str | None = None
    source_url: str | None = None
    licence_class: str = "public"
    figure_id: int | None = None


class Told(Struct, frozen=True, kw_only=True):
    """A row of `told_repositories`."""

    repository_id: int
    database_id: int | None
    name_with_owner: str
    status: str | None
    is_archived: bool | None
    license_spdx: str | None
    license_osi_approved: bool | None
    default_branch: str | None
    star_milestone: int | None = None
    burst_since: str | None = None
    is_active: bool | None = None
    newest_release_at: str | None = None


class ToldValue(Struct, frozen=True, kw_only=True):
    """A row of `told_values`: money as decimal text in US dollars; None: told as no longer known."""

    scope: str
    day: str
    policy: str
    value: str | None
    price: str
    fx: str
    coverage: str
    method: str
    licence_class: str


_CHANGE = """
INSERT INTO changes (id, at, observed_at, kind, project_id, repository_id, organization_id, scope, before, after,
  detail, source, source_url, licence_class, figure_id)
VALUES (:id, coalesce(:at, :observed_at), :observed_at, :kind, coalesce(:project_id, (
  SELECT p.id FROM project_repositories pr JOIN projects p ON p.id = pr.project_id
  WHERE pr.repository_id = :repository_id ORDER BY p.removed_at IS NOT NULL, p.position LIMIT 1
)), :repository_id, :organization_id, :scope, :before, :after, :detail, :source, :source_url,
  :licence_class, :figure_id)
"""


def write_changes(connection: sqlite3.Connection, changes: Iterable[Change], *, observed_at: str) -> None:
    """Append the events, inside the caller's transaction. A number that was taken back is not given again."""
    (newest,) = connection.execute(
        "SELECT max((SELECT coalesce(max(id), 0) FROM changes), coalesce(max(id), 0)) FROM told_marks"
        " WHERE table_name = 'changes'"
    ).fetchone()
    connection.executemany(
        _CHANGE,
        (
            structs.asdict(change)
            | {
                "id": number,
                "observed_at": observed_at,
                "detail": None if change.detail is None else json.dumps(change.detail, ensure_ascii=False),
            }
            for number, change in enumerate(changes, newest + 1)
        ),
    )


def tell_repositories(connection: sqlite3.Connection, told: Iterable[Told]) -> None:
    """Keep up to where the events of these repositories are told, inside the caller's transaction."""
    _replace(connection, "told_repositories", told)


def tell_releases(connection: sqlite3.Connection, repository_ids: Iterable[int]) -> None:
    """Mark every published release of these repositories as told, as what it is now, inside the caller's transaction.

    One that was told as a release stays so: if it is called a pre-release later, and a release again, that is no news.
    """
    connection.executemany(
        "UPDATE releases SET is_told = 1, is_told_as_pre = iif(is_told, 0, is_prerelease IS 1)"
        " WHERE repository_id = ? AND is_draft IS NOT 1 AND published_at IS NOT NULL"
        " AND (NOT is_told OR is_told_as_pre AND is_prerelease IS 0)",
        ((repository_id,) for repository_id in repository_ids),
    )


def tell_projects(connection: sqlite3.Connection) -> None:
    """Mark every project as told as it now stands on the list, inside the caller's transaction."""
    connection.execute("UPDATE projects SET is_told = removed_at IS NULL WHERE is_told <> (removed_at IS NULL)")


def tell_values(connection: sqlite3.Connection, told: Iterable[ToldValue], *, days: tuple[str, str]) -> None:
    """Make these all that is told of values, on the days that they are of; other days go."""
    connection.execute("DELETE FROM told_values WHERE day IN (?, ?) OR day < ?", (*days, min(days)))
    _replace(connection, "told_values", told)


def read_mark(connection: sqlite3.Connection, table: str) -> int | None:
    """The newest row of a table that was looked at for events; None: never looked at."""
    row = connection.execute("SELECT id FROM told_marks WHERE table_name = ?", [table]).fetchone()
    return None if row is None else int(row["id"])


def set_mark(connection: sqlite3.Connection, table: str) -> None:
    """Remember that all rows of a table were looked at, inside the caller's transaction."""
    connection.execute(f"INSERT OR REPLACE INTO told_marks SELECT ?, coalesce(max(rowid), 0) FROM {table}", [table])


def _replace(connection: sqlite3.Connection, table: str, rows: Iterable[Struct]) -> None:
    named = [structs.asdict(row) for row in rows]
    if named:
        columns, values = ", ".join(named[0]), ", ".join(f":{name}" for name in named[0])
        connection.executemany(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({values})", named)
