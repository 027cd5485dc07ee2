"""The source `scorecard`: how OpenSSF Scorecard rates a repository's security practices, weekly, for those who want it.

One request for each repository (GitHub API facts §5). Its data are under CDLA-Permissive-2.0: whoever passes them on
says so and links to the licence (https://github.com/ossf/scorecard, "Scorecard REST API").
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.model import Outcome, Scorecard, Subject
from crawler.sources.checked import Checked
from crawler.sources.github.reading import dig
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

HOST = Host(name="scorecard", spoken="OpenSSF Scorecard", per_minute=60, longest_wait=120.0)
"""Its limit is not published."""
MOST = 10
INCONCLUSIVE = -1
MOST_CHECKS = 100
"""There are about twenty."""


class ScorecardSource:
    """GitHub repositories, by name."""

    name: str = HOST.name
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "other"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """One request each; none of them counts against a quota of GitHub's."""
        return Cost(requests=len(subjects), seconds=float(len(subjects)))

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a handful at a time; what is not rated is `unknown`."""

        async def ask(subject: Subject) -> Outcome:
            try:
                answer = await engine.fetch(HOST, f"/projects/github.com/{subject.name}")
            except (RetryLater, Skip) as error:
                return Outcome(subject=subject, error=str(error))
            return read_answer(subject, answer)

        async for outcomes in together(subjects, ask):
            yield outcomes


def read_answer(subject: Subject, answer: RestAnswer) -> Outcome:
    """The rating; one of another repository, or without a day, is no answer."""
    if answer.status == 404:
        return Outcome(subject=subject, status="unknown", note="OpenSSF Scorecard does not rate it")
    payload = answer.payload
    if answer.status != 200 or not isinstance(payload, dict):
        return Outcome(subject=subject, error=f"HTTP {answer.status} {answer.message}".strip())
    name = dig(payload, "repo", "name")
    if not isinstance(name, str) or name.casefold() != f"github.com/{subject.name}".casefold():
        return Outcome(subject=subject, error="the answer is about another repository")
    checked = Checked()
    scored_on = checked.day("scored_on", payload, "date")
    if not isinstance(scored_on, str):
        return Outcome(subject=subject, error="the answer has no date", refused_values=checked.refused)
    score, is_known = _score(payload, checked)
    if not is_known:
        return Outcome(subject=subject, error="the answer has no score", refused_values=checked.refused)
    record = Scorecard(
        score=score,
        scored_on=scored_on,
        checks=_checks(payload, checked),
        source_url=f"https://scorecard.dev/viewer/?uri=github.com/{subject.name}",
    )
    return Outcome(subject=subject, status="ok", record=record, refused_values=checked.refused)


def _score(payload: dict[str, Any], checked: Checked) -> tuple[str | None, bool]:
    """The score as decimal text, None where all was inconclusive; and whether the answer says either."""
    if payload.get("score") == INCONCLUSIVE:
        return None, True
    score = checked.amount("score", payload, "score", most=Decimal(MOST))
    return (format(score.normalize(), "f"), True) if isinstance(score, Decimal) else (None, False)


def _checks(payload: dict[str, Any], checked: Checked) -> dict[str, int]:
    """The score of each check by name; one that is no score is refused, and the others stay."""
    scores = {}
    for entry in (checked.entries("checks", payload, "checks") or [])[:MOST_CHECKS]:
        name = checked.name("checks", entry, "name")
        score = (
            INCONCLUSIVE if entry.get("score") == INCONCLUSIVE else checked.count("checks", entry, "score", most=MOST)
        )
        if isinstance(name, str) and isinstance(score, int):
            scores[name] = score
    return scores
