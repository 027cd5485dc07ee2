"""The landscape as texts show it: its projects in words, its headline, its day, and what sources ask to be said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from crawler.export import rows
from crawler.export.attributions import attributions
from crawler.export.block import FIRST_HAND
from crawler.figures.headline import LANDSCAPE, VALUE_POLICY, headline
from crawler.figures.publishing import restricted_totals
from crawler.figures.snapshot import Snapshot, read_snapshot
from crawler.news.words import license_words, web_address

NOT_KNOWN, NONE, NOTHING = "not known", "none", "–"
"""Nobody has told it; it was told that there is none; there is no repository of which it could be told."""

STATES = {
    "ok": "ok",
    None: "not asked yet",
    "unknown": "no figures",
    "missing": "not found",
    "gone": "gone",
    "blocked": "blocked",
    "private": "private",
    "empty": "empty",
    "replaced": "replaced",
}


class Project(Struct, frozen=True, kw_only=True):
    """A project of the view `landscape`, and what of it is said in words."""

    id: str
    name: str
    category_id: str
    category: str
    subcategory_id: str
    subcategory: str
    organization: str | None
    url: str | None
    """Of its repository, else its homepage; None where it has neither on the web."""
    description: str | None
    repository: str | None
    stars: int | None
    license_spdx: str | None
    release_tag: str | None
    release_at: str | None
    releases_total: int | None
    commit_at: str | None
    contributors: int | None
    status: str | None
    is_archived: bool
    figures_source: str | None

    @property
    def stars_words(self) -> str:
        """`1,234`."""
        return self._count(self.stars)

    @property
    def contributors_words(self) -> str:
        """`56`."""
        return self._count(self.contributors)

    @property
    def license_words(self) -> str:
        """`Apache-2.0`, `not recognised`, `none`."""
        return license_words(self.license_spdx) if self.repository else NOTHING

    @property
    def release_words(self) -> str:
        """`v1.2 (2026-11-01)`, or as much of it as is known."""
        told = self.release_tag, (self.release_at or "")[:10]
        if all(told):
            return f"{told[0]} ({told[1]})"
        if not any(told) and self.repository:
            return NONE if self.releases_total == 0 or self.status == "empty" else NOT_KNOWN
        return told[0] or told[1] or NOTHING

    @property
    def commit_words(self) -> str:
        """The day of the newest commit."""
        if self.commit_at or not self.repository:
            return (self.commit_at or NOTHING)[:10]
        return NONE if self.status == "empty" else NOT_KNOWN

    @property
    def state_words(self) -> str:
        """`ok`, `archived`, `gone, second-hand`: what GitHub last said of its repository, and who told its figures."""
        if not self.repository:
            return "no repository"
        is_alive = self.status in {"ok", "empty"}
        state = "archived" if self.is_archived and is_alive else STATES.get(self.status, self.status or "")
        return state if self.figures_source in {None, FIRST_HAND} else f"{state}, second-hand"

    def _count(self, number: int | None) -> str:
        if not self.repository:
            return NOTHING
        return NOT_KNOWN if number is None else f"{number:,}"


class Shown(Struct, frozen=True, kw_only=True):
    """A landscape on the day of its newest figures."""

    day: date
    headline: str
    projects: list[Project]
    """In the order of the list."""
    categories: list[tuple[str, str]]
    """Id and name, in that order, too."""
    snapshot: Snapshot
    attributions: list[str]
    """What the sources ask to be said of the headline and the projects."""

    def of_category(self, wanted: str) -> str | None:
        """The id of the category that is called so, by id or name in any case; None: there is none, or several."""
        names = [one for one, name in self.categories if wanted.casefold() in {one.casefold(), name.casefold()}]
        return names[0] if len(names) == 1 else None


def read_shown(connection: sqlite3.Connection, *, include_restricted: bool) -> Shown:
    """What the connection shows, without values that may not be published. UsageFault: there are no figures yet."""
    snapshot = read_snapshot(connection)
    hidden = set() if include_restricted else restricted_totals(connection, snapshot.day)
    with_value = (LANDSCAPE, "value", VALUE_POLICY) not in hidden
    day = date.fromisoformat(snapshot.day)
    projects = read_projects(connection)
    sources: Iterable[tuple[str, bool]] = ((one.figures_source or FIRST_HAND, False) for one in projects)
    worth = rows.sources_of_landscape(connection, VALUE_POLICY, snapshot.day) if with_value else []
    return Shown(
        day=day,
        headline=headline(connection, with_value=with_value, snapshot=snapshot, as_of=day),
        projects=projects,
        categories=rows.categories(connection),
        snapshot=snapshot,
        attributions=attributions([*sources, *worth]),
    )


def read_projects(connection: sqlite3.Connection) -> list[Project]:
    """The projects in the order of the list."""
    return [
        Project(
            id=row["project_id"],
            name=row["project"],
            category_id=row["category_id"],
            category=row["category"],
            subcategory_id=row["subcategory_id"],
            subcategory=row["subcategory"],
            organization=row["organization"],
            url=web_address(row["repository_url"]) or _on_github(row) or web_address(row["homepage_url"]),
            description=row["description"],
            repository=row["repository"],
            stars=row["stars"],
            license_spdx=row["license_spdx"],
            release_tag=row["latest_release_tag"],
            release_at=row["latest_release_at"],
            releases_total=row["releases_total"],
            commit_at=row["latest_commit_at"],
            contributors=row["contributors"],
            status=row["status"],
            is_archived=bool(row["is_archived"]),
            figures_source=row["figures_source"],
        )
        for row in rows.shown_projects(connection)
    ]


def _on_github(row: sqlite3.Row) -> str | None:
    """The address of a repository that no answer has told yet."""
    return f"https://github.com/{row['repository']}" if row["repository"] else None
