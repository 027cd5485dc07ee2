"""What the sandbox's GitHub holds: repositories and owners, found by name or id, and changed freely by tests.

`None` in a repository means "not held" and is answered as null. In a recorded world that is every figure that the
recording lacks; a made-up world holds all of them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from crawler.sandbox.accounts import Owner

OFFICIAL = "https://github.com"


@dataclass(frozen=True)
class License:
    """A licence as GitHub names it; `pseudo` for a text that it did not recognise."""

    key: str
    name: str
    spdx_id: str | None
    pseudo: bool = False


@dataclass(frozen=True)
class Commit:
    """A commit of the default branch; the time is ISO 8601 UTC text."""

    oid: str
    committed_at: str


@dataclass(frozen=True)
class Blob:
    """A file as git holds it."""

    content: str | bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content.encode() if isinstance(self.content, str) else self.content)


@dataclass
class Release:
    """A release; in the recording only its publication time is known."""

    tag_name: str | None
    published_at: str | None
    created_at: str | None = None
    is_draft: bool | None = None
    is_prerelease: bool | None = None


@dataclass(frozen=True)
class Tag:
    """A tag; an annotated one stands in GraphQL as a `Tag` object that points at its commit."""

    name: str
    commit: Commit
    annotated: bool = False


@dataclass
class Repository:
    """One repository. `None` is "not held", except where the attribute says otherwise."""

    name_with_owner: str
    node_id: str
    database_id: int | None = None
    former_names: list[str] = field(default_factory=list)
    stars: int = 0
    forks: int | None = None
    watchers: int | None = None
    open_issues: int | None = None
    closed_issues: int | None = None
    good_first_issues: int | None = None
    open_pull_requests: int | None = None
    closed_pull_requests: int | None = None
    merged_pull_requests: int | None = None
    discussions: int | None = None
    disk_usage: int | None = None
    license: License | None = None
    """None: GitHub found none."""
    languages: dict[str, int] = field(default_factory=dict)
    topics: list[str] | None = None
    description: str | None = None
    homepage_url: str | None = None
    created_at: str | None = None
    pushed_at: str | None = None
    updated_at: str | None = None
    archived_at: str | None = None
    default_branch: str | None = None
    head: Commit | None = None
    """None: the repository is empty."""
    first: Commit | None = None
    commit_count: int = 0
    """Commits that the history pages through, head and first included."""
    weekly_commits: list[int] = field(default_factory=list)
    first_week: date | None = None
    older_heads: dict[str, int] = field(default_factory=dict)
    """Commit id of a former head: how many commits had come before and with it."""
    latest_release: Release | None = None
    """None: GitHub calls no release the latest."""
    releases: list[Release] | None = None
    tags: list[Tag] | None = None
    funding_links: list[tuple[str, str]] | None = None
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Files of the default branch by path, as far as anybody asks for them; bytes are no text."""
    contributors: int | None = None
    """With the anonymous ones."""
    anonymous_contributors: int = 0
    contributors_too_large: bool = False
    parent: Repository | None = None
    is_private: bool | None = None
    is_archived: bool | None = None
    is_disabled: bool | None = None
    is_empty: bool | None = None
    is_fork: bool | None = None
    is_locked: bool | None = None
    is_mirror: bool | None = None
    is_template: bool | None = None
    has_issues: bool | None = None
    has_discussions: bool | None = None
    has_sponsorships: bool | None = None
    has_security_policy: bool | None = None
    mirror_url: str | None = None
    hidden: bool = False
    """The token may not see it: NOT_FOUND and 404, as for a private repository of others."""
    blocked: bool = False
    """Taken down: 451 by REST, NOT_FOUND by GraphQL."""

    @property
    def url(self) -> str:
        """The address of its page on github.com."""
        return f"{OFFICIAL}/{self.name_with_owner}"

    @property
    def primary_language(self) -> str | None:
        """The language with the most bytes, which is what GitHub calls the primary one."""
        return max(self.languages, key=self.languages.__getitem__, default=None)

    def commits_between(self, since: date | None = None, until: date | None = None) -> int:
        """Sum of the weekly counts of the weeks that begin on or after `since` and before `until`."""
        if self.first_week is None:
            return 0
        weeks = ((self.first_week + timedelta(weeks=index), n) for index, n in enumerate(self.weekly_commits))
        return sum(n for begins, n in weeks if (not since or begins >= since) and (not until or begins < until))

    def commit(self, index: int) -> Commit:
        """Commit number `index` of the history, newest first: 0 is the head, `commit_count` - 1 the first commit."""
        if self.head is None or self.first is None:
            raise LookupError(f"{self.name_with_owner} is empty")
        if index == 0:
            return self.head
        if index >= self.commit_count - 1:
            return self.first
        newest, oldest = datetime.fromisoformat(self.head.committed_at), datetime.fromisoformat(self.first.committed_at)
        age = index / (self.commit_count - 1)
        return Commit(commit_id(self.node_id, self.commit_count - index), as_text(newest - (newest - oldest) * age))

    def push(self, commits: int, at: str) -> Commit:
        """Puts `commits` new commits on the default branch; the newest, of time `at`, becomes the head."""
        if self.head is not None:
            self.older_heads[self.head.oid] = self.commit_count
        self.commit_count += commits
        self.head = Commit(commit_id(self.node_id, self.commit_count), at)
        self.first = self.first or self.head
        self.pushed_at = self.updated_at = at
        self.is_empty = False
        if self.weekly_commits:
            self.weekly_commits[-1] += commits
        return self.head

    def release(self, tag_name: str, at: str, *, prerelease: bool = False, draft: bool = False) -> Release:
        """Publishes a release at time `at`; unless it is a draft or prerelease it becomes the latest."""
        new = Release(tag_name, None if draft else at, at, draft, prerelease)
        self.releases = [new, *(self.releases or [])]
        if not (draft or prerelease):
            self.latest_release = new
        return new


