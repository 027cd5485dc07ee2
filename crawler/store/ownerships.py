"""Who owns whom, as each source says it: rows are added, and marked when their source takes them back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct

BY_HAND = "seeds"
_Key = tuple[str, str | None, str | None, str | None]
"""Parent, share, beginning and end."""


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
    """Make `owners` all that the witness names as owners of the child, inside the caller's transaction.

    An upstream that no longer tells a share or a beginning does not take it back; a list does.
    """
    stored = {
        (row["parent_id"], row["share"], row["valid_from"], row["valid_to"]): row["id"]
        for row in connection.execute(
            "SELECT * FROM ownerships WHERE child_id = ? AND source = ? AND withdrawn_at IS NULL",
            [child_id, witness.source],
        )
    }
    told = () if witness.source == BY_HAND else tuple(stored)
    named = {_key(one, told): one for one in owners if one.parent_id != child_id}
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


def _key(owner: Ownership, stored: Iterable[_Key]) -> _Key:
    """What the claim is known by: what is stored of the same owner, where it only tells less."""
    for parent_id, share, valid_from, valid_to in stored:
        tells_no_other = owner.share in {None, share} and owner.valid_from in {None, valid_from}
        if owner.parent_id == parent_id and tells_no_other and owner.valid_to == valid_to:
            return parent_id, share, valid_from, valid_to
    return owner.parent_id, owner.share, owner.valid_from, owner.valid_to
