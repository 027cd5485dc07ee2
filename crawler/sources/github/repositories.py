"""The source `github`: core facts, releases, languages and funding links of repositories."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

from msgspec import structs

from crawler.errors import Stop
from crawler.fetch.batches import ask_in_batches
from crawler.fetch.engine import Engine
from crawler.fetch.together import together
from crawler.model import Outcome, Subject
from crawler.sources.github import queries
from crawler.sources.github.confirm import confirm
from crawler.sources.github.core import CoreQuestion, Unfinished, Unresolved
from crawler.sources.github.cost import queries_cost
from crawler.sources.github.pages import PagesQuestion
from crawler.sources.source import DAILY, Cost


class RepositoriesSource:
    """GitHub repositories. `today` ends the since-windows: the real day, or the day of a recording."""

    name: str = "github"
    max_age: timedelta | None = DAILY
    subject_kind: Literal["repository", "owner"] = "repository"
    api: Literal["graphql", "rest"] = "graphql"

    def __init__(self, *, today: date) -> None:
        self._today = today

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """The core query for each batch; the upper bound holds further pages.

        Every other repository has a second page, a quarter of those a third, and so on.
        """
        cost = queries_cost(
            len(subjects),
            CoreQuestion.start_size,
            CoreQuestion.max_size,
            paged=queries.CORE_PAGED_CONNECTIONS,
            counted=queries.CORE_COUNTED_CONNECTIONS,
            seconds=6,
        )
        points_low = cost.points_low
        unfinished = (len(subjects) + 1) // 2
        while unfinished:
            cost += queries_cost(
                unfinished,
                PagesQuestion.start_size,
                PagesQuestion.max_size,
                paged=queries.MORE_PAGES_CONNECTIONS,
                seconds=3,
            )
            unfinished //= 4
        return structs.replace(cost, points_low=points_low)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """By node id where it is known, else by name; without a token from REST, as far as the limit goes."""
        if engine.is_anonymous:
            async for outcomes in together(subjects, lambda subject: confirm(subject, engine)):
                yield outcomes
            return
        known, unseen = _split(subjects)
        for by_id, part in ((False, unseen), (True, known)):
            question = CoreQuestion(by_id=by_id, today=self._today)
            unfinished: list[Unfinished] = []
            try:
                async for results in ask_in_batches(engine, question, part):
                    unfinished += [result for result in results if isinstance(result, Unfinished)]
                    yield [result for result in results if isinstance(result, Outcome)]
                    unresolved = [result.subject for result in results if isinstance(result, Unresolved)]
                    async for outcomes in together(unresolved, lambda subject: confirm(subject, engine)):
                        yield outcomes
                    if len(unfinished) >= PagesQuestion.max_size:
                        ready, unfinished = unfinished, []
                        async for outcomes in self._finish(ready, engine):
                            yield outcomes
            except Stop as stop:
                yield [PagesQuestion(today=self._today).failed(item, str(stop)) for item in unfinished]
                raise
            async for outcomes in self._finish(unfinished, engine):
                yield outcomes

    async def _finish(self, unfinished: Sequence[Unfinished], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes of repositories that need further pages, page by page until all is there.

        Where GitHub must not be asked any more, what came before is not thrown away.
        """
        question = PagesQuestion(today=self._today)
        left = {id(item.subject): item for item in unfinished}
        try:
            while left:
                async for results in ask_in_batches(engine, question, list(left.values())):
                    outcomes = [result for result in results if isinstance(result, Outcome)]
                    for outcome in outcomes:
                        del left[id(outcome.subject)]
                    yield outcomes
        except Stop as stop:
            yield [question.failed(item, str(stop)) for item in left.values()]
            raise


def _split(subjects: Iterable[Subject]) -> tuple[list[Subject], list[Subject]]:
    """Those with a node id, and those to be asked for by name."""
    known: list[Subject] = []
    unseen: list[Subject] = []
    for subject in subjects:
        (known if subject.node_id else unseen).append(subject)
    return known, unseen
