"""Refreshes as processes of their own, and the files that they leave."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from crawling import NOWHERE, Done, Landscape, check

ROOT = Path(__file__).parents[2]
FILES = ("", "-wal", "-shm", ".lock")


@contextmanager
def at_work(landscape: Landscape, *options: object) -> Iterator[subprocess.Popen[str]]:
    """A refresh of its own; whatever a test finds, it does not outlive it."""
    process = landscape.start(*options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def goes_on(process: subprocess.Popen[str], seconds: float = 0.002) -> None:
    """Let so much time pass; the process must not end in it."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


def wait_for(landscape: Landscape, process: subprocess.Popen[str], requests: int) -> None:
    """Return when the server has been asked so often; fail where the process ends before."""
    while len(landscape.server.log) < requests:
        goes_on(process)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """What it says up to a line with that text."""
    assert process.stderr
    said = ""
    while text not in said:
        line = process.stderr.readline()
        assert line, f"it ended without a word of {text!r}: {said}"
        said += line
    return said


def files(landscape: Landscape) -> dict[str, bytes]:
    """Every file of the database, byte by byte."""
    paths = [Path(f"{landscape.database}{suffix}") for suffix in FILES]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def beside(landscape: Landscape) -> Landscape:
    """Another database that fills from the same server."""
    folder = landscape.database.parent / "beside"
    folder.mkdir(exist_ok=True)
    other = Landscape(folder, landscape.server)
    other.now = landscape.now
    return other


def copy_of(landscape: Landscape) -> Landscape:
    """The file and its journal as they lie on the disk at this moment; what is in memory alone is lost. It is sound."""
    other = beside(landscape)
    for suffix in FILES:
        Path(f"{other.database}{suffix}").unlink(missing_ok=True)
    for suffix in ("", "-wal"):
        if Path(f"{landscape.database}{suffix}").exists():
            copyfile(f"{landscape.database}{suffix}", f"{other.database}{suffix}")
    check(other.database)
    return other


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another program writes to the database, and takes its time."""
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def called(landscape: Landscape, *arguments: object, **environment: str) -> Done:
    """The command line as a process of its own, over the same GitHub."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "CRAWLER_"))}
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        env=kept | NOWHERE | landscape.environment | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
    )
    return Done(done.returncode, done.stdout, done.stderr)
