"""Asks about the repositories of a comparison, through a refresh of a database that is thrown away afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec

from crawler.library import Silent, refresh
from crawler.listed import SeedRepository, Seeds
from crawler.review.facts import Facts, read_facts
from crawler.settings import SANDBOX, read_settings
from crawler.store.database import open_reader
from crawler.store.upkeep import back_up

DEADLINE = timedelta(minutes=10)
"""Somebody waits: what is not answered by then is told as not known."""
MOST_CONTRIBUTORS = 50
"""Contributors take a request for each repository: of more repositories they are not asked."""


class _Speaker(Silent):
    def __init__(self, say: Callable[[str], None]) -> None:
        self._tell = say

    def say(self, line: str) -> None:
        self._tell(line)


async def ask(
    seeds: Seeds,
    repositories: tuple[SeedRepository, ...],
    *,
    database: Path | None,
    sandbox: bool,
    say: Callable[[str], None],
) -> dict[str, Facts]:
    """Facts by listed name in small letters: of `repositories`, and of all others that `database` knows.

    What that knows and is still fresh is not asked again; it is only read. UsageFault where it cannot be.
    """
    if not repositories and database is None:
        return {}
    # Nobody is to be told of events that are none: the list is not in force yet.
    settings = SANDBOX if sandbox else msgspec.structs.replace(read_settings(), webhook=None)
    only = tuple(one.name_with_owner for one in repositories)
    sources = ("github", "contributors") if len(only) <= MOST_CONTRIBUTORS else ("github",)
    with tempfile.TemporaryDirectory(prefix="crawler-review-") as folder:
        draft = Path(folder, "review.db")
        if database is not None:
            back_up(database, draft, replaces=False)
        if only:
            listed = seeds if database is not None else _part(seeds, set(only))
            await refresh(
                listed,
                draft,
                sandbox=sandbox,
                sources=sources,
                only=only,
                deadline=DEADLINE,
                settings=settings,
                listener=_Speaker(say),
            )
        with closing(open_reader(draft)) as connection:
            return read_facts(connection)


def _part(seeds: Seeds, wanted: set[str]) -> Seeds:
    """The list with nothing but what names these repositories: nothing else is to be asked or written."""
    projects = (
        msgspec.structs.replace(
            project,
            repositories=tuple(one for one in project.repositories if one.name_with_owner in wanted),
            organization_id=None,
            project_org=None,
        )
        for project in seeds.projects
    )
    return msgspec.structs.replace(
        seeds, projects=tuple(project for project in projects if project.repositories), organizations=()
    )
