"""The source `ecosystems`: stars, forks and licence as ecosyste.ms saw them, with the date of its last look.

One request for each repository, so it is asked only about what deps.dev does not know. Its data are CC BY-SA 4.0.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.model import Observation, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.second_hand.reading import read_figures
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="ecosystems", spoken="ecosyste.ms", per_minute=60, longest_wait=120.0)
PROBE = "/api/v1/hosts/GitHub/repositories/cli%2Fcli"
LICENCE_CLASS = "share-alike"
KEYS = {"stars": "stargazers_count", "forks": "forks_count", "unrecognised": "other"}


class EcosystemsSource:
    """GitHub repositories, by name."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = True
    yields_to: frozenset[str] = frozenset({"depsdev"})

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """One request each; none of them counts against a quota of GitHub's."""
        return Cost(requests=len(subjects), seconds=float(len(subjects)))

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a handful at a time."""

        async def ask(subject: Subject) -> Outcome:
            try:
                answer = await engine.fetch(HOST, _path(subject))
            except (RetryLater, Skip) as error:
                return Outcome(subject=subject, error=str(error))
            return read_answer(subject, answer)

        async for outcomes in together(subjects, ask):
            yield outcomes


def read_answer(subject: Subject, answer: RestAnswer) -> Outcome:
    """What it knows: 404 is `unknown`; another repository's number, or no date, is no answer about this one."""
    if answer.status in {404, 410}:
        return Outcome(subject=subject, status="unknown")
    payload = answer.payload
    if answer.status != 200 or not isinstance(payload, dict):
        return Outcome(subject=subject, error=f"HTTP {answer.status} {answer.message}".strip())
    if subject.database_id is not None and payload.get("uuid") not in {None, str(subject.database_id)}:
        return Outcome(subject=subject, error="the answer is about another repository of that name")
    if not _is_about(subject, payload):
        return Outcome(subject=subject, error="the answer is about another repository")
    checked = Checked()
    seen = checked.moment("figures_observed_at", payload, "last_synced_at")
    if not isinstance(seen, str):
        return Outcome(subject=subject, status="unknown", note="no date", refused_values=checked.refused)
    url = f"https://repos.ecosyste.ms/hosts/GitHub/repositories/{quote(subject.name, safe='')}"
    return read_figures(subject, payload, Observation(url, seen, LICENCE_CLASS), checked, KEYS)


def _is_about(subject: Subject, payload: dict[str, Any]) -> bool:
    """Whether the answer names the repository, by its present name or a former one."""
    former = payload.get("previous_names")
    names = [payload.get("full_name"), *(former if isinstance(former, list) else [])]
    return subject.name.casefold() in {name.casefold() for name in names if isinstance(name, str)}


def _path(subject: Subject) -> str:
    return f"/api/v1/hosts/GitHub/repositories/{quote(subject.name, safe='')}"
