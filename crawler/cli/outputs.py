"""What no output of a command may take the place of: the database, what lies beside it, and the list."""

from __future__ import annotations

from pathlib import Path

from crawler.cli.options import named_seeds
from crawler.errors import UsageFault

BESIDE = ("", "-wal", "-shm", "-journal", ".lock", ".scheduler.lock")
"""What belongs to a database, as endings of its name: SQLite's own files, and our locks."""


def check_output(output: Path | None, database: Path, seeds: Path | None = None, *, may_be_list: bool = False) -> None:
    """UsageFault where `output` is the database, a file that belongs to it, or the list, by whatever name.

    The list is `seeds`, else the one that a command without that argument would read; `may_be_list`: what is written
    is a list, too.
    """
    if output is None:
        return
    for ending in BESIDE:
        if _is_same(output, Path(f"{database.resolve()}{ending}")):
            what = "is the database itself" if not ending else f"belongs to the database {database}"
            raise UsageFault(f"{output} {what}", cure="name another file")
    if not may_be_list and _is_same(output, named_seeds(seeds)):
        raise UsageFault(f"{output} is the list itself", cure="name another file")


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.is_file() and other.is_file() and one.samefile(other))
