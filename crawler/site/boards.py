"""Keeps the board of a database that others write to: always the newest one, or while they write, one of just now."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing

from crawler.site.board import Board, read_board


class Boards:
    """The newest board. Threads may share it.

    A board of thousands of projects takes a moment to read. While a refresh commits several times a second, readers get
    one that is at most `patience` seconds and that moment old; where nobody has asked for longer than that, the next
    reader waits for a new one.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], *, with_restricted: bool, patience: float) -> None:
        self._connect, self._with_restricted, self._patience = connect, with_restricted, patience
        self._watch: sqlite3.Connection | None = None
        self._watching, self._reading = threading.Lock(), threading.Lock()
        self._board: Board | None = None
        self._version = -1
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

    def newest(self) -> Board:
        """The board. UsageFault where no refresh has computed figures yet."""
        version, now = self.version(), time.monotonic()
        board = self._board
        if board and version == self._version:
            self._current_at = now
            return board
        if board and now - self._current_at < 2 * self._patience:
            if now - self._current_at >= self._patience and not self._is_wanted:
                self._is_wanted = True
                threading.Thread(target=self._read, args=(version,), daemon=True).start()
            return board
        return self._read(version)

    def _read(self, version: int) -> Board:
        with self._reading:
            if self._board is None or self._version != version:
                try:
                    with closing(self._connect()) as connection:
                        connection.row_factory = sqlite3.Row
                        connection.execute("PRAGMA temp_store = MEMORY")
                        connection.execute("BEGIN")
                        self._board = read_board(connection, with_restricted=self._with_restricted)
                    self._version, self._current_at = version, time.monotonic()
                finally:
                    self._is_wanted = False
            return self._board
