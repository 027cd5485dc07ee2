"""The source `github`: core facts, releases, languages and funding links of repositories."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta

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
from crawler.sources.github.signed_first import signed_first
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

CARRIED = 10
"""So many that lack pages wait for those of the next batch: a page costs a point, however few it is about."""


class RepositoriesSource:
    """GitHub repositories. `today` ends the since-windows: the real day, or the day of a recording."""

    name: str = "github"
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 1
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def __init__(self, *, today: date) -> None:
        self._today = today
        self._vanished: set[str] = set()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """The core query for each batch; the upper bound holds the further pages of each.

        Every other repository has a second page, a third of those a third one, and so on.
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
        full, rest = divmod(len(subjects), CoreQuestion.start_size)
        for batch, times in ((CoreQuestion.start_size, full), (rest, 1)):
            unfinished = (batch + 1) // 2
            while unfinished and times:
                pages = queries_cost(
                    unfinished,
                    PagesQuestion.start_size,
                    PagesQuestion.max_size,
                    paged=queries.MORE_PAGES_CONNECTIONS,
                    seconds=3,
                )
                cost += pages * times
                unfinished //= 3
        return structs.replace(cost, points_low=points_low)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """By node id where it is known, else by name; without a token, or once none is left, by REST."""
        async for outcomes in signed_first(
            subjects,
            engine,
            lambda some: self._signed(some, engine),
            lambda subject: confirm(subject, engine, conditional=True),
        ):
            yield outcomes

    async def _signed(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """In batches with a token; of each only a few wait for the next one with what pages they lack."""
        known, unseen = _split(subjects)
        waiting: dict[int, Unfinished] = {}
        try:
            for by_id, part in ((False, unseen), (True, known)):
                question = CoreQuestion(by_id=by_id, today=self._today, vanished=self._vanished)
                async for results in ask_in_batches(engine, question, part):
                    yield [result for result in results if isinstance(result, Outcome)]
                    waiting |= {id(one.subject): one for one in results if isinstance(one, Unfinished)}
                    async for outcomes in self._finish(waiting, engine, leave=CARRIED):
                        yield outcomes
                    unresolved = [result.subject for result in results if isinstance(result, Unresolved)]
                    async for outcomes in together(unresolved, lambda subject: confirm(subject, engine)):
                        yield [_as_far_as_rest_knows(outcome, engine) for outcome in outcomes]
            async for outcomes in self._finish(waiting, engine, leave=0):
                yield outcomes
        except Stop as stop:
            # What came before is not thrown away.
            yield [PagesQuestion(today=self._today).failed(item, str(stop)) for item in waiting.values()]
            raise

    async def _finish(
        self, waiting: dict[int, Unfinished], engine: Engine, *, leave: int
    ) -> AsyncIterator[list[Outcome]]:
        """The outcomes of repositories that need further pages, round by round until no more than `leave` wait."""
        question = PagesQuestion(today=self._today)
        while len(waiting) > leave:
            async for results in ask_in_batches(engine, question, list(waiting.values())):
                outcomes = [result for result in results if isinstance(result, Outcome)]
                for outcome in outcomes:
                    del waiting[id(outcome.subject)]
                yield outcomes


def _as_far_as_rest_knows(outcome: Outcome, engine: Engine) -> Outcome:
    """What REST found though GraphQL did not is worth one more query: REST knows a new id, but not all facts."""
    is_puzzling = outcome.record is not None and not engine.refusal(outcome.subject.name)
    return structs.replace(outcome, passing=True) if is_puzzling else outcome


def _split(subjects: Iterable[Subject]) -> tuple[list[Subject], list[Subject]]:
    """Those with a node id, and those to be asked for by name."""
    known: list[Subject] = []
    unseen: list[Subject] = []
    for subject in subjects:
        (known if subject.node_id else unseen).append(subject)
    return known, unseen
