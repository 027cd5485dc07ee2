"""The counts of every scope: projects, repositories, stars, releases, licences, languages and the like."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from crawler.figures.model import Total
from crawler.figures.scopes import SCOPES, scopes

Origin = Literal["live", "sandbox"]

REPOSITORY_MEASURES = (
    "stars",
    "forks",
    "watchers",
    "open_issues",
    "open_pull_requests",
    "contributions",
    "commits_last_year",
    "releases_90d",
    "releases_1y",
    "archived",
    "stale",
    "osi_approved",
)
"""Measures summed over repositories.

- `contributions`: contributors summed over repositories. People who work on several are counted in each.
- `releases_90d`, `releases_1y`: releases published in the last 90 and 365 days, prereleases counted, drafts not.
- `stale`: no commit on the default branch in the last 365 days.
- `archived`, `stale`, `osi_approved`: numbers of repositories; divided by `known` they are shares.
"""

_PROJECTS = """
SELECT sp.scope, count(*) AS projects, count(p.organization_id) AS with_organization,
  count(DISTINCT p.organization_id) AS organizations
FROM scope_projects sp JOIN projects p ON p.id = sp.project_id
GROUP BY sp.scope
"""

# A row of another origin joins as NULL: never asked.
_REPOSITORIES = """
SELECT sr.scope, count(*) AS repositories,
  count(CASE WHEN r.status <> 'unknown' THEN 1 END) AS repositories_known,
  sum(r.stars) AS stars, count(r.stars) AS stars_known,
  sum(r.forks) AS forks, count(r.forks) AS forks_known,
  sum(r.watchers) AS watchers, count(r.watchers) AS watchers_known,
  sum(r.open_issues) AS open_issues, count(r.open_issues) AS open_issues_known,
  sum(r.open_pull_requests) AS open_pull_requests, count(r.open_pull_requests) AS open_pull_requests_known,
  sum(r.contributors) AS contributions, count(r.contributors) AS contributions_known,
  sum(r.commits_last_year) AS commits_last_year, count(r.commits_last_year) AS commits_last_year_known,
  sum(CASE WHEN r.releases_total IS NOT NULL OR r.status = 'empty' THEN coalesce(rel.last_90d, 0) END) AS releases_90d,
  count(CASE WHEN r.releases_total IS NOT NULL OR r.status = 'empty' THEN 1 END) AS releases_90d_known,
  sum(CASE WHEN r.releases_total IS NOT NULL OR r.status = 'empty' THEN coalesce(rel.last_year, 0) END) AS releases_1y,
  count(CASE WHEN r.releases_total IS NOT NULL OR r.status = 'empty' THEN 1 END) AS releases_1y_known,
  sum(r.is_archived) AS archived, count(r.is_archived) AS archived_known,
  sum(r.latest_commit_at < :year_ago) AS stale, count(r.latest_commit_at) AS stale_known,
  sum(r.license_osi_approved) AS osi_approved, count(r.license_osi_approved) AS osi_approved_known,
  count(r.license_spdx) AS license_known,
  count(CASE WHEN lang.repository_id IS NOT NULL OR r.status = 'empty' THEN r.id END) AS language_known
FROM scope_repositories sr
LEFT JOIN repositories r ON r.id = sr.repository_id AND r.origin = :origin
LEFT JOIN (
  SELECT repository_id, count(*) AS last_year, count(CASE WHEN published_at >= :days_ago THEN 1 END) AS last_90d
  FROM releases
  WHERE published_at >= :year_ago AND published_at < :tomorrow AND is_draft IS NOT 1
  GROUP BY repository_id
) rel ON rel.repository_id = r.id
LEFT JOIN (SELECT DISTINCT repository_id FROM languages) lang ON lang.repository_id = r.id
GROUP BY sr.scope
"""

_LICENSES = """
SELECT sr.scope, 'license:' || r.license_spdx AS measure, count(*) AS value
FROM scope_repositories sr
JOIN repositories r ON r.id = sr.repository_id AND r.origin = :origin
WHERE r.license_spdx IS NOT NULL
GROUP BY sr.scope, r.license_spdx ORDER BY sr.scope, r.license_spdx
"""

_LANGUAGES = """
SELECT sr.scope, 'language:' || l.language AS measure, sum(l.bytes) AS value
FROM scope_repositories sr
JOIN repositories r ON r.id = sr.repository_id AND r.origin = :origin
JOIN languages l ON l.repository_id = r.id
GROUP BY sr.scope, l.language ORDER BY sr.scope, l.language
"""


def count_totals(connection: sqlite3.Connection, *, day: date, origin: Origin) -> list[Total]:
    """Every count of every scope on `day`, in the list's order.

    Coverage: `known` of the scope's repositories answered for the measure; for `organizations` it is the projects
    that name one. A repository without any language row is not known to the languages, unless it is empty.
    """
    window = {
        "origin": origin,
        "days_ago": (day - timedelta(days=90)).isoformat(),
        "year_ago": (day - timedelta(days=365)).isoformat(),
        "tomorrow": (day + timedelta(days=1)).isoformat(),
    }
    projects = _by_scope(connection, SCOPES + _PROJECTS, {})
    repositories = _by_scope(connection, SCOPES + _REPOSITORIES, window)
    found: dict[str, list[Total]] = {}
    for query, known in ((_LICENSES, "license_known"), (_LANGUAGES, "language_known")):
        for row in connection.execute(SCOPES + query, {"origin": origin}):
            of_scope = repositories[row["scope"]]
            found.setdefault(row["scope"], []).append(
                Total(
                    scope=row["scope"],
                    measure=row["measure"],
                    value=row["value"],
                    known=of_scope[known],
                    total=of_scope["repositories"],
                )
            )
    totals: list[Total] = []
    for scope, categories in scopes(connection).items():
        if categories is not None:
            totals.append(
                Total(scope=scope, measure="categories", value=categories, known=categories, total=categories)
            )
        totals.extend(_project_totals(scope, projects.get(scope)))
        totals.extend(_repository_totals(scope, repositories.get(scope)))
        totals.extend(found.get(scope, ()))
    return totals


def _by_scope(connection: sqlite3.Connection, query: str, parameters: dict[str, str]) -> dict[str, sqlite3.Row]:
    return {row["scope"]: row for row in connection.execute(query, parameters)}


def _project_totals(scope: str, row: sqlite3.Row | None) -> Iterator[Total]:
    projects = row["projects"] if row else 0
    named = row["with_organization"] if row else 0
    yield Total(scope=scope, measure="projects", value=projects, known=projects, total=projects)
    yield Total(
        scope=scope,
        measure="organizations",
        value=row["organizations"] if row and named else None,
        known=named,
        total=projects,
    )


def _repository_totals(scope: str, row: sqlite3.Row | None) -> Iterator[Total]:
    count = row["repositories"] if row else 0
    answered = row["repositories_known"] if row else 0
    yield Total(scope=scope, measure="repositories", value=count, known=answered, total=count)
    for measure in REPOSITORY_MEASURES:
        yield Total(
            scope=scope,
            measure=measure,
            value=row[measure] if row else None,
            known=row[f"{measure}_known"] if row else 0,
            total=count,
        )
