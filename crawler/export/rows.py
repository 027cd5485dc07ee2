"""Every question that an export asks the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from crawler.figures.exchange import UNCONVERTED
from crawler.figures.publishing import restricted_totals
from crawler.store.past import WITHOUT_HISTORY, day_shown
from crawler.store.restricted import is_restricted_figure

_LANDSCAPE = """
SELECT l.*
FROM landscape l
JOIN projects p ON p.id = l.project_id
JOIN subcategories s ON s.id = p.subcategory_id
JOIN categories c ON c.id = s.category_id
ORDER BY c.position, c.id, s.position, s.id, p.position, p.id
"""

_SHOWN = """
SELECT l.*, c.id AS category_id, s.id AS subcategory_id, r.releases_total
FROM landscape l
JOIN projects p ON p.id = l.project_id
JOIN subcategories s ON s.id = p.subcategory_id
JOIN categories c ON c.id = s.category_id
LEFT JOIN project_repositories pr ON pr.project_id = p.id AND pr.is_primary
LEFT JOIN repositories r ON r.id = pr.repository_id
ORDER BY c.position, c.id, s.position, s.id, p.position, p.id
"""

_REPOSITORIES = """
SELECT r.*, pr.seeded_name, pr.is_primary, pr.branch, pr.license_override, pr.override_reason,
  pr.override_review_on, c.fetched_at AS contributors_fetched_at,
  c.origin AS contributors_origin, g.fetched_at AS status_fetched_at
FROM project_repositories pr
JOIN repositories r ON r.id = pr.repository_id
LEFT JOIN fetches c ON c.source = 'contributors' AND c.subject = (
  SELECT x.subject FROM fetches x
  WHERE x.source = 'contributors' AND x.repository_id = r.id AND x.fetched_at IS NOT NULL
  ORDER BY x.fetched_at DESC LIMIT 1
)
LEFT JOIN fetches g ON g.source = 'github' AND g.subject = (
  SELECT x.subject FROM fetches x
  WHERE x.source = 'github' AND x.repository_id = r.id AND x.fetched_at IS NOT NULL AND x.origin = 'live'
  ORDER BY x.fetched_at DESC LIMIT 1
)
WHERE pr.project_id = ?
ORDER BY pr.is_primary DESC, pr.position, r.name_with_owner
"""

_FIGURES = """
SELECT id, measure, amount, currency, as_of, source, source_url, licence_class, note, low, high,
  kind
FROM figures f
WHERE organization_id = ? AND superseded_by IS NULL AND withdrawn_at IS NULL AND (? OR NOT {is_restricted})
  AND as_of <= coalesce((SELECT max(day) FROM computed_days), as_of)
ORDER BY measure, as_of DESC, observed_at DESC, id DESC
"""

_GROUP = """
SELECT l.group_id AS id, o.name FROM value_lines l JOIN organizations o ON o.id = l.group_id
WHERE l.organization_id = :id AND l.scope = 'landscape' AND l.day = (SELECT max(day) FROM computed_days)
  AND (l.group_id = :id OR EXISTS (
    SELECT 1 FROM ownerships w
    WHERE w.child_id = :id AND w.withdrawn_at IS NULL AND (w.licence_class <> 'restricted' OR :include_restricted)
  ))
LIMIT 1
"""

_VALUE = """
SELECT policy, low, value AS central, high, currency, day
FROM totals
WHERE scope = 'organization:' || :group AND measure = 'value' AND policy = :policy AND value IS NOT NULL
  AND day = (SELECT max(day) FROM computed_days)
"""


def landscape_columns(connection: sqlite3.Connection) -> list[str]:
    """The column names of the view `landscape`, in its own order; of a past day without those that have no history."""
    left_out = WITHOUT_HISTORY if day_shown(connection) else ()
    names = (column[0] for column in connection.execute("SELECT * FROM landscape LIMIT 0").description)
    return [name for name in names if name not in left_out]


def landscape_rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The rows of the view `landscape` in the order of the list; yes and no are booleans, NULL is None."""
    columns = landscape_columns(connection)
    truths = {name for name in columns if name.startswith("is_") or name == "license_osi_approved"}
    for row in connection.execute(_LANDSCAPE):
        yield {name: _truth(row[name]) if name in truths else row[name] for name in columns}


