"""What happened to a repository: its state, name, owner, licence and default branch, against what was told last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from crawler.store.changes import Change, Told

HERE = frozenset({"ok", "empty"})
AWAY = frozenset({"gone", "blocked", "private"})
"""Definite: what is missing for the first time may be back tomorrow."""
REPLACED = "replaced"
NO_LICENSE = "NONE"
GITHUB = "github"

_FACTS = ("database_id", "name_with_owner", "is_archived", "default_branch")
_LICENSE = ("license_spdx", "license_osi_approved")
_STATE = ("status",)


class Seen(Struct, frozen=True, kw_only=True):
    """A repository as the newest whole answer of GitHub left it, with columns of `repositories`."""

    id: int
    database_id: int | None
    name_with_owner: str
    url: str | None
    status: str
    status_note: str | None
    is_archived: bool | None
    archived_at: str | None
    license_spdx: str | None
    license_osi_approved: bool | None
    default_branch: str | None

    @property
    def page(self) -> str:
        """Where people can look at it."""
        return self.url or f"https://github.com/{self.name_with_owner}"


def repository_changes(told: Told, seen: Seen) -> Iterator[Change]:
    """The events that lie between the two; what either does not know makes none."""
    yield from _state(told, seen)
    yield from _name(told, seen)
    if told.is_archived is not None and seen.is_archived is not None and told.is_archived != seen.is_archived:
        archived = seen.is_archived
        yield change_of(seen, "archived" if archived else "revived", at=seen.archived_at if archived else None)
    if None not in (told.license_spdx, seen.license_spdx) and told.license_spdx != seen.license_spdx:
        yield change_of(
            seen, "license_changed", told.license_spdx, seen.license_spdx, detail={"open_source": turn_of(told, seen)}
        )
    if None not in (told.default_branch, seen.default_branch) and told.default_branch != seen.default_branch:
        yield change_of(seen, "default_branch_changed", told.default_branch, seen.default_branch)


def told_of(seen: Seen, told: Told | None) -> Told:
    """What is told of it once its events are: what is not known now stays as it was told."""
    if told is None:
        return Told(repository_id=seen.id, **{name: getattr(seen, name) for name in (*_FACTS, *_LICENSE, *_STATE)})
    known = {name: value for name in _FACTS if (value := getattr(seen, name)) is not None}
    if seen.license_spdx is not None:
        known |= {name: getattr(seen, name) for name in _LICENSE}
    if seen.status in HERE | AWAY | {REPLACED}:
        known["status"] = seen.status
    return structs.replace(told, **known)


def is_known(told: Told | None) -> bool:
    """Whether it was ever there: what was missing or blocked from the beginning is not "back" when it comes."""
    return told is not None and (told.database_id is not None or told.status in HERE)


def turn_of(told: Told, seen: Seen) -> str:
    """What a new licence means: `left`, `joined`, `kept`, `never`, or `unknown` where nobody can tell."""
    before, after = _is_open(told), _is_open(seen)
    if before is None or after is None:
        return "unknown"
    return {(True, False): "left", (False, True): "joined", (True, True): "kept"}.get((before, after), "never")


def _is_open(one: Told | Seen) -> bool | None:
    """Whether its licence is approved by the Open Source Initiative; no licence is none that is."""
    return False if one.license_spdx == NO_LICENSE else one.license_osi_approved


def _state(told: Told, seen: Seen) -> Iterator[Change]:
    was_away = told.status in AWAY or told.status == REPLACED
    if seen.status == told.status:
        return
    if seen.status in AWAY:
        yield change_of(seen, "gone", told.status if was_away else None, seen.status)
    elif seen.status == REPLACED:
        other = re.search(r"with id (\d+)", seen.status_note or "")
        known = None if told.database_id is None else str(told.database_id)
        yield change_of(seen, REPLACED, known, other[1] if other else seen.status_note)
    elif seen.status in HERE and was_away:
        yield change_of(seen, "back", told.status)


def _name(told: Told, seen: Seen) -> Iterator[Change]:
    before, after = told.name_with_owner, seen.name_with_owner
    if before.casefold() != after.casefold():
        is_same_owner = before.partition("/")[0].casefold() == after.partition("/")[0].casefold()
        yield change_of(seen, "renamed" if is_same_owner else "transferred", before, after)


def change_of(seen: Seen, kind: str, before: str | None = None, after: str | None = None, **more: Any) -> Change:
    """An event of the repository; GitHub tells of it."""
    return Change(
        kind=kind, before=before, after=after, repository_id=seen.id, source=GITHUB, source_url=seen.page, **more
    )
