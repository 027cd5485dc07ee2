"""Set-ups that tests of several rooms share."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import httpx
import jwt.algorithms
import pytest
from crawling import TOKEN, Landscape

from crawler.fetch.engine import Engine
from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer
from crawler.store import database, migrations

# Every command makes a client, and every client reads the machine's certificates: once is enough for plain HTTP.
httpx._transports.default.create_ssl_context = cache(httpx._transports.default.create_ssl_context)
# The same few keys sign in again and again, and OpenSSL takes long to check one.
jwt.algorithms.load_pem_private_key = cache(jwt.algorithms.load_pem_private_key)
_STEPS = migrations.MIGRATIONS
_migrate = migrations.migrate


@cache
def _new_file() -> sqlite3.Connection:
    """A file as the migrations leave it, in memory; they are checked by what is made with it."""
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.isolation_level = None
    _migrate(made, ":memory:")
    return made


def _migrate_once(connection: sqlite3.Connection, path: Path | str) -> None:
    """As `migrate`, but a file with nothing in it gets the pages of one that went through all steps before."""
    is_new = not connection.execute("PRAGMA page_count").fetchone()[0]
    if is_new and migrations.MIGRATIONS is _STEPS:
        # Where somebody else writes to it, this is the place to be told so.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        _new_file().backup(connection)
    else:
        _migrate(connection, path)


# Hundreds of tests begin with a new file, and the steps of all versions take longer than most tests themselves.
database.migrate = _migrate_once


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of each refresh and doctor in this process: noted, not waited for; the clock of the limits moves on."""
    noted: list[float] = []

    async def note(seconds: float) -> None:
        assert len(noted) < 1000, "the refresh waits for ever"
        noted.append(seconds)

    def engine(**settings: object) -> Engine:
        return Engine(**settings, sleep=note)  # type: ignore[arg-type]

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(noted))
    for module in ("asking", "hosts", "ledger", "limits"):
        monkeypatch.setattr(f"crawler.fetch.{module}.time", clock)
    monkeypatch.setattr("crawler.running.Engine", engine)
    monkeypatch.setattr("crawler.cli.doctor.Engine", engine)
    return noted


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float], request: pytest.FixtureRequest) -> Iterator[Landscape]:
    """Six made-up repositories of one owner, or as many as the test asks for by `indirect` parameter, not yet asked."""
    with SandboxServer(made_up_world(getattr(request, "param", 6)), token=TOKEN) as server:
        yield Landscape(tmp_path, server)
