"""Goes over all repositories whose newest answer is live and whole, and finds what has happened to each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, structs

from crawler.clock import day_of, from_text
from crawler.figures.events.releases import newest_told, read_releases, release_changes, with_untold
from crawler.figures.events.repositories import GITHUB, HERE, Seen, change_of, is_known, repository_changes, told_of
from crawler.figures.events.stars import WEEK, find_burst, is_active, milestone, read_curve, read_weeks
from crawler.rules import EventRules
from crawler.store.changes import Change, Told

_SEEN = Seen.__struct_fields__
_TOLD = Told.__struct_fields__
_FLAGS = frozenset({"is_archived", "license_osi_approved", "is_active"})

# A row for each repository: what is known, what was told, and the stars of a week before, else the oldest known. Where
# no release was told yet, those that were there from the beginning count as told.
_ROWS = f"""
SELECT {", ".join(f"r.{name}" for name in _SEEN)}, {", ".join(f"t.{name} AS told_{name}" for name in _TOLD)},
  coalesce(t.newest_release_at, (SELECT max(x.published_at) FROM releases x
    WHERE x.repository_id = r.id AND x.is_told AND x.is_draft IS NOT 1)) AS newest_release_at,
  iif(r.figures_source = '{GITHUB}', r.stars, NULL) AS stars, r.created_at, r.latest_commit_at, f.fetched_at,
  coalesce(
    (SELECT h.stars FROM history h WHERE h.repository_id = r.id AND h.stars IS NOT NULL
      AND h.day <= date(f.fetched_at, '-7 days') ORDER BY h.day DESC LIMIT 1),
    (SELECT h.stars FROM history h WHERE h.repository_id = r.id AND h.stars IS NOT NULL ORDER BY h.day LIMIT 1)
  ) AS stars_before
FROM repositories r
JOIN fetches f ON f.source = '{GITHUB}' AND f.repository_id = r.id AND f.origin = 'live'
  AND f.status NOT IN ('failed', 'partial') AND f.fetched_at IS NOT NULL
LEFT JOIN told_repositories t ON t.repository_id = r.id
WHERE r.origin = 'live' AND r.status IS NOT NULL
ORDER BY r.id
"""


class News(Struct, frozen=True):
    """What happened to a repository, up to where it is told then (None: as before), and whether its releases are."""

    changes: Sequence[Change]
    repository_id: int
    told: Told | None
    has_releases: bool


class _Numbers(Struct, frozen=True, kw_only=True):
    """What a row holds besides the state; stars are GitHub's own."""

    stars: int | None
    stars_before: int | None
    created_at: str | None
    latest_commit_at: str | None
    newest_release_at: str | None
    fetched_at: str


def find_news(connection: sqlite3.Connection, rules: EventRules, *, is_clock_sound: bool) -> Iterator[News]:
    """The news of each repository that has any; the first whole answer about one is where its events begin.

    Where the clock is not sound, what depends on the time is left for another day.
    """
    untold = with_untold(connection)
    for row in connection.execute(_ROWS):
        seen, told = Seen(**_fields(row, _SEEN)), _told(row)
        numbers = _Numbers(**_fields(row, _Numbers.__struct_fields__))
        if not is_known(told):
            told = None
        if told is None and seen.status not in HERE:
            continue
        turns = [_milestone(seen, told, numbers, rules)]
        if is_clock_sound:
            turns += [_burst(connection, seen, told, numbers, rules), _activity(seen, told, numbers, rules)]
        after = told_of(seen, told)
        changes = list(repository_changes(told, seen)) if told else []
        for told_now, found in turns:
            after = structs.replace(after, **told_now)
            changes += found
        newest, has_releases = numbers.newest_release_at, seen.id in untold
        if has_releases:
            releases = read_releases(connection, seen.id)
            changes += release_changes(seen.id, seen.page, releases, newest) if told else ()
            newest = newest_told(releases, newest)
        after = structs.replace(after, newest_release_at=newest)
        if has_releases or after != told:
            yield News(changes, seen.id, None if after == told else after, has_releases)


_Turn = tuple[dict[str, Any], list[Change]]
"""What is told from now on, and the event if there is one."""


def _milestone(seen: Seen, told: Told | None, numbers: _Numbers, rules: EventRules) -> _Turn:
    most, stars = told.star_milestone if told else None, numbers.stars
    if stars is None:
        return {}, []
    reached = None if most is None else milestone(most, stars, rules)
    found = [change_of(seen, "star_milestone", str(most), str(stars), detail={"milestone": reached})] if reached else []
    return {"star_milestone": max(most or 0, stars)}, found


def _burst(
    connection: sqlite3.Connection, seen: Seen, told: Told | None, numbers: _Numbers, rules: EventRules
) -> _Turn:
    """A burst is told when it begins. It goes on while it is one by the rules, and for seven days at least."""
    if numbers.stars is None or numbers.stars_before is None:
        return {}, []
    burst, day = None, _day(numbers.fetched_at)
    since = told.burst_since if told else None
    if numbers.stars - numbers.stars_before >= rules.burst_stars:
        burst = find_burst(
            read_curve(connection, seen.id, day),
            day,
            rules,
            weeks=read_weeks(connection, seen.id, day),
            created=_day(numbers.created_at) if numbers.created_at else None,
        )
    if burst is None:
        is_over = since is None or day - date.fromisoformat(since) >= WEEK
        return {"burst_since": None if is_over else since}, []
    found = []
    # The first look at the stars tells nothing; a milestone is kept from then on.
    if since is None and told is not None and told.star_milestone is not None:
        detail = {"gained": burst.gained, "usual": round(burst.usual)}
        found = [change_of(seen, "star_burst", str(burst.before), str(numbers.stars), detail=detail)]
    return {"burst_since": since or day.isoformat()}, found


def _activity(seen: Seen, told: Told | None, numbers: _Numbers, rules: EventRules) -> _Turn:
    """Of an archived repository one knows that nobody works on it."""
    latest = numbers.latest_commit_at
    if latest is None:
        return {}, []
    # What nobody has asked about for a year may well have had commits.
    active = is_active(_day(latest), _day(numbers.fetched_at), rules)
    was_active = told.is_active if told else None
    if was_active is None or active == was_active or seen.is_archived:
        return {"is_active": active}, []
    turn = change_of(seen, "activity_resumed", after=latest) if active else change_of(seen, "activity_stopped", latest)
    return {"is_active": active}, [turn]


def _told(row: sqlite3.Row) -> Told | None:
    return None if row["told_repository_id"] is None else Told(**_fields(row, _TOLD, "told_"))


def _fields(row: sqlite3.Row, names: Sequence[str], prefix: str = "") -> dict[str, Any]:
    """The columns by name; what SQLite keeps as 0 and 1 is false and true."""
    values = {name: row[f"{prefix}{name}"] for name in names}
    return {name: bool(value) if name in _FLAGS and value is not None else value for name, value in values.items()}


def _day(moment: str) -> date:
    return day_of(from_text(moment))
