"""Events: what happened since it was told last, found in the store alone when a live refresh closes."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime

from crawler.clock import day_of, to_text
from crawler.figures.events.acquisitions import acquired_changes
from crawler.figures.events.answers import find_news
from crawler.figures.events.rounds import round_changes
from crawler.figures.events.seeds import seed_changes
from crawler.figures.events.values import find_moves
from crawler.rules import EventRules
from crawler.store import changes as store
from crawler.store.recordings import is_recorded

LOOKED_AT = ("figures", "ownerships", "organization_facts")
"""Tables whose rows are only added: what is new stands behind a mark."""


def write_events(connection: sqlite3.Connection, *, day: date, now: datetime, rules: EventRules) -> None:
    """Tell all that happened, inside the caller's transaction, and remember that it is told.

    Nobody is told twice: an event is a difference from what was told last, which is then brought in line. A refresh
    that never closes loses none. The first time, and for what is seen for the first time, all is as it is.
    """
    if is_recorded(connection):
        return
    found = [] if _is_first(connection) else [*seed_changes(connection), *_money(connection, day)]
    store.tell_projects(connection)
    for table in LOOKED_AT:
        store.set_mark(connection, table)
    is_clock_sound = _is_newest(connection, day) and day_of(now) >= day
    news = list(find_news(connection, rules, is_clock_sound=is_clock_sound))
    found += [change for one in news for change in one.changes]
    store.tell_repositories(connection, (one.told for one in news if one.told is not None))
    store.tell_releases(connection, (one.repository_id for one in news if one.has_releases))
    moves = find_moves(connection, day, rules) if is_clock_sound else None
    if moves is not None:
        found += moves.changes
        store.tell_values(connection, moves.told, days=moves.days)
    store.write_changes(connection, found, observed_at=to_text(now))


def _money(connection: sqlite3.Connection, day: date) -> list[store.Change]:
    return [*round_changes(connection, day), *acquired_changes(connection, day)]


def _is_first(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever told: an older program told of projects, and had no marks."""
    (is_told,) = connection.execute("SELECT EXISTS (SELECT 1 FROM projects WHERE is_told)").fetchone()
    return not is_told and store.read_mark(connection, "organization_facts") is None


def _is_newest(connection: sqlite3.Connection, day: date) -> bool:
    """Whether no later day was computed: a clock that went back makes nothing happen again."""
    (is_past,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM computed_days WHERE day > ?)", [day.isoformat()]
    ).fetchone()
    return not is_past
