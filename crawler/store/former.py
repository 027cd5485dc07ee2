"""Keeps what was: a field of a repository, or a row of the list, as it was before the day on which it changed.

The first change of a day wins: what is kept is the state at the end of the day before. Recorded figures have no past.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Literal

from crawler.store.history import COUNTS, FIRST_HAND_ONLY

FIRST_HAND = "github"
FIRST_ANSWER = ""
"""The field of a former value that stands for the whole repository: before that day nothing was known of it."""
RELEASE = "release:"
"""Before a tag: the field of a former value that is a release, as a JSON object of the columns that change."""
RELEASE_FIELDS = ("published_at", "is_prerelease", "is_draft")
ORDER = ""
"""The key of a former row that is the order of all rows of a table."""
SEEDED_FIELDS = ("name_with_owner", "url")
"""What the list alone tells of a repository, before any answer."""
SECOND_HAND_FIELDS = (*FIRST_HAND_ONLY, "figures_observed_at")
"""Kept only around figures at second hand: GitHub's own counts stand in `history`, and its dates in `answered_days`."""
NO_HISTORY = ("pushed_at", "latest_commit_oid", "closed_issues")
"""Columns of `repositories` of whose past nothing is kept."""
ELSEWHERE = frozenset({"id", "fetched_at", *COUNTS, *SECOND_HAND_FIELDS, *NO_HISTORY})
"""Columns whose past, if any, is kept in another place."""

LIST_KEYS = {
    "groups": ("id",),
    "categories": ("id",),
    "subcategories": ("id",),
    "organizations": ("id",),
    "projects": ("id",),
    "project_subcategories": ("project_id", "subcategory_id"),
    "project_repositories": ("project_id", "repository_id"),
}
"""The tables that the list fills, each with its key."""
ORDERED = frozenset({"groups", "categories", "subcategories", "organizations", "projects"})
"""Those whose rows have a place on the whole list, which is kept as the order of all."""

_BEGIN = (
    "INSERT INTO remembered (what, since) VALUES ('list', :day), ('repositories', :day)",
    # What an older program stored: the first day of the counts is that of the first answer.
    """
    INSERT INTO former_values (repository_id, field, day)
    SELECT r.id, '', min(h.day) FROM repositories r JOIN history h ON h.repository_id = r.id
    WHERE r.origin = 'live' GROUP BY r.id
    """,
    """
    INSERT INTO answered_days (source, repository_id, first_day, last_day)
    SELECT source, repository_id, max(day), max(day) FROM (
      SELECT source, repository_id, substr(fetched_at, 1, 10) AS day FROM fetches
      WHERE source IN ('github', 'contributors') AND origin = 'live'
      UNION ALL
      SELECT 'figures', id, substr(fetched_at, 1, 10) FROM repositories WHERE origin = 'live'
    )
    WHERE repository_id IS NOT NULL AND day IS NOT NULL GROUP BY source, repository_id
    """,
)


def update_repository(
    connection: sqlite3.Connection, repository_id: int, values: Mapping[str, Any], *, day: date
) -> None:
    """Write columns of a repository, and keep what they were before `day`, inside the caller's transaction."""
    if not values:
        return
    before = connection.execute("SELECT * FROM repositories WHERE id = ?", [repository_id]).fetchone()
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(
        f"UPDATE repositories SET {assignments} WHERE id = :repository_id", {**values, "repository_id": repository_id}
    )
    origin = values.get("origin", before["origin"])
    if origin == "sandbox":
        return
    differing = {name: before[name] for name, value in values.items() if value != before[name]}
    if before["origin"] is None and origin is not None:
        former = {FIRST_ANSWER: None} | {name: differing[name] for name in SEEDED_FIELDS if name in differing}
    else:
        former = {name: value for name, value in differing.items() if name not in ELSEWHERE}
        former |= _second_hand(before, values, differing)
    _keep_values(connection, repository_id, former, day)


