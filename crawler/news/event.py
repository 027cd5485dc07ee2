"""An event as people and programs get it: a row of the table `changes` with the names of what it is about."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from crawler.store.restricted import RESTRICTED


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
    """The one that holds now: what it rests on may have been put right since."""
    figure_id: int | None
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
