"""The value of a day to look at: as it was stored, or computed again for a past day; its lines and their figures."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence, Set
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from msgspec import Struct, structs

from crawler.errors import UsageFault
from crawler.figures.compute import compute_totals
from crawler.figures.counts import Origin
from crawler.figures.inputs import read_inputs
from crawler.figures.model import Figure, Total, ValueLine
from crawler.figures.policies import policies
from crawler.figures.restricted_lines import restricted_lines
from crawler.figures.snapshot import Key, Snapshot, read_snapshot
from crawler.figures.stored import stored_totals_of
from crawler.store.restricted import RESTRICTED, is_restricted_figure

LANDSCAPE = "landscape"
_MANY = 500
"""SQLite takes at least 999 values in one statement."""


_FIGURES = f"SELECT *, {is_restricted_figure('f.id')} AS is_restricted FROM figures f WHERE f.id IN ({{marks}})"
LINE_COLUMNS = ", ".join(ValueLine.__struct_fields__)


class Valuation(Struct, frozen=True, kw_only=True, dict=True):
    """The totals of one day, and the lines of one scope; for the landscape also those that were not counted."""

    day: str
    origin: Origin
    recorded_on: str | None
    scope: str
    known_by: str | None = None
    """Only what had been observed by then; None: what is known now."""
    is_past: bool = False
    """Whether it is of a past day that was asked for."""
    totals: dict[Key, Total]
    lines: list[ValueLine]
    figures: dict[int, Figure]
    """Those that the lines name, by id."""

    def total(self, policy: str, measure: str = "value") -> Total | None:
        """The total of the scope, None where it was not computed."""
        return self.totals.get((self.scope, measure, policy))

    def counted(self, policy: str, measure: str = "value") -> list[ValueLine]:
        """The lines that add up to that total."""
        return list(self._weighed.get((policy, measure, True), ()))

    def left_out(self, policy: str, measure: str = "value") -> list[ValueLine]:
        """The lines that were looked at and do not count; known for the landscape and organisations."""
        return list(self._weighed.get((policy, measure, False), ()))

    def figure(self, line: ValueLine) -> Figure | None:
        """The figure behind a line, None where it rests on none."""
        return None if line.figure_id is None else self.figures.get(line.figure_id)

    @cached_property
    def restricted(self) -> frozenset[ValueLine]:
        """The lines that count and rest on a figure that may not be published."""
        return restricted_lines(self.lines, self.figures)

    @cached_property
    def _weighed(self) -> dict[tuple[str, str, bool], list[ValueLine]]:
        """The lines by policy, measure, and whether they count."""
        found: dict[tuple[str, str, bool], list[ValueLine]] = {}
        for line in self.lines:
            found.setdefault((line.policy, line.measure, bool(line.counted)), []).append(line)
        return found


def read_valuation(
    connection: sqlite3.Connection, scope: str, day: str | None = None, *, snapshot: Snapshot | None = None
) -> Valuation:
    """A computed day, None: the newest. UsageFault where there is none, or no such scope.

    `snapshot`: that day's, where the caller has read it already.

    A policy that did not exist then is computed now, so that a new one shows at once.
    """
    snapshot = snapshot or read_snapshot(connection, day)
    valuation = _stored(connection, scope, snapshot)
    missing = {policy.name for policy in policies()}.difference(policies_of(connection, snapshot.day))
    if missing:
        figures = compute_totals(connection, day=date.fromisoformat(snapshot.day), origin=snapshot.origin)
        totals = _by_key(total for total in figures.totals if total.policy in missing)
        lines = [line for line in figures.lines if line.policy in missing and _is_of(line, scope)]
        valuation = structs.replace(
            valuation,
            totals=valuation.totals | totals,
            **_with_figures(connection, [*valuation.lines, *lines]),
        )
    _check_scope(connection, valuation)
    return valuation


def _stored(connection: sqlite3.Connection, scope: str, snapshot: Snapshot) -> Valuation:
    return Valuation(
        day=snapshot.day,
        origin=snapshot.origin,
        recorded_on=snapshot.recorded_on,
        scope=scope,
        totals=snapshot.totals,
        **_with_figures(connection, stored_lines(connection, snapshot.day, scope)),
    )


def previous_day(
    connection: sqlite3.Connection, valuation: Valuation, policy: str, *, beside: Set[str]
) -> Valuation | None:
    """The newest computed day before, with that policy's totals and lines; None where there is none.

    Lines are kept of two days. `beside`: policies whose lines are wanted, too.
    """
    row = connection.execute(
        "SELECT max(day) FROM (SELECT day, origin FROM computed_days ORDER BY day DESC LIMIT 2)"
        " WHERE day < ? AND origin = ?",
        (valuation.day, valuation.origin),
    ).fetchone()
    totals = [] if row[0] is None else stored_totals_of(connection, row[0], valuation.scope, policy)
    if not totals:
        return None
    return Valuation(
        day=row[0],
        origin=valuation.origin,
        recorded_on=None,
        scope=valuation.scope,
        totals=_by_key(totals),
        **_with_figures(connection, stored_lines(connection, row[0], valuation.scope, {policy, *beside})),
    )


def stored_lines(
    connection: sqlite3.Connection, day: str, scope: str, policy_names: Set[str] | None = None
) -> list[ValueLine]:
    """The lines of a day and scope, None: of all policies; an organisation's are the landscape's of its group."""
    found = [one for one in policies_of(connection, day) if policy_names is None or one in policy_names]
    marks = ", ".join("?" for _ in found)
    query = f"SELECT {LINE_COLUMNS} FROM value_lines WHERE policy IN ({marks}) AND day = ? AND scope = ?"
    values = [*found, day, scope]
    if scope.startswith("organization:"):
        query += " AND coalesce(group_id, organization_id) = ?"
        values[-1:] = [LANDSCAPE, scope.removeprefix("organization:")]
    rows = connection.execute(query, values)
    return [to_line(row) for row in rows]


def to_line(row: sqlite3.Row) -> ValueLine:
    """The line of a row of `value_lines` with the columns `LINE_COLUMNS`."""
    return ValueLine(**{**dict(row), "counted": bool(row["counted"])})


def policies_of(connection: sqlite3.Connection, day: str) -> list[str]:
    """The value policies that were computed for a day."""
    rows = connection.execute("SELECT value FROM computed_days, json_each(policies) WHERE day = ?", (day,))
    return [row[0] for row in rows]


def _check_scope(connection: sqlite3.Connection, valuation: Valuation) -> None:
    """UsageFault with what was perhaps meant, where nothing was computed for a scope of that name."""
    scope, known = valuation.scope, sorted({key[0] for key in valuation.totals})
    if scope in known:
        return
    organization_id = scope.removeprefix("organization:")
    if scope != organization_id:
        inputs = read_inputs(connection, day=date.fromisoformat(valuation.day), origin=valuation.origin)
        group = f"organization:{inputs.group_of.get(organization_id)}"
        if group in known:
            raise UsageFault(
                f"{organization_id} is inside {group}, on {valuation.day}", cure=f"ask for --scope {group}"
            )
        if organization_id in inputs.group_of:
            cure = f"'crawler value explain {organization_id}' says why"
            raise UsageFault(f"no figure of {organization_id} counts on {valuation.day}", cure=cure)
    alike = get_close_matches(scope, known, n=3, cutoff=0.4)
    raise UsageFault(
        f"there are no figures of the scope {scope}",
        cure=f"perhaps one of these: {', '.join(alike or known[:3])}",
    )


def check_policies(names: Sequence[str]) -> None:
    """UsageFault with what was perhaps meant, where no policy has such a name."""
    known = [policy.name for policy in policies()]
    for name in names:
        if name not in known:
            alike = get_close_matches(name, known, n=3, cutoff=0.4)
            raise UsageFault(f"there is no policy {name}", cure=f"perhaps one of these: {', '.join(alike or known)}")


def first_known(connection: sqlite3.Connection, valuation: Valuation) -> str | None:
    """The day of the first money figure that there is: when it was observed, or of when it is where all are taken in.

    None where there is no figure at all.
    """
    column = "observed_at" if valuation.known_by else "as_of"
    row = connection.execute(f"SELECT min({column}) FROM main.figures").fetchone()
    return None if row[0] is None else str(row[0])[:10]


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """The names of all organisations by id, removed ones too."""
    return dict(connection.execute("SELECT id, name FROM organizations").fetchall())


def read_figures(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Figure]:
    """Rows of `figures` by id."""
    wanted = sorted(set(ids))
    found: dict[int, Figure] = {}
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        marks = ", ".join("?" for _ in some)
        for row in connection.execute(_FIGURES.format(marks=marks), some):
            values = {name: row[name] for name in Figure.__struct_fields__}
            found[row["id"]] = Figure(**values | ({"licence_class": RESTRICTED} if row["is_restricted"] else {}))
    return found


def _by_key(totals: Iterable[Total]) -> dict[Key, Total]:
    return {(total.scope, total.measure, total.policy): total for total in totals}


def _is_of(line: ValueLine, scope: str) -> bool:
    if scope.startswith("organization:"):
        group = line.group_id or line.organization_id
        return line.scope == LANDSCAPE and group == scope.removeprefix("organization:")
    return line.scope == scope


def _with_figures(connection: sqlite3.Connection, lines: list[ValueLine]) -> dict[str, Any]:
    ids = (line.figure_id for line in lines if line.figure_id is not None)
    return {"lines": lines, "figures": read_figures(connection, ids)}
