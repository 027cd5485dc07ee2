"""The follow-up question: further pages of languages and releases, and the newest tag where there is no release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET, structs

from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading
from crawler.model import Outcome, Repository
from crawler.sources.github import queries
from crawler.sources.github.core import Unfinished, read_languages, read_releases, wants_older_releases
from crawler.sources.github.cost import points
from crawler.sources.github.reading import dig, entries, moment, parts_by_alias, text

PageResult = Outcome | Unfinished
MAX_PAGES = 200
"""No more is read of one repository: 10,000 releases a year."""


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
            # The name of the answer, not of the list: that may be a former one.
            variables[f"o{number}"], _, variables[f"n{number}"] = str(item.record.name_with_owner).partition("/")
            variables[f"languages{number}"] = item.languages_after
            variables[f"releases{number}"] = item.releases_after
            variables[f"moreLanguages{number}"] = item.more_languages
            variables[f"moreReleases{number}"] = item.more_releases
            variables[f"tag{number}"] = item.want_tag
        return queries.more_pages(len(items)), variables

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points(queries.MORE_PAGES_CONNECTIONS * count)

    def read(self, items: Sequence[Unfinished], answer: GraphQLAnswer) -> Reading[Unfinished, PageResult]:
        """What the answer adds to each of the items: a whole outcome, or the item again with one page more."""
        reading: Reading[Unfinished, PageResult] = Reading([], [])
        for item, part in zip(items, parts_by_alias(answer, len(items)), strict=True):
            if part.is_too_heavy:
                reading.too_heavy.append(item)
            elif part.errors or not isinstance(part.node, dict):
                told = part.errors[0].message if part.errors else "no further page came"
                reading.results.append(self.failed(item, told))
            else:
                reading.results.append(self._add(item, part.node))
        return reading

    def lighter(self, item: Unfinished) -> None:
        """There is nothing to leave out."""

    def failed(self, item: Unfinished, error: str) -> Outcome:
        """What came before is kept, the lists that stayed incomplete are left as they are stored."""
        told = f"{item.error}; {error}" if item.error else error
        return Outcome(subject=item.subject, status=item.status, record=_record(item), error=told)

    def _add(self, item: Unfinished, node: dict[str, Any]) -> PageResult:
        item.pages += 1
        if item.want_tag:
            item.record = structs.replace(item.record, **_newest_tag(node))
            item.want_tag = False
        if item.more_languages:
            languages = read_languages(node.get("languages"))
            if languages is None or not languages.keys() - item.languages.keys():
                return self.failed(item, "the next page of languages brought none")
            item.languages |= languages
            item.more_languages = bool(dig(node, "languages", "pageInfo", "hasNextPage"))
            item.languages_after = text(dig(node, "languages", "pageInfo", "endCursor"))
        if item.more_releases:
            releases = read_releases(node.get("releases"))
            if releases is None or not {release.tag_name for release in releases} - {
                release.tag_name for release in item.releases
            }:
                return self.failed(item, "the next page of releases brought none")
            item.releases += releases
            item.more_releases = bool(dig(node, "releases", "pageInfo", "hasNextPage")) and wants_older_releases(
                releases, self._year_ago, item.subject.newest_release_at
            )
            item.releases_after = text(dig(node, "releases", "pageInfo", "endCursor"))
        if not (item.more_languages or item.more_releases):
            return Outcome(subject=item.subject, status=item.status, record=_record(item), error=item.error)
        return item if item.pages < MAX_PAGES else self.failed(item, f"more than {MAX_PAGES} pages")


def _record(item: Unfinished) -> Repository:
    """All that came, with the lists that are whole; where there was no list, none is made of nothing."""
    record = item.record
    if isinstance(record.languages, dict):
        record = structs.replace(record, languages=UNSET if item.more_languages else item.languages)
    if isinstance(record.releases, tuple):
        record = structs.replace(record, releases=UNSET if item.more_releases else tuple(item.releases))
    return record


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
