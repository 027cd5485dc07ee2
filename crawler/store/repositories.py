"""Writes what is known of a repository: identity, state, facts, and what follows from their difference."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import UNSET

from crawler.model import FundingLink, Outcome, Release, Repository
from crawler.store.former import RELEASE_FIELDS, keep_merged, keep_releases, keeping_links, update_repository
from crawler.store.history import write_history
from crawler.store.refused import forget_refused, move_refused

CHILDREN = ("languages", "releases", "funding_links")
BESIDE = (
    "funding_manifests",
    "history",
    "former_values",
    "answered_days",
    "star_weeks",
    "commit_weeks",
    "imported_counts",
    "scorecards",
    "told_repositories",
)
"""Further tables with rows about a repository."""
MEMORY = ("former_values", "answered_days")
"""Those that keep what was known of the row itself."""
KEPT_ON_RESET = {"id", "name_with_owner"}
COLUMNS = tuple(field for field in Repository.__struct_fields__ if field not in CHILDREN)
"""Fields of the record that are columns of `repositories`."""
IDENTITY = {"database_id", "node_id", "name_with_owner"}


def write_answer(
    connection: sqlite3.Connection, repository_id: int, outcome: Outcome, *, origin: str, now: str, day: date
) -> int:
    """Store GitHub's answer about a repository; returns our key of the one that it turned out to be."""
    row = _row(connection, repository_id)
    if row["origin"] is not None and row["origin"] != origin:
        forget(connection, repository_id)
        row = _row(connection, repository_id)
    record = outcome.record
    if outcome.unchanged:
        _write_confirmed(connection, row, origin=origin, now=now, day=day)
        return repository_id
    if not isinstance(record, Repository):
        _write_state(connection, row, outcome, origin=origin, now=now, day=day)
        return repository_id
    if _is_another(row, record):
        # The name now belongs to somebody else: nothing of it may overwrite what is known of the one that was seeded.
        _write_replaced(connection, row, record, day=day)
        return repository_id
    twin = _find_twin(connection, row, record, origin)
    if twin is not None:
        _merge(connection, row, into=twin, now=now, day=day)
        row = _row(connection, twin)
    _rename(connection, row, record, now=now)
    state = {
        "status": _status(row, outcome.status, record),
        "status_note": outcome.note,
        "missing_since": None,
        "origin": origin,
        "fetched_at": now,
        "figures_source": "github",
        "figures_source_url": f"https://github.com/{record.name_with_owner}",
        "figures_observed_at": now,
        "figures_licence_class": "public",
    }
    _write_releases(connection, row, record, origin=origin, now=now, day=day)
    write_facts(connection, row["id"], record, state, day=day)
    return int(row["id"])


def _status(row: sqlite3.Row, status: str | None, record: Repository) -> str | None:
    """REST does not say that a repository is empty: it stays so until somebody tells of a commit."""
    is_silent = record.latest_commit_oid is UNSET and row["status"] == "empty"
    return "empty" if status == "ok" and is_silent else status


def write_facts(
    connection: sqlite3.Connection,
    repository_id: int,
    record: Repository,
    state: Mapping[str, Any] | None = None,
    *,
    day: date,
) -> None:
    """Store the fields that were answered, and the day's history row. What is UNSET stays as it is.

    `state`: further columns, which say how the answer came.
    """
    values = {name: _cell(getattr(record, name)) for name in COLUMNS if getattr(record, name) is not UNSET}
    # An answer that leaves the identity out takes nothing away from what is known of it.
    values = {name: value for name, value in values.items() if value is not None or name not in IDENTITY}
    update_repository(connection, repository_id, values | dict(state or {}), day=day)
    if record.languages is not UNSET and record.languages is not None:
        connection.execute("DELETE FROM languages WHERE repository_id = ?", [repository_id])
        connection.executemany(
            "INSERT INTO languages VALUES (?, ?, ?)",
            [(repository_id, language, size) for language, size in record.languages.items()],
        )
    if record.funding_links is not UNSET and record.funding_links is not None:
        write_links(connection, repository_id, record.funding_links)
    write_history(connection, repository_id, day=day)


def write_links(connection: sqlite3.Connection, repository_id: int, links: Iterable[FundingLink]) -> None:
    """Make these the sponsor links of a repository."""
    connection.execute("DELETE FROM funding_links WHERE repository_id = ?", [repository_id])
    connection.executemany(
        "INSERT OR IGNORE INTO funding_links VALUES (?, ?, ?)",
        [(repository_id, link.platform, link.url) for link in links],
    )


