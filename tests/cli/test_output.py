"""Where the output of a command goes nowhere: a reader that leaves, a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.store import open_writer

FULL = Path("/dev/full")
COMMANDS = [("--help",), ("validate", "--schema"), ("status",), ("status", "--json"), ("export", "json")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with an empty database."""
    open_writer(tmp_path / "landscape.db").close()
    return tmp_path


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_reader_that_leaves_is_no_fault(folder: Path, arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(folder, writing, *arguments)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_message(folder: Path, arguments: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        done = run(folder, full.fileno(), *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "crawler: the output cannot be written (No space left on device); check space and permissions"
    ]


def run(folder: Path, output: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        cwd=folder,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
