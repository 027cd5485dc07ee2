"""The source `feeds`: the newest tag from GitHub's own Atom feeds, which need no token and count against no quota.

A feed lists the ten newest releases, or plain tags where there is no release, and does not say which (GitHub API facts
§5): it tells a tag and its date, and no more.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.fetch.validators import read_validator
from crawler.model import Observation, Outcome, Repository, Subject
from crawler.sources.checked import Checked
from crawler.sources.source import DAILY, Api, Cost, Stage, SubjectKind

HOST = Host(name="feeds", spoken="GitHub's feeds", per_minute=60, longest_wait=120.0)
ATOM = "{http://www.w3.org/2005/Atom}"
LICENCE_CLASS = "public"
_ID = re.compile(r"tag:github\.com,2008:Repository/(\d{1,18})/(.+)", re.DOTALL)


class FeedsSource:
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
        """One request each; none of them counts against a quota of GitHub's."""
        return Cost(requests=len(subjects), seconds=float(len(subjects)))

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a handful at a time; a feed that has not changed confirms what is stored."""

        async def ask(subject: Subject) -> Outcome:
            path = f"/{quote(subject.name)}/releases.atom"
            try:
                answer = await engine.fetch(HOST, path, conditional=True, expects_json=False)
            except (RetryLater, Skip) as error:
                return Outcome(subject=subject, error=str(error))
            return read_feed(subject, path, answer)

        async for outcomes in together(subjects, ask):
            yield outcomes


def read_feed(subject: Subject, path: str, answer: RestAnswer) -> Outcome:
    """The newest entry; a feed without one says nothing, and one with another repository's number is not this one's."""
    if answer.status == 304:
        return Outcome(subject=subject, status="ok", unchanged=True)
    if answer.status in {404, 410}:
        return Outcome(subject=subject, status="unknown")
    if answer.status != 200:
        return Outcome(subject=subject, error=f"HTTP {answer.status}")
    try:
        feed: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return Outcome(subject=subject, error="the feed is no XML")
    if feed.tag != f"{ATOM}feed":
        return Outcome(subject=subject, error="the answer is no feed")
    entry = feed.find(f"{ATOM}entry")
    if entry is None:
        return Outcome(subject=subject, status="unknown", note="no tag yet")
    match = _ID.fullmatch((entry.findtext(f"{ATOM}id") or "").strip())
    if match is None:
        return Outcome(subject=subject, error="the newest entry names no tag")
    if subject.database_id is not None and int(match[1]) != subject.database_id:
        return Outcome(subject=subject, error="the feed is about another repository of that name")
    checked = Checked()
    seen = checked.moment("latest_tag_at", (entry.findtext(f"{ATOM}updated") or "").strip() or None)
    tag = checked.name("latest_tag", unquote(match[2]))
    if not isinstance(tag, str) or not isinstance(seen, str):
        return Outcome(subject=subject, status="unknown", refused_values=checked.refused)
    url = f"https://github.com/{subject.name}/releases.atom"
    return Outcome(
        subject=subject,
        status="ok",
        record=Repository(latest_tag=tag, latest_tag_at=seen),
        observation=Observation(url, seen, LICENCE_CLASS),
        validator=read_validator(path, answer),
    )
