"""The source `star_history`: the stars that a repository gained in each week since its creation.

What a run may spend on it is limited; the next one goes on with what is left. Later only the newest weeks are asked:
the store's own history has every day.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from urllib.parse import quote

from msgspec import structs

from crawler.errors import RetryLater, Skip, Stop
from crawler.fetch.engine import REST_BURST, Engine
from crawler.fetch.together import AT_ONCE, together
from crawler.model import Outcome, Subject
from crawler.sources.github.star_pages import PER_PAGE, Walk, begin, newer_pages, pages_missing
from crawler.sources.source import MONTHLY, Api, Cost, Stage, SubjectKind

REFUSED_ANONYMOUS = "star history takes hundreds of requests, and without a token GitHub answers 60 an hour"
REFUSING = {403, 404, 409, 410, 422, 451}
"""Here there is no star history to be had: an answer, and not asked again before its age has passed."""


class StarHistorySource:
    """GET /repos/{owner}/{name}/stargazers/history. `budget` is how many requests a run may spend on all repositories;
    those that lack the fewest pages come first, so that as many as can be are whole.
    """

    name: str = "star_history"
    max_age: timedelta | None = MONTHLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "rest"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, *, today: date, budget: int) -> None:
        self._today = today
        self._budget = budget
        self._asked = 0

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request a page, within the budget, at the pace that GitHub allows."""
        count = min(self._budget, sum(pages_missing(subject, self._today) for subject in subjects))
        waiting = max(0, count - REST_BURST) * 60 / REST_BURST
        return Cost(requests=count, rest_counted=count, seconds=count * 0.05 + waiting)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """An outcome for each page, some repositories at a time; at last, those that are left to the next run."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)

        async def ask(walk: Walk) -> Outcome | None:
            if self._is_spent(engine):
                return None
            if reason := engine.refusal(walk.subject.name):
                # What GitHub answers without a token goes to what matters more.
                return walk.refuse(reason)
            needed = newer_pages(walk.subject, self._today)
            if needed > self._budget:
                # A part of them would leave a gap, in every run anew.
                return walk.fail(
                    f"the weeks since its last answer take {needed} requests, CRAWLER_STAR_HISTORY is less"
                )
            self._asked += 1
            return await _ask(walk, engine)

        waiting = iter(sorted(subjects, key=lambda subject: pages_missing(subject, self._today)))
        walks: list[Walk] = []
        while not self._is_spent(engine):
            walks = walks or [begin(subject, self._today) for subject in islice(waiting, AT_ONCE)]
            if not walks:
                return
            async for outcomes in together(walks, ask):
                yield [outcome for outcome in outcomes if outcome is not None]
            walks = [walk for walk in walks if not walk.is_done]
        yield [_left(walk.subject) for walk in walks if not walk.is_told]
        while rest := [_left(subject) for subject in islice(waiting, AT_ONCE)]:
            yield rest

    def _is_spent(self, engine: Engine) -> bool:
        return self._asked + engine.counts.retries >= self._budget


async def _ask(walk: Walk, engine: Engine) -> Outcome | None:
    """What the next page of the walk adds."""
    name = walk.subject.name
    try:
        answer = await engine.rest(
            f"/repos/{quote(name)}/stargazers/history?per_page={PER_PAGE}&page={walk.page}", place=name
        )
    except (RetryLater, Skip) as error:
        passing, refused = isinstance(error, RetryLater), bool(engine.refusal(name))
        return structs.replace(walk.fail(str(error)), passing=passing, refused=refused)
    told = f"HTTP {answer.status} {answer.message}".strip()
    if answer.status in REFUSING:
        return walk.refuse(told)
    if answer.status != 200 or not isinstance(answer.payload, list):
        return walk.fail(told if answer.status != 200 else "the answer is no list of weeks")
    return walk.take(answer.payload)


def _left(subject: Subject) -> Outcome:
    return Outcome(subject=subject, unfinished=True)
