"""One refresh at a time for a database: a lock beside it, which the system takes back from a process that has died."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from crawler import clock
from crawler.errors import LockHeld, UsageFault


@contextmanager
def hold_lock(database: Path, *, work: Literal["refresh", "scheduler"] = "refresh") -> Iterator[None]:
    """Hold the lock of a database. LockHeld says who has it; UsageFault where there can be none.

    Nothing is waited for, and whoever is refused has touched nothing. A scheduler has a lock of its own for as long as
    it lives, and takes the other for each of its runs.
    """
    if not database.absolute().parent.is_dir():
        raise UsageFault(f"there is no directory {database.parent}", cure="make it, or name another file with --db")
    suffix = ".lock" if work == "refresh" else f".{work}.lock"
    path = Path(f"{database.resolve()}{suffix}")  # one lock, by whatever name the file is called
    lock = FileLock(path)
    try:
        if not path.exists():
            path.touch()  # the lock itself takes a place where no file can be made for one that is held
        lock.acquire(timeout=0)
    except Timeout:
        raise LockHeld(
            f"another {work} is at work on {database}{_holder(path)}",
            cure="wait until it has ended, or use another --db",
        ) from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise UsageFault(
            f"{path} cannot be written ({reason})", cure="check its rights, or use another --db"
        ) from error
    with lock:
        with suppress(OSError):  # of use to people alone
            path.write_text(f"process {os.getpid()} since {clock.to_text(clock.now())}\n", encoding="utf-8")
        yield


def _holder(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    return f" ({text})" if text.startswith("process ") and text.isprintable() and len(text) < 100 else ""
