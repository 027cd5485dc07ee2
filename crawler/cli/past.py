"""What a command says about the past day that it prints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crawler.figures.asked_past import Past
from crawler.figures.policies.replacement_cost_v1 import NAME as REPLACEMENT_COST
from crawler.store.past import remembered_since


def explained(past: Past) -> str:
    """What the past means, and how it differs from the other one, in a line."""
    if past.hindsight:
        return (
            f"True of {past.day} as far as is known now: stars, releases, first commits and money of that time, also "
            f"where they were told later; all else as it was known then. --as-of {past.day} leaves out what came later."
        )
    return (
        f"As of {past.day}: what was known at the end of that day, and nothing that came later; --as-true-of "
        f"{past.day} takes in what has been told of that time since."
    )


def without_cost(past: Past) -> tuple[str, ...]:
    """The policy that rests on languages, whose past is not kept: of computed days only its totals are."""
    if past.is_whole:
        return ()
    return (f"the policy {REPLACEMENT_COST}{'' if past.hindsight else ' of parts of the landscape, and its lines'}",)


def left_out(without_history: tuple[str, ...]) -> str:
    """What is not printed, as no past of it is known."""
    return f"left out, since no history of it is kept: {', '.join(without_history)}"


def notes(connection: sqlite3.Connection, past: Past, without_history: tuple[str, ...]) -> Iterator[str]:
    """What a person has to know beside it: what is left out, and since when the list is remembered."""
    if without_history:
        yield left_out(without_history)
    since = remembered_since(connection)
    if since is not None and past.day < since:
        yield f"the list is shown as it was first remembered, on {since}; of before then no facts are known"
