"""The source `first_commit`: when a repository's history begins. It never changes, so it is asked once for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import Outcome, Repository, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, points, queries_cost
from crawler.sources.github.reading import dig, entries, parts_by_alias, parts_by_id
from crawler.sources.github.single import SingleQuestion
from crawler.sources.source import Api, Cost, Stage, SubjectKind


class Head(Struct, frozen=True):
    """The newest commit of a repository and the number of commits behind it, itself included."""

    subject: Subject
    oid: str
    count: int


class FirstCommitSource:
    """Two questions: how many commits there are, and the last one of them."""

    name: str = "first_commit"
    max_age: timedelta | None = None
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """Two queries for each batch: one that counts, one with a page of one for each repository that it counted."""
        start, most = CountQuestion.start_size, CountQuestion.max_size
        counting = queries_cost(len(subjects), start, most, counted=1, seconds=1.5)
        return counting + queries_cost(len(subjects), start, most, paged=1, seconds=1.5)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time; a repository with one commit needs only the first question."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)
        async for results in ask_in_batches(engine, CountQuestion(), subjects):
            yield [result for result in results if isinstance(result, Outcome)]
            heads = [result for result in results if isinstance(result, Head)]
            async for outcomes in ask_in_batches(engine, CursorQuestion(), heads):
                yield outcomes


class CountQuestion(SingleQuestion):
    """Asks for the head commit and the number of commits: a walk over the whole history, so in small batches."""

    start_size = 10
    max_size = 25

    def ask(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        return queries.commit_counts(), {"ids": [subject.node_id for subject in items]}

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(count)

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, Outcome | Head]:
        """A head for the second question, or the outcome where that is not needed."""
        reading: Reading[Subject, Outcome | Head] = Reading([], [])
        for subject, part in zip(items, parts_by_id(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(subject)
            elif part.refusal:
                reading.refused.append((subject, part.refusal))
            elif part.errors:
                reading.results.append(self.failed(subject, part.errors[0].message))
            elif part.node is None:
                # GitHub knew it a moment ago, when it told the id: null without a reason is no answer.
                reading.results.append(self.failed(subject, "the answer is null, without a reason"))
            else:
                reading.results.append(_read_head(subject, part.node))
        return reading


class CursorQuestion:
    """Asks for the commit before the end of the list, by a cursor made of the head's oid and an offset."""

    # As many as the question before counted at once: what could be counted in time can be walked in time.
    start_size = 25
    max_size = 25

    def ask(self, items: Sequence[Head]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        variables: dict[str, Any] = {}
        for number, head in enumerate(items):
            variables[f"o{number}"], _, variables[f"n{number}"] = head.subject.name.partition("/")
            variables[f"cursor{number}"] = f"{head.oid} {head.count - 2}"
        return queries.first_commits(len(items)), variables

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(count)

    def read(self, items: Sequence[Head], answer: GraphQLAnswer) -> Reading[Head, Outcome]:
        """The first commit of each, where the answer really is the end of the list."""
        reading: Reading[Head, Outcome] = Reading([], [])
        for head, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(head)
                continue
            if part.refusal:
                reading.refused.append((head, part.refusal))
                continue
            history = dig(part.node, "defaultBranchRef", "target", "history")
            nodes = entries(history, "nodes")
            if part.errors:
                reading.results.append(self.failed(head, part.errors[0].message))
            elif not nodes or dig(history, "pageInfo", "hasNextPage"):
                # Somebody pushed between the two questions: the next run counts again.
                reading.results.append(self.failed(head, "the history moved while it was counted"))
            else:
                reading.results.append(_answered(head.subject, nodes[0]))
        return reading

    def lighter(self, item: Head) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Head, error: str) -> Outcome:
        """The outcome of a subject that got no answer."""
        return Outcome(subject=item.subject, error=error, passing=True)

    def place(self, item: Head) -> str:
        """The repository."""
        return item.subject.name

    def refused(self, item: Head, reason: str) -> Outcome:
        """Only GraphQL knows."""
        return Outcome(subject=item.subject, error=reason, refused=True)


def _read_head(subject: Subject, node: Any) -> Outcome | Head:
    target = dig(node, "defaultBranchRef", "target")
    checked = Checked()
    oid = checked.opaque("first_commit_oid", target, "oid")
    count = checked.count("first_commit_at", target, "all", "totalCount")
    if not oid or not count:
        return Outcome(subject=subject, status="unknown", refused_values=checked.refused)
    return _answered(subject, target) if count == 1 else Head(subject, oid, count)


def _answered(subject: Subject, commit: dict[str, Any]) -> Outcome:
    checked = Checked()
    committed_at = checked.moment("first_commit_at", commit, "committedDate")
    oid = checked.opaque("first_commit_oid", commit, "oid")
    if checked.refused:
        # Another history may come with a better beginning: so this is no answer for ever.
        return Outcome(subject=subject, status="unknown", refused_values=checked.refused)
    if not committed_at:
        return Outcome(subject=subject, error="the first commit came without a date")
    record = Repository(first_commit_at=committed_at, first_commit_oid=oid or None)
    return Outcome(subject=subject, status="ok", record=record)
