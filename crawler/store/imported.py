"""Writes counts of the past that others kept, beside our own history and never over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from crawler.model import Release
from crawler.store.history import COUNTS

_COLUMNS = ", ".join(COUNTS)


class Known(Struct, frozen=True, kw_only=True):
    """A repository of the database, as far as rows of the past can be about it."""

    id: int
    name: str
    former_names: tuple[str, ...]
    database_id: int | None
    origin: str | None
    is_replaced: bool


class Witness(Struct, frozen=True, kw_only=True):
    """Who tells of a day, where it can be seen, what may be done with it, and when it came into this database."""

    source: str
    source_url: str | None
    licence_class: str
    imported_at: str


def known_repositories(connection: sqlite3.Connection) -> list[Known]:
    """All repositories, listed or no longer."""
    former: dict[int, list[str]] = {}
    for row in connection.execute("SELECT repository_id, former_name FROM former_names ORDER BY former_name"):
        former.setdefault(row["repository_id"], []).append(row["former_name"])
    return [
        Known(
            id=row["id"],
            name=row["name_with_owner"],
            former_names=tuple(former.get(row["id"], ())),
            database_id=row["database_id"],
            origin=row["origin"],
            is_replaced=row["status"] == "replaced",
        )
        for row in connection.execute("SELECT id, name_with_owner, database_id, origin, status FROM repositories")
    ]


def is_imported(connection: sqlite3.Connection, source: str, day: date, digest: str) -> bool:
    """Whether the newest import of that source and day was of the same content."""
    row = connection.execute(
        "SELECT digest FROM imported_days WHERE source = ? AND day = ?", [source, day.isoformat()]
    ).fetchone()
    return row is not None and row["digest"] == digest


def note_imported(connection: sqlite3.Connection, source: str, day: date, digest: str, *, now: str) -> None:
    """Remember that all of a content is imported, inside the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO imported_days VALUES (?, ?, ?, ?)", [source, day.isoformat(), digest, now]
    )


def forget_later(connection: sqlite3.Connection, source: str, day: date) -> None:
    """Let what is later than a changed day be read again, inside the caller's transaction.

    A later row that was left out, because nothing differed, may have to be there now.
    """
    connection.execute("DELETE FROM imported_days WHERE source = ? AND day > ?", [source, day.isoformat()])


def write_counts(
    connection: sqlite3.Connection, repository_id: int, day: date, counts: Mapping[str, int], witness: Witness
) -> bool:
    """Make the source's row of that day say so, or leave it out where nothing differs from its row before.

    Inside the caller's transaction; returns whether anything changed. A source corrects itself and nobody else.
    """
    told = tuple(counts.get(column) for column in COUNTS)
    key = {"repository": repository_id, "day": day.isoformat(), "source": witness.source}
    at = "FROM imported_counts WHERE repository_id = :repository AND source = :source AND day"
    stored = connection.execute(f"SELECT {_COLUMNS} {at} = :day", key).fetchone()
    if stored is not None and tuple(stored) == told:
        return False
    before = connection.execute(f"SELECT {_COLUMNS} {at} < :day ORDER BY day DESC LIMIT 1", key).fetchone()
    if before is not None and tuple(before) == told:
        connection.execute(f"DELETE {at} = :day", key)
        return stored is not None
    connection.execute(
        f"INSERT OR REPLACE INTO imported_counts (repository_id, day, source, {_COLUMNS}, source_url, licence_class,"
        f" imported_at) VALUES (?, ?, ?{', ?' * len(COUNTS)}, ?, ?, ?)",
        [*key.values(), *told, witness.source_url, witness.licence_class, witness.imported_at],
    )
    return True


def add_late_releases(
    connection: sqlite3.Connection, repository_id: int, releases: Iterable[Release], *, now: str
) -> int:
    """Add releases that are not stored yet as late news, inside the caller's transaction; returns how many.

    Only those from before the newest one that GitHub told: a newer one is for GitHub to tell, and then an event.
    """
    (newest,) = connection.execute(
        "SELECT max(v.published_at) FROM releases v JOIN repositories r ON r.id = v.repository_id"
        " WHERE r.id = ? AND r.origin = 'live'",
        [repository_id],
    ).fetchone()
    cursor = connection.executemany(
        "INSERT OR IGNORE INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url,"
        " first_seen_at, is_told) VALUES (?, ?, ?, ?, 0, ?, ?, 1)",
        [
            (repository_id, one.tag_name, one.published_at, one.is_prerelease, one.url, now)
            for one in releases
            if newest and one.published_at and one.published_at < newest
        ],
    )
    return max(cursor.rowcount, 0)