def _second_hand(before: sqlite3.Row, values: Mapping[str, Any], differing: Mapping[str, Any]) -> dict[str, Any]:
    """What history does not tell: counts that are not GitHub's own, or no longer, or only from now on.

    Where their source changes they are kept even if they are the same: their later changes may be GitHub's, of which
    no former value is kept.
    """
    if "figures_source" in differing:
        return {name: before[name] for name in SECOND_HAND_FIELDS}
    if values.get("figures_source", before["figures_source"]) == FIRST_HAND:
        return {}
    return {name: differing[name] for name in SECOND_HAND_FIELDS if name in differing}


def _keep_values(connection: sqlite3.Connection, repository_id: int, former: Mapping[str, Any], day: date) -> None:
    key = [repository_id, FIRST_ANSWER, day.isoformat()]
    known = "SELECT 1 FROM former_values WHERE repository_id = ? AND field = ? AND day = ?"
    if former and connection.execute(known, key).fetchone():
        # Of what the first answer's own day changes nothing was known before.
        former = {field: value for field, value in former.items() if field in SEEDED_FIELDS}
    connection.executemany(
        "INSERT OR IGNORE INTO former_values (repository_id, field, day, value) VALUES (?, ?, ?, ?)",
        [(repository_id, field, day.isoformat(), value) for field, value in former.items()],
    )


def keep_releases(
    connection: sqlite3.Connection, repository_id: int, releases: Mapping[str, Mapping[str, Any]], day: date
) -> None:
    """Keep by tag what releases are before they are written again, inside the caller's transaction.

    Tags are made anew (`nightly`), drafts are published, and a pre-release becomes the release. What is first seen on
    the day itself has no past.
    """
    if not releases:
        return
    columns = ", ".join(RELEASE_FIELDS)
    stored = connection.execute(
        f"SELECT tag_name, {columns} FROM releases WHERE repository_id = ? AND first_seen_at < ?",
        [repository_id, day.isoformat()],
    )
    former = {}
    for row in stored:
        before = {name: row[name] for name in RELEASE_FIELDS}
        if row["tag_name"] in releases and before != dict(releases[row["tag_name"]]):
            former[RELEASE + row["tag_name"]] = json.dumps(before)
    _keep_values(connection, repository_id, former, day)


def note_answer(connection: sqlite3.Connection, source: str, repository_id: int, day: date) -> None:
    """Add a day to those on which a source answered about a repository, inside the caller's transaction."""
    last = connection.execute(
        "SELECT first_day, last_day FROM answered_days WHERE source = ? AND repository_id = ?"
        " ORDER BY first_day DESC LIMIT 1",
        [source, repository_id],
    ).fetchone()
    if last is not None and last["last_day"] >= day.isoformat():
        return
    if last is not None and last["last_day"] == (day - timedelta(days=1)).isoformat():
        connection.execute(
            "UPDATE answered_days SET last_day = ? WHERE source = ? AND repository_id = ? AND first_day = ?",
            [day.isoformat(), source, repository_id, last["first_day"]],
        )
        return
    connection.execute(
        "INSERT INTO answered_days (source, repository_id, first_day, last_day) VALUES (?, ?, ?, ?)",
        [source, repository_id, day.isoformat(), day.isoformat()],
    )


def newest_day(connection: sqlite3.Connection) -> date | None:
    """The newest day of which a live run has stored anything; None where there is none."""
    newest = connection.execute(
        """
        SELECT max(day) FROM (
          SELECT max(day) AS day FROM computed_days WHERE origin = 'live'
          UNION ALL SELECT max(last_day) FROM answered_days
          UNION ALL SELECT max(day) FROM former_rows
          UNION ALL SELECT max(since) FROM remembered
        )
        """
    ).fetchone()[0]
    return None if newest is None else date.fromisoformat(newest)


@contextmanager
def keeping_list(connection: sqlite3.Connection, day: date) -> Iterator[None]:
    """Keep the rows of the list that the block changes, inside the caller's transaction; the first time begins it."""
    begun = connection.execute("SELECT 1 FROM remembered WHERE what = 'list'").fetchone() is not None
    # The rows of the first list were not there before, and nor was anything else.
    is_first = not begun and connection.execute("SELECT 1 FROM projects").fetchone() is None
    if not begun:
        for statement in _BEGIN:
            connection.execute(statement, {"day": day.isoformat()})
    if is_first:
        yield
        return
    before = {table: _rows(connection, table) for table in LIST_KEYS}
    yield
    for table, rows in before.items():
        _keep_differing(connection, table, rows, _rows(connection, table), day)


