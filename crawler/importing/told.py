"""What a file of the past tells, before anybody has looked whom of ours it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from crawler.errors import UsageFault
from crawler.fetch.redact import short_error
from crawler.model import Release
from crawler.seeds.names import repository_name
from crawler.sources.checked import MOST

EARLIEST = date(2008, 1, 1)
"""GitHub opened in this year: nobody counted anything there before."""
MAX_BYTES = 64 * 1024 * 1024
"""Of one file; ten times the largest processed landscape known."""
FEW = 3
"""So many examples are told of what there may be thousands of."""

_WHOLE = re.compile(r"[0-9]{1,15}(?:\.0{1,6})?")
_NOT_TOLD = frozenset(("", "nan", "none", "null", "n/a", "~"))


class Unreadable(Exception):
    """Raised for a file, or one version of it, that cannot be read; its text is the reason."""


class Who(Struct, frozen=True):
    """The repository that a row is about: its names, the present one of that time first."""

    names: tuple[str, ...]
    database_id: int | None = None


class Row(Struct, frozen=True):
    """Counts of a repository by column of `imported_counts`; only those that are told, zero among them."""

    who: Who
    counts: dict[str, int]
    day: date | None = None
    """When they were true, where the row itself tells; else on the day of its snapshot."""


class Told(Struct, frozen=True):
    """All that one snapshot tells."""

    rows: Sequence[Row]
    is_whole: bool = True
    """Whether there is nothing more that a second try may bring."""


class Late(Struct, frozen=True):
    """What an older database knows of a repository beside its counts."""

    who: Who
    releases: tuple[Release, ...]


class Tally(Struct):
    """What an import comes upon and does not take. It counts everything, and names the first few."""

    unreadable: dict[str, str] = field(default_factory=dict)
    """Reasons, by the place of a file or version."""
    refused: int = 0
    refused_examples: list[str] = field(default_factory=list)
    """Values that no count can be."""
    nameless: int = 0
    """Rows that name no repository of GitHub's."""
    recorded: int = 0
    """Rows with figures of a recording."""
    columns: dict[str, None] = field(default_factory=dict)
    """Columns of tables that are not taken."""

    def count(self, column: str, value: Any) -> int | None:
        """The count that a value is; None where it tells none, or what no count can be (it is then refused)."""
        if value is None or (isinstance(value, str) and value.strip().lower() in _NOT_TOLD):
            return None
        read = _whole(value)
        if read is None or read > MOST:
            self.refuse(column, value)
            return None
        return read

    def refuse(self, column: str, value: Any) -> None:
        """Note a value that is not taken."""
        self.refused += 1
        if len(self.refused_examples) < FEW:
            self.refused_examples.append(f"{column} {short_error(str(value)[:200])[:40]!r}")


class Snapshot(Struct, frozen=True):
    """A day of the history. `read` is called only where it is not known yet.

    It returns None where nothing can be read; the tally then says why.
    """

    day: date
    read: Callable[[Tally], Told | None]
    digest: str | None = None
    """Tells contents apart; None: never known beforehand."""
    source_url: str | None = None


class History(Struct, frozen=True, kw_only=True):
    """Snapshots from the oldest to the newest, and what they are."""

    source: str
    """`processed_landscape`, `csv` or `database`."""
    snapshots: Sequence[Snapshot]
    notices: Sequence[str] = ()
    late: Callable[[], Iterable[Late]] = tuple


def _whole(value: Any) -> int | None:
    """The whole number of 0 or more that a value is. Tables with gaps write 12 as 12.0."""
    if isinstance(value, str):
        text = value.strip()
        return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def told_name(text: Any) -> str | None:
    """`owner/name` of the repository that a cell or key is about, by any form of its address or name; else None."""
    if not isinstance(text, str):
        return None
    is_plain = text.count("/") == 1 and ":" not in text
    return repository_name(text) or (repository_name(f"https://github.com/{text.strip()}") if is_plain else None)


def day_told(day: date, latest: date) -> bool:
    """Whether counts can be of that day: neither before GitHub nor in the future."""
    return EARLIEST <= day <= latest


def nothing_there(place: Path, problem: str, cure: str) -> UsageFault:
    """The fault of a path that holds no history."""
    return UsageFault(f"{short_error(str(place))} {problem}", cure=cure)
