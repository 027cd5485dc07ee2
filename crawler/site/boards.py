"""Keeps the board of a database that others write to: always the newest one, or while they write, one of just now."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

from crawler.errors import UsageFault
from crawler.site.board import Board, read_board

Prepare = Callable[[sqlite3.Connection, Board], None]
MOST_PATIENCE = 3
"""So many times its patience a reader gets an older board, where the new one is a long time in coming."""


class Boards:
    """The newest board. Threads may share it.

    A board of thousands of projects takes a moment to read. While a refresh commits several times a second, readers get
    one that is at most `patience` seconds and that moment old; where nobody has asked for much longer, the next reader
    waits for a new one. `prepare` works out what pages need of a new board while readers still have the old one.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        *,
        with_restricted: bool,
        patience: float,
        prepare: Prepare = lambda *_: None,
    ) -> None:
        self._connect, self._with_restricted, self._patience = connect, with_restricted, patience
        self._prepare = prepare
        self._watch: sqlite3.Connection | None = None
        self._watching, self._reading = threading.Lock(), threading.Lock()
        # Together, so that nobody takes an older board for one of a later version: its pages would be kept for good.
        self._found: tuple[Board, int] | None = None
        self._current_at = 0.0
        self._is_wanted = False

    def close(self) -> None:
        """Close the connection that watches for changes."""
        with self._watching:
            if self._watch:
                self._watch.close()
                self._watch = None

    def version(self) -> int:
        """A number that changes when somebody commits to the database (SQLite's `data_version`)."""
        with self._watching:
            if self._watch is None:
                self._watch = self._connect()
            number: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
            return number

    def newest(self) -> tuple[Board, int]:
        """The board and the version that it shows. UsageFault where no refresh has computed figures yet."""
        version, now = self.version(), time.monotonic()
        found = self._found
        if found and version == found[1]:
            self._current_at = now
            return found
        age = now - self._current_at
        if found and age < MOST_PATIENCE * self._patience:
            if age >= self._patience and not self._is_wanted:
                self._is_wanted = True
                threading.Thread(name="board", target=self._read_ahead, args=(version,), daemon=True).start()
            return found
        return self._read(version)

    def _read_ahead(self, version: int) -> None:
        """Read the board while others have the old one, and let what pages need of it be worked out."""
        try:
            # What is wrong with the file, the next reader is told.
            with suppress(sqlite3.Error, UsageFault):
                self._read(version, self._prepare)
        finally:
            self._is_wanted = False

    def _read(self, version: int, prepare: Prepare = lambda *_: None) -> tuple[Board, int]:
        with self._reading:
            # Whoever waited for another to read it takes what that one has read, though the writer has gone on.
            is_old = time.monotonic() - self._current_at >= self._patience
            if self._found is None or (is_old and self._found[1] != version):
                with closing(self._connect()) as connection:
                    connection.row_factory = sqlite3.Row
                    connection.execute("PRAGMA temp_store = MEMORY")
                    connection.execute("BEGIN")
                    board = read_board(connection, with_restricted=self._with_restricted)
                    prepare(connection, board)
                self._found, self._current_at = (board, version), time.monotonic()
            return self._found
