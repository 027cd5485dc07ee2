"""The source `release_history`: releases older than those that came with the repository, back to the first.

They never change, so a repository is asked about once for ever; what is new comes with the source `github`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct, structs

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import OlderReleases, Outcome, Refused, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, points, queries_cost
from crawler.sources.github.node import read_releases
from crawler.sources.github.reading import cursor, dig, parts_by_alias
from crawler.sources.source import Api, Cost, Stage, SubjectKind

MOST_PAGES = 20
"""Pages of a repository that a run reads, beside those that lead through what is stored: 2,000 releases more."""


class Place(Struct, frozen=True):
    """Where the reading of a repository's releases stands."""

    subject: Subject
    after: str | None = None
    pages: int = 0
    refused_values: tuple[Refused, ...] = ()

    @property
    def is_far(self) -> bool:
        """Whether the run has read its share. The list begins anew in each run, so what is stored does not count."""
        return self.pages >= MOST_PAGES + self.subject.releases_stored // queries.OLDER_RELEASES_PER_PAGE


class Step(Struct, frozen=True):
    """What a page brought, and where it goes on; None: nowhere."""

    outcome: Outcome
    next: Place | None = None


class ReleaseHistorySource:
    """All releases of repositories of which GitHub counts more than are stored, a page of many of them at a time."""

    name: str = "release_history"
    max_age: timedelta | None = None
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A query for each batch of repositories that have a page more; of those never asked nobody knows whether."""
        known = [subject for subject in subjects if subject.releases_total is not None]
        cost = _cost_of(subjects)
        return cost if len(known) == len(subjects) else structs.replace(cost, points_low=_cost_of(known).points_low)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """An outcome for each page: the first of all, then the second of those that have one."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)
        places = [Place(subject) for subject in subjects]
        while places:
            further: list[Place] = []
            async for steps in ask_in_batches(engine, OlderReleasesQuestion(), places):
                yield [step.outcome for step in steps]
                further += [step.next for step in steps if step.next is not None]
            places = further


class OlderReleasesQuestion:
    """Asks for the next page of releases of each repository, the newest first."""

    start_size = 20
    max_size = 30

    def ask(self, items: Sequence[Place]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        variables: dict[str, Any] = {}
        for number, item in enumerate(items):
            variables[f"o{number}"], _, variables[f"n{number}"] = item.subject.name.partition("/")
            variables[f"after{number}"] = item.after
        return queries.older_releases(len(items)), variables

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(count)

    def read(self, items: Sequence[Place], answer: GraphQLAnswer) -> Reading[Place, Step]:
        """The releases of each page."""
        reading: Reading[Place, Step] = Reading([], [])
        for item, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(item)
            elif part.refusal:
                reading.refused.append((item, part.refusal))
            elif part.errors:
                reading.results.append(self.failed(item, part.errors[0].message))
            else:
                reading.results.append(self._read_page(item, part.node))
        return reading

    def lighter(self, item: Place) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Place, error: str) -> Step:
        """The end for this run: pages that came before are stored."""
        outcome = Outcome(subject=item.subject, error=error, passing=True, refused_values=item.refused_values)
        return Step(outcome)

    def place(self, item: Place) -> str:
        """The repository."""
        return item.subject.name

    def refused(self, item: Place, reason: str) -> Step:
        """Only GraphQL knows."""
        return Step(Outcome(subject=item.subject, error=reason, refused=True))

    def _read_page(self, item: Place, node: Any) -> Step:
        known = item.subject.database_id
        if known is not None and dig(node, "databaseId") != known:
            # The source `github` decides what has become of it; another's releases are not this one's past.
            return Step(Outcome(subject=item.subject, status="unknown", note="the name leads to another repository"))
        checked = Checked()
        releases = read_releases(node if isinstance(node, dict) else {}, checked)
        if not isinstance(releases, tuple):
            return self.failed(item, "the page of releases brought none")
        refused = item.refused_values + checked.refused
        after = cursor(dig(node, "releases", "pageInfo", "endCursor"))
        has_more = dig(node, "releases", "pageInfo", "hasNextPage") is True
        following = Place(item.subject, after, item.pages + 1, refused)
        if has_more and (after is None or after == item.after):
            return self.failed(following, "the next page of releases cannot be asked for")
        outcome = Outcome(
            subject=item.subject,
            status="ok",
            record=OlderReleases(releases),
            unfinished=has_more,
            refused_values=refused,
        )
        return Step(outcome, following if has_more and not following.is_far else None)


def _cost_of(subjects: Sequence[Subject]) -> Cost:
    pages = [_pages(subject) for subject in subjects]
    cost = Cost()
    for number in range(max(pages, default=0)):
        cost += queries_cost(
            sum(one > number for one in pages),
            OlderReleasesQuestion.start_size,
            OlderReleasesQuestion.max_size,
            paged=1,
            seconds=3,
        )
    return cost


def _pages(subject: Subject) -> int:
    """Pages that a run reads of a repository."""
    size = queries.OLDER_RELEASES_PER_PAGE
    return max(1, min(-(-(subject.releases_total or 0) // size), MOST_PAGES + subject.releases_stored // size))
