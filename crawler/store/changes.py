"""What happened to a repository between two answers about it: typed events with before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import UNSET, Struct

from crawler.model import Release, Repository


class Change(Struct, frozen=True):
    """One event. `at` is when it happened where the upstream says so, else None."""

    kind: str
    before: str | None
    after: str | None
    at: str | None = None


def changes_between(before: Mapping[str, Any], record: Repository) -> list[Change]:
    """The events that lie between a stored row and a new answer; what either does not know makes no event."""
    changes = []
    if record.name_with_owner is not UNSET and before["name_with_owner"].lower() != record.name_with_owner.lower():
        changes.append(Change("renamed", before["name_with_owner"], record.name_with_owner))
    archived = record.is_archived
    if isinstance(archived, bool) and before["is_archived"] is not None and bool(before["is_archived"]) != archived:
        at = record.archived_at if archived and record.archived_at is not UNSET else None
        changes.append(Change("archived" if archived else "revived", None, None, at))
    license_ = record.license_spdx
    if isinstance(license_, str) and before["license_spdx"] is not None and before["license_spdx"] != license_:
        changes.append(Change("license_changed", before["license_spdx"], license_))
    return changes


def new_releases(known_tags: Iterable[str], newest_known: str | None, releases: Iterable[Release]) -> list[Change]:
    """An event for each published release that was not stored before and is not older than what was.

    Older ones are late news from further pages, not events.
    """
    known = set(known_tags)
    fresh = [
        release
        for release in releases
        if release.tag_name not in known
        and not release.is_draft
        and release.published_at
        and (newest_known is None or release.published_at >= newest_known)
    ]
    fresh.sort(key=lambda release: (release.published_at or "", release.tag_name))
    return [Change("release", None, release.tag_name, release.published_at) for release in fresh]


def write_changes(
    connection: sqlite3.Connection, repository_id: int, changes: Iterable[Change], *, observed_at: str
) -> None:
    """Append the events under the first project of the repository, inside the caller's transaction."""
    connection.executemany(
        """
        INSERT INTO changes (at, observed_at, kind, project_id, repository_id, before, after)
        VALUES (?, ?, ?, (
          SELECT p.id FROM project_repositories pr JOIN projects p ON p.id = pr.project_id
          WHERE pr.repository_id = ? ORDER BY p.removed_at IS NOT NULL, p.position LIMIT 1
        ), ?, ?, ?)
        """,
        [
            (
                change.at or observed_at,
                observed_at,
                change.kind,
                repository_id,
                repository_id,
                change.before,
                change.after,
            )
            for change in changes
        ],
    )
