"""The source `commit_weeks`: the commits of a repository's default branch in each of the last 52 weeks.

One REST request a repository and month: an answer holds a year, so that none of its weeks is missed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import REST_BURST, Engine
from crawler.fetch.together import together
from crawler.model import CommitWeeks, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.source import MONTHLY, Api, Cost, Stage, SubjectKind

REFUSED_ANONYMOUS = "commits by week take a request for each repository, and without a token GitHub answers 60 an hour"
REFUSING = {204, 403, 404, 409, 410, 422, 451}
"""Here there are no weeks to be had: an answer, and not asked again before its age has passed."""
FIELD = "commit_weeks"
MOST_WEEKS = 60
"""GitHub tells 52."""
SUNDAY = 6


class CommitWeeksSource:
    """GET /repos/{owner}/{name}/stats/commit_activity; merges are not counted."""

    name: str = "commit_weeks"
    max_age: timedelta | None = MONTHLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "rest"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, *, today: date) -> None:
        self._today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """One request each, at the pace that GitHub allows."""
        count = len(subjects)
        waiting = max(0, count - REST_BURST) * 60 / REST_BURST
        return Cost(requests=count, rest_counted=count, seconds=count * 0.05 + waiting)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """One request each; what GitHub is still working out (202) is asked once more at the end."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)

        async def ask(subject: Subject) -> Outcome:
            if reason := engine.refusal(subject.name):
                # What GitHub answers without a token goes to what matters more.
                return Outcome(subject=subject, status="unknown", note=reason)
            try:
                answer = await engine.rest(f"/repos/{quote(subject.name)}/stats/commit_activity", place=subject.name)
            except (RetryLater, Skip) as error:
                is_refused = bool(engine.refusal(subject.name))
                return Outcome(
                    subject=subject, error=str(error), refused=is_refused, passing=isinstance(error, RetryLater)
                )
            return read_commit_weeks(subject, answer, self._today)

        async for outcomes in together(subjects, ask):
            yield outcomes


def read_commit_weeks(subject: Subject, answer: RestAnswer, today: date) -> Outcome:
    """The weeks of an answer. One without any good week is a failure; a week after `today` is refused."""
    told = f"HTTP {answer.status} {answer.message}".strip()
    if answer.status in REFUSING:
        return Outcome(subject=subject, status="unknown", note=told)
    if answer.status != 200 or not isinstance(answer.payload, list):
        return Outcome(subject=subject, error=told if answer.status != 200 else "the answer is no list of weeks")
    checked = Checked()
    weeks: dict[str, int] = {}
    for entry in checked.entries(FIELD, answer.payload[:MOST_WEEKS]) or ():
        seconds, commits = checked.count(FIELD, entry, "week"), checked.count(FIELD, entry, "total")
        begins = _begin(seconds, today) if isinstance(seconds, int) else None
        if begins is None:
            checked.refuse(FIELD, entry.get("week"), "begins on no Sunday of the past")
        elif isinstance(commits, int):
            weeks[begins.isoformat()] = commits
    if answer.payload and not weeks:
        return Outcome(subject=subject, error="no week of the answer can be read", refused_values=checked.refused)
    record = CommitWeeks(weeks) if weeks else None
    return Outcome(subject=subject, status="ok" if weeks else "unknown", record=record, refused_values=checked.refused)


def _begin(seconds: int, today: date) -> date | None:
    """The day of a week's beginning; GitHub writes it as seconds since 1970, midnight UTC of a Sunday."""
    begins = datetime.fromtimestamp(seconds, UTC)
    day = begins.date()
    is_good = begins.weekday() == SUNDAY and begins.hour == begins.minute == 0 and day <= today
    return day if is_good else None
