"""The source `contributors`: how many people a repository's default branch counts, anonymous ones included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from urllib.parse import quote

from msgspec import UNSET

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import REST_BURST, Engine
from crawler.fetch.together import together
from crawler.fetch.validators import read_validator
from crawler.fetch.verdicts import is_policy
from crawler.model import Outcome, Repository, Subject, Validator
from crawler.sources.checked import Checked
from crawler.sources.github.reading import has_links, last_page
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

NO_LAST_PAGE = "GitHub gave no last page"


class ContributorsSource:
    """GET /repos/{owner}/{name}/contributors with one entry a page: the number of the last page is the count."""

    name: str = "contributors"
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "rest"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """At most one request each, at the pace that GitHub allows; answers that are unchanged cost nothing."""
        count = len(subjects)
        waiting = max(0, count - REST_BURST) * 60 / REST_BURST
        return Cost(requests=count, rest_counted=count, seconds=count * 0.05 + waiting)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """One request each; conditional where the default branch has not moved since the last answer."""

        async def ask(subject: Subject) -> Outcome:
            path = f"/repos/{quote(subject.name)}/contributors?per_page=1&anon=true"
            # Only page one is validated: with new commits the last page can change while page one does not.
            unmoved = subject.latest_commit_oid is not None and subject.latest_commit_oid == subject.answered_for_oid
            try:
                answer = await engine.rest(path, conditional=unmoved, place=subject.name)
            except (RetryLater, Skip) as error:
                is_refused = bool(engine.refusal(subject.name))
                passing = isinstance(error, RetryLater)
                return Outcome(subject=subject, error=str(error), refused=is_refused, passing=passing)
            return read_contributors(subject, path, answer)

        async for outcomes in together(subjects, ask):
            yield outcomes


def read_contributors(subject: Subject, path: str, answer: RestAnswer) -> Outcome:
    """The count by the last-page rule; 204 is an empty repository, a list too large to count is unknown with reason."""
    if answer.status == 304:
        return Outcome(subject=subject, status="ok", unchanged=True)
    if answer.status == 204:
        return _counted(subject, 0)
    if answer.status == 403 and "too large" in answer.message.lower():
        return Outcome(subject=subject, status="ok", record=Repository(contributors_note=answer.message))
    if answer.status in {404, 409, 410, 451}:
        # The source `github` decides what has become of the repository; here there is just nothing to count.
        return Outcome(subject=subject, status="unknown", note=f"HTTP {answer.status} {answer.message}".strip())
    if answer.status != 200 or not isinstance(answer.payload, list):
        told = f"HTTP {answer.status} {answer.message}".strip()
        return Outcome(subject=subject, error=told, refused=is_policy(answer.message))
    validator = read_validator(path, answer)
    if not has_links(answer):
        return _counted(subject, len(answer.payload), validator)
    last = last_page(answer)
    if last is None:
        return Outcome(subject=subject, status="ok", record=Repository(contributors_note=NO_LAST_PAGE))
    return _counted(subject, last, validator)


def _counted(subject: Subject, count: int, validator: Validator | None = None) -> Outcome:
    checked = Checked()
    contributors = checked.count("contributors", count)
    if contributors is UNSET:
        record = Repository(contributors_note=NO_LAST_PAGE)
        return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)
    record = Repository(contributors=contributors, contributors_note=None)
    return Outcome(subject=subject, status="ok", record=record, validator=validator)
