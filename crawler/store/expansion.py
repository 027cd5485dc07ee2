"""Whole accounts of projects: what they hold, and which of it the list's choice makes repositories of the project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from datetime import date
from fnmatch import fnmatchcase

from msgspec import Struct

from crawler.model import OwnerRepositories
from crawler.store.former import keeping_links

SOURCE = "org_repositories"
_LISTED = "SELECT name_with_owner, is_fork, is_archived FROM owner_repositories WHERE owner_login = ? ORDER BY position"
_ORGS = "SELECT * FROM project_orgs ORDER BY project_id"


class LeftOut(Struct, frozen=True, kw_only=True):
    """How many repositories of an account fit a project's choice, and how many of them its cap leaves out."""

    project_id: str
    login: str
    fitting: int
    count: int


def write_owner_repositories(connection: sqlite3.Connection, record: OwnerRepositories, *, day: date) -> None:
    """Make these the account's repositories, and link the projects that it belongs to anew, inside the transaction.

    What is no longer chosen is no longer linked; the repository stays, and so does what is told of the days before.
    """
    connection.execute("DELETE FROM owner_repositories WHERE owner_login = ?", [record.login])
    connection.executemany(
        "INSERT INTO owner_repositories (owner_login, name_with_owner, position, is_fork, is_archived)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (record.login, one.name_with_owner, position, one.is_fork, one.is_archived)
            for position, one in enumerate(record.repositories)
        ],
    )
    orgs = [org for org in connection.execute(_ORGS) if org["owner_login"].lower() == record.login.lower()]
    with keeping_links(connection, [org["project_id"] for org in orgs], day, of="project_id"):
        for org in orgs:
            _expand(connection, org, listed_at=None)


def expand(connection: sqlite3.Connection) -> None:
    """Link every project of a whole account to what the account held when it was listed last, inside the transaction.

    For after the list has been written: the links that the list itself makes are there, and no others.
    """
    for org in connection.execute(_ORGS).fetchall():
        row = connection.execute(
            "SELECT fetched_at FROM fetches WHERE source = ? AND subject = ?", [SOURCE, org["owner_login"]]
        ).fetchone()
        _expand(connection, org, listed_at=row and row["fetched_at"])


def left_out(connection: sqlite3.Connection) -> list[LeftOut]:
    """For each project whose cap leaves repositories of its account out, how many: those with the most first."""
    found = []
    for org in connection.execute(_ORGS).fetchall():
        fitting = len(_fitting(connection, org))
        if fitting > org["most"]:
            count = fitting - org["most"]
            found.append(LeftOut(project_id=org["project_id"], login=org["owner_login"], fitting=fitting, count=count))
    return sorted(found, key=lambda one: -one.count)


def may_add(connection: sqlite3.Connection, logins: Collection[str]) -> int:
    """How many repositories these accounts may bring that are not there yet, by the caps of their projects."""
    asked = {login.lower() for login in logins}
    return sum(
        max(0, org["most"] - len(_choose(connection, org)))
        for org in connection.execute(_ORGS).fetchall()
        if org["owner_login"].lower() in asked
    )


def _expand(connection: sqlite3.Connection, org: sqlite3.Row, *, listed_at: str | None) -> None:
    """Link what is chosen and the item does not name itself; an item that names none has the most starred as primary.

    `listed_at`: when the account was listed; None: now.
    """
    project_id = org["project_id"]
    connection.execute("DELETE FROM project_repositories WHERE project_id = ? AND is_expanded", [project_id])
    own = connection.execute(
        "SELECT repository_id, seeded_name FROM project_repositories WHERE project_id = ?", [project_id]
    ).fetchall()
    names = {row["seeded_name"].lower() for row in own}
    linked = {row["repository_id"] for row in own}
    for name in _choose(connection, org):
        if name.lower() in names:
            continue
        repository_id = _find_or_add(connection, name, listed_at)
        if repository_id in linked:
            continue
        connection.execute(
            "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position,"
            " is_expanded) VALUES (?, ?, ?, ?, ?, 1)",
            [project_id, repository_id, name, not linked, len(linked)],
        )
        linked.add(repository_id)


def _choose(connection: sqlite3.Connection, org: sqlite3.Row) -> list[str]:
    """The names that count, the most starred first."""
    return _fitting(connection, org)[: org["most"]]


def _fitting(connection: sqlite3.Connection, org: sqlite3.Row) -> list[str]:
    """The names that would count without the cap."""
    include, exclude = json.loads(org["include"]), json.loads(org["exclude"])
    return [
        row["name_with_owner"]
        for row in connection.execute(_LISTED, [org["owner_login"]])
        if (_fits(row["name_with_owner"], include) if include else not (row["is_fork"] or row["is_archived"]))
        and not _fits(row["name_with_owner"], exclude)
    ]


def _fits(name_with_owner: str, globs: Iterable[str]) -> bool:
    """Whether one of the globs fits, in any case: over the name, or over `owner/name` where it has a slash."""
    full = name_with_owner.lower()
    name = full.partition("/")[2]
    return any(fnmatchcase(full if "/" in glob else name, glob.lower()) for glob in globs)


def _find_or_add(connection: sqlite3.Connection, name: str, listed_at: str | None) -> int:
    """Our key of the repository that had the name when the account was listed, else of a new row nobody asked yet.

    One that has been renamed since is found by its former name; before, the name went to somebody else.
    """
    present = "SELECT id FROM repositories WHERE name_with_owner = ? AND status IS NOT 'replaced' ORDER BY id"
    former = "SELECT repository_id AS id FROM former_names WHERE former_name = ? AND seen_at >= ? ORDER BY seen_at DESC"
    row = connection.execute(present, [name]).fetchone()
    if row is None and listed_at is not None:
        row = connection.execute(former, [name, listed_at]).fetchone()
    if row is not None:
        return int(row["id"])
    cursor = connection.execute(
        "INSERT INTO repositories (name_with_owner, url) VALUES (?, ?)", [name, f"https://github.com/{name}"]
    )
    return int(cursor.lastrowid or 0)
