"""The past day that somebody asks for with `as_of` or `as_true_of`, shown on a connection."""

from __future__ import annotations

import sqlite3
from datetime import date

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.figures.looking_back import Wanted, look_back
from crawler.figures.snapshot import origin_of_newest
from crawler.store.hindsight import first_told
from crawler.store.past import first_known, is_pruned


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
