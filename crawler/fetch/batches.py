"""Asks a question about many subjects, in batches as large as GitHub answers well."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from crawler.errors import FetchError, RetryLater, Stop, TooBig
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.engine import Engine

Item = TypeVar("Item")
Result = TypeVar("Result")

GROWTH = 5
CLEAN_BATCHES_TO_GROW = 3
QUICK_SECONDS = 4.0
"""A batch that took longer is no reason to ask for more at once."""
SLOW_SECONDS = 8.0
"""GitHub ends a query after 10 s: a batch that came this near counts as too big."""
MAX_FAILURES_IN_A_ROW = 16
"""More than one bad subject can cause by halving: the host itself is in trouble."""


class Reading(Struct, Generic[Item, Result]):
    """What a question read from an answer: results, and the items whose part was too heavy for this batch."""

    results: list[Result]
    too_heavy: list[Item]


class Question(Protocol[Item, Result]):
    """A GraphQL query about `start_size` items at first and up to `max_size` later.

    Pure: it writes the query and reads the answer.
    """

    max_size: int
    start_size: int

    def ask(self, items: Sequence[Item]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""

    def read(self, items: Sequence[Item], answer: GraphQLAnswer) -> Reading[Item, Result]:
        """What the answer says about each of the items."""

    def lighter(self, item: Item) -> Question[Item, Result] | None:
        """The question for an item for which this one is too heavy even alone; None: give it up."""

    def failed(self, item: Item, error: str) -> Result:
        """The result for an item that got no answer."""


class BatchSize:
    """How many items to ask for at once: halved when that was too much, grown again after clean batches."""

    def __init__(self, start: int, largest: int) -> None:
        self.current = start
        self._largest = largest
        self._ceiling = largest
        self._clean = 0

    def too_big(self, size: int) -> None:
        """A batch of `size` was too much. A part of a batch that failed before teaches nothing new."""
        if size >= self.current:
            self._ceiling = max(1, size - 1)
            self.current = max(1, size // 2)
        self._clean = 0

    def clean(self, seconds: float, size: int) -> None:
        """A batch of `size` came back whole after `seconds`."""
        if seconds >= SLOW_SECONDS:
            self.too_big(size)
            return
        self._clean += 1
        if self._clean < CLEAN_BATCHES_TO_GROW or seconds >= QUICK_SECONDS:
            return
        self._clean = 0
        if self.current == self._ceiling:
            self._ceiling = min(self._largest, self._ceiling + GROWTH)
        self.current = min(self.current + GROWTH, self._ceiling)


async def ask_in_batches(
    engine: Engine,
    question: Question[Item, Result],
    items: Iterable[Item],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[list[Result]]:
    """The results of each batch as it is answered. Raises Stop when GitHub must not be asked any more."""
    source = iter(items)
    waiting: deque[list[Item]] = deque()
    size = BatchSize(question.start_size, question.max_size)
    failures = 0
    while batch := waiting.popleft() if waiting else list(islice(source, size.current)):
        query, variables = question.ask(batch)
        try:
            answer = await engine.graphql(query, variables)
        except (TooBig, RetryLater) as error:
            # A transient failure that outlived its retries weighs more: each of its tries was a failure, too.
            failures += 1 if isinstance(error, TooBig) else 2
            if failures >= MAX_FAILURES_IN_A_ROW:
                raise Stop(f"GitHub fails at every query ({error})") from error
            if isinstance(error, TooBig):
                size.too_big(len(batch))
            if len(batch) > 1:
                middle = (len(batch) + 1) // 2
                waiting.extendleft([batch[middle:], batch[:middle]])
            else:
                yield [await _ask_lighter(engine, question, batch[0], error)]
            await sleep(min(0.2 * failures, 2.0))
            continue
        failures = 0
        reading = question.read(batch, answer)
        if reading.too_heavy and len(batch) == 1:
            told = "; ".join(dict.fromkeys(error.message for error in answer.errors)) or "too heavy even alone"
            yield [await _ask_lighter(engine, question, batch[0], TooBig(told))]
            continue
        if reading.too_heavy:
            size.too_big(len(batch))
            half = (len(reading.too_heavy) + 1) // 2
            waiting.extend(part for part in (reading.too_heavy[:half], reading.too_heavy[half:]) if part)
        else:
            size.clean(answer.elapsed, len(batch))
        if reading.results:
            yield reading.results


async def _ask_lighter(engine: Engine, question: Question[Item, Result], item: Item, error: FetchError) -> Result:
    """The result of an item that was too heavy even alone, from the lighter question if there is one."""
    light = question.lighter(item)
    if light is None:
        return question.failed(item, str(error))
    try:
        answer = await engine.graphql(*light.ask([item]))
    except (TooBig, RetryLater) as again:
        return await _ask_lighter(engine, light, item, again)
    reading = light.read([item], answer)
    return reading.results[0] if reading.results else light.failed(item, str(error))
