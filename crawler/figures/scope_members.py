"""What policies see of each scope: its organisations, their groups, and the stars of its items."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from itertools import groupby

from msgspec import Struct

from crawler.figures.counts import Origin
from crawler.figures.scopes import SCOPES, scopes


class Scope(Struct, frozen=True):
    """A scope as the policies see it, in the order of the items' names, case-insensitive.

    The stars are summed over items: a repository that two items name counts twice.
    """

    items: int
    organizations: tuple[str, ...]
    """Distinct ids, as the items name them."""
    groups: tuple[str, ...]
    """Distinct ids of the groups that these are in on the day."""
    item_stars: int | None
    item_repositories_known: int
    item_repositories: int


_ITEMS = """
SELECT sp.scope, count(DISTINCT sp.project_id) AS items, sum(r.stars) AS stars, count(r.stars) AS known,
  count(pr.repository_id) AS repositories
FROM scope_projects sp
LEFT JOIN project_repositories pr ON pr.project_id = sp.project_id
LEFT JOIN repositories r ON r.id = pr.repository_id AND r.origin = :origin
GROUP BY sp.scope
"""

_SCOPE_ORGANIZATIONS = """
SELECT sp.scope, p.organization_id, p.name
FROM scope_projects sp
JOIN projects p ON p.id = sp.project_id
JOIN organizations o ON o.id = p.organization_id AND o.removed_at IS NULL
ORDER BY sp.scope, p.position, p.id
"""


def read_scopes(
    connection: sqlite3.Connection,
    origin: Origin,
    group_of: Mapping[str, str],
) -> dict[str, Scope]:
    """Every scope; `group_of`: the group of each organisation. Stars of repositories of that origin."""
    members = _members(connection)
    items = {row["scope"]: row for row in connection.execute(SCOPES + _ITEMS, {"origin": origin})}
    return {
        scope: Scope(
            items=items[scope]["items"] if scope in items else 0,
            organizations=members.get(scope, ()),
            groups=tuple(dict.fromkeys(group_of[one] for one in members.get(scope, ()))),
            item_stars=items[scope]["stars"] if scope in items else None,
            item_repositories_known=items[scope]["known"] if scope in items else 0,
            item_repositories=items[scope]["repositories"] if scope in items else 0,
        )
        for scope in scopes(connection)
    }


def _members(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The organisations of each scope in the order of their first item's name."""
    members = {}
    for scope, rows in groupby(connection.execute(SCOPES + _SCOPE_ORGANIZATIONS), key=lambda row: str(row["scope"])):
        # SQLite's own folding knows only the letters of ASCII.
        in_order = sorted(rows, key=lambda row: row["name"].lower())
        members[scope] = tuple(dict.fromkeys(row["organization_id"] for row in in_order))
    return members
