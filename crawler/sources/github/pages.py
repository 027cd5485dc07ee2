"""The follow-up question: further pages of languages and releases, and the newest tag where there is no release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET, structs

from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading
from crawler.model import Outcome, Repository
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.core import Unfinished, wants_older_releases
from crawler.sources.github.cost import points
from crawler.sources.github.node import read_languages, read_releases, together
from crawler.sources.github.reading import cursor, dig, entries, parts_by_alias

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
            elif part.refusal:
                reading.refused.append((item, part.refusal))
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
        return structs.replace(_outcome(item, told), passing=True)

    def place(self, item: Unfinished) -> str:
        """The repository, by the name of the answer."""
        return str(item.record.name_with_owner)

    def refused(self, item: Unfinished, reason: str) -> Outcome:
        """What came before is kept."""
        return self.failed(item, reason)

    def _add(self, item: Unfinished, node: dict[str, Any]) -> PageResult:
        item.pages += 1
        checked = Checked()
        lacking = ""
        if item.want_tag:
            item.record = structs.replace(item.record, **_newest_tag(node, checked))
            item.want_tag = False
        if item.more_languages:
            lacking = self._add_languages(item, node, checked)
        if item.more_releases and not lacking:
            lacking = self._add_releases(item, node, checked)
        item.refused_values += checked.refused
        if lacking:
            return self.failed(item, f"the next page of {lacking} brought none")
        if not (item.more_languages or item.more_releases):
            return _outcome(item, item.error)
        return item if item.pages < MAX_PAGES else self.failed(item, f"more than {MAX_PAGES} pages")

    def _add_languages(self, item: Unfinished, node: dict[str, Any], checked: Checked) -> str:
        """What is lacking where the page has nothing new; one of which all was refused is a page all the same."""
        refusals = checked.refusals
        languages = read_languages(node, checked)
        if not isinstance(languages, dict) or (
            not languages.keys() - item.languages.keys() and checked.refusals == refusals
        ):
            return "languages"
        item.languages |= languages
        item.more_languages = bool(dig(node, "languages", "pageInfo", "hasNextPage"))
        item.languages_after = cursor(dig(node, "languages", "pageInfo", "endCursor"))
        return ""

    def _add_releases(self, item: Unfinished, node: dict[str, Any], checked: Checked) -> str:
        """The same of releases, which are wanted as far back as a year."""
        refusals = checked.refusals
        releases = read_releases(node, checked)
        known = {release.tag_name for release in item.releases}
        if not isinstance(releases, tuple) or (
            not {release.tag_name for release in releases} - known and checked.refusals == refusals
        ):
            return "releases"
        item.releases += releases
        item.more_releases = bool(dig(node, "releases", "pageInfo", "hasNextPage")) and wants_older_releases(
            releases, self._year_ago, item.subject.newest_release_at
        )
        item.releases_after = cursor(dig(node, "releases", "pageInfo", "endCursor"))
        return ""


def _outcome(item: Unfinished, error: str | None) -> Outcome:
    return Outcome(
        subject=item.subject,
        status=item.status,
        record=_record(item),
        error=error,
        refused_values=item.refused_values,
    )


def _record(item: Unfinished) -> Repository:
    """All that came, with the lists that are whole; where there was no list, none is made of nothing."""
    record = item.record
    if isinstance(record.languages, dict):
        record = structs.replace(record, languages=UNSET if item.more_languages else item.languages)
    if isinstance(record.releases, tuple):
        record = structs.replace(record, releases=UNSET if item.more_releases else tuple(item.releases))
    return record


def _newest_tag(node: dict[str, Any], checked: Checked) -> dict[str, Any]:
    """Name and date of the newest tag; an annotated tag is dated by its tagger, else by its commit."""
    tags = entries(node, "tags", "nodes")
    if not tags:
        return {"latest_tag": None, "latest_tag_at": None}
    name = checked.name("latest_tag", tags[0], "name")
    refusals = checked.refusals
    dates = [
        checked.moment("latest_tag_at", tags[0], "target", *path)
        for path in (("tagger", "date"), ("target", "committedDate"), ("committedDate",))
    ]
    undated = UNSET if checked.refusals > refusals else None
    tag, at = together(name, next((date for date in dates if date), undated))
    return {"latest_tag": tag, "latest_tag_at": at}
