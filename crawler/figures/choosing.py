"""Which of several figures of one kind is used, and what is said of the age of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from crawler.figures.freshness import age_in_days, freshness
from crawler.figures.inputs import Fact, Standing
from crawler.figures.policy import NO_FX, Valued


class Choice(Struct, frozen=True):
    """The figure that is used, else the newest that cannot be and why; both None where there is none at all."""

    used: Valued | None = None
    unusable: Valued | None = None
    problem: str = ""
    expired: tuple[Valued, str] | None = None
    """The newest that would have come before the used one, had it not expired, and its age in words."""


def choose(inputs: Standing, facts: Iterable[Fact], value: Callable[[Standing, Fact], Valued]) -> Choice:
    """The newest figure that has a rate and has not expired. `facts`: newest first."""
    unusable: tuple[Valued, str] | None = None
    expired: tuple[Valued, str] | None = None
    for fact in facts:
        is_expired = freshness(fact.measure, fact.source, fact.as_of, inputs.day) == "expired"
        valued = Valued(fact, None) if is_expired else value(inputs, fact)
        if valued.usd is not None:
            return Choice(valued, expired=expired)
        problem = f"expired: {_old(inputs, fact)}" if is_expired else NO_FX
        unusable = unusable or (valued, problem)
        if is_expired:
            expired = expired or (valued, problem)
    return Choice(None, *unusable, expired) if unusable else Choice()


def dated(inputs: Standing, fact: Fact, words: str) -> str:
    """`market cap as of 2023-09-01`, with a flag where it is stale."""
    is_stale = freshness(fact.measure, fact.source, fact.as_of, inputs.day) == "stale"
    return f"{words} as of {fact.as_of}{f' (stale: {_old(inputs, fact)})' if is_stale else ''}"


def _old(inputs: Standing, fact: Fact) -> str:
    days = age_in_days(fact.as_of, inputs.day)
    return f"{days:,} {'day' if days == 1 else 'days'} old"
