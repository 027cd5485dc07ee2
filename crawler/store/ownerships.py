"""Who owns whom, as each source says it: rows are added, and marked when their source takes them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct


class Witness(Struct, frozen=True, kw_only=True):
    """Who says something, where it stands, and what may be done with it."""

    source: str
    source_url: str | None
    licence_class: str


class Ownership(Struct, frozen=True):
    """An owner of an organisation, with columns of `ownerships`."""

    parent_id: str
    share: str | None
    valid_from: str | None
    valid_to: str | None
    source_url: str | None = None


def write_owners(
    connection: sqlite3.Connection, child_id: str, owners: Sequence[Ownership], witness: Witness, *, now: str
) -> None:
    """Make `owners` all that the witness names as owners of the child, inside the caller's transaction."""
    stored = {
        (row["parent_id"], row["share"], row["valid_from"], row["valid_to"]): row["id"]
        for row in connection.execute(
            "SELECT * FROM ownerships WHERE child_id = ? AND source = ? AND withdrawn_at IS NULL",
            [child_id, witness.source],
        )
    }
    named = {
        (one.parent_id, one.share, one.valid_from, one.valid_to): one for one in owners if one.parent_id != child_id
    }
    connection.executemany(
        "UPDATE ownerships SET withdrawn_at = ? WHERE id = ?",
        [(now, row_id) for key, row_id in stored.items() if key not in named],
    )
    connection.executemany(
        "INSERT INTO ownerships (child_id, parent_id, share, valid_from, valid_to, source, source_url, licence_class,"
        " observed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (child_id, *key, witness.source, one.source_url or witness.source_url, witness.licence_class, now)
            for key, one in named.items()
            if key not in stored
        ],
    )
