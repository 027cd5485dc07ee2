"""The source `org_repositories`: the public repositories of accounts that belong to a project as a whole.

The list names such an account as `project_org`. What is found is asked about in the same run: this source comes before
all others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from msgspec import Struct, structs

from crawler.errors import RetryLater, Skip
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.fetch.together import together
from crawler.fetch.verdicts import is_policy
from crawler.model import Outcome, OwnedRepository, OwnerRepositories, Refused, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import points, queries_cost
from crawler.sources.github.reading import cursor, dig, flag, last_page, parts_by_alias, repository_name
from crawler.sources.github.signed_first import signed_first
from crawler.sources.source import WEEKLY, Api, Cost, Stage, SubjectKind

MOST_PAGES = 20
"""So many pages of an account are read: 2,000 repositories, the most starred first."""
MOST_REST_PAGES = 10
"""REST does not sort by stars, so it is all or none; and without a token it answers 60 requests an hour."""


class Listing(Struct, frozen=True):
    """How far the reading of an account has got."""

    subject: Subject
    found: tuple[OwnedRepository, ...] = ()
    after: str | None = None
    pages: int = 0
    refused_values: tuple[Refused, ...] = ()

    def outcome(self) -> Outcome:
        """All that was found, once each: between two pages a repository may move from one to the other."""
        once = {one.name_with_owner.casefold(): one for one in self.found}
        ordered = sorted(once.values(), key=lambda one: (-one.stars, one.name_with_owner.casefold()))
        return Outcome(
            subject=self.subject,
            status="ok",
            record=OwnerRepositories(self.subject.name, tuple(ordered)),
            refused_values=self.refused_values,
        )


class Closed(Struct, frozen=True):
    """An account that lets no token of ours in: REST answers without one, too."""

    subject: Subject


class TooMany(Struct, frozen=True):
    """An account of which not all is looked at: what was found, and how many there are."""

    listing: Listing
    total: int


Step = Outcome | Listing | Closed | TooMany


class OrgRepositoriesSource:
    """Accounts of the list: their public repositories by stars, a page of several accounts at a time."""

    name: str = "org_repositories"
    max_age: timedelta | None = WEEKLY
    subject_kind: SubjectKind = "project_org"
    identifier: str = ""
    stage: Stage = 0
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A page of 100 for each; how many an account has is known once it was listed, and up to 20 before."""
        low = _cost_of([_pages(subject, unknown=1) for subject in subjects])
        high = _cost_of([_pages(subject, unknown=MOST_PAGES) for subject in subjects])
        return structs.replace(high, points_low=low.points_low, seconds=low.seconds)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """An outcome for each account when its last page is read; by REST without a token, or once none is left."""
        async for outcomes in signed_first(
            subjects, engine, lambda some: self._signed(some, engine), lambda subject: list_by_rest(subject, engine)
        ):
            yield outcomes

    async def _signed(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        listings = [Listing(subject) for subject in subjects]
        while listings:
            further: list[Listing] = []
            async for steps in ask_in_batches(engine, OwnedQuestion(), listings):
                further += [step for step in steps if isinstance(step, Listing)]
                for step in steps:
                    if isinstance(step, TooMany):
                        engine.tell(_looked_at(step))
                ends = [step.listing.outcome() for step in steps if isinstance(step, TooMany)]
                yield [step for step in steps if isinstance(step, Outcome)] + ends
                closed = [step.subject for step in steps if isinstance(step, Closed)]
                async for outcomes in together(closed, lambda subject: list_by_rest(subject, engine)):
                    yield outcomes
            listings = further


class OwnedQuestion:
    """Asks for the next page of each account's repositories, the most starred first."""

    start_size = 5
    max_size = 20

    def ask(self, items: Sequence[Listing]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        variables: dict[str, Any] = {}
        for number, item in enumerate(items):
            variables |= {f"l{number}": item.subject.name, f"after{number}": item.after}
        return queries.owned_repositories(len(items)), variables

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(count)

    def read(self, items: Sequence[Listing], answer: GraphQLAnswer) -> Reading[Listing, Step]:
        """What each page adds; an error anywhere in an account leaves its older list as it is."""
        reading: Reading[Listing, Step] = Reading([], [])
        for item, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(item)
            elif part.refusal:
                reading.refused.append((item, part.refusal))
            elif part.is_lost and part.has("NOT_FOUND"):
                reading.results.append(Outcome(subject=item.subject, status="missing"))
            elif part.errors:
                reading.results.append(self.failed(item, part.errors[0].message))
            elif part.node is None:
                # That is how GitHub says that nobody is called so; it happens to accounts that are there, too.
                reading.results.append(Outcome(subject=item.subject, status="missing", passing=True))
            else:
                reading.results.append(self._read_page(item, part.node))
        return reading

    def lighter(self, item: Listing) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Listing, error: str) -> Outcome:
        """The outcome of an account of which a page is missing: half a list is none."""
        return Outcome(subject=item.subject, error=error, passing=True)

    def place(self, item: Listing) -> str:
        """The account."""
        return item.subject.name

    def refused(self, item: Listing, reason: str) -> Closed:
        """REST answers without a token, too."""
        return Closed(item.subject)

    def _read_page(self, item: Listing, node: Any) -> Step:
        checked = Checked()
        nodes = checked.entries("name_with_owner", node, "repositories", "nodes")
        total = checked.count("position", node, "repositories", "totalCount")
        if not isinstance(nodes, list) or not isinstance(total, int):
            return self.failed(item, "the answer holds no list of repositories")
        keys = ("nameWithOwner", "stargazerCount", "isFork", "isArchived")
        found = item.found + _read_entries(item.subject, nodes, keys, checked)
        after = cursor(dig(node, "repositories", "pageInfo", "endCursor"))
        following = Listing(item.subject, found, after, item.pages + 1, item.refused_values + checked.refused)
        if total and not found:
            return self.failed(item, "the answer names no repository of the account")
        if dig(node, "repositories", "pageInfo", "hasNextPage") is not True:
            return following.outcome()
        if after is None or after == item.after:
            return self.failed(item, "the next page of repositories cannot be asked for")
        return TooMany(following, total) if following.pages >= MOST_PAGES else following


async def list_by_rest(subject: Subject, engine: Engine) -> Outcome:
    """All repositories of the account from GET /users/{login}/repos, which answers for organisations, too."""
    listing, last = Listing(subject), 1
    while listing.pages < last:
        path = f"/users/{quote(subject.name)}/repos?per_page={queries.OWNED_PER_PAGE}&page={listing.pages + 1}"
        try:
            answer = await engine.rest(path, place=subject.name)
        except (RetryLater, Skip) as error:
            is_refused = bool(engine.refusal(subject.name))
            return Outcome(subject=subject, error=str(error), refused=is_refused, passing=isinstance(error, RetryLater))
        if answer.status in {404, 410}:
            return Outcome(subject=subject, status="missing", note=answer.message or None)
        if answer.status != 200 or not isinstance(answer.payload, list):
            told = f"HTTP {answer.status} {answer.message}".strip()
            return Outcome(subject=subject, error=told, refused=is_policy(answer.message))
        last = max(last, last_page(answer) or 1)
        if last > MOST_REST_PAGES:
            told = f"to list its repositories takes {last} requests, and without a token GitHub answers 60 an hour"
            return Outcome(subject=subject, error=told)
        checked = Checked()
        public = [
            one for one in checked.entries("name_with_owner", answer.payload) or () if not flag(one.get("private"))
        ]
        keys = ("full_name", "stargazers_count", "fork", "archived")
        found = listing.found + _read_entries(subject, public, keys, checked)
        if answer.payload and not found:
            return Outcome(subject=subject, error="the answer names no repository of the account")
        listing = Listing(subject, found, None, listing.pages + 1, listing.refused_values + checked.refused)
    return listing.outcome()


def _read_entries(
    subject: Subject, entries: Iterable[dict[str, Any]], keys: tuple[str, str, str, str], checked: Checked
) -> tuple[OwnedRepository, ...]:
    """What the entries say under their keys for name, stars, fork and archived; other accounts' are refused."""
    found = []
    for entry in entries:
        name, stars = repository_name(entry.get(keys[0])), checked.count("position", entry, keys[1])
        if name is None or name.partition("/")[0].casefold() != subject.name.casefold():
            checked.refuse("name_with_owner", entry.get(keys[0]), "no repository of the account")
            continue
        is_fork, is_archived = (flag(entry.get(key)) or False for key in keys[2:])
        found.append(OwnedRepository(name, stars if isinstance(stars, int) else 0, is_fork, is_archived))
    return tuple(found)


def _looked_at(step: TooMany) -> str:
    login, count = step.listing.subject.name, len(step.listing.found)
    return f"{login} has {step.total:,} public repositories: the {count:,} most starred are looked at"


def _pages(subject: Subject, *, unknown: int) -> int:
    """Pages that a run reads of an account."""
    if subject.repositories_listed is None:
        return unknown
    return max(1, min(-(-subject.repositories_listed // queries.OWNED_PER_PAGE), MOST_PAGES))


def _cost_of(pages: Sequence[int]) -> Cost:
    cost = Cost()
    for number in range(max(pages, default=0)):
        reading = sum(one > number for one in pages)
        cost += queries_cost(reading, OwnedQuestion.start_size, OwnedQuestion.max_size, paged=1, seconds=3)
    return cost
