"""Tables of a day each: our own CSV export, the histories of best-of lists, and what else names repositories and stars.

The day is in the file's name. Which columns are taken depends on who wrote the table: GitHub's REST API calls the stars
watchers and counts pull requests as issues, and tables that copy it do the same.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from msgspec import Struct

from crawler.fetch.redact import short_error
from crawler.importing.told import MAX_BYTES, History, Row, Snapshot, Tally, Told, Unreadable, Who, told_name

SOURCE = "csv"
REPOSITORY = (
    *("name_with_owner", "github_id", "repository", "repo", "full_name"),
    *("repo_url", "repository_url", "github_url", "html_url", "url"),
)
"""Columns that may name a repository, the first one first."""

_DAY = re.compile(r"(?<!\d)(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d))(?!\d)")
_DELIMITERS = ",;\t"


class Kind(Struct, frozen=True):
    """Tables of one origin: the columns that tell them by, and which column of ours each one is."""

    signs: frozenset[str]
    counts: Mapping[str, str]


OURS = Kind(
    frozenset(("project_id", "repository", "figures_source", "figures_observed_at", "origin")),
    {
        name: name
        for name in (
            "stars",
            "forks",
            "watchers",
            "open_issues",
            "open_pull_requests",
            "contributors",
            "commits_last_year",
        )
    },
)
BEST_OF = Kind(
    frozenset(("github_id", "star_count")),
    {
        "star_count": "stars",
        "fork_count": "forks",
        "watchers_count": "watchers",
        "open_issue_count": "open_issues",
        "contributor_count": "contributors",
    },
)
OTHER = Kind(
    frozenset(),
    {
        "stars": "stars",
        "star_count": "stars",
        "stargazers": "stars",
        "stargazers_count": "stars",
        "stargazer_count": "stars",
        "forks": "forks",
        "fork_count": "forks",
        "forks_count": "forks",
        "subscribers": "watchers",
        "subscribers_count": "watchers",
        "contributors": "contributors",
        "contributor_count": "contributors",
        "contributors_count": "contributors",
        "commits_last_year": "commits_last_year",
    },
)
KINDS = (OURS, BEST_OF, OTHER)
DATED = {"date", "day"}
"""Columns of tables with many days in one file, which are not read: the day is in the file's name."""


def day_of_name(name: str) -> date | None:
    """The day in a file's name, `2021-03-04` or `20210304` anywhere in it; None where there is none."""
    for match in _DAY.finditer(name):
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def find(path: Path) -> History | None:
    """The tables of a folder, or a single one; None where there is none with a day in its name.

    Links are not followed: who packs a folder must not choose what else of this machine is read.
    """
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    tables = [file for file in files if file.suffix.lower() == ".csv"]
    links = [file.name for file in tables if file.is_symlink()] if path.is_dir() else []
    plain = [file for file in tables if file.name not in links and file.is_file()]
    by_day: dict[date, list[Path]] = {}
    undated = []
    for file in plain:
        day = day_of_name(file.name)
        if day is None:
            undated.append(file.name)
        else:
            by_day.setdefault(day, []).append(file)
    if not by_day:
        return None
    notices = [
        f"{len(names)} CSV file{'' if len(names) == 1 else 's'} {problem}, such as {short_error(names[0])}"
        for names, problem in ((undated, "without a day in the name"), (links, "left out, being a link"))
        if names
    ]
    snapshots = [Snapshot(day=day, read=_reader(files), digest=_digest(files)) for day, files in sorted(by_day.items())]
    return History(source=SOURCE, snapshots=snapshots, notices=notices)


def _reader(files: Sequence[Path]) -> Callable[[Tally], Told | None]:
    def read_all(tally: Tally) -> Told | None:
        rows: list[Row] = []
        failed = {}
        for file in files:
            try:
                rows += read(_bytes(file), tally)
            except Unreadable as reason:
                failed[short_error(file.name)] = str(reason)
        tally.unreadable |= failed
        return Told(rows, is_whole=not failed) if len(failed) < len(files) else None

    return read_all


def _digest(files: Sequence[Path]) -> str | None:
    try:
        return hashlib.sha256(b"".join(hashlib.sha256(_bytes(file)).digest() for file in files)).hexdigest()
    except Unreadable:
        return None


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(error.strerror or "it cannot be read") from None
    if len(data) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MiB")
    return data


def read(data: bytes, tally: Tally) -> list[Row]:
    """The rows of a table. Unreadable where no column names a repository, or none counts anything."""
    text = _text(data)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        header = [name.strip().lower() for name in next(lines, [])]
        kind = next(kind for kind in KINDS if kind.signs.issubset(header))
        names = [name for name in REPOSITORY if name in header]
        if not names:
            raise Unreadable("no column names a repository, such as github_id or repo_url")
        if not kind.counts.keys() & set(header):
            raise Unreadable("no column tells a count that is known, such as stars")
        dated = [name for name in header if name in DATED]
        if kind is OTHER and dated:
            raise Unreadable(f"the column {dated[0]} gives each row a day of its own; write a file for each day")
        if kind is not OURS:
            tally.columns |= dict.fromkeys(one for one in header if one and one not in kind.counts and one not in names)
        return list(_rows(header, lines, names, kind, tally))
    except csv.Error as error:
        raise Unreadable(f"no table ({error})") from None


def _rows(
    header: Sequence[str], lines: Iterator[list[str]], names: Sequence[str], kind: Kind, tally: Tally
) -> Iterator[Row]:
    for line in lines:
        cells = dict.fromkeys(header, "") | dict(zip(header, line, strict=False))
        told = {
            column: count
            for name, column in kind.counts.items()
            if (count := tally.count(name, cells.get(name))) is not None
        }
        if not told:
            continue
        name = next((known for one in names if (known := told_name(cells.get(one)))), None)
        if name is None:
            tally.nameless += 1
        elif kind is not OURS:
            yield Row(Who((name,)), told)
        elif cells["origin"] == "sandbox":
            tally.recorded += 1
        else:
            yield _of_ours(name, told, cells)


def _of_ours(name: str, told: dict[str, int], cells: Mapping[str, str]) -> Row:
    """A row of our own export: its figures may be older than the file, and stars and forks at second hand."""
    counts = {
        column: count
        for column, count in told.items()
        if cells["figures_source"] == "github" or column not in ("stars", "forks")
    }
    return Row(Who((name,)), counts, day_of_name(cells["figures_observed_at"]))


def _text(data: bytes) -> str:
    """The text of a table. Names of repositories and numbers are the same in every encoding that tables come in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
