"""The core question: the facts of a batch of repositories, by name or by node id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET, Struct, structs

from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import Reading
from crawler.fetch.verdicts import is_too_heavy
from crawler.model import Outcome, Refused, Release, Repository, Status, Subject
from crawler.sources.checked import Checked
from crawler.sources.github import queries
from crawler.sources.github.cost import points
from crawler.sources.github.node import read_node
from crawler.sources.github.reading import Part, cursor, dig, flag, parts_by_alias, parts_by_id, repository_name

LEFT_OUT = "the commits of the last year and the closed issues were too heavy to count"


class Unfinished(Struct, kw_only=True):
    """A repository of which more pages are to be read before its record is whole."""

    subject: Subject
    record: Repository
    status: Status
    languages: dict[str, int]
    languages_after: str | None
    more_languages: bool
    releases: list[Release]
    releases_after: str | None
    more_releases: bool
    want_tag: bool
    error: str | None = None
    """What is missing all the same when all pages are read."""
    refused_values: tuple[Refused, ...] = ()
    pages: int = 0
    """How many further pages were read."""


class Unresolved(Struct, frozen=True):
    """A repository that GraphQL cannot find, or whose owner lets no token in: REST knows why, or all the same."""

    subject: Subject


CoreResult = Outcome | Unfinished | Unresolved


class CoreQuestion:
    """Asks for the core facts. With `by_id`, subjects need their node id; `today` ends the year of recent commits.

    `vanished` holds the names of those that were answered with null and without a reason before.
    """

    start_size = 30
    max_size = 40

    def __init__(
        self,
        *,
        by_id: bool,
        today: date,
        with_history: bool = True,
        with_watchers: bool = True,
        vanished: set[str] | None = None,
    ) -> None:
        self._by_id = by_id
        self._vanished = set() if vanished is None else vanished
        self._with_watchers = with_watchers
        self._today = today
        self._year_ago = (today - timedelta(days=365)).isoformat()
        self._with_history = with_history

    def ask(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        """The query text and its variables."""
        query, variables = self._whole_query(items)
        return (query if self._with_watchers else queries.without_watchers(query)), variables

    def _whole_query(self, items: Sequence[Subject]) -> tuple[str, dict[str, Any]]:
        since = {"since": f"{self._year_ago}T00:00:00Z"} if self._with_history else {}
        if self._by_id:
            return queries.core_by_id(with_history=self._with_history), since | {"ids": [s.node_id for s in items]}
        variables: dict[str, Any] = dict(since)
        for number, subject in enumerate(items):
            variables[f"o{number}"], _, variables[f"n{number}"] = subject.name.partition("/")
        return queries.core_by_name(len(items), with_history=self._with_history), variables

    def points(self, count: int) -> int:
        """The most that the query about so many items costs."""
        return points((queries.CORE_PAGED_CONNECTIONS + queries.CORE_COUNTED_CONNECTIONS) * count)

    def read(self, items: Sequence[Subject], answer: GraphQLAnswer) -> Reading[Subject, CoreResult]:
        """What the answer says about each of the subjects."""
        reading: Reading[Subject, CoreResult] = Reading([], [])
        parts = (parts_by_id if self._by_id else parts_by_alias)(answer, len(items))
        for subject, part in zip(items, parts, strict=True):
            result = self._read_part(subject, part)
            if part.refusal:
                reading.refused.append((subject, part.refusal))
            elif result is None:
                reading.too_heavy.append(subject)
            else:
                reading.results.append(result)
        return reading

    def _read_part(self, subject: Subject, part: Part) -> CoreResult | None:
        """What the answer says about one subject; None where a smaller batch or a lighter question may say more."""
        is_named = repository_name(dig(part.node, "nameWithOwner")) is not None and not part.is_lost
        if part.is_too_heavy and (self._with_history or not is_named):
            return None
        if is_named:
            return self._read_node(subject, part)
        if self._with_watchers and part.has("FORBIDDEN") and "watchers" in part.lost_fields:
            # A field that must not be null takes the whole repository with it: from here on ask without.
            self._with_watchers = False
            return None
        if part.has("NOT_FOUND"):
            return Unresolved(subject)
        if part.has("FORBIDDEN"):
            return Outcome(subject=subject, error=part.errors[0].message, refused=True)
        if part.errors:
            return self.failed(subject, part.errors[0].message)
        if part.node is not None:
            return self.failed(subject, "the answer names no repository")
        if subject.name not in self._vanished:
            # Null without a reason happens to repositories that are there: it counts only where it comes again.
            self._vanished.add(subject.name)
            return Outcome(subject=subject, status="unknown", passing=True)
        return Unresolved(subject) if self._by_id else Outcome(subject=subject, status="unknown")

    def lighter(self, item: Subject) -> CoreQuestion | None:
        """The same without the heaviest parts: counting the commits of the last year, and the closed issues."""
        if not self._with_history:
            return None
        return CoreQuestion(
            by_id=self._by_id,
            today=self._today,
            with_history=False,
            with_watchers=self._with_watchers,
            vanished=self._vanished,
        )

    def failed(self, item: Subject, error: str) -> Outcome:
        """The outcome of a subject that got no answer."""
        return Outcome(subject=item, error=error, passing=True)

    def place(self, item: Subject) -> str:
        """The repository."""
        return item.name

    def refused(self, item: Subject, reason: str) -> Unresolved:
        """REST answers without a token, too."""
        return Unresolved(item)

    def _read_node(self, subject: Subject, part: Part) -> CoreResult:
        node = part.node
        if flag(node.get("isPrivate")):
            # A token may see what the public may not: none of it belongs into a landscape.
            return Outcome(subject=subject, status="private", note="the repository is private")
        status: Status = "empty" if flag(node.get("isEmpty")) else "ok"
        lost = {field: UNSET for key in part.lost_fields for field in FIELDS.get(key, ())}
        checked = Checked()
        record = structs.replace(read_node(node, checked), **lost)
        if record.releases_total:
            record = structs.replace(record, latest_tag=None, latest_tag_at=None)
        error = None
        if not self._with_history:
            record = structs.replace(record, commits_last_year=UNSET)
            error = "; ".join([LEFT_OUT, *(error.message for error in part.errors if is_too_heavy(error))])
        unfinished = self._unfinished(subject, node, record, status)
        unfinished.error = error
        unfinished.refused_values = checked.refused
        if unfinished.more_languages or unfinished.more_releases or unfinished.want_tag:
            # What came with the first page waits in `unfinished`; a half list must not replace a whole one.
            return unfinished
        return Outcome(
            subject=subject,
            status=status,
            record=record,
            error=error,
            passing=error is not None,
            refused_values=checked.refused,
        )

    def _unfinished(self, subject: Subject, node: dict[str, Any], record: Repository, status: Status) -> Unfinished:
        releases = list(record.releases) if record.releases is not UNSET and record.releases else []
        return Unfinished(
            subject=subject,
            record=record,
            status=status,
            languages=dict(record.languages) if record.languages is not UNSET and record.languages else {},
            languages_after=cursor(dig(node, "languages", "pageInfo", "endCursor")),
            more_languages=bool(dig(node, "languages", "pageInfo", "hasNextPage")),
            releases=releases,
            releases_after=cursor(dig(node, "releases", "pageInfo", "endCursor")),
            more_releases=bool(dig(node, "releases", "pageInfo", "hasNextPage"))
            and wants_older_releases(releases, self._year_ago, subject.newest_release_at),
            want_tag=record.releases_total == 0 and status == "ok",
        )


FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("node_id",),
    "databaseId": ("database_id",),
    "url": ("url",),
    "owner": ("owner_login", "owner_type"),
    "description": ("description",),
    "homepageUrl": ("homepage_url",),
    "createdAt": ("created_at",),
    "pushedAt": ("pushed_at",),
    "archivedAt": ("archived_at",),
    "isArchived": ("is_archived",),
    "isFork": ("is_fork",),
    "isMirror": ("is_mirror",),
    "isTemplate": ("is_template",),
    "stargazerCount": ("stars",),
    "forkCount": ("forks",),
    "watchers": ("watchers",),
    "issuesOpen": ("open_issues",),
    "issuesClosed": ("closed_issues",),
    "pullRequestsOpen": ("open_pull_requests",),
    "licenseInfo": ("license_spdx", "license_expression", "license_name", "license_osi_approved"),
    "primaryLanguage": ("primary_language",),
    "languages": ("languages",),
    "repositoryTopics": ("topics",),
    "latestRelease": ("latest_release_tag", "latest_release_at"),
    "releases": ("releases", "releases_total"),
    "fundingLinks": ("funding_links",),
    "isSecurityPolicyEnabled": ("has_security_policy",),
    "defaultBranchRef": ("default_branch", "latest_commit_at", "latest_commit_oid", "commits_last_year"),
}
"""Columns that an error at a field of the answer leaves unknown."""


def wants_older_releases(releases: Sequence[Release], year_ago: str, newest_stored: str | None) -> bool:
    """Whether the next page may hold a release of the last year that is not stored yet."""
    dates = [release.published_at for release in releases if release.published_at]
    oldest = min(dates, default=None)
    return oldest is not None and oldest[:10] >= year_ago and (newest_stored is None or oldest > newest_stored)
