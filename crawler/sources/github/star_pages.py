"""The pages of a repository's star history: which one to ask for next, and what each of them adds to what is stored.

30 weeks a page, the newest first, back to the week of the repository's creation (GitHub's changelog of 2026-09-04).
As weeks pass, a week moves from page to page: which one it is on follows from the weeks since, and is looked at before
the page is taken. What overlaps does no harm, a gap would.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct, field

from crawler import clock
from crawler.model import Outcome, StarHistory, StarWeek, Subject
from crawler.sources.checked import Checked

PER_PAGE = 30
WEEK = timedelta(days=7)
LATE = timedelta(days=28)
"""Where so much is missing at the new end, it is asked for before the old one is gone on with."""
GITHUB_BEGAN = "2008-01-01"
"""No repository is older."""
FIELD = "weeks"
MOST_IDLE = 2
"""So many pages in a row that lead no further back: there is something wrong with them."""


class Walk(Struct, kw_only=True):
    """The way through one repository's pages: the weeks since the last answer, then back to its creation."""

    subject: Subject
    today: date
    page: int
    """The one to ask for next."""
    newer: list[StarWeek] | None
    """Weeks since the last answer, kept until they reach what is stored: alone they would leave a gap."""
    is_sought: bool
    """Whether the page that follows what is stored is still to be found."""
    oldest: str | None
    """The oldest week that is stored by now."""
    is_told: bool = False
    """Whether an outcome has come of it."""
    is_done: bool = False
    idle: int = 0
    checked: Checked = field(default_factory=Checked)

    def take(self, entries: Sequence[Any]) -> Outcome | None:
        """What the page adds, if anything; `page` is then the next one, or the walk is done."""
        weeks = read_weeks(self.subject, entries, self.checked)
        is_last = len(entries) < PER_PAGE
        if entries and not weeks:
            outcome: Outcome | None = self.fail("no week of the page can be read")
        elif self.newer is not None:
            outcome = self._catch_up(self.newer, weeks, is_last=is_last)
        else:
            outcome = self._go_back(weeks, is_last=is_last)
        self.is_told |= outcome is not None
        return outcome

    def fail(self, error: str) -> Outcome:
        """The end of the walk for now; what came before is stored."""
        self.is_done = True
        return Outcome(subject=self.subject, error=error, refused_values=self.checked.refused)

    def refuse(self, note: str) -> Outcome:
        """The end of the walk: there is nothing to be had, and to ask again soon would be no use."""
        self.is_done = True
        return Outcome(subject=self.subject, status="unknown", note=note, refused_values=self.checked.refused)

    def _catch_up(self, newer: list[StarWeek], weeks: list[StarWeek], *, is_last: bool) -> Outcome | None:
        further = [week for week in weeks if not newer or week.week < newer[-1].week]
        newer += further
        if newer and newer[-1].week <= (self.subject.newest_star_week or ""):
            self.newer, self.oldest = None, min(self.oldest or newer[-1].week, newer[-1].week)
            self.is_done = is_complete(self.oldest, self.subject)
            self.seek()
            return self._told(newer)
        if is_last:
            # GitHub no longer lists what it listed once: nothing can be added to that.
            return self.refuse("the weeks do not reach those that are stored")
        if not further:
            return self.fail("the next page brought no older week")
        self.page += 1
        return None

    def seek(self) -> None:
        """Go on where what is stored ends."""
        self.is_sought, self.page = True, page_after(self.oldest, self.today)

    def _go_back(self, weeks: list[StarWeek], *, is_last: bool) -> Outcome | None:
        if self.is_sought and self.page > 1 and not (weeks and touches(weeks[0].week, self.oldest)):
            self.page -= 1
            return None
        self.is_sought = False
        older = [week for week in weeks if self.oldest is None or week.week < self.oldest]
        self.oldest = older[-1].week if older else self.oldest
        self.idle = 0 if older else self.idle + 1
        self.is_done = is_last or is_complete(self.oldest, self.subject)
        if not self.is_done and self.idle == MOST_IDLE:
            return self.fail("the next page brought no older week")
        self.page += 1
        return self._told(older) if older or self.is_done else None

    def _told(self, weeks: list[StarWeek]) -> Outcome:
        return Outcome(
            subject=self.subject,
            status="ok",
            record=StarHistory(tuple(weeks)) if weeks else None,
            unfinished=not self.is_done,
            refused_values=self.checked.refused,
        )


