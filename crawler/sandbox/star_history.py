"""The star history of made-up repositories: weeks and days that add up to their stars."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from crawler.sandbox.world import Repository

WEEK = timedelta(days=7)


def star_weeks(repository: Repository, today: date, *, start: int, count: int) -> list[dict[str, Any]]:
    """Weeks in GitHub's form, the newest first, of those from the Sunday before `today` to the one before the creation.

    A repository gains ever more: of `n` days the first `k` bring the share `k² / n²` of its stars.
    """
    created = datetime.fromisoformat(repository.created_at).date() if repository.created_at else today
    age = (today - created).days + 1

    def until(day: date) -> int:
        days = min(max(0, (day - created).days + 1), age)
        return repository.stars * days * days // (age * age)

    weeks: list[dict[str, Any]] = []
    sunday = _sunday(today) - start * WEEK
    while sunday >= _sunday(created) and len(weeks) < count:
        days = [until(sunday + timedelta(days=at)) - until(sunday + timedelta(days=at - 1)) for at in range(7)]
        begins = int(datetime.combine(sunday, time(), UTC).timestamp())
        weeks.append({"week": begins, "total": sum(days), "days": days})
        sunday -= WEEK
    return weeks


def _sunday(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)
