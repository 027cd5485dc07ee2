"""Reads the events of a period from the database, each with the names of what it is about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from crawler.due import matches
from crawler.errors import UsageFault
from crawler.news.event import Event
from crawler.news.periods import Period
from crawler.news.words import KINDS
from crawler.store.restricted import RESTRICTED, RESTRICTED_CHANGE

# As a value SQLite works out both sides of an OR, as a condition the first that is true: the rest is slow, and rare.
_IS_RESTRICTED = f"iif({RESTRICTED_CHANGE}, 1, 0)"

# An event whose kind does not say all by itself names the repository where its project has several.
_EVENTS = """
SELECT c.id, c.at, c.observed_at, c.kind, c.project_id, c.repository_id, c.organization_id, c.scope, c.before, c.after,
  c.detail, c.source, c.source_url, c.licence_class, c.figure_id, {is_restricted} AS is_restricted,
  p.name AS project, o.name AS organization,
  r.name_with_owner AS repository, r.url AS repository_url,
  ob.name AS owner_before, oa.name AS owner_after,
  (SELECT count(*) > 1 FROM project_repositories x WHERE x.project_id = c.project_id) AS is_one_of_several
FROM changes c
LEFT JOIN projects p ON p.id = c.project_id
LEFT JOIN organizations o ON o.id = c.organization_id
LEFT JOIN repositories r ON r.id = c.repository_id
LEFT JOIN organizations ob ON c.kind = 'acquired' AND ob.id = c.before
LEFT JOIN organizations oa ON c.kind = 'acquired' AND oa.id = c.after
"""

# What became known late belongs to the period in which it happened, and to the one in which it was noticed.
_IN_PERIOD = """
c.id IN (
  SELECT id FROM changes WHERE NOT :only_noticed AND at >= :since AND at < :until
  UNION ALL
  SELECT id FROM changes WHERE observed_at >= :since AND observed_at < :until
)
"""
_OF_KINDS = "c.kind IN (SELECT value FROM json_each(:kinds))"
_OF_PROJECTS = "c.project_id IN (SELECT value FROM json_each(:projects))"
_OF_CATEGORIES = """
c.project_id IN (
  SELECT ps.project_id FROM project_subcategories ps JOIN subcategories s ON s.id = ps.subcategory_id
  WHERE s.category_id IN (SELECT value FROM json_each(:categories))
)
"""
_NEWEST_FIRST = "ORDER BY c.at DESC, c.id DESC"

_SOME = "SELECT c.id FROM changes c WHERE {condition} LIMIT :most OFFSET :after"
_COUNTS = """
SELECT month, kind, sum(NOT is_restricted) AS shown, sum(is_restricted) AS restricted FROM (
  SELECT substr(c.at, 1, 7) AS month, c.kind, {is_restricted} AS is_restricted
  FROM changes c WHERE {condition}
) GROUP BY month, kind ORDER BY month DESC, kind
"""
_AFTER = "WHERE c.id > ? ORDER BY c.id"


class Wanted(Struct, frozen=True, kw_only=True):
    """Which events: of a period, and if any are named, of these kinds, projects, categories and patterns only."""

    period: Period | None
    """None: of all time."""
    only_noticed: bool = False
    """Whether it counts only when an event was noticed: of periods that do not overlap it then lies in one."""
    kinds: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    """PATTERNs: globs over `owner/name` or project id."""
    categories: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    """What `detail` must say, by name and value, such as `("level", "major")`."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is narrowed down to, apart from the time, for titles and as what tells one feed from another."""
        said = tuple(f"{name}={value}" for name, value in self.details)
        return (*self.kinds, *self.projects, *self.only, *self.categories, *said)


class Count(Struct, frozen=True, kw_only=True):
    """How many events of a kind happened in a month."""

    month: str
    """`YYYY-MM`, or `YYYY` where no more is known."""
    kind: str
    shown: int
    """Those that may be published."""
    restricted: int
    """Those that may not."""


def read_events(connection: sqlite3.Connection, wanted: Wanted) -> list[Event]:
    """All such events, newest first. UsageFault where a kind, project or pattern is none that there is."""
    _check_kinds(connection, wanted.kinds)
    _check_projects(connection, wanted.projects)
    _check_patterns(connection, wanted.only)
    condition, values = _condition(wanted)
    rows = connection.execute(_query(f"WHERE {condition} {_NEWEST_FIRST}"), values)
    return [event for row in rows if _is_wanted(event := _event(row), wanted)]


def read_some(
    connection: sqlite3.Connection, wanted: Wanted, *, most: int, after: int = 0, with_restricted: bool
) -> list[Event]:
    """At most so many of the events, newest first, after that many others: reads no more. Takes no patterns."""
    condition, values = _condition(wanted)
    public = "" if with_restricted else f"AND NOT {RESTRICTED_CHANGE}"
    chosen = _SOME.format(condition=f"{condition} {public} {_NEWEST_FIRST}")
    bounds = {"most": most, "after": after}
    rows = connection.execute(_query(f"WHERE c.id IN ({chosen}) {_NEWEST_FIRST}"), values | bounds)
    return [_event(row) for row in rows]


