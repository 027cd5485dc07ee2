"""Cron text with the meaning that crontab(5) gives it, in UTC, on top of APScheduler's triggers.

APScheduler 3 differs from cron in two things. It counts weekdays from Monday, cron from Sunday; and where both a day of
the month and a weekday are named it wants both, where cron is content with either.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?")


def read_crontab(text: str) -> tuple[CronTrigger, ...]:
    """The triggers of five fields (minute, hour, day of month, month, day of week); any of them will do.

    ValueError says what is wrong.
    """
    fields = text.lower().split()
    if len(fields) != 5:
        raise ValueError(f"cron text has five fields, and not {len(fields)}")
    minute, hour, day, month, weekday = fields
    weekdays = _weekdays(weekday)
    days = [(day, weekdays)]
    # Cron looks at the first letter alone: `*/2` is a star, too.
    if not (day.startswith("*") or weekday.startswith("*")):
        days = [(day, "*"), ("*", weekdays)]
    return tuple(
        CronTrigger(minute=minute, hour=hour, day=one, month=month, day_of_week=other, second=0, timezone=UTC)
        for one, other in days
    )


def next_time(triggers: tuple[CronTrigger, ...], moment: datetime) -> datetime | None:
    """The first time after `moment` at which one of the triggers fires; None where none ever does."""
    # A trigger that is told of a former time looks only behind it.
    times = [trigger.get_next_fire_time(moment, moment) for trigger in triggers]
    return min((time for time in times if time is not None), default=None)


def _weekdays(field: str) -> str:
    """The field for days of the week with each day by its name."""
    if field == "*":
        return field
    numbers = {number for part in field.split(",") for number in _days_of(part)}
    return ",".join(WEEKDAYS[number] for number in sorted(numbers))


def _days_of(part: str) -> list[int]:
    """The days of one part of the field (`*`, `1`, `mon`, `1-5`, `*/2`): Sunday is 0, and Monday 1."""
    match = _PART.fullmatch(part)
    if not match:
        raise ValueError(f"{part!r} is no day of the week")
    star, first, last, step = match.groups()
    if step and not (star or last):
        raise ValueError(f"{part!r} steps through a single day")
    low = 0 if star else _day(first)
    high = 6 if star else _day(last or first)
    if last and high == 0:
        high = 7  # Sunday ends a week, too
    if low > high or (step and int(step) == 0):
        raise ValueError(f"{part!r} holds no day")
    return [number % 7 for number in range(low, high + 1, int(step or 1))]


def _day(text: str) -> int:
    if text in WEEKDAYS:
        return WEEKDAYS.index(text)
    if text.isdecimal() and int(text) <= 7:
        return int(text) % 7
    raise ValueError(f"{text!r} is no day of the week: write 0 (Sunday) to 6, or sun to sat")