def keep_new_row(connection: sqlite3.Connection, table: str, key: str, day: date) -> None:
    """Keep that a row of the list's tables was not there before `day`, inside the caller's transaction."""
    _keep_row(connection, table, key, day, None)


@contextmanager
def keeping_links(
    connection: sqlite3.Connection,
    keys: Sequence[int] | Sequence[str],
    day: date,
    *,
    of: Literal["repository_id", "project_id"] = "repository_id",
) -> Iterator[None]:
    """Keep the links between repositories and projects that the block changes, inside the caller's transaction.

    `keys` are those of the repositories, or of the projects, whose links may change.
    """
    condition = f"WHERE {of} IN (SELECT value FROM json_each(?))"
    before = _rows(connection, "project_repositories", condition, json.dumps(list(keys)))
    yield
    after = _rows(connection, "project_repositories", condition, json.dumps(list(keys)))
    _keep_differing(connection, "project_repositories", before, after, day)


def keep_merged(connection: sqlite3.Connection, repository_id: int, day: date) -> None:
    """Keep a repository's row whole, as it was before each day on which it changed, since it is about to go."""
    row = dict(connection.execute("SELECT * FROM repositories WHERE id = ?", [repository_id]).fetchone())
    rows = {day.isoformat(): row}
    # The field "" comes first of its day: what the list told is known before it, too.
    former = "SELECT field, day, value FROM former_values WHERE repository_id = ? ORDER BY day DESC, field"
    for field, changed_on, value in connection.execute(former, [repository_id]):
        if field.startswith(RELEASE):
            continue
        if field == FIRST_ANSWER:
            row = {name: row[name] if name in {"id", *SEEDED_FIELDS} else None for name in row}
        else:
            row = row | {field: value}
        rows[changed_on] = row
    for changed_on, image in rows.items():
        _keep_row(connection, "repositories", str(repository_id), date.fromisoformat(changed_on), image)


def key_text(parts: Iterable[str | int]) -> str:
    """The key of a row as text: a JSON array where it has several parts."""
    found = list(parts)
    return str(found[0]) if len(found) == 1 else json.dumps(found, ensure_ascii=False)


def _rows(
    connection: sqlite3.Connection, table: str, condition: str = "", *parameters: str
) -> dict[str, dict[str, Any]]:
    """The rows of a table by key, in their order."""
    keys = LIST_KEYS[table]
    order = "position" if table in ORDERED else ", ".join(keys)
    rows = connection.execute(f'SELECT * FROM "{table}" {condition} ORDER BY {order}', parameters)
    return {key_text(row[name] for name in keys): dict(row) for row in rows}


def _keep_differing(
    connection: sqlite3.Connection,
    table: str,
    before: Mapping[str, dict[str, Any]],
    after: Mapping[str, dict[str, Any]],
    day: date,
) -> None:
    if table in ORDERED:
        # A place on the list is not worth a row for each of those that it moves.
        orders = [[key for key, row in rows.items() if row["removed_at"] is None] for rows in (before, after)]
        if orders[0] != orders[1]:
            _keep_row(connection, table, ORDER, day, orders[0])
    for key in before.keys() | after.keys():
        images = [
            {name: value for name, value in rows[key].items() if table not in ORDERED or name != "position"}
            if key in rows
            else None
            for rows in (before, after)
        ]
        if images[0] != images[1]:
            _keep_row(connection, table, key, day, images[0])


def _keep_row(connection: sqlite3.Connection, table: str, key: str, day: date, image: Any) -> None:
    text = None if image is None else json.dumps(image, ensure_ascii=False)
    connection.execute("INSERT OR IGNORE INTO former_rows VALUES (?, ?, ?, ?)", [table, key, day.isoformat(), text])
