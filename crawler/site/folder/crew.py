"""Renders and stages pages, in several processes where there is much to do; all read one state of the database."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import NamedTuple

from msgspec import Struct

from crawler.errors import CrawlerError
from crawler.site.board import read_board
from crawler.site.folder.naming import Place
from crawler.site.folder.rendering import Renderer
from crawler.site.folder.writing import stage_file
from crawler.site.rendering import load_templates
from crawler.site.texts import load_texts
from crawler.store import open_reader

MOST_PROCESSES = 8
ENOUGH_ROWS = 400
"""Below so many projects and organisations one process is as quick."""
TRIES = 5
PATIENCE_SECONDS = 20
LOOK_SECONDS = 0.5
AT_ONCE, PILES_EACH = 24, 2
"""Pages that a process takes from the pile at a time; fewer where each would not have so many turns."""
SELDOM = 100_000
"""After so many new objects a process of the pool looks for those that nobody needs: it holds the whole landscape,
which by the usual count it looks through again and again.
"""


class Job(Struct, frozen=True, kw_only=True):
    """What all processes know from the beginning."""

    database: Path
    root: Path
    show: Callable[[sqlite3.Connection], date | None]
    """Makes a connection show what is asked for: the present, or the past day that it gives back."""
    with_restricted: bool
    url: str


class Done(NamedTuple):
    """A page that was rendered; it waits for `Folder.finish`, or stands in its place already."""

    file: str
    size: int
    """Bytes."""
    wanted: tuple[Place, ...]
    """Places that this process has not told of before."""
    assets: tuple[str, ...]


class Worker:
    """One process's part."""

    def __init__(
        self, connection: sqlite3.Connection, job: Job, past_day: date | None, digests: Mapping[str, str]
    ) -> None:
        board = read_board(connection, with_restricted=job.with_restricted)
        self._root = job.root
        self._renderer = Renderer(
            connection,
            board,
            digests=digests,
            with_restricted=job.with_restricted,
            url=job.url,
            past_day=past_day,
        )
        self._told: set[Place] = set()

    def work(self, places: Sequence[Place]) -> list[Done]:
        """Render the pages and stage them."""
        return [self._work(place) for place in places]

    def _work(self, place: Place) -> Done:
        rendered = self._renderer.render(place)
        stage_file(self._root, rendered.file, rendered.body)
        new = tuple(wanted for wanted in rendered.wanted if wanted not in self._told)
        self._told.update(new)
        return Done(rendered.file, len(rendered.body), new, rendered.assets)


class Crew:
    """Whoever renders: a pool of processes, or where there is none this one."""

    def __init__(self, connection: sqlite3.Connection, job: Job, pool: ProcessPoolExecutor | None) -> None:
        self._connection, self._job, self._pool = connection, job, pool
        self._processes = _processes(connection) if pool else 1
        self._alone: Worker | None = None
        self.past_day: date | None = None
        """The day that the connection shows; None: the present."""

    def render(self, places: Sequence[Place], digests: Mapping[str, str]) -> Iterator[list[Done]]:
        """Render the pages, some at a time, and stage them."""
        # Every process has some of few pages too.
        at_once = max(1, min(AT_ONCE, len(places) // (PILES_EACH * self._processes)))
        piles = [places[start : start + at_once] for start in range(0, len(places), at_once)]
        if self._pool is None:
            self._alone = self._alone or Worker(self._connection, self._job, self.past_day, digests)
            yield from map(self._alone.work, piles)
            return
        try:
            yield from self._pool.map(_work, piles, [digests] * len(piles))
        except BrokenProcessPool as error:
            raise CrawlerError("a process that was rendering pages was killed", cure="is there memory left?") from error


@contextmanager
def open_crew(job: Job) -> Iterator[tuple[sqlite3.Connection, Crew]]:
    """A connection that shows what is asked for, and a crew that sees the same whoever writes meanwhile."""
    with _one_state(job) as (connection, pool):
        crew = Crew(connection, job, pool)
        crew.past_day = job.show(connection)
        yield connection, crew


@contextmanager
def _one_state(job: Job) -> Iterator[tuple[sqlite3.Connection, ProcessPoolExecutor | None]]:
    """A connection, and processes with one each, all within a transaction on the same state of the database."""
    with closing(open_reader(job.database)) as watch:
        processes = _processes(watch)
        for _ in range(TRIES if processes > 1 else 0):
            version = _version(watch)
            with closing(_begin(job)) as connection, _open_pool(job, processes) as pool:
                # Nobody has committed since before the first of them began.
                if pool and _version(watch) == version:
                    yield connection, pool
                    return
    with closing(_begin(job)) as connection:
        yield connection, None


def _version(watch: sqlite3.Connection) -> int:
    """A number that changes when somebody commits to the database."""
    number: int = watch.execute("PRAGMA data_version").fetchone()[0]
    return number


def _processes(connection: sqlite3.Connection) -> int:
    query = "SELECT (SELECT count(*) FROM projects) + (SELECT count(*) FROM organizations)"
    (rows,) = connection.execute(query).fetchone()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_PROCESSES) if rows >= ENOUGH_ROWS else 1


def _begin(job: Job) -> sqlite3.Connection:
    connection = open_reader(job.database)
    connection.execute("BEGIN")
    connection.execute("SELECT 1 FROM main.sqlite_master").fetchone()  # only now the transaction has its state
    return connection


@contextmanager
def _open_pool(job: Job, processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that have begun their transactions; None where they cannot be had."""
    # Forked, so that each begins within milliseconds; the templates and words are read for all of them.
    load_templates()
    load_texts()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(processes + 1)
    pool = ProcessPoolExecutor(processes, context, _set_up, (job, ready))
    try:
        yield pool if _is_ready(pool, ready) else None
    finally:
        pool.shutdown(cancel_futures=True)


def _is_ready(pool: ProcessPoolExecutor, ready: Barrier) -> bool:
    with suppress(BrokenBarrierError, BrokenProcessPool, OSError):
        pool.submit(os.getpid)
        ready.wait(PATIENCE_SECONDS)
        return True
    return False


class _Here:
    """What a process of the pool holds."""

    job: Job
    connection: sqlite3.Connection
    worker: Worker | None = None


def _set_up(job: Job, ready: Barrier) -> None:
    # Ctrl-C reaches all of them; the first process ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _Here.job, _Here.connection = job, _begin(job)
    ready.wait(PATIENCE_SECONDS)


def _end_with(parent: int) -> None:
    """End this process once the first one is gone, however it went: it would keep the directory and the database."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _work(places: Sequence[Place], digests: Mapping[str, str]) -> list[Done]:
    if _Here.worker is None:
        past_day = _Here.job.show(_Here.connection)
        _Here.worker = Worker(_Here.connection, _Here.job, past_day, digests)
        gc.freeze()
        gc.set_threshold(SELDOM)
    return _Here.worker.work(places)
