"""What of a value may be published: no amount, and no sum, from which one could tell a restricted figure."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import groupby

from crawler.figures.model import Figure, ValueLine
from crawler.figures.restricted_lines import restricted_lines
from crawler.figures.snapshot import Key
from crawler.figures.valuation import LANDSCAPE, LINE_COLUMNS, policies_of, read_figures, to_line
from crawler.store.restricted import is_restricted_figure

SEVERAL = 2
"""Groups with restricted figures that a sum over the whole landscape needs, so that it tells none of them."""
_LONG_NUMBER = re.compile(r"\d[\d,]{4,}(\.\d+)?")
"""An amount in the middle of a reason; years are shorter."""

_COUNTED = "policy IN ({policies}) AND day = :day AND counted"
# The lines of all groups that count a restricted figure anywhere: of the others nothing has to be hidden. A figure
# stands in many lines, and whether it is restricted is slow to tell: it is asked of each once.
_LINES = f"""
SELECT {{columns}} FROM value_lines
WHERE {_COUNTED} AND coalesce(group_id, organization_id) IN (
  SELECT coalesce(group_id, organization_id) FROM value_lines WHERE {_COUNTED} AND figure_id IN (
    SELECT id FROM (SELECT DISTINCT figure_id AS id FROM value_lines WHERE {_COUNTED}) f WHERE {{is_restricted}}
  )
)
ORDER BY scope
"""


def may_be_shown(scope: str, restricted_groups: Set[str | None]) -> bool:
    """Whether a sum over a scope may be published that counts restricted figures of these groups.

    All else is public, so one could take it off the sum. Sums over parts of the landscape overlap; of these any two
    could tell a figure that none of them tells alone, so that none with a restricted figure is shown.
    """
    return not restricted_groups or (scope == LANDSCAPE and len(restricted_groups) >= SEVERAL)


def public_reason(reason: str) -> str:
    """The reason of a line whose amounts may not be shown, without them."""
    return _LONG_NUMBER.sub("…", reason)


def group_of(line: ValueLine) -> str | None:
    """With which organisation it counts: its ultimate parent, else itself."""
    return line.group_id or line.organization_id


def restricted_totals(connection: sqlite3.Connection, day: str) -> set[Key]:
    """The stored totals of a day that may not be published."""
    policies = policies_of(connection, day)
    query = _LINES.format(
        columns=LINE_COLUMNS,
        policies=", ".join(f":policy{number}" for number, _ in enumerate(policies)),
        is_restricted=is_restricted_figure("f.id"),
    )
    values = {f"policy{number}": policy for number, policy in enumerate(policies)} | {"day": day}
    lines = list(map(to_line, connection.execute(query, values)))
    figures = read_figures(connection, (line.figure_id for line in lines if line.figure_id is not None))
    hidden = {
        key for scope, of_scope in groupby(lines, lambda line: line.scope) for key in _hidden(scope, of_scope, figures)
    }
    keys = connection.execute("SELECT scope, measure, policy FROM totals WHERE day = ? AND policy <> ''", (day,))
    # A policy may give its value a second name, without lines of its own.
    return {
        (scope, measure, policy)
        for scope, measure, policy in keys
        if {(scope, measure, policy), (scope, "value", policy)} & hidden
    }


def _hidden(scope: str, lines: Iterable[ValueLine], figures: Mapping[int, Figure]) -> Iterator[Key]:
    groups: dict[tuple[str, str], set[str | None]] = {}
    for line in restricted_lines(lines, figures):
        groups.setdefault((line.measure, line.policy), set()).add(group_of(line))
    for (measure, policy), restricted in groups.items():
        if not may_be_shown(scope, restricted):
            yield scope, measure, policy
        if scope == LANDSCAPE:
            yield from ((f"organization:{one}", measure, policy) for one in restricted)
