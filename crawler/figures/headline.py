"""The headline: the landscape in one line, with how complete and how old it is."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from decimal import Decimal

from crawler import clock
from crawler.figures import forms
from crawler.figures.snapshot import Snapshot, read_snapshot
from crawler.store.past import day_shown

LANDSCAPE = "landscape"
VALUE_POLICY = "ecosystem_value_v1"


def headline(
    connection: sqlite3.Connection,
    *,
    now: datetime | None = None,
    with_value: bool = True,
    snapshot: Snapshot | None = None,
    as_of: date | None = None,
    second_hand: int | None = None,
) -> str:
    """The headline of the newest figures; ages are relative to `now`. UsageFault where there are no figures yet.

    `snapshot` is the newest one, where the caller has read it already. Without `with_value` the line says that there is
    a value, and not which: it would tell a figure that may not be published. With `as_of` it names that day and no age,
    as that of every past day does: a headline that was asked for by its day stays the same from hour to hour.
    `second_hand` is how many repositories GitHub itself has not told of, where the snapshot is one of a part alone.
    """
    snapshot = snapshot or read_snapshot(connection)
    parts = [
        _count(snapshot, "categories", "category", "categories"),
        _count(snapshot, "projects", "project", "projects"),
        _stars(snapshot),
        _value(snapshot) if with_value else "total value not for publication",
        _complete(snapshot),
        _second_hand(connection, second_hand),
        _dated(connection, snapshot, now or clock.now(), as_of),
    ]
    return " · ".join(part for part in parts if part)


def _dated(connection: sqlite3.Connection, snapshot: Snapshot, now: datetime, as_of: date | None) -> str:
    if snapshot.recorded_on:
        return f"recorded {snapshot.recorded_on}"
    # Of past days the times of answers are not kept.
    day = day_shown(connection) or as_of
    return _age(connection, now) if day is None else f"as of {day}"


def _count(snapshot: Snapshot, measure: str, singular: str, plural: str) -> str:
    total = snapshot.find(LANDSCAPE, measure)
    return forms.counted(int(total.value), singular, plural) if total and total.value is not None else ""


def _stars(snapshot: Snapshot) -> str:
    stars = snapshot.find(LANDSCAPE, "stars")
    if stars is None or stars.value is None:
        return "stars not known yet"
    return f"{forms.short(int(stars.value))} {'star' if stars.value == 1 else 'stars'}"


def _value(snapshot: Snapshot) -> str:
    total = snapshot.find(LANDSCAPE, "value", VALUE_POLICY)
    if total is None or not total.total:
        return ""
    coverage = f"{total.known:,} of {forms.counted(total.total, 'organisation')}"
    if total.value is None:
        return f"total value not known yet ({coverage})"
    low, central, high = (
        forms.rough(Decimal(amount)) for amount in (total.low or total.value, total.value, total.high or total.value)
    )
    span = low if low == high else f"{low}–{high}"
    return f"{span} total value (central {central}, as of {snapshot.day}, {coverage})"


def _complete(snapshot: Snapshot) -> str:
    total = snapshot.find(LANDSCAPE, "repositories")
    if total is None or not total.total:
        return ""
    whole = forms.counted(total.total, "repository", "repositories")
    stars = snapshot.find(LANDSCAPE, "stars")
    if stars is not None and stars.known > total.known:
        # Of a day before the first answer others have told the stars alone.
        return f"stars of {stars.known:,} of {whole} known"
    return f"{total.known:,} of {whole} known"


def _second_hand(connection: sqlite3.Connection, count: int | None) -> str:
    """How many repositories have figures that GitHub itself has not told."""
    if count is None:
        (count,) = connection.execute(
            "SELECT count(*) FROM repositories WHERE figures_source <> 'github' AND origin = 'live'"
        ).fetchone()
    return f"{count:,} second-hand" if count else ""


def _age(connection: sqlite3.Connection, now: datetime) -> str:
    """How long ago the answers behind the figures came, from the newest to the oldest."""
    newest, oldest = connection.execute(
        """
        SELECT max(fetched_at), min(fetched_at) FROM repositories r
        WHERE origin = 'live' AND EXISTS (
          SELECT 1 FROM project_repositories pr JOIN projects p ON p.id = pr.project_id
          WHERE pr.repository_id = r.id AND p.removed_at IS NULL
        )
        """
    ).fetchone()
    if newest is None:
        return ""
    young, old = (forms.age(now - clock.from_text(text)) for text in (newest, oldest))
    return f"fetched {old} ago" if young == old else f"fetched {young} to {old} ago"
