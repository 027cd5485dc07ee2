"""Which days an answer is about: the last thirty, from one day to another, a calendar week or month."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from crawler import clock
from crawler.errors import UsageFault

USUAL = timedelta(days=30)
"""Where nobody says since when."""
ENDLESS = "~"
"""Comes after the text of every time."""


class Period(Struct, frozen=True):
    """A stretch of time in UTC, from `since` on and before `until`; None: without an end."""

    since: datetime
    until: datetime | None
    name: str
    """What it is called, such as `November 2026`; empty where it has no name."""

    @property
    def first(self) -> str:
        """The text from which on times and days lie in it."""
        return _bound(self.since)

    @property
    def end(self) -> str:
        """The text before which times and days lie in it."""
        return ENDLESS if self.until is None else _bound(self.until)

    def days(self, today: date) -> tuple[date, date]:
        """Its first and last day; one without an end ends today."""
        last = today if self.until is None else (self.until - timedelta(seconds=1)).date()
        return self.since.date(), last

    def title(self, today: date) -> str:
        """Its name, else its first and last day in words."""
        first, last = self.days(today)
        return self.name or (_in_words(last) if first == last else f"{_in_words(first)} to {_in_words(last)}")


def period_of(since: timedelta | date | None, until: date | None, now: datetime) -> Period:
    """From `since` (an age, or the beginning of a day) to the end of the day `until`. UsageFault: no time at all."""
    end = None if until is None else midnight(until + timedelta(days=1))
    if isinstance(since, timedelta):
        start = now - since
    else:
        start = midnight((end or now).date() - USUAL) if since is None else midnight(since)
    if end is not None and start >= end:
        raise UsageFault(
            "--since is after --until: that is no time at all", cure="write the earlier day behind --since"
        )
    return Period(start, end, "")


def week_of(day: date) -> Period:
    """The ISO 8601 week, Monday to Sunday, that holds the day."""
    year, week, weekday = day.isocalendar()
    monday = midnight(day - timedelta(days=weekday - 1))
    name = f"Week {week} of {year}, {_in_words(monday.date())} to {_in_words((monday + timedelta(days=6)).date())}"
    return Period(monday, monday + timedelta(days=7), name)


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(midnight(first), midnight(following), f"{day:%B %Y}")


def last_week(today: date) -> Period:
    """The last whole ISO week before the one of today."""
    return week_of(today - timedelta(days=7))


def last_month(today: date) -> Period:
    """The last whole calendar month before that of today."""
    return month_of(today.replace(day=1) - timedelta(days=1))


def midnight(day: date) -> datetime:
    """The moment at which the UTC day begins."""
    return datetime.combine(day, time(), UTC)


def _bound(moment: datetime) -> str:
    """Of midnight the day alone: an event may be known by its day, which comes before any time of it."""
    return moment.date().isoformat() if moment.time() == time() else clock.to_text(moment)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
