"""Projects that came onto the list or left it."""

from __future__ import annotations

import sqlite3

from crawler.store.changes import Change

LIST = "seeds"


def seed_changes(connection: sqlite3.Connection) -> list[Change]:
    """An event for each project that is on the list and was not when it was told last, or the other way round."""
    rows = connection.execute(
        "SELECT id, name, removed_at FROM projects WHERE is_told <> (removed_at IS NULL) ORDER BY position, id"
    )
    return [
        Change(kind="seed_added", after=row["name"], project_id=row["id"], source=LIST)
        if row["removed_at"] is None
        else Change(kind="seed_removed", before=row["name"], at=row["removed_at"], project_id=row["id"], source=LIST)
        for row in rows
    ]
