"""Single requests, a handful at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 16
"""GitHub advises few at once and forbids more than 100."""


async def together(items: Iterable[Item], ask: Callable[[Item], Awaitable[Result]]) -> AsyncIterator[list[Result]]:
    """The results of `ask`, a batch at a time.

    What `ask` raises, Stop above all, is raised after the batch's other results, which were paid for.
    """
    source = iter(items)
    while batch := list(islice(source, AT_ONCE)):
        answers = await asyncio.gather(*(ask(item) for item in batch), return_exceptions=True)
        if results := [answer for answer in answers if not isinstance(answer, BaseException)]:
            yield results
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
