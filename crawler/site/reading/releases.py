"""The releases of a repository: the newest of them, and how many there were in each stretch of time."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

_NEWEST = """
SELECT tag_name, published_at, is_prerelease, url FROM releases
WHERE repository_id = ? AND is_draft IS NOT 1 ORDER BY published_at DESC, tag_name DESC LIMIT ?
"""
_QUARTERS = """
SELECT CAST(substr(published_at, 1, 4) AS INTEGER) AS year, (CAST(substr(published_at, 6, 2) AS INTEGER) + 2) / 3
  AS quarter, count(*) AS number
FROM releases WHERE repository_id = ? AND is_draft IS NOT 1 GROUP BY 1, 2 ORDER BY 1, 2
"""

Quarter = tuple[int, int]
"""Year, and 1 to 4."""


class Release(Struct, frozen=True, kw_only=True):
    """A release as its repository names it; times are ISO 8601 UTC texts."""

    tag_name: str
    published_at: str | None
    is_prerelease: int | None
    url: str | None


class Releases(Struct, frozen=True, kw_only=True):
    """What is known of all releases of a repository, drafts left out."""

    known: int
    total: int | None
    """As GitHub counts them; None: not known."""
    newest: tuple[Release, ...]
    quarters: dict[Quarter, int]
    """How many of the known there were, for quarters with any."""

    @property
    def is_whole(self) -> bool:
        """Whether all that there ever were are known: then a quarter without any had none."""
        return self.total is not None and self.known >= self.total

    def by_quarter(self, until: Quarter, most: int) -> list[tuple[Quarter, int]]:
        """Every quarter from the oldest known release on, of the last `most`."""
        if not self.quarters:
            return []
        last = _number(until)
        first = max(_number(min(self.quarters)), last - most + 1)
        return [(quarter, self.quarters.get(quarter, 0)) for quarter in map(_quarter, range(first, last + 1))]

    def in_year(self, year: int) -> tuple[int | None, bool]:
        """How many there were in a year, None where that is not known; and whether there may have been more."""
        number = sum(count for (of, _), count in self.quarters.items() if of == year)
        if self.is_whole:
            return number, False
        if not self.quarters or year < (oldest := min(self.quarters)[0]):
            return None, False
        return number, year == oldest


def quarter_of(day: str) -> Quarter:
    """The quarter of a day, ISO 8601 text."""
    return int(day[:4]), (int(day[5:7]) + 2) // 3


def read_releases(
    connection: sqlite3.Connection, repository_id: int, total: int | None, *, newest: int = 0
) -> Releases:
    """The releases that are stored of a repository, of which GitHub counts `total`."""
    rows = connection.execute(_QUARTERS, [repository_id]).fetchall()
    return Releases(
        known=sum(row["number"] for row in rows),
        total=total,
        newest=tuple(
            Release(**dict(row)) for row in (connection.execute(_NEWEST, [repository_id, newest]) if newest else ())
        ),
        # What GitHub gives no day for belongs to no quarter.
        quarters={(row["year"], row["quarter"]): row["number"] for row in rows if row["year"]},
    )


def _number(quarter: Quarter) -> int:
    return quarter[0] * 4 + quarter[1] - 1


def _quarter(number: int) -> Quarter:
    return number // 4, number % 4 + 1
