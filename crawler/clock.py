"""Time: the one place that reads the wall clock, and the text forms of times, days and ages.

All times are aware and in UTC; in text they are ISO 8601 with a `Z`, days are `YYYY-MM-DD`.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta

from crawler.errors import UsageFault

_AGE = re.compile(r"([0-9]+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LONGEST_AGE = timedelta(days=36_500)
"""A century: no figure here is older, and a moment that much earlier is still a date."""

FIRST_YEAR, END_YEAR = 1970, 9000
"""Between them lies every moment that can be the present one: what is reckoned from it stays within the calendar."""


def now() -> datetime:
    """The present moment, to the second; CRAWLER_NOW takes its place. UsageFault where that is no time."""
    text = os.environ.get("CRAWLER_NOW", "").strip()
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = from_text(text).replace(microsecond=0)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year < END_YEAR:
        raise UsageFault(f"CRAWLER_NOW is no time ({text[:40]})", cure="write it as in 2026-11-22T12:00:00Z")
    return moment


def by_system(moment: datetime) -> datetime:
    """What the machine's own clock says when `now` says `moment`; with CRAWLER_NOW the two differ."""
    return datetime.now(UTC) + (moment - now())


def to_text(moment: datetime) -> str:
    """`2026-11-22T12:00:00Z` for an aware time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """The aware time of an ISO 8601 text with an offset, without one in UTC. ValueError if malformed."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def day_of(moment: datetime) -> date:
    """The UTC day of an aware time."""
    return moment.astimezone(UTC).date()


def within(day: date, moment: datetime) -> datetime:
    """The moment, or the beginning or last second of the UTC day where it lies before or after."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return min(max(moment, start), start + timedelta(days=1, seconds=-1))


def parse_age(text: str) -> timedelta:
    """The length of an AGE such as `30m`, `12h`, `7d` or `2w`. ValueError says what is allowed."""
    match = _AGE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is no age: write a whole number and m, h, d or w, such as 30m, 12h or 7d")
    too_long = ValueError(f"{text!r} is too long: write at most {_LONGEST_AGE.days}d")
    try:
        age = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except (OverflowError, ValueError):
        raise too_long from None
    if age > _LONGEST_AGE:
        raise too_long
    return age
