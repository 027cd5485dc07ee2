"""Which days a time means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.errors import UsageFault
from crawler.news.periods import last_month, last_week, month_of, period_of, week_of

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "first", "end", "name"),
    [
        (date(2026, 11, 22), "2026-11-09", "2026-11-16", "Week 46 of 2026, 9 November 2026 to 15 November 2026"),
        (date(2026, 11, 23), "2026-11-16", "2026-11-23", "Week 47 of 2026, 16 November 2026 to 22 November 2026"),
        (date(2027, 1, 5), "2026-12-28", "2027-01-04", "Week 53 of 2026, 28 December 2026 to 3 January 2027"),
    ],
)
def test_the_last_whole_week(today: date, first: str, end: str, name: str) -> None:
    week = last_week(today)
    assert (week.first, week.end, week.title(today)) == (first, end, name)


@pytest.mark.parametrize(
    ("today", "first", "end", "name"),
    [
        (date(2026, 3, 31), "2026-02-01", "2026-03-01", "February 2026"),
        (date(2026, 1, 1), "2025-12-01", "2026-01-01", "December 2025"),
    ],
)
def test_the_last_whole_month(today: date, first: str, end: str, name: str) -> None:
    month = last_month(today)
    assert (month.first, month.end, month.title(today)) == (first, end, name)


def test_the_week_and_month_that_hold_a_day() -> None:
    assert (week_of(date(2026, 11, 24)).first, month_of(date(2024, 2, 29)).end) == ("2026-11-23", "2024-03-01")


def test_from_an_age_or_a_day_to_the_end_of_a_day() -> None:
    assert period_of(timedelta(hours=36), None, NOW).first == "2026-11-23T00:30:00Z"
    usual = period_of(None, None, NOW)
    assert (usual.first, usual.until) == ("2026-10-25", None)
    assert usual.title(NOW.date()) == "25 October 2026 to 24 November 2026"
    day = period_of(date(2026, 11, 3), date(2026, 11, 3), NOW)
    assert (day.first, day.end, day.title(NOW.date())) == ("2026-11-03", "2026-11-04", "3 November 2026")
    with pytest.raises(UsageFault, match="--since is after --until"):
        period_of(date(2026, 11, 4), date(2026, 11, 3), NOW)
