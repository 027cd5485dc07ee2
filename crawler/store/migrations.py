"""Named steps from one schema version to the next, each applied once, inside a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from crawler.errors import UsageFault


def _script(name: str) -> Callable[[sqlite3.Connection], None]:
    """The step that runs a script beside this file."""

    def run(connection: sqlite3.Connection) -> None:
        for statement in _statements(resources.files("crawler.store").joinpath(name).read_text(encoding="utf-8")):
            connection.execute(statement)

    return run


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = tuple(
    _script(name)
    for name in ("schema.sql", "schema_2.sql", "schema_3.sql", "schema_4.sql", "schema_5.sql", "schema_6.sql")
)
"""Migration number n (from 1) brings a file from version n-1 to version n."""

VERSION = len(MIGRATIONS)
"""The schema version that this program writes, kept in `PRAGMA user_version`."""

OUR_TABLES = {"projects", "repositories", "fetches", "runs"}
"""Tables that a file of ours has in every version."""


def migrate(connection: sqlite3.Connection, path: Path | str) -> None:
    """Bring the file to `VERSION`, all or nothing. UsageFault for a newer file, or one that is not ours."""
    if check_version(connection, path) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated the file in the meantime.
        for number in range(check_version(connection, path), VERSION):
            MIGRATIONS[number](connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_version(connection: sqlite3.Connection, path: Path | str) -> int:
    """The file's schema version, 0 for an empty file. UsageFault for a newer file, or one that is not ours."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    # Other programs number their schemas, too: the version alone does not make a file ours.
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if (version or tables) and not (version and tables.issuperset(OUR_TABLES)):
        raise UsageFault(f"{path} is an SQLite file, but not one of crawler's", cure="name another file with --db")
    if version > VERSION:
        raise UsageFault(
            f"{path} was written by a newer crawler (schema {version}, this one knows {VERSION})",
            cure="update with 'pip install --upgrade landscape-crawler', or use another file with --db",
        )
    return version


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the transaction that makes a migration atomic."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
