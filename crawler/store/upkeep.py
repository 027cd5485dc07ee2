"""Copies of a database, and a smaller file: what is done beside the refreshes."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from os import getpid
from pathlib import Path

from crawler.errors import StoreFailed, UsageFault
from crawler.store.database import open_reader, open_writer, transaction
from crawler.store.search import index_projects

BESIDE = ("-wal", "-journal")
"""What SQLite puts beside a file that is in use, and plays back into whatever lies in its place."""


def back_up(database: Path, output: Path, *, replaces: bool) -> None:
    """Write a copy of the database as it is at one moment, whoever writes in the meantime.

    It is checked, then put in its place in one step, whatever lies there. UsageFault where the place will not do;
    StoreFailed where the copy cannot be made or is damaged.
    """
    with (
        _place(output, replaces=replaces) as part,
        # An older file can be copied as it is, so that there is a copy before it is migrated.
        closing(open_reader(database, least=1)) as source,
        closing(sqlite3.connect(part)) as copy,
    ):
        source.backup(copy)
        _finish(copy)


def copy_changed(database: Path, output: Path, change: Callable[[sqlite3.Connection], None], *, replaces: bool) -> None:
    """As `back_up`, but of what `change` leaves. What it deletes is never written anywhere, free pages included.

    It works on a copy in memory and begins its own transactions.
    """
    with _place(output, replaces=replaces) as part, closing(open_writer(":memory:")) as draft:
        with closing(open_reader(database)) as source:
            source.backup(draft)
        change(draft)
        draft.execute("DELETE FROM projects_fts")  # built anew below, without leaving free pages
        # Only what is left is written, page by page anew.
        draft.execute("VACUUM INTO ?", [str(part)])
        with closing(open_writer(part)) as copy:
            _index(copy)
            _finish(copy)


def vacuum(database: Path) -> tuple[int, int]:
    """Give free pages back to the disk; the caller holds the lock. The bytes on disk before and after.

    StoreFailed where there is no room for the copy that SQLite makes meanwhile, or another program writes.
    """
    before = _size(database)
    try:
        with closing(open_writer(database)) as connection:
            connection.execute("VACUUM")
            _index(connection)
            connection.execute("PRAGMA optimize")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return before, _size(database)
    except sqlite3.Error as error:
        raise StoreFailed(
            f"{database} cannot be made smaller ({error})",
            cure="make room for a second copy of it, end what else writes to it, then run again",
        ) from error


def _index(connection: sqlite3.Connection) -> None:
    # The index goes by row numbers, and VACUUM may give new ones.
    with transaction(connection):
        index_projects(connection)


def _finish(copy: sqlite3.Connection) -> None:
    """Make it one file with nothing beside it, and see that it is whole."""
    copy.execute("PRAGMA journal_mode = DELETE")
    (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def _size(database: Path) -> int:
    files = (Path(f"{database}{ending}") for ending in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


@contextmanager
def _place(output: Path, *, replaces: bool) -> Iterator[Path]:
    """An empty file beside `output` that takes its place when the block ends well; else all is as it was."""
    target = output.resolve()
    _check(output, target, replaces=replaces)
    part = target.with_name(f".{target.name}.{getpid()}.part")
    try:
        part.touch(exist_ok=False)
        yield part
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except sqlite3.Error as error:
        raise StoreFailed(
            f"the copy {output} cannot be made ({error})",
            cure="see that there is room for it; 'crawler db check' looks into the database",
        ) from error
    except OSError as error:
        raise UsageFault(
            f"{output} cannot be written ({error.strerror or error})", cure="name another place"
        ) from error
    finally:
        for ending in ("", *BESIDE, "-shm"):
            Path(f"{part}{ending}").unlink(missing_ok=True)


def _check(output: Path, target: Path, *, replaces: bool) -> None:
    if not target.parent.is_dir():
        raise UsageFault(f"there is no directory {target.parent}", cure="make it, or name another place")
    if target.exists() and not target.is_file():
        raise UsageFault(f"{output} is no file", cure="name a file for the copy")
    if target.exists() and not replaces:
        raise UsageFault(f"{output} is there already", cure="name another file, or replace it with --force")
    for ending in BESIDE:
        if Path(f"{target}{ending}").exists():
            raise UsageFault(
                f"{output} is in use: {output}{ending} lies beside it",
                cure="end what has it open and remove both, or name another file",
            )
