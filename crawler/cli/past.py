"""What `--as-of` and `--as-true-of` mean for a command, and what it says about the past that it prints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.figures.looking_back import Wanted, look_back
from crawler.figures.policies.replacement_cost_v1 import NAME as REPLACEMENT_COST
from crawler.figures.snapshot import origin_of_newest
from crawler.store.hindsight import first_told
from crawler.store.past import first_known, is_pruned, remembered_since


class Past(Struct, frozen=True, kw_only=True):
    """The past that a command was asked for."""

    day: date
    hindsight: bool
    """What was true then, and not only what was known."""
    figures_of: date
    """The day whose figures were the newest then."""
    is_whole: bool
    """Whether all of those figures are still stored."""


def asked_day(as_of: date | None, as_true_of: date | None) -> date | None:
    """The day of the options, None where neither is given; UsageFault where both are."""
    if as_of and as_true_of:
        raise UsageFault("--as-of and --as-true-of ask for two different pasts", cure="leave one of them out")
    return as_of or as_true_of


def show_past(
    connection: sqlite3.Connection, as_of: date | None, as_true_of: date | None, wanted: Wanted | None
) -> Past | None:
    """From here on the connection shows what the options ask for; None: the present, as without them.

    UsageFault where nothing is known of that day.
    """
    day = asked_day(as_of, as_true_of)
    if day is None:
        return None
    is_recorded = origin_of_newest(connection) == "sandbox"
    first = first_known(connection)
    if as_true_of and not is_recorded:
        first = min(filter(None, (first, first_told(connection))), default=None)
    if first is not None and day < first:
        raise _unknown(day, first)
    if is_recorded:
        return None  # a recording has one day alone
    shown = look_back(connection, day, hindsight=as_true_of is not None, wanted=wanted)
    if shown is None:
        return None
    return Past(day=day, hindsight=as_true_of is not None, figures_of=shown.day, is_whole=shown.is_whole)


def check_not_pruned(connection: sqlite3.Connection, as_of: date | None) -> None:
    """UsageFault for a day whose memory was pruned: what is left of it is the state of a later day."""
    first = first_known(connection)
    if as_of and first is not None and as_of < first and is_pruned(connection):
        raise _unknown(as_of, first)


def _unknown(day: date, first: date) -> UsageFault:
    return UsageFault(f"nothing is known of {day}", cure=f"the first day of which anything is known is {first}")


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
