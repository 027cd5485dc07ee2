"""Writes the releases of the past that came after the newest ones: late news, of which no event is told."""

from __future__ import annotations

import sqlite3

from crawler.model import OlderReleases


def write_older_releases(connection: sqlite3.Connection, repository_id: int, older: OlderReleases, *, now: str) -> None:
    """Add releases that were published before the newest one that is stored; those that are stored stay as they are.

    A newer one is news, and a draft may become some: both come with GitHub's answer about the repository itself.
    Where none is stored, all that come are old.
    """
    newest = connection.execute(
        "SELECT max(published_at) FROM releases WHERE repository_id = ?", [repository_id]
    ).fetchone()[0]
    connection.executemany(
        "INSERT OR IGNORE INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url,"
        " first_seen_at, is_told, is_told_as_pre) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)",
        [
            (
                repository_id,
                one.tag_name,
                one.published_at,
                one.is_prerelease,
                one.is_draft,
                one.url,
                now,
                bool(one.is_prerelease),
            )
            for one in older.releases
            if one.published_at and not one.is_draft and (newest is None or one.published_at < newest)
        ],
    )
