"""The source `funding_yml`: sponsor links from the files behind GitHub's button, for those who ask without a token.

GitHub's own answer, which only GraphQL gives, has resolved these files already: it is never overwritten.
A file of the repository goes before that of its owner's repository `.github`, as at GitHub.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from urllib.parse import quote

from msgspec import Struct, field

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.fetch.validators import read_validator
from crawler.model import Observation, Outcome, Repository, Subject
from crawler.sources.checked import Checked
from crawler.sources.second_hand.funding_links import read_links
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

HOST = Host(name="raw", spoken="raw.githubusercontent.com", per_minute=120, longest_wait=120.0)
PLACES = (".github/FUNDING.yml", "FUNDING.yml", "docs/FUNDING.yml")
LICENCE_CLASS = "public"


class FundingYmlSource:
    """GitHub repositories, by name."""

    name: str = "funding_yml"
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = True
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for each place in the repository and in its owner's defaults; none counts against a quota."""
        owners = {subject.name.partition("/")[0].casefold() for subject in subjects}
        requests = len(PLACES) * (len(subjects) + len(owners))
        return Cost(requests=requests, seconds=60 * requests / HOST.per_minute)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a handful at a time; a file that has not changed confirms what is stored."""
        defaults = _Defaults(engine=engine)

        async def ask(subject: Subject) -> Outcome:
            try:
                found = await _find(engine, subject.name, conditional=True)
                if found is None:
                    found = await defaults.of(subject.name.partition("/")[0])
            except (RetryLater, Skip) as error:
                return Outcome(subject=subject, error=str(error))
            return read_file(subject, found)

        async for outcomes in together(subjects, ask):
            yield outcomes


class _Found(Struct, frozen=True):
    """The answer about a file that is there, and its path below the host."""

    path: str
    answer: RestAnswer
    is_default: bool = False


class _Defaults(Struct):
    """The files in owners' repositories `.github`, each looked for once in a run."""

    engine: Engine
    known: dict[str, _Found | None] = field(default_factory=dict)
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def of(self, owner: str) -> _Found | None:
        key = owner.casefold()
        async with self.turns[key]:
            if key not in self.known:
                # Unconditional: "not changed" would say nothing to a repository that is new in the list.
                self.known[key] = await _find(self.engine, f"{owner}/.github", conditional=False)
        return self.known[key]


async def _find(engine: Engine, name: str, *, conditional: bool) -> _Found | None:
    for place in PLACES:
        path = f"/{quote(name)}/HEAD/{place}"
        answer = await engine.fetch(HOST, path, conditional=conditional, expects_json=False)
        if answer.status not in {404, 410}:
            return _Found(path, answer, is_default=not conditional)
    return None


def read_file(subject: Subject, found: _Found | None) -> Outcome:
    """The links of the file; without any file there are none, and one that cannot be read leaves what is stored."""
    if found is None:
        url = f"https://github.com/{subject.name}"
        return Outcome(
            subject=subject,
            status="ok",
            record=Repository(funding_links=()),
            observation=Observation(url, None, LICENCE_CLASS),
        )
    if found.answer.status == 304:
        return Outcome(subject=subject, status="ok", unchanged=True)
    if found.answer.status != 200:
        return Outcome(subject=subject, error=f"HTTP {found.answer.status}")
    checked = Checked()
    links = read_links(found.answer.body, checked)
    return Outcome(
        subject=subject,
        status="ok",
        record=None if links is None else Repository(funding_links=links),
        observation=Observation(f"https://raw.githubusercontent.com{found.path}", None, LICENCE_CLASS),
        validator=None if found.is_default or links is None else read_validator(found.path, found.answer),
        refused_values=checked.refused,
    )