def count_events(connection: sqlite3.Connection, wanted: Wanted) -> list[Count]:
    """How many such events there are, by month and kind, the newest month first. Takes no patterns."""
    condition, values = _condition(wanted)
    rows = connection.execute(_COUNTS.format(is_restricted=_IS_RESTRICTED, condition=condition), values)
    return [Count(**dict(row)) for row in rows]


def read_after(connection: sqlite3.Connection, change_id: int) -> list[Event]:
    """All events with a greater id, in the order of the ids."""
    return [_event(row) for row in connection.execute(_query(_AFTER), [change_id])]


def birth(connection: sqlite3.Connection) -> tuple[str, str]:
    """When the landscape was listed first, and its first project: they stay the same wherever the file lies.

    A landscape without projects was never born: the beginning of 1970, and nothing.
    """
    query = "SELECT first_seeded_at, id FROM projects ORDER BY first_seeded_at, id LIMIT 1"
    row = connection.execute(query).fetchone()
    return (row[0], row[1]) if row else ("1970-01-01T00:00:00Z", "")


def _condition(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """SQL that is true of a row `c` of `changes` that is wanted, patterns apart, and its parameters."""
    terms, values = ["true"], dict[str, Any]()
    if wanted.period:
        terms.append(_IN_PERIOD)
        values |= {
            "since": wanted.period.first,
            "until": wanted.period.end,
            "only_noticed": wanted.only_noticed,
        }
    for name, allowed, term in (
        ("kinds", wanted.kinds, _OF_KINDS),
        ("projects", wanted.projects, _OF_PROJECTS),
        ("categories", wanted.categories, _OF_CATEGORIES),
    ):
        if allowed:
            terms.append(term)
            values[name] = json.dumps(allowed)
    for number, (name, value) in enumerate(wanted.details):
        terms.append(f"json_extract(c.detail, :name_{number}) = :value_{number}")
        values |= {f"name_{number}": f"$.{name}", f"value_{number}": value}
    return " AND ".join(terms), values


def _query(condition: str) -> str:
    return _EVENTS.format(is_restricted=_IS_RESTRICTED) + condition


def _event(row: sqlite3.Row) -> Event:
    detail = json.loads(row["detail"]) if row["detail"] else {}
    decoded = {
        "detail": detail if isinstance(detail, dict) else {},
        "is_one_of_several": bool(row["is_one_of_several"]),
    }
    values = dict(row)
    if values.pop("is_restricted"):
        values["licence_class"] = RESTRICTED
    return Event(**values | decoded)


def _is_wanted(event: Event, wanted: Wanted) -> bool:
    return not wanted.only or matches(filter(None, (event.repository, event.project_id)), wanted.only)


def _check_kinds(connection: sqlite3.Connection, kinds: Sequence[str]) -> None:
    known = {*KINDS, *_column(connection, "SELECT DISTINCT kind FROM changes")}
    for kind in kinds:
        if kind not in known:
            near = get_close_matches(kind.casefold().replace("-", "_"), sorted(known), n=3, cutoff=0.5)
            raise UsageFault(f"there is no kind of event {kind}", cure=_perhaps(near) or f"kinds: {_listed(known)}")


def _check_projects(connection: sqlite3.Connection, projects: Sequence[str]) -> None:
    if not projects:
        return
    called: dict[str, str] = {
        row["name"].casefold(): row["id"] for row in connection.execute("SELECT id, name FROM projects")
    }
    ids = set(called.values()) | set(_column(connection, "SELECT id FROM projects"))
    for project in projects:
        if project not in ids:
            words = get_close_matches(project.casefold(), sorted(called.keys() | ids), n=3, cutoff=0.5)
            near = list(dict.fromkeys(called.get(word, word) for word in words))
            cure = _perhaps(near) or "'crawler stats' lists them; --only takes patterns"
            raise UsageFault(f"there is no project {project}", cure=cure)


def _check_patterns(connection: sqlite3.Connection, only: Sequence[str]) -> None:
    names = _column(connection, "SELECT id FROM projects UNION SELECT name_with_owner FROM repositories")
    if only and not matches(names, only):
        raise UsageFault(
            f"--only {' '.join(only)} matches no project or repository of the database",
            cure="write a project id or owner/name, with * for any characters: --only 'bytecodealliance/*'",
        )


def _column(connection: sqlite3.Connection, query: str) -> list[str]:
    return [row[0] for row in connection.execute(query)]


def _perhaps(near: Sequence[str]) -> str:
    return f"perhaps {' or '.join(near)}" if near else ""


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))
