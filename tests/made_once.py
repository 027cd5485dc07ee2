"""Files that take long to make, made once for all processes that test at the same time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared_place(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A directory of this run of the tests, the same in all of its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


def made_once(path: Path, make: Callable[[Path], None]) -> Path:
    """The path, at which `make` has written a file for whoever came first; nobody may write to it any more."""
    with FileLock(f"{path}.lock"):
        if not path.exists():
            half = path.with_name(f"half-{path.name}")
            make(half)
            half.rename(path)
    return path