class World:
    """All repositories and owners, safe to read from many threads while a test changes it."""

    def __init__(
        self, repositories: Iterable[Repository], owners: Iterable[Owner] = (), *, today: date, recorded: bool = False
    ) -> None:
        self.today = today
        self.recorded = recorded
        """True: what is not held is answered with null and no error."""
        self.owners = {owner.login.casefold(): owner for owner in owners}
        self._lock = threading.Lock()
        self._present: dict[str, Repository] = {}
        self._former: dict[str, Repository] = {}
        self._by_node: dict[str, Repository] = {}
        self._by_database_id: dict[int, Repository] = {}
        for repository in repositories:
            self.add(repository)

    def __iter__(self) -> Iterator[Repository]:
        with self._lock:
            return iter(list(self._present.values()))

    def __len__(self) -> int:
        return len(self._present)

    def __getitem__(self, name: str) -> Repository:
        """The repository of that present or former name, hidden and blocked ones too. KeyError if there is none."""
        repository = self.find(name)
        if repository is None:
            raise KeyError(name)
        return repository

    def find(self, name: str, *, follow_renames: bool = True) -> Repository | None:
        """The repository that `owner/name` leads to, in any spelling of case; a present name goes before a former."""
        folded = name.casefold()
        with self._lock:
            return self._present.get(folded) or (self._former.get(folded) if follow_renames else None)

    def owned(self, login: str) -> list[Repository]:
        """The repositories of an account that are not hidden or taken down."""
        prefix = f"{login.casefold()}/"
        with self._lock:
            owned = [repository for name, repository in self._present.items() if name.startswith(prefix)]
        return [repository for repository in owned if not (repository.hidden or repository.blocked)]

    def by_node_id(self, node_id: str) -> Repository | None:
        """The repository of a GraphQL id."""
        return self._by_node.get(node_id)

    def by_database_id(self, database_id: int) -> Repository | None:
        """The repository of a REST id."""
        return self._by_database_id.get(database_id)

    def add(self, repository: Repository) -> Repository:
        """Adds a repository under its present and former names."""
        with self._lock:
            self._present[repository.name_with_owner.casefold()] = repository
            self._former.update((former.casefold(), repository) for former in repository.former_names)
            self._by_node[repository.node_id] = repository
            if repository.database_id is not None:
                self._by_database_id[repository.database_id] = repository
        return repository

    def rename(self, name: str, new_name: str) -> Repository:
        """Moves a repository to `new_name`; its old name keeps leading to it until another takes that name."""
        repository = self[name]
        with self._lock:
            old = repository.name_with_owner
            del self._present[old.casefold()]
            repository.former_names.append(old)
            repository.name_with_owner = new_name
            self._former[old.casefold()] = repository
            self._present[new_name.casefold()] = repository
        return repository

    def delete(self, name: str) -> Repository:
        """Removes a repository: its names and ids lead nowhere afterwards."""
        repository = self[name]
        with self._lock:
            for names in (self._present, self._former):
                for key in [key for key, value in names.items() if value is repository]:
                    del names[key]
            del self._by_node[repository.node_id]
            if repository.database_id is not None:
                del self._by_database_id[repository.database_id]
        return repository

    def replace(self, name: str) -> Repository:
        """Deletes a repository and puts another, empty one with new ids under the same name."""
        old = self.delete(name)
        database_id = 1 + max(self._by_database_id, default=0) + (old.database_id or 0)
        return self.add(
            Repository(
                old.name_with_owner,
                f"R_replaced{database_id}",
                database_id,
                is_private=False,
                is_archived=False,
                is_disabled=False,
                is_empty=True,
                is_fork=False,
                is_locked=False,
                is_mirror=False,
                is_template=False,
                created_at=f"{self.today}T00:00:00Z",
                updated_at=f"{self.today}T00:00:00Z",
            )
        )


def as_text(moment: datetime) -> str:
    """`2023-09-25T12:00:00Z` for an aware time."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def commit_id(seed: str, number: int) -> str:
    """A made-up commit id: 40 hexadecimal digits, always the same for the same repository and number."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()[:40]
