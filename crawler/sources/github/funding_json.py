"""The source `funding_json`: what repositories say of their funding in a funding.json at their root.

A query for up to a hundred repositories costs one point. The file is taken from the default branch alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.model import NoManifest, Outcome, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import REFUSED_ANONYMOUS, points, queries_cost
from crawler.sources.github.manifest import MOST_BYTES, WHOLE, read_manifest
from crawler.sources.github.reading import parts_by_id
from crawler.sources.github.single import SingleQuestion
from crawler.sources.source import MONTHLY, Api, Cost, Stage, SubjectKind


class FundingJsonSource:
    """Repositories, by GitHub's node id."""

    name: str = "funding_json"
    max_age: timedelta | None = MONTHLY
    subject_kind: SubjectKind = "repository"
    identifier: str = ""
    stage: Stage = 2
    api: Api = "graphql"
    is_second_hand: bool = False
    yields_to: frozenset[str] = frozenset()

    def cost(self, subjects: Sequence[Subject]) -> Cost:
        """A query for each batch, of one point."""
        question = FundingJsonQuestion
        return queries_cost(len(subjects), question.start_size, question.max_size, seconds=2)

    async def fetch(self, subjects: Iterable[Subject], engine: Engine) -> AsyncIterator[list[Outcome]]:
        """The outcomes, a batch at a time."""
        if engine.is_anonymous:
            raise Stop(REFUSED_ANONYMOUS)
        without_id: list[Outcome] = []

        def with_id() -> Iterator[Subject]:
            for subject in subjects:
                if subject.node_id:
                    yield subject
                else:
                    without_id.append(Outcome(subject=subject, error="GitHub has not told its id"))

        async for outcomes in ask_in_batches(engine, FundingJsonQuestion(), with_id()):
            yield outcomes
        if without_id:
            yield without_id


class FundingJsonQuestion(SingleQuestion):
    """Asks for the file of many repositories at once."""

    start_size = 50
    max_size = 100

    def ask(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        return queries.funding_files(), {"ids": [subject.node_id for subject in items]}

    def points(self, count: int) -> int:
        """One: there is no connection in it."""
        return points(0)

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, Outcome]:
        """What each file says, or that there is none."""
        reading: Reading[Subject, Outcome] = Reading([], [])
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
            elif not isinstance(part.node, dict) or "object" not in part.node:
                reading.results.append(self.failed(subject, "the answer holds no repository"))
            else:
                reading.results.append(read_file(subject, part.node["object"]))
        return reading


def read_file(subject: Subject, blob: Any) -> Outcome:
    """What GitHub holds under the path: nothing, a file, or something that is no file, such as a folder.

    A file that cannot be read is an answer without a record: what is stored stays, and a note says why.
    """
    is_folder = isinstance(blob, dict) and blob.get("__typename") in ("Tree", "Commit")
    if blob is None or is_folder:
        return Outcome(subject=subject, status="ok", record=NoManifest())
    checked = Checked()
    if not isinstance(blob, dict) or not isinstance(blob.get("text"), str):
        is_binary = isinstance(blob, dict) and blob.get("isBinary") is True
        checked.refuse(WHOLE, None, "no text" if is_binary else "the answer holds no text")
        return Outcome(subject=subject, status="ok", refused_values=checked.refused)
    size = checked.count(WHOLE, blob, "byteSize")
    if blob.get("isTruncated") is True or (isinstance(size, int) and size > MOST_BYTES):
        checked.refuse(WHOLE, f"{size} bytes", f"larger than {MOST_BYTES:,} bytes")
        return Outcome(subject=subject, status="ok", refused_values=checked.refused)
    manifest = read_manifest(blob["text"], subject.name, checked)
    # A value that is no good may be somebody's address.
    refused = (replace(one, value="an address") if "@" in one.value else one for one in checked.refused)
    return Outcome(subject=subject, status="ok", record=manifest, refused_values=tuple(refused))
