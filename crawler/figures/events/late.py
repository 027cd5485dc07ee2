"""Which news comes too late to be any."""

from __future__ import annotations

from datetime import date, timedelta

from crawler.figures.days import last_day

YEAR = timedelta(days=365)


def is_late(as_of: str, day: date) -> bool:
    """Whether it happened more than a year before; `as_of` is a day, month or year."""
    return last_day(as_of) < day - YEAR
