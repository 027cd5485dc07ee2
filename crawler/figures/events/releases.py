"""New releases, and how much each of them changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct

from crawler.figures.events.levels import release_level
from crawler.figures.events.repositories import GITHUB
from crawler.store.changes import Change


class Release(Struct, frozen=True, kw_only=True):
    """A published release, with columns of `releases`."""

    tag_name: str
    published_at: str
    is_prerelease: bool | None
    url: str | None
    is_told: bool


_COLUMNS = ", ".join(Release.__struct_fields__)
_PUBLISHED = "published_at IS NOT NULL AND is_draft IS NOT 1"


def with_untold(connection: sqlite3.Connection) -> set[int]:
    """The repositories that have a published release of which nothing was told."""
    rows = connection.execute(f"SELECT DISTINCT repository_id FROM releases WHERE NOT is_told AND {_PUBLISHED}")
    return {repository_id for (repository_id,) in rows}


def read_releases(connection: sqlite3.Connection, repository_id: int) -> list[Release]:
    """All published releases of a repository, the oldest first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM releases WHERE repository_id = ? AND {_PUBLISHED} ORDER BY published_at, tag_name",
        [repository_id],
    )
    return [
        Release(
            tag_name=row["tag_name"],
            published_at=row["published_at"],
            is_prerelease=None if row["is_prerelease"] is None else bool(row["is_prerelease"]),
            url=row["url"],
            is_told=bool(row["is_told"]),
        )
        for row in rows
    ]


def release_changes(repository_id: int, page: str, releases: Sequence[Release]) -> Iterable[Change]:
    """An event for each release that was not told, unless it is older than the newest one that was: late news is none.

    `releases` has all of the repository, the oldest first; `page` is where those without a page of their own are seen.
    """
    newest = max((release.published_at for release in releases if release.is_told), default="")
    for place, release in enumerate(releases):
        if release.is_told or release.published_at < newest:
            continue
        earlier = (one.tag_name for one in releases[:place] if not one.is_prerelease)
        level = release_level(release.tag_name, is_prerelease=release.is_prerelease, earlier=earlier)
        yield Change(
            kind="release",
            after=release.tag_name,
            at=release.published_at,
            repository_id=repository_id,
            detail={"level": level},
            source=GITHUB,
            source_url=release.url or page,
        )
