"""Landscape files with figures in them: `processed_landscape.yml` of landscapeapp, `full.json` of landscape2.

Shapes: docs/history-import.md. landscapeapp puts GitHub's figures into each item, landscape2 into maps by address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from crawler import clock
from crawler.importing.landscape_yaml import parse
from crawler.importing.told import Row, Tally, Told, Unreadable, Who, told_name

SOURCE = "processed_landscape"
WEEKS = 52
"""GitHub's statistics of participation tell so many weeks, which is the year before."""
LONGEST_WEEK = 7
"""Digits of the commits of a week; nobody makes ten million."""
_UPDATED_AT = re.compile(
    rb"^updated_at:[ \t]+['\"]?(([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]+ ?(?:Z|[-+][0-9:]+)?)?)['\"]?[ \t\r]*$",
    re.MULTILINE,
)
MOST_ENTRIES = 200_000
"""Entries of lists that are looked at: aliases may name one list a thousand times."""


def read(data: bytes, tally: Tally) -> Told:
    """All that the file tells. Unreadable where it is no such file."""
    if data.lstrip()[:1] == b"{":
        return Told(rows=list(_of_landscape2(_json(data), tally)))
    return Told(rows=list(_of_landscapeapp(parse(data), tally)))


def day_told(data: bytes) -> date | None:
    """The day of the figures, as the file itself tells: when landscapeapp wrote it, or landscape2 last asked GitHub.

    None where it tells none. Unreadable where it is no such file.
    """
    if data.lstrip()[:1] == b"{":
        return max((row.day for row in _of_landscape2(_json(data), Tally()) if row.day), default=None)
    written = _UPDATED_AT.findall(data)
    moment, day = (text.decode() for text in written[-1]) if written else ("", "")
    return _day(moment) or _day(f"{day}T00:00:00Z")


def _json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Unreadable("no JSON") from None


def _of_landscapeapp(tree: Any, tally: Tally) -> Iterator[Row]:
    root = _dict(tree)
    categories = root.get("landscape") or root.get("categories")
    if not isinstance(categories, list):
        raise Unreadable("no landscape: there is no list 'landscape'")
    entries = _Entries()
    for category in entries.of(categories):
        for subcategory in entries.of(category.get("subcategories")):
            for item in entries.of(subcategory.get("items")):
                yield from _of_item(item, entries, tally)


def _of_item(item: dict[str, Any], entries: _Entries, tally: Tally) -> Iterator[Row]:
    """The item's repositories. Of several the item's own figures are a sum, which is nobody's: each has its stars."""
    data = _dict(item.get("github_data"))
    several = [(told_name(one.get("url")), one) for one in entries.of(item.get("repos"))]
    if len(several) > 1:
        for name, one in several:
            yield from _row(name, tally, stars=one.get("stars"))
    elif data:
        name = told_name(item.get("repo_url"))
        weeks = data.get("contributions")
        weeks = weeks.split(";") if isinstance(weeks, str) and weeks else None
        yield from _row(name, tally, stars=data.get("stars"), contributors=data.get("contributors_count"), weeks=weeks)


def _of_landscape2(tree: Any, tally: Tally) -> Iterator[Row]:
    """`github_data` of a full.json, or the cache github.json, which is that map alone."""
    root = _dict(tree)
    figures = root["github_data"] if "github_data" in root or "items" in root else root
    if not isinstance(figures, dict):
        raise Unreadable("no landscape: there is no map 'github_data'")
    for address, entry in figures.items():
        data = _dict(entry)
        contributors = _dict(data.get("contributors")).get("count")
        weeks = data.get("participation_stats")
        yield from _row(
            told_name(address),
            tally,
            stars=data.get("stars"),
            contributors=contributors,
            weeks=weeks if isinstance(weeks, list) and weeks else None,
            day=_day(data.get("generated_at")),
        )


def _row(
    name: str | None,
    tally: Tally,
    *,
    stars: Any,
    contributors: Any = None,
    weeks: list[Any] | None = None,
    day: date | None = None,
) -> Iterator[Row]:
    told = {"stars": tally.count("stars", stars), "contributors": tally.count("contributors", contributors)}
    told["commits_last_year"] = _year(weeks, tally) if weeks else None
    counts = {column: count for column, count in told.items() if count is not None}
    if counts and name is None:
        tally.nameless += 1
    elif counts and name is not None:
        yield Row(Who((name,)), counts, day)


def _year(weeks: list[Any], tally: Tally) -> int | None:
    """The commits of a year; None where a week is lacking, or is no count."""
    if len(weeks) != WEEKS:
        return None
    texts = [str(week) for week in weeks]
    odd = [text for text in texts if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_WEEK)]
    if odd:
        tally.refuse("commits", odd[0])
        return None
    return sum(map(int, texts))


def _day(text: Any) -> date | None:
    try:
        return clock.day_of(clock.from_text(text)) if isinstance(text, str) else None
    except (ValueError, OverflowError):
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Entries:
    """Walks lists of maps, and counts what it passes."""

    def __init__(self) -> None:
        self._passed = 0

    def of(self, value: Any) -> Iterator[dict[str, Any]]:
        """The maps of a list, if it is one."""
        for entry in value if isinstance(value, list) else ():
            self._passed += 1
            if self._passed > MOST_ENTRIES:
                raise Unreadable(f"more than {MOST_ENTRIES:,} entries")
            if isinstance(entry, dict):
                yield entry
