"""Asks a question about many subjects, in batches as large as GitHub answers well."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from crawler.errors import RetryLater, Stop, TooBig
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.engine import Engine

Item = TypeVar("Item")
Result = TypeVar("Result")

GROWTH = 5
CLEAN_BATCHES_TO_GROW = 3
CLEAN_BATCHES_TO_PROBE = 10
"""A size that was too much once is tried again only after this many."""
QUICK_SECONDS = 4.0
"""A batch that took longer is no reason to ask for more at once."""
SLOW_SECONDS = 8.0
"""GitHub ends a query after 10 s: a batch that came this near counts as too big."""
MAX_FAILURES_IN_A_ROW = 24
"""More than two bad subjects can cause by halving: the host itself is in trouble."""


class Reading(Struct, Generic[Item, Result]):
    """What a question read from an answer: results, the items whose part was too heavy for this batch, and those whose
    owner refused who asked, with the reason."""

    results: list[Result]
    too_heavy: list[Item]
    refused: list[tuple[Item, str]] = field(default_factory=list)


class Question(Protocol[Item, Result]):
    """A GraphQL query about `start_size` items at first and up to `max_size` later.

    It writes the query and reads the answer, without I/O; an answer may teach it what to leave out of the next query.
    """

    max_size: int
    start_size: int

    def ask(self, items: Sequence[Item]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""

    def read(self, items: Sequence[Item], answer: GraphQLAnswer) -> Reading[Item, Result]:
        """What the answer says about each of the items."""

    def lighter(self, item: Item) -> Question[Item, Result] | None:
        """The question for an item for which this one is too heavy even alone; None: give it up."""

    def failed(self, item: Item, error: str) -> Result:
        """The result for an item that got no answer."""

    def place(self, item: Item) -> str:
        """`owner/name` or login: where a policy may refuse a token."""

    def refused(self, item: Item, reason: str) -> Result:
        """The result for an item whose owner refuses every token."""


class BatchSize:
    """How many items to ask for at once: halved when that was too much, grown again after clean batches."""

    def __init__(self, start: int, largest: int) -> None:
        self.current = start
        self._largest = largest
        self._ceiling = largest
        self._clean = 0
        self._passed = 0
        self._is_doubtful = False

    def too_big(self, size: int, *, is_part: bool = False, by_chance: bool = False) -> None:
        """A batch of `size` was too much.

        A part of a batch that was too much before teaches something only where no other part of its size passed:
        else it is an item that is bad, not the size. Nor does a failure that may be chance, unless a part of the batch
        fails, too, or the next one.
        """
        if not is_part:
            self._passed = 0
        self._clean = 0
        if by_chance and not (is_part or self._is_doubtful):
            self._is_doubtful = True
            return
        if (size >= self.current or self._is_doubtful) and size > self._passed:
            self._ceiling = max(1, size - 1)
            self.current = max(1, size // 2)

    def clean(self, seconds: float, size: int) -> None:
        """A batch of `size` came back whole after `seconds`."""
        if seconds >= SLOW_SECONDS:
            self.too_big(size)
            return
        self._passed = max(self._passed, size)
        self._ceiling = max(self._ceiling, size)
        if size < self.current:
            return
        self._is_doubtful = False
        self.current = size
        if seconds >= QUICK_SECONDS:
            return
        self._clean += 1
        is_probe = self.current == self._ceiling
        if self._clean < (CLEAN_BATCHES_TO_PROBE if is_probe else CLEAN_BATCHES_TO_GROW):
            return
        self._clean = 0
        if is_probe:
            self._ceiling = min(self._largest, self._ceiling + GROWTH)
        self.current = min(self.current + GROWTH, self._ceiling)


class _Part(Struct, Generic[Item, Result]):
    """Items to ask about in one query; `tried`: it was sent before, unchanged."""

    question: Question[Item, Result]
    items: list[Item]
    tried: bool = False


async def ask_in_batches(
    engine: Engine, question: Question[Item, Result], items: Iterable[Item]
) -> AsyncIterator[list[Result]]:
    """The results of each batch as it is answered. Raises Stop when GitHub must not be asked any more."""
    source = iter(items)
    waiting: deque[_Part[Item, Result]] = deque()
    size = BatchSize(question.start_size, question.max_size)
    failures = 0
    while True:
        is_part = bool(waiting)
        part = waiting.popleft() if is_part else _Part(question, list(islice(source, size.current)))
        if not part.items:
            return
        part, others, refused = _by_signer(engine, part)
        waiting.extendleft(reversed(others))
        if refused:
            yield refused
        if not part.items:
            continue
        asked, count = part.question, len(part.items)
        query, variables = asked.ask(part.items)
        places = {asked.place(item) for item in part.items}
        try:
            answer = await engine.graphql(query, variables, points=asked.points(count), places=places)
        except (TooBig, RetryLater) as error:
            # A transient failure that outlived its retries weighs more: each of its tries was a failure, too.
            failures += 1 if isinstance(error, TooBig) else 2
            if failures >= MAX_FAILURES_IN_A_ROW:
                raise Stop(f"GitHub fails at every query ({error})") from error
            if isinstance(error, TooBig):
                size.too_big(count, is_part=is_part, by_chance=error.by_chance)
            smaller = _after_failure(part, error)
            waiting.extendleft(reversed(smaller))
            if not smaller:
                yield [asked.failed(part.items[0], str(error))]
            await engine.sleep(min(0.2 * failures, 2.0))
            continue
        reading = asked.read(part.items, answer)
        if reading.refused:
            refusals = {asked.place(item): reason for item, reason in reading.refused}
            engine.note_places(answer.identity, admitted=places - refusals.keys(), refused=refusals)
            waiting.append(_Part(asked, [item for item, _ in reading.refused]))
        failures = 0 if reading.results or reading.refused else failures + 1
        if reading.results:
            yield reading.results
        if not reading.too_heavy:
            size.clean(answer.elapsed, count)
            continue
        reason = "; ".join(dict.fromkeys(error.message for error in answer.errors)) or "the answer is not whole"
        if failures >= MAX_FAILURES_IN_A_ROW:
            raise Stop(f"GitHub fails at every query ({reason})")
        if count > 1:
            # One that is too heavy is a heavy one; many are a heavy batch.
            size.too_big(count, is_part=is_part, by_chance=2 * len(reading.too_heavy) < count)
            waiting.extend(_halves(asked, reading.too_heavy))
        elif not part.tried:
            waiting.append(_Part(asked, part.items, tried=True))
        elif light := asked.lighter(part.items[0]):
            waiting.append(_Part(light, part.items, tried=True))
        else:
            yield [asked.failed(part.items[0], reason)]


def _by_signer(
    engine: Engine, part: _Part[Item, Result]
) -> tuple[_Part[Item, Result], list[_Part[Item, Result]], list[Result]]:
    """The items of a part that one identity can ask about, those that need another one, and results for the rest.

    Where no token is left at all the part stays as it is: asking says so.
    """
    groups: dict[str, list[Item]] = {}
    refused: list[Result] = []
    for item in part.items:
        place = part.question.place(item)
        if reason := engine.refusal(place):
            refused.append(part.question.refused(item, reason))
            continue
        signer = engine.signed([place])
        groups.setdefault(signer.key if signer else "", []).append(item)
    first, *others = [_Part(part.question, items, part.tried) for items in groups.values()] or [
        _Part(part.question, [], part.tried)
    ]
    return first, others, refused


def _after_failure(part: _Part[Item, Result], error: TooBig | RetryLater) -> list[_Part[Item, Result]]:
    """What to ask in place of a query that failed as a whole; nothing where its one item is to be given up."""
    if len(part.items) > 1:
        return _halves(part.question, part.items)
    if isinstance(error, TooBig) and not part.tried:
        # What cannot be halved any more may have met a broken connection and nothing else.
        return [_Part(part.question, part.items, tried=True)]
    light = part.question.lighter(part.items[0])
    return [_Part(light, part.items, tried=True)] if light else []


def _halves(question: Question[Item, Result], items: list[Item]) -> list[_Part[Item, Result]]:
    middle = (len(items) + 1) // 2
    return [_Part(question, half) for half in (items[:middle], items[middle:]) if half]
