"""Asks REST for the public repositories of an account with their facts: a hundred a request."""

from __future__ import annotations

from urllib.parse import quote

import httpx
from msgspec import Struct

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.model import Repository, Subject
from crawler.sources.github.confirm import read_repository
from crawler.sources.github.reading import last_page

MOST_PAGES = 20
"""So many pages of an account are read at most."""


class Owned(Struct, frozen=True):
    """The public repositories of an account, the most starred first; `error` says why there are none.

    `pages_left`: so many pages were not read.
    """

    repositories: tuple[Repository, ...] = ()
    error: str = ""
    pages_left: int = 0


async def owned_by(login: str, engine: Engine) -> Owned:
    """What GET /users/{login}/repos answers, which is there for organisations, too. Raises Stop."""
    found: dict[str, Repository] = {}
    page, last = 1, 1
    while page <= min(last, MOST_PAGES):
        path = f"/users/{quote(login)}/repos?per_page=100&page={page}"
        try:
            answer = await engine.rest(path, place=login)
        except (RetryLater, Skip) as error:
            return Owned(error=str(error))
        if answer.status in {404, 410}:
            return Owned(error="GitHub knows no such account")
        if answer.status != 200 or not isinstance(answer.payload, list):
            return Owned(error=f"HTTP {answer.status} {answer.message}".strip())
        last = max(last, last_page(answer) or 1)
        for entry in answer.payload:
            outcome = read_repository(Subject(source="github", name=login), RestAnswer(200, entry, httpx.Headers()))
            if isinstance(outcome.record, Repository):
                found[str(outcome.record.name_with_owner).casefold()] = outcome.record
        page += 1
    ordered = sorted(found.items(), key=lambda pair: (-_stars(pair[1]), pair[0]))
    return Owned(tuple(one for _, one in ordered), pages_left=max(0, last - MOST_PAGES))


def _stars(repository: Repository) -> int:
    return repository.stars if isinstance(repository.stars, int) else 0
