"""Opening landscape.db: the pragmas, the schema version, and one door for transactions."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from crawler.errors import UsageFault
from crawler.store.migrations import VERSION, check_version, migrate

BUSY_TIMEOUT_SECONDS = 30.0
SHORT_TIMEOUT_SECONDS = 0.25
"""While SQLite itself waits for another writer no signal gets through."""
PAUSE_SECONDS = 0.05
RESTORE = "restore a backup, or save what can be read with 'sqlite3 FILE .recover'"
"""The cure of a damaged file."""
T = TypeVar("T")


def open_writer(path: Path | str) -> sqlite3.Connection:
    """A connection that may write; the file is made or migrated where needed. UsageFault if it is not ours.

    Autocommit is on: only `transaction` begins one. Rows are `sqlite3.Row`.
    """
    connection = _connect(str(path), str(path))
    with _closed_on_fault(connection, path):
        _set_timeout(connection, SHORT_TIMEOUT_SECONDS)
        patiently(lambda: _prepare(connection, path))
        _set_timeout(connection, BUSY_TIMEOUT_SECONDS)
    return connection


@contextmanager
def _closed_on_fault(connection: sqlite3.Connection, path: Path | str) -> Iterator[None]:
    """Close what could not be opened well; SQLite's errors become UsageFaults."""
    try:
        yield
    except sqlite3.Error as error:
        connection.close()
        raise database_fault(path, error) from error
    except BaseException:
        connection.close()
        raise


def _prepare(connection: sqlite3.Connection, path: Path | str) -> None:
    migrate(connection, path)
    if str(path) != ":memory:":
        # WAL, so that readers (Datasette) are never blocked by a refresh; FULL, so that what is committed outlasts a
        # power cut.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    # A file that cannot be written, or that somebody else holds for long, is refused before anything is asked.
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def patiently(work: Callable[[], T], *, seconds: float | None = None) -> T:
    """What `work` returns, tried again while another writer holds the file; sqlite3.OperationalError after so long."""
    end = time.monotonic() + (BUSY_TIMEOUT_SECONDS if seconds is None else seconds)
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > end:
                raise
            time.sleep(PAUSE_SECONDS)


async def open_writer_patiently(path: Path | str, *, seconds: float = BUSY_TIMEOUT_SECONDS) -> sqlite3.Connection:
    """As `open_writer`, but the event loop goes on while another writer holds the file."""
    connection = _connect(str(path), str(path))
    with _closed_on_fault(connection, path):
        await commit_patiently(connection, lambda: _prepare(connection, path), seconds=seconds)
    return connection


async def commit_patiently(
    connection: sqlite3.Connection, work: Callable[[], T], *, seconds: float = BUSY_TIMEOUT_SECONDS
) -> T:
    """As `patiently`, but the event loop goes on, so that signals and cancellation come through within a moment."""
    _set_timeout(connection, SHORT_TIMEOUT_SECONDS)
    end = time.monotonic() + seconds
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > end:
                raise
            await asyncio.sleep(PAUSE_SECONDS)


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another writer holds the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _set_timeout(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def open_reader(path: Path, *, least: int | None = None) -> sqlite3.Connection:
    """A connection that cannot write. UsageFault if the file is not ours, newer, or older than version `least`.

    None: than this program's own.
    """
    how = "immutable=1" if is_alone(path) else "mode=ro"
    connection = _connect(f"{path.absolute().as_uri()}?{how}", str(path))
    with _closed_on_fault(connection, path):
        version = check_version(connection, path)
    # A past day is shown from temporary tables, where there may be no place for files.
    connection.execute("PRAGMA temp_store = MEMORY")
    if version < (VERSION if least is None else least):
        connection.close()
        if not version:
            raise UsageFault(f"{path} is empty", cure="run 'crawler refresh' to fill it, or restore a backup")
        raise UsageFault(f"{path} has the older schema {version}", cure="run 'crawler refresh' once to migrate it")
    return connection


def is_alone(path: Path) -> bool:
    """Whether no writer can come to the file from here: SQLite then cannot watch for one, and need not."""
    return not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Everything inside is committed together, or not at all. Not nestable."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        # Where the disk is full SQLite has rolled back already, and would complain about the second time only.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(target: str, path: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            target, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None, uri=target.startswith("file:")
        )
    except sqlite3.Error as error:
        raise database_fault(path, error) from error
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def database_fault(path: Path | str, error: sqlite3.Error) -> UsageFault:
    """What to tell a person of a database that SQLite cannot use."""
    cures = {
        sqlite3.SQLITE_CORRUPT: RESTORE,
        # A file that begins with something else was overwritten, or never was one.
        sqlite3.SQLITE_NOTADB: "check the path, restore a backup, or name another with --db",
    }
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    cure = cures.get(code, "check the path, or name another with --db")
    return UsageFault(f"{path} cannot be used as a database ({error})", cure=cure)