def _row(connection: sqlite3.Connection, repository_id: int) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute("SELECT * FROM repositories WHERE id = ?", [repository_id]).fetchone()
    return row


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value


def forget(connection: sqlite3.Connection, repository_id: int) -> None:
    """Make the row as if it had never been asked: a live refresh takes nothing from a recording."""
    columns = [entry["name"] for entry in connection.execute("PRAGMA table_info(repositories)")]
    blank = ", ".join(f"{name} = NULL" for name in columns if name not in KEPT_ON_RESET)
    connection.execute(f"UPDATE repositories SET {blank} WHERE id = ?", [repository_id])
    for table in (*CHILDREN, *BESIDE, "changes"):
        connection.execute(f"DELETE FROM {table} WHERE repository_id = ?", [repository_id])


def _write_confirmed(connection: sqlite3.Connection, row: sqlite3.Row, *, origin: str, now: str, day: date) -> None:
    """GitHub says that nothing has changed since its last answer: the figures are as of now."""
    values = {
        "status": "empty" if row["status"] == "empty" else "ok",
        "status_note": None,
        "missing_since": None,
        "origin": origin,
        "fetched_at": now,
        "figures_observed_at": now if row["figures_source"] == "github" else row["figures_observed_at"],
    }
    update_repository(connection, row["id"], values, day=day)


def _write_state(
    connection: sqlite3.Connection, row: sqlite3.Row, outcome: Outcome, *, origin: str, now: str, day: date
) -> None:
    """An answer without facts: older facts stay, and their date. Missing on two different days is gone."""
    status, since = outcome.status, None
    if status == "missing":
        since = row["missing_since"] or day.isoformat()
        if row["status"] == "gone" or (row["status"] == "missing" and since < day.isoformat()):
            status = "gone"
    values = {
        "status": status,
        "status_note": outcome.note,
        "missing_since": since,
        "origin": origin,
        "fetched_at": row["fetched_at"] or now,
    }
    update_repository(connection, row["id"], values, day=day)


def _is_another(row: sqlite3.Row, record: Repository) -> bool:
    """Whether the answer is about another repository than the one that is stored (GitHub's id never changes)."""
    known, answered = row["database_id"], record.database_id
    return known is not None and isinstance(answered, int) and known != answered


def _write_replaced(connection: sqlite3.Connection, row: sqlite3.Row, record: Repository, *, day: date) -> None:
    note = f"the name now belongs to the repository with id {record.database_id}, not {row['database_id']}"
    values = {"status": "replaced", "status_note": note, "missing_since": None}
    update_repository(connection, row["id"], values, day=day)


def _find_twin(connection: sqlite3.Connection, row: sqlite3.Row, record: Repository, origin: str) -> int | None:
    """Another row that is the same repository: by GitHub's id, else (recordings have none) by node id."""
    by_id = isinstance(record.database_id, int)
    column, key = ("database_id", record.database_id) if by_id else ("node_id", record.node_id)
    if key is UNSET:
        return None
    found = connection.execute(
        f"SELECT id FROM repositories WHERE {column} = ? AND id <> ? AND origin = ?",
        [key, row["id"], origin],
    ).fetchone()
    return int(found["id"]) if found else None


def _merge(connection: sqlite3.Connection, row: sqlite3.Row, *, into: int, now: str, day: date) -> None:
    """Two seeded names are one repository: its projects and names move to the row that stays.

    That row's past is its own: what was known under the other name is kept apart.
    """
    keep_merged(connection, row["id"], day)
    with keeping_links(connection, (into, row["id"]), day):
        # What the list names itself goes before what was found in an account.
        connection.execute(
            "DELETE FROM project_repositories WHERE repository_id = ? AND is_expanded AND project_id IN"
            " (SELECT project_id FROM project_repositories WHERE repository_id = ? AND NOT is_expanded)",
            [into, row["id"]],
        )
        connection.execute(
            "UPDATE project_repositories SET is_primary = 1 WHERE repository_id = ? AND project_id IN"
            " (SELECT project_id FROM project_repositories WHERE repository_id = ? AND is_primary)",
            [into, row["id"]],
        )
        _move(connection, "project_repositories", row["id"], into)
    connection.execute("UPDATE former_names SET seen_at = ? WHERE repository_id = ?", [now, row["id"]])
    for table in MEMORY:
        connection.execute(f"DELETE FROM {table} WHERE repository_id = ?", [row["id"]])
    for table in ("former_names", *CHILDREN, *BESIDE, "replacement_costs"):
        _move(connection, table, row["id"], into)
    connection.execute("UPDATE changes SET repository_id = ? WHERE repository_id = ?", [into, row["id"]])
    forget_refused(connection, row["id"])
    connection.execute("DELETE FROM fetches WHERE repository_id = ?", [row["id"]])
    connection.execute("DELETE FROM repositories WHERE id = ?", [row["id"]])
    _note_former_name(connection, into, row["name_with_owner"], now)


