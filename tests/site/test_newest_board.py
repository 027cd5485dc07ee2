"""The board of a database that others write to: newest where it can be, prepared where readers would have to wait."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from crawler.site.asked import Asked, Query
from crawler.site.board import Board, read_board
from crawler.site.boards import MOST_PATIENCE, Boards
from crawler.site.links import ServedLinks
from crawler.site.texts import load_texts
from crawler.store import open_writer, transaction

PATIENCE = 20.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Prepared:
    """Notes the boards that were prepared; `done` is set after each, `may_end` must be set before it ends."""

    def __init__(self) -> None:
        self.boards: list[Board] = []
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self, connection: sqlite3.Connection, board: Board) -> None:
        self.boards.append(board)
        self.begun.set()
        assert self.may_end.wait(10)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What the boards take for the time."""
    clock = Clock()
    monkeypatch.setattr("crawler.site.boards.time", clock)
    return clock


@pytest.fixture
def prepared() -> Prepared:
    """Nothing was prepared yet."""
    return Prepared()


@pytest.fixture
def boards(database: Path, prepared: Prepared) -> Iterator[Boards]:
    """The boards of a small landscape."""
    boards = Boards(
        lambda: sqlite3.connect(database, check_same_thread=False),
        with_restricted=False,
        patience=PATIENCE,
        prepare=prepared,
    )
    yield boards
    boards.close()


@pytest.fixture
def rename(database: Path) -> Callable[[str], None]:
    """Commits another name of a project, as a refresh does."""

    def commit(name: str) -> None:
        with closing(open_writer(database)) as connection, transaction(connection):
            connection.execute("UPDATE projects SET name = ? WHERE id = 'wasmtime'", [name])

    return commit


def _name(board: Board) -> str:
    return board.cards["wasmtime"].name


def test_without_a_writer_there_is_one_board(boards: Boards, clock: Clock, prepared: Prepared) -> None:
    first = boards.newest()[0]
    clock.now += 10 * PATIENCE
    assert boards.newest()[0] is first
    assert prepared.boards == []


def test_what_was_committed_long_after_the_last_question_is_seen_at_once(
    boards: Boards, clock: Clock, rename: Callable[[str], None]
) -> None:
    boards.newest()[0]
    clock.now += MOST_PATIENCE * PATIENCE
    rename("Later")
    assert _name(boards.newest()[0]) == "Later"


def test_readers_keep_the_old_board_until_the_new_one_is_prepared(
    boards: Boards, clock: Clock, rename: Callable[[str], None], prepared: Prepared
) -> None:
    first = boards.newest()[0]
    rename("Later")
    clock.now += PATIENCE - 1
    assert boards.newest()[0] is first
    assert not prepared.begun.is_set()
    clock.now += 2
    assert boards.newest()[0] is first
    assert prepared.begun.wait(10)
    # However many ask meanwhile, it is read once.
    assert boards.newest()[0] is boards.newest()[0] is first
    prepared.may_end.set()
    (reader,) = [one for one in threading.enumerate() if one.name == "board"]
    reader.join(10)
    assert [_name(board) for board in prepared.boards] == ["Later"]
    assert boards.newest()[0] is prepared.boards[0]


def test_the_next_change_is_read_as_the_one_before(
    boards: Boards, clock: Clock, rename: Callable[[str], None], prepared: Prepared
) -> None:
    prepared.may_end.set()
    boards.newest()[0]
    for name in ("Later", "Later still"):
        rename(name)
        clock.now += PATIENCE
        boards.newest()[0]
        for reader in threading.enumerate():
            if reader.name == "board":
                reader.join(10)
        assert _name(boards.newest()[0]) == name


def test_who_waited_for_another_to_read_takes_what_that_one_has_read(
    database: Path, clock: Clock, rename: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = Boards(
        lambda: sqlite3.connect(database, check_same_thread=False), with_restricted=False, patience=PATIENCE
    )
    monkeypatch.setattr(boards, "_reading", Door(2))
    read: list[Board] = []

    def read_and_go_on(connection: sqlite3.Connection, *, with_restricted: bool) -> Board:
        read.append(read_board(connection, with_restricted=with_restricted))
        # Meanwhile the writer goes on, and another reader comes, who sees a later version.
        rename("Later")
        other.start()
        assert boards._reading.are_all_there.wait(10)  # type: ignore[attr-defined]
        return read[-1]

    monkeypatch.setattr("crawler.site.boards.read_board", read_and_go_on)
    found: list[Board] = []
    other = threading.Thread(target=lambda: found.append(boards.newest()[0]))
    assert boards.newest()[0] is read[0]
    other.join(10)
    assert found == read
    boards.close()


class Door:
    """A lock that knows how many have come to it; `are_all_there` is set with the last of them."""

    def __init__(self, expected: int) -> None:
        self._lock, self._counting, self._expected = threading.RLock(), threading.Lock(), expected
        self.are_all_there = threading.Event()

    def __enter__(self) -> None:
        with self._counting:
            self._expected -= 1
            if self._expected == 0:
                self.are_all_there.set()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_several_readers_at_once_work_something_out_once(boards: Boards) -> None:
    door, made = Door(4), list[int]()
    with closing(sqlite3.connect(":memory:")) as connection:
        asked = Asked(
            connection=connection,
            board=structs.replace(boards.newest()[0], making={"seven": door}),
            links=ServedLinks("/", "landscape"),
            texts=load_texts(),
            query=Query(),
        )

        def make() -> int:
            made.append(7)
            assert door.are_all_there.wait(10)
            return 7

        readers = [threading.Thread(target=lambda: asked.once("seven", make)) for _ in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(20)
    assert made == [7]
    assert asked.once("seven", make) == 7


def test_nobody_waits_for_what_somebody_else_works_out(boards: Boards) -> None:
    board, _ = boards.newest()
    asked = Asked(
        connection=sqlite3.connect(":memory:"),
        board=board,
        links=ServedLinks("/", "landscape"),
        texts=load_texts(),
        query=Query(),
    )

    def slow() -> bool:
        other = threading.Thread(target=lambda: asked.once("other", lambda: 1), daemon=True)
        other.start()
        other.join(timeout=10)
        return other.is_alive()

    assert not asked.once("slow", slow)
    asked.connection.close()