def begin(subject: Subject, today: date) -> Walk:
    """The first step: the newest page where nothing is stored or something newer is missing, else where it ends."""
    walk = Walk(subject=subject, today=today, page=1, newer=None, is_sought=False, oldest=subject.oldest_star_week)
    if is_late(subject, today):
        walk.newer = []
    elif walk.oldest is not None:
        walk.seek()
    return walk


def is_complete(oldest: str | None, subject: Subject) -> bool:
    """Whether the week of the repository's creation is there."""
    return oldest is not None and subject.created_at is not None and oldest <= subject.created_at[:10]


def is_late(subject: Subject, today: date) -> bool:
    """Whether weeks since the last answer are to be asked for first; once all older ones are there, always."""
    newest = subject.newest_star_week
    if newest is None:
        return False
    return is_complete(subject.oldest_star_week, subject) or today - date.fromisoformat(newest) >= LATE


def touches(week: str, oldest: str | None) -> bool:
    """Whether a page that begins with `week` leaves no gap before the oldest week."""
    return oldest is None or date.fromisoformat(week) >= date.fromisoformat(oldest) - WEEK


def page_of(week: date, today: date) -> int:
    """The page on which the week stands that begins on that day; the week of `today` is the first of page 1."""
    return max(0, (today - week).days // 7) // PER_PAGE + 1


def page_after(oldest: str | None, today: date) -> int:
    """The page on which the week before the oldest one should stand."""
    return 1 if oldest is None else page_of(date.fromisoformat(oldest) - WEEK, today)


def newer_pages(subject: Subject, today: date) -> int:
    """How many pages it takes to reach what is stored."""
    newest = subject.newest_star_week
    return page_of(date.fromisoformat(newest), today) if newest and is_late(subject, today) else 0


def pages_missing(subject: Subject, today: date) -> int:
    """How many pages are to be asked for, at most: where the creation is not known, as many as anybody can have."""
    newer = newer_pages(subject, today)
    if is_complete(subject.oldest_star_week, subject):
        return newer
    created = date.fromisoformat((subject.created_at or GITHUB_BEGAN)[:10])
    sunday = created - timedelta(days=(created.weekday() + 1) % 7)
    return newer + max(1, page_of(sunday, today) - page_after(subject.oldest_star_week, today) + 1)


def read_weeks(subject: Subject, entries: Sequence[Any], checked: Checked) -> list[StarWeek]:
    """The weeks of a page, each before the last one and whole weeks from those that are stored; others are refused."""
    weeks: list[StarWeek] = []
    for entry in checked.entries(FIELD, list(entries)) or ():
        week = _read_week(entry, checked)
        if week is None:
            continue
        first = date.fromisoformat(week.week)
        aligned = weeks[-1].week if weeks else subject.newest_star_week or week.week
        if weeks and week.week >= weeks[-1].week:
            checked.refuse(FIELD, week.week, "not before the week that stands before it")
        elif (first - date.fromisoformat(aligned)).days % 7:
            checked.refuse(FIELD, week.week, "begins on another day of the week")
        elif subject.created_at and (first + WEEK).isoformat() <= subject.created_at[:10]:
            checked.refuse(FIELD, week.week, "before the repository's creation")
        else:
            weeks.append(week)
    return weeks


def _read_week(entry: dict[str, Any], checked: Checked) -> StarWeek | None:
    refusals = checked.refusals
    seconds, total = checked.count(FIELD, entry, "week"), checked.count(FIELD, entry, "total")
    days = [checked.count(FIELD, day) for day in checked.listed(FIELD, entry, "days") or ()]
    if checked.refusals > refusals:
        return None
    if not isinstance(seconds, int) or not isinstance(total, int) or len(days) != 7:
        checked.refuse(FIELD, None, "no week, total and seven days")
        return None
    gained = tuple(day for day in days if isinstance(day, int))
    if sum(gained) != total:
        checked.refuse(FIELD, total, "the total is not what its days add up to")
        return None
    day = checked.day(FIELD, clock.to_text(datetime.fromtimestamp(seconds, UTC)))
    return StarWeek(day, gained) if isinstance(day, str) else None
