"""The threads in which our pages are made: apart from Datasette's, whose questions may take seconds."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds in which all threads have begun, on any machine."""

THREADS = 4
"""Python runs one at a time: more would only make each other, and who takes the requests, wait."""


class Makers:
    """A few threads, each with a connection of its own, with `sqlite3.Row` rows."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._own = threading.local()
        self._connections: list[sqlite3.Connection] = []
        # Now, and not when each is first needed: the file may be gone then, and is still to be shown.
        begun = threading.Barrier(THREADS)

        def begin(connection: sqlite3.Connection) -> None:
            read_once(connection)
            begun.wait(PATIENCE)

        for one in [self.submit(begin) for _ in range(THREADS)]:
            one.result()

    def close(self) -> None:
        """Let what is being made be finished, and close the connections."""
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Have that done in the next thread that is free."""
        return self._pool.submit(lambda: work(self._connection()))

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._own.connection = self._connect()
            found.row_factory = sqlite3.Row
            self._connections.append(found)
        return found


def read_once(connection: sqlite3.Connection) -> None:
    """Read something: SQLite opens the files of a database only then."""
    connection.execute("PRAGMA schema_version").fetchone()