def _move(connection: sqlite3.Connection, table: str, one: int, into: int) -> None:
    connection.execute(f"UPDATE OR IGNORE {table} SET repository_id = ? WHERE repository_id = ?", [into, one])
    connection.execute(f"DELETE FROM {table} WHERE repository_id = ?", [one])


def _rename(connection: sqlite3.Connection, row: sqlite3.Row, record: Repository, *, now: str) -> None:
    """Keep the old name where the answer has a new one, and move the fetch rows along."""
    name = str(record.name_with_owner)
    if row["name_with_owner"].lower() != name.lower():
        _note_former_name(connection, row["id"], row["name_with_owner"], now)
        _move_fetches(connection, row["id"], name)
    connection.execute("DELETE FROM former_names WHERE repository_id = ? AND former_name = ?", [row["id"], name])


def _move_fetches(connection: sqlite3.Connection, repository_id: int, name: str) -> None:
    # A replaced repository that had the name keeps its fetch rows, under the name and GitHub's id.
    connection.execute(
        "DELETE FROM refused_values WHERE subject = ? AND source IN (SELECT source FROM fetches WHERE subject = ?"
        " AND repository_id IN (SELECT id FROM repositories WHERE status = 'replaced' AND id <> ?))",
        [name, name, repository_id],
    )
    connection.execute(
        "UPDATE fetches SET subject = ? || '#' || (SELECT database_id FROM repositories WHERE id = repository_id)"
        " WHERE subject = ? AND repository_id IN (SELECT id FROM repositories WHERE status = 'replaced' AND id <> ?)",
        [name, name, repository_id],
    )
    move_refused(connection, repository_id, name)
    connection.execute("UPDATE OR REPLACE fetches SET subject = ? WHERE repository_id = ?", [name, repository_id])


def _note_former_name(connection: sqlite3.Connection, repository_id: int, name: str, now: str) -> None:
    connection.execute("INSERT OR IGNORE INTO former_names VALUES (?, ?, ?)", [repository_id, name, now])


def _write_releases(
    connection: sqlite3.Connection, row: sqlite3.Row, record: Repository, *, origin: str, now: str, day: date
) -> None:
    """Add and correct releases; those that were stored and no longer come along stay. New ones are still to be told."""
    if record.releases is UNSET or record.releases is None:
        return
    (is_stored,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM releases WHERE repository_id = ?)", [row["id"]]
    ).fetchone()
    # A total without a single release stored: their pages failed the first time, and what comes now is no news.
    if origin == "live":
        told = {one.tag_name: {name: getattr(one, name) for name in RELEASE_FIELDS} for one in record.releases}
        keep_releases(connection, row["id"], told, day)
    is_news = origin == "live" and (is_stored or row["releases_total"] == 0)
    connection.executemany(
        """
        INSERT INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url, first_seen_at,
          is_told, is_told_as_pre)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8 AND ?4 IS 1)
        ON CONFLICT (repository_id, tag_name) DO UPDATE SET published_at = excluded.published_at,
          is_prerelease = excluded.is_prerelease, is_draft = excluded.is_draft, url = excluded.url
        """,
        [
            # A draft is news on the day on which it is published.
            (*_release_row(row["id"], release, now), not (is_news or release.is_draft))
            for release in record.releases
        ],
    )


def _release_row(repository_id: int, release: Release, now: str) -> tuple[Any, ...]:
    return (
        repository_id,
        release.tag_name,
        release.published_at,
        release.is_prerelease,
        release.is_draft,
        release.url,
        now,
    )
