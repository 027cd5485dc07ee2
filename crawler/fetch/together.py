"""Single requests, a handful at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 16
"""GitHub advises few at once and forbids more than 100."""
ENOUGH = 8
"""So many results are worth a commit of their own."""


async def together(items: Iterable[Item], ask: Callable[[Item], Awaitable[Result]]) -> AsyncIterator[list[Result]]:
    """The results of `ask`, some at a time, as they come: one that is tried again does not hold up the others.

    Under way, or answered and not yet handed on, are at most `AT_ONCE`. What `ask` raises, Stop above all, is raised
    after the results of those that were under way with it, which were paid for.
    """
    source = iter(items)
    under_way: dict[asyncio.Task[Result], int] = {}
    results: list[Result] = []
    errors: dict[int, BaseException] = {}
    started = 0
    try:
        while True:
            while not errors and len(under_way) + len(results) < AT_ONCE:
                try:
                    item = next(source)
                except StopIteration:
                    break
                under_way[asyncio.ensure_future(_one(ask, item))] = started
                started += 1
            if not under_way:
                break
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=under_way.__getitem__):
                number = under_way.pop(task)
                if error := task.exception():
                    errors[number] = error
                else:
                    results.append(task.result())
            if len(results) >= ENOUGH:
                handed_on, results = results, []
                yield handed_on
        if results:
            yield results
        if errors:
            raise errors[min(errors)]
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _one(ask: Callable[[Item], Awaitable[Result]], item: Item) -> Result:
    return await ask(item)
