"""What a database knows of the repositories of a list; it is only read."""

from __future__ import annotations

import sqlite3

from msgspec import Struct, convert

_FACTS = """
SELECT pr.seeded_name AS listed_name, r.name_with_owner, r.status, r.status_note, r.stars, r.forks, r.contributors,
  r.commits_last_year, r.license_spdx, r.license_osi_approved, r.created_at, r.latest_commit_at, r.latest_release_tag,
  r.latest_release_at, r.releases_total, r.is_archived, r.is_fork, r.is_mirror, r.fetched_at, f.error
FROM project_repositories pr
JOIN projects p ON p.id = pr.project_id AND p.removed_at IS NULL
JOIN repositories r ON r.id = pr.repository_id
LEFT JOIN fetches f ON f.source = 'github' AND f.repository_id = r.id AND f.status = 'failed'
ORDER BY p.position, pr.position
"""


class Facts(Struct, frozen=True, kw_only=True):
    """What GitHub told of a repository, under the names of `repositories`; None is "not known"."""

    listed_name: str
    """As the list spells it."""
    name_with_owner: str
    """As GitHub does now."""
    status: str | None = None
    """None: it was never answered."""
    status_note: str | None = None
    stars: int | None = None
    forks: int | None = None
    contributors: int | None = None
    commits_last_year: int | None = None
    license_spdx: str | None = None
    license_osi_approved: bool | None = None
    created_at: str | None = None
    latest_commit_at: str | None = None
    latest_release_tag: str | None = None
    latest_release_at: str | None = None
    releases_total: int | None = None
    is_archived: bool | None = None
    is_fork: bool | None = None
    is_mirror: bool | None = None
    fetched_at: str | None = None
    error: str | None = None
    """Why it could not be asked last time."""

    @property
    def is_renamed(self) -> bool:
        """Whether the list has a name that only leads to the present one; names do not differ by case."""
        return self.listed_name.lower() != self.name_with_owner.lower()


def read_facts(connection: sqlite3.Connection) -> dict[str, Facts]:
    """Of every repository that the list names, under that name in small letters."""
    connection.row_factory = sqlite3.Row
    return {row["listed_name"].lower(): convert(dict(row), Facts, strict=False) for row in connection.execute(_FACTS)}
