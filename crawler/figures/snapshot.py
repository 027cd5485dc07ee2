"""The newest figures that the store holds, and where they come from."""

from __future__ import annotations

import sqlite3

from msgspec import Struct

from crawler.errors import UsageFault
from crawler.figures.counts import Origin
from crawler.figures.model import Total
from crawler.figures.stored import stored_totals_on

Key = tuple[str, str, str]
"""Scope, measure and policy."""


class Snapshot(Struct, frozen=True):
    """The totals of the newest day. `recorded_on` is the day of a recording, None where the figures are live."""

    day: str
    origin: Origin
    recorded_on: str | None
    totals: dict[Key, Total]

    def find(self, scope: str, measure: str, policy: str = "") -> Total | None:
        """The total of that name, None where it was not computed."""
        return self.totals.get((scope, measure, policy))

    def beginning_with(self, scope: str, prefix: str) -> list[Total]:
        """The counts of a scope whose measure begins so, such as `license:`; the greatest first."""
        found = [
            total
            for (of, measure, policy), total in self.totals.items()
            if of == scope and not policy and measure.startswith(prefix)
        ]
        return sorted(found, key=lambda total: (-int(total.value or 0), total.measure))


def read_snapshot(connection: sqlite3.Connection, day: str | None = None) -> Snapshot:
    """The figures of a day, None: the newest. UsageFault where no refresh has computed any."""
    newest = _computed(connection, day)
    return Snapshot(
        day=newest["day"],
        origin=newest["origin"],
        recorded_on=_recorded_on(connection, newest["day"]) if newest["origin"] == "sandbox" else None,
        totals=stored_totals_on(connection, newest["day"]),
    )


def origin_of_newest(connection: sqlite3.Connection) -> Origin:
    """Where the newest figures come from. UsageFault where no refresh has computed any."""
    origin: Origin = _computed(connection, None)["origin"]
    return origin


def _computed(connection: sqlite3.Connection, day: str | None) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT day, origin FROM computed_days WHERE day = coalesce(?, day) ORDER BY day DESC LIMIT 1", [day]
    ).fetchone()
    if row is None:
        raise UsageFault(
            "the database holds no figures yet",
            cure="fill it with 'crawler refresh' (or try 'crawler refresh --sandbox', which needs no token)",
        )
    return row


def _recorded_on(connection: sqlite3.Connection, day: str) -> str:
    """The recording's day as the last sandbox run stated it, else the day that its figures were computed for."""
    row = connection.execute(
        "SELECT recorded_on FROM runs WHERE mode = 'sandbox' AND recorded_on IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    recorded_on: str = row["recorded_on"] if row else day
    return recorded_on
