"""Single requests, a handful at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import islice
from typing import TypeVar

from crawler.errors import Stop

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 16
"""GitHub advises few at once and forbids more than 100."""


async def together(items: Iterable[Item], ask: Callable[[Item], Awaitable[Result]]) -> AsyncIterator[list[Result]]:
    """The results of `ask`, a batch at a time. Raises Stop after yielding what the others of its batch brought."""
    source = iter(items)
    while batch := list(islice(source, AT_ONCE)):
        answers = await asyncio.gather(*(ask(item) for item in batch), return_exceptions=True)
        results: list[Result] = []
        stopped: BaseException | None = None
        for answer in answers:
            if isinstance(answer, Stop):
                stopped = answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                results.append(answer)
        if results:
            yield results
        if stopped:
            raise stopped
