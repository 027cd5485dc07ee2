"""With a token what can be asked with one; the rest, or all where there is none, one by one through REST."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any

from crawler.errors import NoToken
from crawler.fetch.engine import Engine
from crawler.fetch.together import together
from crawler.model import Outcome, Subject


async def signed_first(
    subjects: Iterable[Subject],
    engine: Engine,
    signed: Callable[[list[Subject]], AsyncIterator[list[Outcome]]],
    alone: Callable[[Subject], Coroutine[Any, Any, Outcome]],
) -> AsyncIterator[list[Outcome]]:
    """The outcomes of `signed`, then those of `alone` for what it left because no token was left to ask with."""
    left = {id(subject): subject for subject in subjects}
    if not engine.is_anonymous:
        try:
            async for outcomes in signed(list(left.values())):
                for outcome in outcomes:
                    left.pop(id(outcome.subject), None)
                yield outcomes
        except NoToken:
            pass  # all were refused on the way; the engine's notices say why
        else:
            return
    async for outcomes in together(left.values(), alone):
        yield outcomes
