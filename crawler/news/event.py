"""An event as people and programs get it: a row of the table `changes` with the names of what it is about."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from crawler.figures.publishing import RESTRICTED

COLUMNS = (
    "id",
    "at",
    "observed_at",
    "kind",
    "project_id",
    "repository_id",
    "organization_id",
    "scope",
    "before",
    "after",
    "detail",
    "source",
    "source_url",
    "licence_class",
)
"""Those of the table `changes`."""
NAMES = ("project", "organization", "repository")


class Event(Struct, frozen=True, kw_only=True):
    """A row of `changes` with the names of what it is about; `detail` is decoded."""

    id: int
    at: str
    observed_at: str
    kind: str
    project_id: str | None
    repository_id: int | None
    organization_id: str | None
    scope: str | None
    before: str | None
    after: str | None
    detail: dict[str, Any]
    source: str | None
    source_url: str | None
    licence_class: str
    project: str | None
    organization: str | None
    repository: str | None
    repository_url: str | None
    owner_before: str | None
    owner_after: str | None
    """Of an acquisition the names behind the ids in `before` and `after`."""
    is_one_of_several: bool
    """Whether its project has other repositories, too."""

    @property
    def is_restricted(self) -> bool:
        """Whether it is not for publication."""
        return self.licence_class == RESTRICTED


def event_data(event: Event) -> dict[str, Any]:
    """The event as data: the columns of `changes`, `detail` as an object, and the names."""
    values = structs.asdict(event)
    return {name: values[name] for name in (*COLUMNS, *NAMES)} | {"detail": event.detail or None}
