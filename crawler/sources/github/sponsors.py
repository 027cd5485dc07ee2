"""The source `sponsors`: how many sponsors the accounts behind the repositories have. Counts only, no names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer, is_too_heavy
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import Outcome, Owner, Subject
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, queries_cost
from crawler.sources.github.reading import dig, errors_of, flag, integer
from crawler.sources.source import WEEKLY, Cost


class SponsorsSource:
    """Accounts that own repositories: listing and number of active sponsors, private ones counted too."""

    name: str = "sponsors"
    max_age: timedelta | None = WEEKLY
    subject_kind: Literal["repository", "owner"] = "owner"
    api: Literal["graphql", "rest"] = "graphql"

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A query for each batch of accounts, with one connection that counts for each."""
        return queries_cost(len(subjects), SponsorsQuestion.start_size, counted=1, seconds=2)

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

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, Outcome]:
        """A count, zero where there is no listing, or unknown."""
        reading: Reading[Subject, Outcome] = Reading([], [])
        for number, subject in enumerate(items):
            errors = errors_of(answer, f"r{number}")
            node = answer.data.get(f"r{number}")
            if any(is_too_heavy(error) for error in errors):
                reading.too_heavy.append(subject)
            elif any(error.type == "NOT_FOUND" for error in errors):
                reading.results.append(Outcome(subject=subject, status="missing"))
            elif errors:
                reading.results.append(self.failed(subject, errors[0].message))
            elif node is None:
                reading.results.append(Outcome(subject=subject, status="unknown"))
            else:
                owner = Owner(
                    login=subject.name,
                    has_sponsors_listing=flag(dig(node, "hasSponsorsListing")),
                    sponsors=integer(dig(node, "sponsorshipsAsMaintainer", "totalCount")),
                )
                reading.results.append(Outcome(subject=subject, status="ok", record=owner))
        return reading

    def lighter(self, item: Subject) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Subject, error: str) -> Outcome:
        """The outcome of a subject that got no answer."""
        return Outcome(subject=item, error=error)
