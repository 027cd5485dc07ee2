"""Milestones and bursts of stars, and whether anybody still works on a repository."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from msgspec import Struct

from crawler.rules import EventRules

WEEK = timedelta(days=7)
MOST_WEEKS, FEWEST_WEEKS = 12, 4
"""How many weeks before tell what is usual, and how few are too few to tell."""


class Burst(Struct, frozen=True):
    """Stars gained in the last seven days, the stars that there were before, and what is usual in seven days."""

    gained: int
    before: int
    usual: float


class Curve(Struct, frozen=True):
    """A repository's stars over time: a row for each day on which they differ, the oldest first, and when it was asked.

    `answered`: stretches of days, first and last, on each of which there was an answer.
    """

    rows: Sequence[tuple[date, int]]
    answered: Sequence[tuple[date, date]] = ()

    def stars(self, day: date) -> int | None:
        """The stars that were known at the end of the day; None before the first answer."""
        index = bisect_right(self.rows, day, key=lambda row: row[0])
        return self.rows[index - 1][1] if index else None

    def seen_after(self, day: date) -> date | None:
        """The oldest day after `day` on which there was an answer."""
        next_day = day + timedelta(days=1)
        days = [one for one, _ in self.rows if one > day]
        days += [max(first, next_day) for first, last in self.answered if last > day]
        return min(days, default=None)

    def seen(self, day: date) -> date | None:
        """The newest day up to `day` on which there was an answer."""
        days = [one for one, _ in self.rows if one <= day]
        days += [min(last, day) for first, last in self.answered if first <= day]
        return max(days, default=None)


def milestone(most: int, stars: int, rules: EventRules) -> int | None:
    """The greatest milestone that lies above the most stars before and is reached now."""
    return max((one for one in rules.star_milestones if most < one <= stars), default=None)


def find_burst(
    curve: Curve, day: date, rules: EventRules, *, weeks: Sequence[int] = (), created: date | None = None
) -> Burst | None:
    """The burst of stars that there is on a day, by the rules; None: there is none.

    What there were before is the most stars known in the week that ended seven days ago: a day on which some were
    missing makes no burst. Where nobody asked seven days ago, what was gained between the answers beside that day
    counts as gained evenly over that time.

    `weeks`: gains of weeks before as GitHub tells them, the newest first, for where our own history is short. Where
    fewer than four weeks are known, the usual gain is that of an average week since the day of creation.
    """
    since = day - WEEK
    now, before = curve.stars(day), _stars_before(curve, since)
    if now is None or before is None:
        return None
    gained = now - before
    own = _weekly_gains(curve, since)
    known = max(own, weeks[:MOST_WEEKS], key=len)
    usual = median(known) if len(known) >= FEWEST_WEEKS else _average(before, created, since)
    is_burst = (
        gained >= rules.burst_stars
        and gained * 100 >= before * rules.burst_percent
        and gained >= usual * rules.burst_times
    )
    return Burst(gained, before, usual) if is_burst else None


def is_active(latest_commit: date, asked: date, rules: EventRules) -> bool:
    """Whether there were commits lately when GitHub was asked."""
    return asked - latest_commit <= timedelta(days=rules.inactive_days)


def read_curve(connection: sqlite3.Connection, repository_id: int, until: date) -> Curve:
    """The stars of a repository in the weeks before a day, as far as it was asked about."""
    days = {"id": repository_id, "until": until.isoformat(), "from": (until - WEEK * (MOST_WEEKS + 3)).isoformat()}
    rows = connection.execute(
        "SELECT day, stars FROM history WHERE repository_id = :id AND day <= :until AND stars IS NOT NULL"
        " AND day >= coalesce((SELECT max(day) FROM history WHERE repository_id = :id AND day <= :from"
        " AND stars IS NOT NULL), '') ORDER BY day",
        days,
    )
    answered = connection.execute(
        "SELECT first_day, last_day FROM answered_days"
        " WHERE source = 'figures' AND repository_id = :id AND last_day >= :from ORDER BY first_day",
        days,
    )
    return Curve(
        [(date.fromisoformat(day), stars) for day, stars in rows],
        [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in answered],
    )


def read_weeks(connection: sqlite3.Connection, repository_id: int, until: date) -> list[int]:
    """What a repository gained in each of the weeks that ended before a day's last seven days, the newest first."""
    rows = connection.execute(
        "SELECT gained FROM star_weeks WHERE repository_id = ? AND week BETWEEN ? AND ? ORDER BY week DESC",
        [repository_id, (until - WEEK * (MOST_WEEKS + 2)).isoformat(), (until - WEEK * 2).isoformat()],
    )
    return [gained for (gained,) in rows]


def _stars_before(curve: Curve, since: date) -> int | None:
    """The most stars known in the week that ends on a day; where nobody asked on it, those that an even gain tells."""
    week = [curve.stars(since - timedelta(days=ago)) for ago in range(WEEK.days)]
    known = [stars for stars in (*week, _between(curve, since)) if stars is not None]
    # Known for less than a week: the gain since then is at most that of seven days.
    return max(known, default=curve.rows[0][1] if curve.rows else None)


def _between(curve: Curve, day: date) -> int | None:
    """The stars of a day on which nobody asked, on the line from the answer before it to the one after, rounded up.

    None where there was an answer, or where the days of the answers are not known.
    """
    asked, then = curve.seen(day), curve.seen_after(day)
    is_recorded = any(first <= day for first, _ in curve.answered)
    if not is_recorded or asked is None or asked == day or then is None:
        return None
    before, after = curve.stars(asked), curve.stars(then)
    if before is None or after is None:
        return None
    return before - (before - after) * (day - asked).days // (then - asked).days


def _weekly_gains(curve: Curve, until: date) -> list[int]:
    """What was gained in each of the weeks before a day, the newest first; weeks in which nobody asked are left out."""
    gains = []
    for number in range(MOST_WEEKS):
        end = until - WEEK * number
        begin = end - WEEK
        asked, asked_before = curve.seen(end), curve.seen(begin)
        now, before = curve.stars(end), curve.stars(begin)
        if asked is None or asked_before is None or now is None or before is None:
            continue
        if asked > begin and asked_before > begin - WEEK:
            gains.append(now - before)
    return gains


def _average(stars: int, created: date | None, until: date) -> float:
    """The gain of an average week of its life."""
    weeks = (until - created).days / WEEK.days if created else 0
    return stars / max(weeks, 1)
