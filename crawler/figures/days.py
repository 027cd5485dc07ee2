"""Dates that may stop at the year or month, and ages."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from msgspec import Struct


class Span(Struct, frozen=True, kw_only=True):
    """A length of time in whole days or calendar months."""

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """The day that comes so much later; the month's last one where it has no such day."""
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        if year > date.max.year:
            return date.max
        moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        return moved + timedelta(days=self.days)


def within(text: str, day: date) -> date:
    """The day, or the nearest one to it that a `YYYY`, `YYYY-MM` or `YYYY-MM-DD` can mean. ValueError for others."""
    return max(first_day(text), min(last_day(text), day))


def first_day(text: str) -> date:
    """The first day of a `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. ValueError for anything else."""
    parts = [int(part) for part in text.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last_day(text: str) -> date:
    """The last day of a `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. ValueError for anything else."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
