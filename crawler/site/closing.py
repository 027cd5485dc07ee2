"""Keeps restricted figures from those who look at the database itself: what of Datasette is closed, and since when."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable

from crawler.site.metadata import canned_queries
from crawler.store.closed import closed_relations, tells

PATIENCE_SECONDS = 10
"""For how long what was closed stays so without a look at the file."""
_PARAMETER = re.compile(r":(\w+)")


class Closing:
    """What is closed of one database. Threads may share it.

    A restricted figure that a refresh brings closes its tables at the next question.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, with_restricted: bool) -> None:
        self._connect, self._with_restricted = connect, with_restricted
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._relations: frozenset[str] = frozenset()
        self._version = -1
        self._looked_at = 0.0
        self._told: dict[tuple[str, frozenset[str]], bool] = {}

    def close(self) -> None:
        """Close the connection that watches the file."""
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    def relations(self) -> frozenset[str]:
        """The tables and views that nobody may see; none where all may be shown."""
        if self._with_restricted:
            return frozenset()
        with self._lock:
            return self._look(self._open())

    def is_closed(self, sql: str) -> bool:
        """Whether a question reads what nobody may see, unless it is one of ours that leaves it out."""
        if self._with_restricted or sql.strip() in public_sql():
            return False
        with self._lock:
            connection = self._open()
            relations = self._look(connection)
            if not relations:
                return False
            asked = (sql, relations)
            if asked not in self._told:
                # Text of the file and of who runs the server, so there are only so many.
                self._told[asked] = tells(connection, sql, relations, dict.fromkeys(_PARAMETER.findall(sql), ""))
            return self._told[asked]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _look(self, connection: sqlite3.Connection) -> frozenset[str]:
        now = time.monotonic()
        if self._relations and now - self._looked_at < PATIENCE_SECONDS:
            return self._relations
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._relations = closed_relations(connection)
            self._version = version
        self._looked_at = now
        return self._relations


def public_sql() -> frozenset[str]:
    """The SQL of our questions that leave out by themselves what may not be published."""
    return frozenset(query.sql.strip() for query in canned_queries().values() if query.is_public)
