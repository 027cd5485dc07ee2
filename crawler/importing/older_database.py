"""An older database of ours: its history, with its real days, and the releases that it knows.

It is read from a copy that is migrated like any other file; the database itself stays as it is. Figures of a recording
are left out. Star histories and changes are, too: GitHub tells the one again, and events are told once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.errors import UsageFault
from crawler.fetch.redact import short_error
from crawler.importing.told import History, Late, Row, Snapshot, Tally, Told, Who, nothing_there
from crawler.model import Release
from crawler.sources.checked import Checked
from crawler.store.database import open_writer
from crawler.store.history import COUNTS
from crawler.store.migrations import check_version

SOURCE = "database"

_MAGIC = b"SQLite format 3\0"
_LIVE = "repository_id IN (SELECT id FROM repositories WHERE origin = 'live')"


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


@contextmanager
def open_history(path: Path) -> Iterator[History]:
    """The history of the database at a path. UsageFault where it is none of ours, newer than we are, or damaged."""
    with TemporaryDirectory(prefix="crawler-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            _copy(path, copy)
            with closing(open_writer(copy)) as connection:
                # The rows of a day are asked for together; our own index goes by repository.
                connection.execute("CREATE INDEX copied_history_day ON history(day)")
                yield _history(connection, path)
        except sqlite3.Error as error:
            raise _damaged(path, error) from error


def _copy(path: Path, copy: Path) -> None:
    # Without a file of pages that are not in it yet, SQLite need not even make a file beside it.
    how = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        try:
            version = check_version(source, path)
        except UsageFault as fault:
            cure = "name a file that a refresh wrote; for a newer one 'pip install --upgrade landscape-crawler'"
            raise UsageFault(fault.message, cure=cure) from None
        if not version:
            raise nothing_there(path, "is an empty database", "name a file that a refresh wrote")
        source.backup(target)


def _damaged(path: Path, error: sqlite3.Error) -> UsageFault:
    return nothing_there(path, f"cannot be read as a database ({short_error(str(error))})", "take an older copy of it")


def _history(connection: sqlite3.Connection, path: Path) -> History:
    known = _repositories(connection)
    days = [row["day"] for row in connection.execute(f"SELECT DISTINCT day FROM history WHERE {_LIVE} ORDER BY day")]
    (recorded,) = connection.execute(f"SELECT count(DISTINCT repository_id) FROM history WHERE NOT {_LIVE}").fetchone()
    if recorded and not days:
        raise nothing_there(path, "holds recorded figures alone", "name one that a live refresh has filled")
    notices = [f"repositories with recorded figures alone are left out ({recorded:,})"] if recorded else []
    snapshots = [_snapshot(connection, known, day) for day in map(_day, days) if day is not None]
    return History(source=SOURCE, snapshots=snapshots, notices=notices, late=lambda: _late(connection, known))


def _repositories(connection: sqlite3.Connection) -> dict[int, Who]:
    names: dict[int, list[str]] = {}
    ids: dict[int, int | None] = {}
    for row in connection.execute("SELECT id, name_with_owner, database_id FROM repositories WHERE origin = 'live'"):
        names[row["id"]], ids[row["id"]] = [row["name_with_owner"]], row["database_id"]
    for row in connection.execute("SELECT repository_id, former_name FROM former_names ORDER BY seen_at DESC"):
        if row["repository_id"] in names:
            names[row["repository_id"]].append(row["former_name"])
    return {one: Who(tuple(names[one]), ids[one]) for one in names}


def _snapshot(connection: sqlite3.Connection, known: dict[int, Who], day: date) -> Snapshot:
    def read(tally: Tally) -> Told:
        query = f"SELECT repository_id, {', '.join(COUNTS)} FROM history WHERE day = ? AND {_LIVE}"
        rows = []
        for row in connection.execute(query, [day.isoformat()]):
            told = {column: tally.count(column, row[column]) for column in COUNTS}
            counts = {column: count for column, count in told.items() if count is not None}
            if counts:
                rows.append(Row(known[row["repository_id"]], counts))
        return Told(rows)

    return Snapshot(day=day, read=read)


def _late(connection: sqlite3.Connection, known: dict[int, Who]) -> Iterable[Late]:
    for repository_id, who in known.items():
        rows = connection.execute(
            "SELECT tag_name, published_at, is_prerelease, url FROM releases WHERE repository_id = ? AND NOT is_draft",
            [repository_id],
        )
        releases = tuple(release for row in rows if (release := _release(row)) is not None)
        if releases:
            yield Late(who, releases)


def _release(row: sqlite3.Row) -> Release | None:
    """A release that stands in a file that may come from anywhere: what no release can say is left out."""
    checked = Checked()
    tag = checked.name("tag_name", row["tag_name"])
    published = checked.moment("published_at", row["published_at"])
    url = checked.address("url", row["url"])
    if not isinstance(tag, str) or not isinstance(published, str):
        return None
    return Release(
        tag_name=tag,
        published_at=published,
        is_prerelease=None if row["is_prerelease"] is None else bool(row["is_prerelease"]),
        is_draft=False,
        url=url if isinstance(url, str) else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
