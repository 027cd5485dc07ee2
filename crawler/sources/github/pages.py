"""The follow-up question: further pages of languages and releases, and the newest tag where there is no release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET, structs

from crawler.fetch.answers import GraphQLAnswer, is_too_heavy
from crawler.fetch.batches import Reading
from crawler.model import Outcome
from crawler.sources.github import queries
from crawler.sources.github.core import Unfinished, read_languages, read_releases, wants_older_releases
from crawler.sources.github.reading import dig, entries, errors_of, moment, text

PageResult = Outcome | Unfinished


class PagesQuestion:
    """Asks for the next page of each unfinished repository; `today` ends the year that releases are wanted of."""

    start_size = 20
    max_size = 30

    def __init__(self, *, today: date) -> None:
        self._year_ago = (today - timedelta(days=365)).isoformat()

    def ask(self, items: Sequence[Unfinished]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        variables: dict[str, Any] = {}
        for number, item in enumerate(items):
            variables[f"id{number}"] = item.node_id
            variables[f"languages{number}"] = item.languages_after
            variables[f"releases{number}"] = item.releases_after
            variables[f"moreLanguages{number}"] = item.more_languages
            variables[f"moreReleases{number}"] = item.more_releases
            variables[f"tag{number}"] = item.want_tag
        return queries.more_pages(len(items)), variables

    def read(self, items: Sequence[Unfinished], answer: GraphQLAnswer) -> Reading[Unfinished, PageResult]:
        """What the answer adds to each of the items: a whole outcome, or the item again with one page more."""
        reading: Reading[Unfinished, PageResult] = Reading([], [])
        for number, item in enumerate(items):
            errors = errors_of(answer, f"r{number}")
            node = answer.data.get(f"r{number}")
            if any(is_too_heavy(error) for error in errors):
                reading.too_heavy.append(item)
            elif errors or not isinstance(node, dict):
                reading.results.append(self.failed(item, errors[0].message if errors else "no further page came"))
            else:
                reading.results.append(self._add(item, node))
        return reading

    def lighter(self, item: Unfinished) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Unfinished, error: str) -> Outcome:
        """What came before is kept, the lists that stayed incomplete are left as they are stored."""
        record = structs.replace(
            item.record,
            languages=UNSET if item.more_languages else item.record.languages,
            releases=UNSET if item.more_releases else item.record.releases,
        )
        return Outcome(subject=item.subject, status=item.status, record=record, error=error)

    def _add(self, item: Unfinished, node: dict[str, Any]) -> PageResult:
        if item.more_languages:
            item.languages |= read_languages(node.get("languages")) or {}
            item.more_languages = bool(dig(node, "languages", "pageInfo", "hasNextPage"))
            item.languages_after = text(dig(node, "languages", "pageInfo", "endCursor"))
        if item.more_releases:
            page = read_releases(node.get("releases")) or ()
            item.releases += page
            item.more_releases = bool(dig(node, "releases", "pageInfo", "hasNextPage")) and wants_older_releases(
                page, self._year_ago, item.subject.newest_release_at
            )
            item.releases_after = text(dig(node, "releases", "pageInfo", "endCursor"))
        if item.want_tag:
            item.record = structs.replace(item.record, **_newest_tag(node))
            item.want_tag = False
        if item.more_languages or item.more_releases:
            return item
        record = item.record
        if record.languages is not UNSET and record.languages is not None:
            record = structs.replace(record, languages=item.languages)
        if record.releases is not UNSET and record.releases is not None:
            record = structs.replace(record, releases=tuple(item.releases))
        return Outcome(subject=item.subject, status=item.status, record=record)


def _newest_tag(node: dict[str, Any]) -> dict[str, str | None]:
    """Name and date of the newest tag; an annotated tag is dated by its tagger, else by its commit."""
    tags = entries(node, "tags", "nodes")
    if not tags:
        return {"latest_tag": None, "latest_tag_at": None}
    target = tags[0].get("target")
    dated = (
        moment(dig(target, "tagger", "date"))
        or moment(dig(target, "target", "committedDate"))
        or moment(dig(target, "committedDate"))
    )
    return {"latest_tag": text(tags[0].get("name")), "latest_tag_at": dated}
