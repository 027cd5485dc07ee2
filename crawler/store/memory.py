"""What the engine remembers from run to run: validators for conditional requests, and waits that hosts announced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crawler import clock
from crawler.model import Validator
from crawler.spending import Wait
from crawler.store.database import is_busy, transaction


class StoreMemory:
    """The memory in a database that may be written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find_validator(self, identity: str, path: str) -> Validator | None:
        """The identity's own validator; from others only Last-Modified, since an ETag is good for one token."""
        row = self._connection.execute("SELECT * FROM validators WHERE url = ?", [path]).fetchone()
        if row is None:
            return None
        if row["identity"] == identity:
            return Validator(path, row["etag"], row["last_modified"], identity)
        return Validator(path, None, row["last_modified"], identity) if row["last_modified"] else None

    def waits(self) -> Iterable[Wait]:
        """The waits that are not over yet."""
        rows = self._connection.execute(
            "SELECT identity, resource, until, reason FROM waits WHERE until > ?", [clock.to_text(clock.now())]
        )
        return [Wait(*row) for row in rows]

    def keep_wait(self, wait: Wait) -> None:
        """Keep a wait at once, the longer of two; those that are over go."""
        now = clock.to_text(clock.now())
        try:
            with transaction(self._connection):
                self._connection.execute("DELETE FROM waits WHERE until <= ?", [now])
                self._connection.execute(
                    "INSERT INTO waits VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until,"
                    " reason = excluded.reason, seen_at = excluded.seen_at WHERE excluded.until > waits.until",
                    [wait.identity, wait.resource, wait.until, wait.reason, now],
                )
        except sqlite3.OperationalError as error:
            # Somebody else writes. The wait holds in this run all the same; it is worth no failure.
            if not is_busy(error):
                raise


def keep_validator(connection: sqlite3.Connection, validator: Validator) -> None:
    """One for each address, inside the caller's transaction: tokens of an hour would heap them up otherwise."""
    connection.execute("DELETE FROM validators WHERE url = ?", [validator.path])
    connection.execute(
        "INSERT INTO validators VALUES (?, ?, ?, ?)",
        [validator.identity, validator.path, validator.etag, validator.last_modified],
    )
