"""Shows a database with its figures as of a past day: those that were stored then, and computed again what is not kept.

The past itself is the store's (`crawler.store.past`). The figures of that day stand before the tables of the present,
too, so that whoever reads the newest figures reads those.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from msgspec import Struct, structs

from crawler.figures.compute import compute_totals
from crawler.figures.counts import Origin
from crawler.figures.model import Total, ValueLine
from crawler.figures.policies import policies
from crawler.figures.snapshot import Key
from crawler.figures.stored import stored_totals_on
from crawler.figures.valuation import LINE_COLUMNS, policies_of, to_line
from crawler.store.former import newest_day
from crawler.store.past import remembered_since, see_past
from crawler.store.past_list import make_shadow


class Wanted(Struct, frozen=True, kw_only=True):
    """Which figures of a past day a command prints, beside the totals that are kept of every day."""

    lines: bool = True
    """What the values are made of, and the totals that are not kept."""
    day_before: bool = False
    """The values of the day that was computed before, to compare with."""
    policies: frozenset[str] | None = None
    """Only these values, and no counts; None: all."""
    scopes: frozenset[str] | None = None
    """Only lines of these; None: of all."""
    repositories: bool = True
    """Whether anything of repositories is printed."""


class Shown(Struct, frozen=True):
    """The day whose figures are the newest that are shown, and whether they are all those that were computed then."""

    day: date
    is_whole: bool


class Day(Struct, frozen=True):
    """The figures of one computed day."""

    day: date
    totals: dict[Key, Total]
    lines: list[ValueLine]


def look_back(connection: sqlite3.Connection, day: date, *, hindsight: bool, wanted: Wanted | None) -> Shown | None:
    """From here on the connection shows a past day. None: it is the present, because nothing later is known.

    Recorded figures were all observed when they were played back: of them nothing is held back, and their figures are
    computed for the day.
    """
    origin = _origin(connection)
    if origin == "sandbox":
        return _recorded(connection, day, wanted or Wanted())
    newest = newest_day(connection)
    if newest is None or day >= newest:
        return None
    if hindsight:
        see_past(connection, day, hindsight=True, repositories=wanted is None or wanted.repositories)
        if wanted is not None:
            _stand_in(connection, [_computed(connection, day, origin, wanted)], origin)
        return Shown(day, False)
    return _as_of(connection, day, origin, wanted)


def _origin(connection: sqlite3.Connection) -> Origin:
    row = connection.execute("SELECT origin FROM computed_days ORDER BY day DESC LIMIT 1").fetchone()
    return "live" if row is None or row["origin"] == "live" else "sandbox"


def _recorded(connection: sqlite3.Connection, day: date, wanted: Wanted) -> Shown | None:
    if connection.execute("SELECT 1 FROM computed_days WHERE day = ?", [day.isoformat()]).fetchone():
        return None
    _stand_in(connection, [_computed(connection, day, "sandbox", wanted)], "sandbox")
    return Shown(day, False)


def _as_of(connection: sqlite3.Connection, day: date, origin: Origin, wanted: Wanted | None) -> Shown:
    newest = "SELECT day FROM computed_days WHERE day <= ? ORDER BY day DESC LIMIT 2"
    days = [date.fromisoformat(row["day"]) for row in connection.execute(newest, [day.isoformat()]).fetchall()]
    completed = []
    if wanted is not None and wanted.day_before and len(days) > 1:
        if not _is_whole(connection, days[1]):
            see_past(connection, days[1], repositories=False)
        completed.append(_day_before(connection, days[1], origin, wanted))
    see_past(connection, day, repositories=wanted is None or wanted.repositories)
    if wanted is not None and not days:
        completed.append(_computed(connection, day, origin, wanted))
    elif wanted is not None and wanted.lines:
        completed.append(_completed(connection, days[0], origin, wanted))
    if completed:
        _stand_in(connection, completed, origin)
    return Shown(days[0], _is_whole(connection, days[0])) if days else Shown(day, False)


def _is_whole(connection: sqlite3.Connection, day: date) -> bool:
    """Whether all figures of a day are stored, as they are of the newest two."""
    later = "SELECT count(*) FROM main.computed_days WHERE day > ?"
    return int(connection.execute(later, [day.isoformat()]).fetchone()[0]) < 2


def _completed(connection: sqlite3.Connection, day: date, origin: Origin, wanted: Wanted) -> Day:
    """The figures of a day: those that are stored as they are, and the others computed again."""
    stored = stored_totals_on(connection, day.isoformat())
    if _is_whole(connection, day):
        rows = connection.execute(f"SELECT {LINE_COLUMNS} FROM value_lines WHERE day = ?", [day.isoformat()])
        return Day(day, stored, [to_line(row) for row in rows])
    again = _computed(connection, day, origin, wanted)
    known = _known_then(connection, day, again.totals)
    return Day(day, known | stored, again.lines)


def _day_before(connection: sqlite3.Connection, day: date, origin: Origin, wanted: Wanted) -> Day:
    """The figures of a day to compare with: of the policies that it was computed by alone.

    Others nobody could compare with, then or since: an older program did not know them, or their lines were deleted.
    """
    computed = policies_of(connection, day.isoformat())
    found = _completed(connection, day, origin, wanted)
    return Day(
        day, {key: one for key, one in found.totals.items() if not one.policy or one.policy in computed}, found.lines
    )


def _known_then(connection: sqlite3.Connection, day: date, totals: dict[Key, Total]) -> dict[Key, Total]:
    """What can be computed again: of days before the memory begins no counts, which rest on facts."""
    since = remembered_since(connection)
    is_remembered = since is None or day >= since
    return {key: one for key, one in totals.items() if is_remembered or one.policy}


def _computed(connection: sqlite3.Connection, day: date, origin: Origin, wanted: Wanted) -> Day:
    figures = compute_totals(connection, day=day, origin=origin, only=wanted.policies)
    lines = [line for line in figures.lines if wanted.scopes is None or line.scope in wanted.scopes]
    return Day(day, {(one.scope, one.measure, one.policy): one for one in figures.totals}, lines)


def _stand_in(connection: sqlite3.Connection, days: Sequence[Day], origin: Origin) -> None:
    """Stand before the tables of figures those of the days alone."""
    # One transaction: in autocommit each row that is put into a temporary table would be one.
    connection.execute("SAVEPOINT figures")
    computed = connection.execute("SELECT * FROM computed_days").fetchall()
    for table in ("computed_days", "total_series", "total_values", "value_lines"):
        connection.execute(f"DROP VIEW IF EXISTS temp.{table}")
        make_shadow(connection, table)
    connection.executemany("INSERT INTO temp.computed_days VALUES (?, ?, ?, ?)", map(tuple, computed))
    names = json.dumps([policy.name for policy in policies()])
    connection.executemany(
        "INSERT OR IGNORE INTO temp.computed_days (day, origin, policies) VALUES (?, ?, ?)",
        [(one.day.isoformat(), origin, names) for one in days],
    )
    series = {key: number for number, key in enumerate({key for one in days for key in one.totals})}
    connection.executemany(
        "INSERT INTO temp.total_series (id, scope, measure, policy) VALUES (?, ?, ?, ?)",
        [(number, *key) for key, number in series.items()],
    )
    connection.executemany(
        "INSERT INTO temp.total_values (series_id, day, value, low, high, currency, known, total)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (series[key], one.day.isoformat(), t.value, t.low, t.high, t.currency, t.known, t.total)
            for one in days
            for key, t in one.totals.items()
        ],
    )
    fields = ValueLine.__struct_fields__
    connection.executemany(
        f"INSERT INTO temp.value_lines (day, origin, {', '.join(fields)}) VALUES (?, ?{', ?' * len(fields)})",
        [(one.day.isoformat(), origin, *structs.astuple(line)) for one in days for line in one.lines],
    )
    for columns in ("policy, day, scope", "organization_id", "group_id"):
        name = columns.partition(",")[0]
        connection.execute(f"CREATE INDEX temp.past_lines_{name} ON value_lines({columns})")
    connection.execute("RELEASE figures")
