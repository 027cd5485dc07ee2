"""What a path is: an older database, a folder of daily tables, a file that git keeps, or one that tells its own day."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from crawler.importing import daily_csv, git_file, older_database, single_file
from crawler.importing.git import NoGit
from crawler.importing.told import History, nothing_there
from crawler.seeds.text import read_bytes

_CURE = (
    "name a landscape file with figures or its git repository, a folder of daily CSV files, or an older database;"
    " docs/history-import.md describes them"
)


def open_history(path: Path, database: Path) -> AbstractContextManager[History]:
    """The history at a path, for the database. UsageFault where there is none."""
    try:
        return _look(path, path.resolve(), database)
    except PermissionError as error:
        raise nothing_there(Path(error.filename or path), "may not be read by you", "check its rights") from error


def _look(path: Path, place: Path, database: Path) -> AbstractContextManager[History]:
    if place.is_file() and older_database.is_database(place):
        if database.exists() and place.samefile(database):
            raise nothing_there(path, "is the database itself", "name an older one")
        return older_database.open_history(place)
    if place.is_dir() or (place.is_file() and place.suffix.lower() == ".csv"):
        tables = daily_csv.find(place)
        if tables is not None:
            return nullcontext(tables)
    tracked = _tracked(place)
    if tracked is not None:
        return git_file.open_history(tracked)
    if place.is_file() and place.suffix.lower() in single_file.ENDINGS:
        return nullcontext(single_file.history(str(path), read_bytes(place)))
    if not place.exists():
        raise nothing_there(path, "is not there, and no git repository is around it", "check the path")
    if place.is_dir():
        raise nothing_there(
            path, "holds no CSV file with a day in its name, and no landscape file that git keeps", _CURE
        )
    raise nothing_there(path, "is in no git repository, and no database or table of a day", _CURE)


def _tracked(place: Path) -> git_file.Tracked | None:
    """The file as git keeps it; None where it does not, or where there is no git and the file itself is there."""
    try:
        tracked = git_file.find(place)
    except NoGit:
        if place.is_file():
            return None
        raise
    is_left_alone = tracked is not None and place.is_file() and not git_file.is_kept(tracked)
    return None if is_left_alone else tracked
