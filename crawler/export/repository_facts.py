"""What the database knows of many repositories at once: a few questions for a whole list, however long it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import quote

from msgspec import Struct, structs

WEEKS = 52
"""The sites of the neighbours draw a year."""
HIDDEN = ("missing", "gone", "blocked", "private", "replaced")
"""States in which GitHub shows the repository of that name to nobody, or another one."""

_RELEASES = "SELECT repository_id, tag_name, url FROM releases WHERE repository_id IN (SELECT value FROM json_each(?))"
_LANGUAGES = """
SELECT repository_id, language, bytes FROM languages WHERE repository_id IN (SELECT value FROM json_each(?))
ORDER BY repository_id, language
"""
_COMMITS = """
SELECT repository_id, week, commits FROM commit_weeks WHERE repository_id IN (SELECT value FROM json_each(?))
ORDER BY repository_id, week DESC
"""
_ROWS = """
SELECT id, name_with_owner, url, status, stars, contributors, commits_last_year, description, license_spdx,
  license_name, topics, latest_commit_at, latest_commit_oid, first_commit_at, first_commit_oid, latest_release_tag,
  latest_release_at, figures_source
FROM repositories WHERE id IN (SELECT value FROM json_each(?))
"""
# The last word counts: who has a name now comes before who had it, and before both what the list's own name led to.
_NAMES = """
SELECT former_name AS name, repository_id AS id, 0 AS rank FROM former_names
UNION ALL SELECT name_with_owner, id, 1 FROM repositories WHERE status = 'replaced'
UNION ALL SELECT name_with_owner, id, 2 FROM repositories WHERE status IS NOT 'replaced'
UNION ALL SELECT r.seeded_name, r.repository_id, 3 FROM project_repositories r
  JOIN projects p ON p.id = r.project_id AND p.removed_at IS NULL
ORDER BY rank, id DESC
"""
_EXPANDED = """
SELECT p.project_id, r.name_with_owner FROM project_repositories p JOIN repositories r ON r.id = p.repository_id
WHERE p.is_expanded ORDER BY p.project_id, p.position, r.name_with_owner
"""


class RepositoryFacts(Struct, frozen=True, kw_only=True):
    """A repository as the database knows it; None is "not known"."""

    id: int
    name_with_owner: str
    url: str
    status: str | None
    stars: int | None
    contributors: int | None
    commits_last_year: int | None
    description: str | None
    license_spdx: str | None
    license_name: str | None
    topics: tuple[str, ...]
    latest_commit_at: str | None
    latest_commit_oid: str | None
    first_commit_at: str | None
    first_commit_oid: str | None
    latest_release_tag: str | None
    latest_release_at: str | None
    figures_source: str | None
    release_url: str | None = None
    """The page of the latest release."""
    languages: dict[str, int] = {}
    """Bytes by language, in alphabetical order."""
    weeks: tuple[int, ...] = ()
    """Commits of the newest 52 weeks that are known, oldest first; none where one of them is not known."""
    first_week: date | None = None
    """The Sunday on which the oldest of them begins."""

    @property
    def is_shown(self) -> bool:
        """Whether GitHub shows it under its name: else what is known of it is of the past."""
        return self.status not in HIDDEN


def commit_url(repository: RepositoryFacts, oid: str | None) -> str:
    """The page of a commit; of one that is not known by its hash the list of all commits."""
    return f"{repository.url}/commit/{oid}" if oid else f"{repository.url}/commits"


class Repositories:
    """The repositories with these names, read in one go."""

    def __init__(self, connection: sqlite3.Connection, names: Iterable[str]) -> None:
        wanted = {name.lower() for name in names}
        self._ids = {
            row["name"].lower(): row["id"] for row in connection.execute(_NAMES) if row["name"].lower() in wanted
        }
        self._by_id = _read(connection, sorted(set(self._ids.values())))

    def find(self, name: str) -> RepositoryFacts | None:
        """The repository that has the name `owner/name`, or had it; None where the database has none."""
        return self._by_id.get(self._ids.get(name.lower(), 0))


def expanded_names(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """By project the repositories that were found in the account that it names."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(_EXPANDED):
        found.setdefault(row["project_id"], []).append(row["name_with_owner"])
    return found


def _read(connection: sqlite3.Connection, ids: list[int]) -> dict[int, RepositoryFacts]:
    wanted = [json.dumps(ids)]
    rows = connection.execute(_ROWS, wanted).fetchall()
    releases = {(row["repository_id"], row["tag_name"]): row["url"] for row in connection.execute(_RELEASES, wanted)}
    languages: dict[int, dict[str, int]] = {}
    for row in connection.execute(_LANGUAGES, wanted):
        languages.setdefault(row["repository_id"], {})[row["language"]] = row["bytes"]
    weeks: dict[int, list[tuple[str, int]]] = {}
    for row in connection.execute(_COMMITS, wanted):
        of_one = weeks.setdefault(row["repository_id"], [])
        if len(of_one) < WEEKS:
            of_one.append((row["week"], row["commits"]))
    found: dict[int, RepositoryFacts] = {}
    for row in rows:
        url = row["url"] or f"https://github.com/{row['name_with_owner']}"
        values = dict(row) | {"url": url, "topics": tuple(json.loads(row["topics"] or "[]"))}
        one = RepositoryFacts(
            **values,
            languages=languages.get(row["id"], {}),
            release_url=_release_url(url, row, releases),
        )
        first, counts = _year(weeks.get(row["id"], []), one)
        found[one.id] = structs.replace(one, weeks=counts, first_week=first)
    return found


def _release_url(url: str, row: sqlite3.Row, known: dict[tuple[int, str], str | None]) -> str | None:
    tag = row["latest_release_tag"]
    if tag is None:
        return f"{url}/releases" if row["latest_release_at"] else None
    return known.get((row["id"], tag)) or f"{url}/releases/tag/{quote(tag)}"


def _year(newest: list[tuple[str, int]], repository: RepositoryFacts) -> tuple[date | None, tuple[int, ...]]:
    """The first week and the commits of 52 weeks without a gap. `newest`: as they are stored, the newest first."""
    if not newest:
        return None, (0,) * WEEKS if repository.commits_last_year == 0 else ()
    last = date.fromisoformat(newest[0][0])
    first = last - timedelta(weeks=WEEKS - 1)
    known = dict(newest)
    born = date.fromisoformat(repository.first_commit_at[:10]) if repository.first_commit_at else None
    counts: list[int] = []
    for number in range(WEEKS):
        week = first + timedelta(weeks=number)
        count = known.get(week.isoformat())
        if count is None and born is not None and week + timedelta(weeks=1) <= born:
            # Before its first commit it had none.
            count = 0
        if count is None:
            return None, ()
        counts.append(count)
    return first, tuple(counts)
