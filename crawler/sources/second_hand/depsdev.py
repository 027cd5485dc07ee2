"""The source `depsdev`: stars, forks and licence as Google's Open Source Insights has them, thousands in one request.

It gives no date for its counts (GitHub API facts §5), so they count as seen when they are asked for, and never replace
figures that have a date.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.model import Observation, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.github.reading import dig, entries
from crawler.sources.second_hand.reading import read_figures
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="depsdev", spoken="deps.dev", per_minute=30, longest_wait=120.0)
BATCH = 1000
"""At most 5,000 are allowed; an answer to so many is a few MB."""
MAX_PAGES = 50
PATH = "/v3alpha/projectbatch"
PROBE = "/v3/projects/github.com%2Fcli%2Fcli"
LICENCE_CLASS = "attribution"
KEYS = {"stars": "starsCount", "forks": "forksCount", "unrecognised": "non-standard"}


class DepsDevSource:
    """GitHub repositories, by name."""

    name: str = HOST.name
    max_age: timedelta | None = DAILY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = True
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A request for a thousand; none of them counts against a quota of GitHub's."""
        requests = -(-len(subjects) // BATCH)
        return Cost(requests=requests, seconds=3.0 * requests)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time, page by page; what it does not know is `unknown`."""
        source = iter(subjects)
        while batch := list(islice(source, BATCH)):
            left = {_key(subject.name): subject for subject in batch}
            token, error = "", ""
            for _ in range(MAX_PAGES):
                try:
                    answer = await engine.fetch(HOST, PATH, json=_question(batch, token))
                except (RetryLater, Skip) as failure:
                    error = str(failure)
                    break
                outcomes = list(_read_page(answer, left))
                yield outcomes
                error = "" if answer.status == 200 else f"HTTP {answer.status} {answer.message}".strip()
                token = _text(dig(answer.payload, "nextPageToken"))
                if error or not token:
                    break
            else:
                error = f"more than {MAX_PAGES} pages"
            yield [
                Outcome(subject=subject, error=error) if error else Outcome(subject=subject, status="unknown")
                for subject in left.values()
            ]


def read_project(subject: Subject, project: dict[str, Any]) -> Outcome:
    """What deps.dev knows of a repository. "non-standard" is a licence that nobody recognised, "" is not known."""
    url = f"https://deps.dev/project/github/{quote(subject.name, safe='')}"
    return read_figures(subject, project, Observation(url, None, LICENCE_CLASS), Checked(), KEYS)


def _question(batch: Sequence[Subject], token: str) -> dict[str, Any]:
    return {"requests": [{"projectKey": {"id": _key(one.name)}} for one in batch], "pageToken": token}


def _read_page(answer: RestAnswer, left: dict[str, Subject]) -> Iterator[Outcome]:
    """The outcomes of a page; their subjects leave `left`. Ids may come back in another spelling."""
    for entry in entries(answer.payload, "responses") or [] if answer.status == 200 else []:
        project = entry.get("project")
        keys = [_text(dig(holder, "projectKey", "id")) for holder in (entry.get("request"), project)]
        key = next((key.casefold() for key in keys if key and key.casefold() in left), None)
        if key is not None and isinstance(project, dict):
            yield read_project(left.pop(key), project)


def _key(name: str) -> str:
    return f"github.com/{name}".casefold()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
