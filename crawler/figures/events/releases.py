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
    is_told_as_pre: bool

    @property
    def is_promoted(self) -> bool:
        """Whether it was told as a pre-release and is the release now."""
        return self.is_told_as_pre and self.is_prerelease is False


_COLUMNS = ", ".join(Release.__struct_fields__)
_PUBLISHED = "published_at IS NOT NULL AND is_draft IS NOT 1"


def with_untold(connection: sqlite3.Connection) -> set[int]:
    """The repositories that have a published release of which nothing was told, or not as what it is now."""
    rows = connection.execute(
        "SELECT DISTINCT repository_id FROM releases"
        f" WHERE (NOT is_told OR is_told_as_pre AND is_prerelease IS 0) AND {_PUBLISHED}"
    )
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
            is_told_as_pre=bool(row["is_told_as_pre"]),
        )
        for row in rows
    ]


def release_changes(repository_id: int, page: str, releases: Sequence[Release], newest: str | None) -> Iterable[Change]:
    """An event for each release that was not told, unless it is older than the newest one that was: late news is none.

    `releases` has all of the repository, the oldest first; `page` is where those without a page of their own are seen.
    `newest` is when the newest that was told was published, as it was told: a tag that is made anew every night has
    another time by now. A pre-release that has become the release is an event once more, whenever it was published.
    """
    for place, release in enumerate(releases):
        is_new = not release.is_told and (newest is None or release.published_at >= newest)
        if not (is_new or release.is_promoted):
            continue
        earlier = (one.tag_name for one in releases[:place] if not one.is_prerelease)
        level = release_level(release.tag_name, is_prerelease=release.is_prerelease, earlier=earlier)
        if release.is_promoted and level == "pre":
            continue  # by its version it still is one
        yield Change(
            kind="release",
            after=release.tag_name,
            # Nobody says when GitHub's mark was taken off.
            at=None if release.is_promoted else release.published_at,
            repository_id=repository_id,
            detail={"level": level, "was_prerelease": True} if release.is_promoted else {"level": level},
            source=GITHUB,
            source_url=release.url or page,
        )


def newest_told(releases: Iterable[Release], newest: str | None) -> str | None:
    """When the newest release was published once all of them are told; `newest` is that of those told before."""
    untold = (release.published_at for release in releases if not release.is_told)
    return max([*untold, *([newest] if newest is not None else [])], default=None)
