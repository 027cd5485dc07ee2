"""Keeps note of what an upstream answered and no figure can be."""

from __future__ import annotations

import sqlite3

from msgspec import UNSET, Struct

from crawler.model import Manifest, NoManifest, Organization, Outcome


def write_refused(connection: sqlite3.Connection, source: str, subject: str, outcome: Outcome, *, now: str) -> None:
    """Note what this answer held; what an earlier one held goes, where this one has a value that is good."""
    if isinstance(outcome.record, Manifest | NoManifest):
        # A file is read as a whole: what an earlier one held is no longer there.
        connection.execute("DELETE FROM refused_values WHERE source = ? AND subject = ?", [source, subject])
    elif outcome.record is not None:
        connection.executemany(
            "DELETE FROM refused_values WHERE source = ? AND subject = ? AND field = ?",
            [(source, subject, field) for field in _good(outcome.record)],
        )
    connection.executemany(
        "INSERT OR REPLACE INTO refused_values VALUES (?, ?, ?, ?, ?, ?)",
        [(source, subject, refused.field, refused.value, refused.reason, now) for refused in outcome.refused_values],
    )


def _good(record: Struct) -> list[str]:
    """The fields of a record that have a value; of an organisation its facts and measures."""
    fields = [field for field in record.__struct_fields__ if getattr(record, field) is not UNSET]
    if isinstance(record, Organization):
        fields += [*record.facts, *(figure.measure for figure in record.figures)]
    return fields


def move_refused(connection: sqlite3.Connection, repository_id: int, name: str) -> None:
    """Bring the notes under the name that the repository's fetch rows are about to get."""
    connection.execute(
        "UPDATE OR REPLACE refused_values SET subject = ? WHERE (source, subject) IN"
        " (SELECT source, subject FROM fetches WHERE repository_id = ?)",
        [name, repository_id],
    )


def forget_refused(connection: sqlite3.Connection, repository_id: int) -> None:
    """Drop the notes of a repository whose fetch rows are about to go."""
    connection.execute(
        "DELETE FROM refused_values WHERE (source, subject) IN"
        " (SELECT source, subject FROM fetches WHERE repository_id = ?)",
        [repository_id],
    )
