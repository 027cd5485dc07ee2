"""The source `sponsors`: how many sponsors the accounts behind the repositories have. Counts only, no names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import Outcome, Owner, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, points, queries_cost
from crawler.sources.github.reading import parts_by_alias
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind


class SponsorsSource:
    """Accounts that own repositories: listing and number of active sponsors, private ones counted too."""

    name: str = "sponsors"
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "owner"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A query for each batch of accounts, with one connection that counts for each."""
        question = SponsorsQuestion
        return queries_cost(len(subjects), question.start_size, question.max_size, counted=1, seconds=2)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)
        async for outcomes in ask_in_batches(engine, SponsorsQuestion(), subjects):
            yield outcomes


class SponsorsQuestion:
    """Asks for accounts by login."""

    start_size = 30
    max_size = 50

    def ask(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        return queries.sponsors(len(items)), {f"l{number}": subject.name for number, subject in enumerate(items)}

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(count)

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, Outcome]:
        """A count, zero where there is no listing, or unknown."""
        reading: Reading[Subject, Outcome] = Reading([], [])
        for subject, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(subject)
            elif part.refusal:
                reading.refused.append((subject, part.refusal))
            elif part.has("NOT_FOUND"):
                reading.results.append(Outcome(subject=subject, status="missing"))
            elif part.errors:
                reading.results.append(self.failed(subject, part.errors[0].message))
            elif part.node is None:
                reading.results.append(Outcome(subject=subject, status="unknown"))
            elif not isinstance(part.node, dict):
                reading.results.append(self.failed(subject, "the answer holds no account"))
            else:
                reading.results.append(_answered(subject, part.node))
        return reading

    def lighter(self, item: Subject) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Subject, error: str) -> Outcome:
        """The outcome of a subject that got no answer."""
        return Outcome(subject=item, error=error, passing=True)

    def place(self, item: Subject) -> str:
        """The account."""
        return item.name

    def refused(self, item: Subject, reason: str) -> Outcome:
        """Only GraphQL knows."""
        return Outcome(subject=item, error=reason, refused=True)


def _answered(subject: Subject, node: dict[str, Any]) -> Outcome:
    checked = Checked()
    owner = Owner(
        login=subject.name,
        has_sponsors_listing=checked.flag("has_sponsors_listing", node, "hasSponsorsListing"),
        sponsors=checked.count("sponsors", node, "sponsorshipsAsMaintainer", "totalCount"),
    )
    return Outcome(subject=subject, status="ok", record=owner, refused_values=checked.refused)