def shown_projects(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """The view `landscape` in the order of the list, with `category_id`, `subcategory_id` and `releases_total`."""
    return connection.execute(_SHOWN).fetchall()


def categories(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Id and name of the categories, in the order of the list."""
    query = "SELECT id, name FROM categories WHERE removed_at IS NULL ORDER BY position, id"
    return [(row["id"], row["name"]) for row in connection.execute(query)]


def project(connection: sqlite3.Connection, project_id: str) -> sqlite3.Row | None:
    """`id`, `organization_id` and `organization` (its name) of a project; None if it is not there, or removed."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT p.id, p.organization_id, o.name AS organization FROM projects p"
        " LEFT JOIN organizations o ON o.id = p.organization_id WHERE p.id = ? AND p.removed_at IS NULL",
        (project_id,),
    ).fetchone()
    return row


def repositories(connection: sqlite3.Connection, project_id: str) -> list[sqlite3.Row]:
    """The repositories of a project, the primary one first, each with the dates of its figures.

    `contributors_fetched_at` and `contributors_origin`: when and from where that figure came; `status_fetched_at`:
    when GitHub last answered, with or without figures (`fetched_at` is the time of the figures). `seeded_name`,
    `is_primary`, `branch`, `license_override` and why are what the list says of it for this project.
    """
    return connection.execute(_REPOSITORIES, (project_id,)).fetchall()


def former_names(connection: sqlite3.Connection, repository_id: int) -> list[str]:
    """Names under which a repository was known, in alphabetical order."""
    query = "SELECT former_name FROM former_names WHERE repository_id = ? ORDER BY former_name"
    return [row[0] for row in connection.execute(query, (repository_id,))]


def newest_figures(
    connection: sqlite3.Connection, organization_id: str, *, include_restricted: bool
) -> list[sqlite3.Row]:
    """The newest figure of each measure of an organisation on the day of the totals, ordered by measure.

    A recording's day is long ago: what came later has no place among its figures.
    """
    query = _FIGURES.format(is_restricted=is_restricted_figure("f.id"))
    newest: dict[str, sqlite3.Row] = {}
    for row in connection.execute(query, (organization_id, include_restricted)):
        newest.setdefault(row["measure"], row)
    return list(newest.values())


def group(connection: sqlite3.Connection, organization_id: str, *, include_restricted: bool) -> sqlite3.Row | None:
    """`id` and `name` of the ultimate parent with which an organisation counts; None where it may not be told."""
    found: sqlite3.Row | None = connection.execute(
        _GROUP, {"id": organization_id, "include_restricted": include_restricted}
    ).fetchone()
    return found


def value(connection: sqlite3.Connection, group_id: str, policy: str) -> sqlite3.Row | None:
    """The newest value of a group; None where there is none."""
    found: sqlite3.Row | None = connection.execute(_VALUE, {"group": group_id, "policy": policy}).fetchone()
    return found


def unpublished_values(connection: sqlite3.Connection, policy: str) -> set[str]:
    """The groups whose newest value by that policy may not be published."""
    (day,) = connection.execute("SELECT max(day) FROM computed_days").fetchone()
    hidden = restricted_totals(connection, day) if day else set()
    return {
        scope.removeprefix("organization:")
        for scope, measure, of in hidden
        if scope.startswith("organization:") and (measure, of) == ("value", policy)
    }


def sources_of_landscape(connection: sqlite3.Connection, policy: str, day: str) -> list[tuple[str, bool]]:
    """Source of the figures that the whole landscape's value of a day rests on, and whether they are converted."""
    rows = connection.execute(
        "SELECT DISTINCT f.source, f.currency FROM value_lines l JOIN figures f ON f.id = l.figure_id"
        " WHERE l.policy = ? AND l.day = ? AND l.scope = 'landscape' AND l.measure = 'value' AND l.counted",
        (policy, day),
    )
    return [(row["source"], row["currency"] not in UNCONVERTED) for row in rows]


def sources_of_value(connection: sqlite3.Connection, group_id: str, policy: str, day: str) -> list[tuple[str, bool]]:
    """Source of the figures that a group's value of a day rests on, and whether they are converted."""
    rows = connection.execute(
        "SELECT DISTINCT f.source, f.currency FROM value_lines l JOIN figures f ON f.id = l.figure_id"
        " WHERE l.group_id = ? AND l.policy = ? AND l.day = ? AND l.scope = 'landscape' AND l.counted",
        (group_id, policy, day),
    )
    return [(row["source"], row["currency"] not in UNCONVERTED) for row in rows]


def recorded_on(connection: sqlite3.Connection) -> str | None:
    """The day of the recording that sandbox figures come from; None if no run named one."""
    row = connection.execute(
        "SELECT recorded_on FROM runs WHERE mode = 'sandbox' AND recorded_on IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)
