"""Which figures of money are too old to count as fresh, or to count at all."""

from __future__ import annotations

import sqlite3
from datetime import date

from msgspec import Struct

from crawler.figures.freshness import Freshness, age_in_days, freshness

_NEWEST = """
SELECT f.organization_id, o.name AS organization, f.measure, max(f.as_of) AS as_of, f.source, f.source_url
FROM figures f
JOIN organizations o ON o.id = f.organization_id AND o.removed_at IS NULL
WHERE f.as_of <= :day AND f.superseded_by IS NULL AND f.withdrawn_at IS NULL
  AND (:with_restricted OR f.licence_class <> 'restricted')
GROUP BY f.organization_id, f.measure
"""


class OldFigure(Struct, frozen=True, kw_only=True):
    """The newest figure of its kind about an organisation, which is stale or expired."""

    organization_id: str
    organization: str
    measure: str
    as_of: str
    source: str
    source_url: str | None
    freshness: Freshness
    age: int
    """In days."""


def read_old_figures(connection: sqlite3.Connection, day: date, *, with_restricted: bool) -> list[OldFigure]:
    """Those of the day, the oldest first; a figure with a newer one of its kind is history, and not old."""
    rows = connection.execute(_NEWEST, {"day": day.isoformat(), "with_restricted": with_restricted})
    found = [
        OldFigure(
            **dict(row),
            freshness=freshness(row["measure"], row["source"], row["as_of"], day),
            age=age_in_days(row["as_of"], day),
        )
        for row in rows
    ]
    return sorted(
        (one for one in found if one.freshness != "fresh"), key=lambda one: (-one.age, one.organization, one.measure)
    )
