"""Made-up worlds for tests and benchmarks: any number of repositories that clearly do not exist, every field filled.

The first two repositories are ordinary (the second has a single contributor). After them the odd ones recur at fixed
distances: archived, empty, forked, licence unknown or missing, tags without releases, prereleases only, 130 releases,
23 languages, one commit, a contributor list that GitHub calls too large.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from crawler.sandbox.accounts import Goal, Owner, Tier
from crawler.sandbox.world import Commit, License, Release, Repository, Tag, World, as_text, commit_id

PER_OWNER = 10
_LICENSES = (
    License("apache-2.0", "Apache License 2.0", "Apache-2.0"),
    License("mit", "MIT License", "MIT"),
    License("bsd-3-clause", 'BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    License("gpl-3.0", "GNU General Public License v3.0", "GPL-3.0"),
)
_OTHER = License("other", "Other", "NOASSERTION", pseudo=True)
_LANGUAGES = (
    *("Rust", "Go", "C", "C++", "Python", "TypeScript", "JavaScript", "Zig", "Swift", "Kotlin", "Java", "C#"),
    *("Ruby", "PHP", "Haskell", "OCaml", "Scala", "Dart", "Lua", "Nim", "Shell", "Makefile", "Dockerfile"),
)


class _Dice:
    """An endless stream of numbers that depends on its seed alone."""

    def __init__(self, seed: str) -> None:
        self._bytes = self._stream(seed)

    @staticmethod
    def _stream(seed: str) -> Iterator[int]:
        block = 0
        while True:
            digest = hashlib.sha256(f"{seed}:{block}".encode()).digest()
            for at in range(0, 32, 4):
                yield int.from_bytes(digest[at : at + 4], "big")
            block += 1

    def below(self, limit: int) -> int:
        return next(self._bytes) % limit


def made_up_world(count: int, *, seed: int = 0, today: date | None = None) -> World:
    """`count` repositories `acme-NN/widget-N`, the same for the same seed and day (default: the real day)."""
    day = today or datetime.now(UTC).date()
    owners = [_owner(f"acme-{number:02d}", number, seed) for number in range(-(-count // PER_OWNER))]
    repositories = (_repository(index, owners[index // PER_OWNER], seed, day) for index in range(count))
    return World(repositories, owners, today=day)


def _owner(login: str, number: int, seed: int) -> Owner:
    dice = _Dice(f"{seed}/{login}")
    listed = number % 2 == 0
    owner = Owner(
        login,
        "User" if number % 5 == 3 else "Organization",
        listed,
        *((dice.below(200), dice.below(30), dice.below(50)) if listed else (0, 0, 0)),
    )
    if listed:
        owner.tiers = [Tier(100, is_one_time=True), *(Tier(500 * step) for step in range(1, 2 + dice.below(9)))]
    if listed and number % 4 == 0:
        kind = "TOTAL_SPONSORS_COUNT" if number % 8 == 4 else "MONTHLY_SPONSORSHIP_AMOUNT"
        owner.goal = Goal(kind, dice.below(101), 100 + dice.below(5000))
    return owner


def _repository(index: int, owner: Owner, seed: int, today: date) -> Repository:
    dice = _Dice(f"{seed}/{index}")
    midnight = datetime.combine(today, time(), UTC)
    created = midnight - timedelta(days=400 + dice.below(4000), seconds=dice.below(86_400))
    repository = Repository(
        f"{owner.login}/widget-{index}",
        f"R_made{seed}x{index}",
        1_000_000 + 1_000_000 * seed + index,
        stars=dice.below(30_000),
        forks=dice.below(3_000),
        watchers=dice.below(800),
        open_issues=dice.below(900),
        closed_issues=dice.below(9_000),
        good_first_issues=dice.below(30),
        open_pull_requests=dice.below(120),
        closed_pull_requests=dice.below(500),
        merged_pull_requests=dice.below(7_000),
        discussions=dice.below(300),
        disk_usage=dice.below(2_000_000),
        license=_OTHER if index % 13 == 6 else None if index % 7 == 3 else _LICENSES[dice.below(len(_LICENSES))],
        languages=_languages(index, dice),
        topics=[f"topic-{number}" for number in range(dice.below(8))],
        description=f"Made-up widget number {index} – “für Tests”",
        homepage_url="" if index % 3 else f"https://widget-{index}.example",
        created_at=as_text(created),
        updated_at=as_text(midnight - timedelta(hours=dice.below(400))),
        default_branch="trunk" if index % 8 == 4 else "main",
        funding_links=[("GITHUB", f"https://github.com/{owner.login}")] if index % 4 == 0 else [],
        contributors=1 if index % 14 == 1 else 2 + dice.below(600),
        contributors_too_large=index % 37 == 12,
        is_private=False,
        is_archived=index % 17 == 5,
        archived_at=as_text(midnight - timedelta(days=30)) if index % 17 == 5 else None,
        is_disabled=False,
        is_empty=False,
        is_fork=index % 25 == 10,
        is_locked=False,
        is_mirror=False,
        is_template=index % 40 == 15,
        has_issues=True,
        has_discussions=index % 2 == 0,
        has_sponsorships=index % 4 == 0,
        has_security_policy=index % 3 == 0,
    )
    if index % 10 == 1:
        repository.files["funding.json"] = _funding_json(repository, dice)
    repository.anonymous_contributors = (repository.contributors or 0) // 5
    if index % 23 == 7:
        _make_empty(repository)
    else:
        _give_history(repository, index, dice, created, midnight)
        _give_releases(repository, index, dice, midnight)
    return repository


def _funding_json(repository: Repository, dice: _Dice) -> str:
    """A manifest of a made-up organisation, with a mail address that nobody may keep."""
    return json.dumps(
        {
            "version": "v1.1.0",
            "entity": {"type": "organisation", "role": "owner", "name": "Acme", "email": "acme@example.org"},
            "projects": [{"guid": "widget", "name": "Widget", "repositoryUrl": {"url": repository.url}}],
            "funding": {
                "channels": [{"guid": "bank", "type": "bank", "address": "12345678"}],
                "plans": [
                    {"guid": "hosting", "status": "active", "name": "Hosting", "amount": 1200.5, "currency": "EUR"}
                    | {"frequency": "monthly", "channels": ["bank"]}
                ],
                "history": [{"year": 2024, "income": dice.below(90_000), "expenses": 800, "currency": "EUR"}],
            },
        }
    )


def _languages(index: int, dice: _Dice) -> dict[str, int]:
    number = len(_LANGUAGES) if index % 19 == 2 else 1 + dice.below(6)
    return {name: 1 + dice.below(5_000_000) for name in _LANGUAGES[:number]}


def _make_empty(repository: Repository) -> None:
    repository.is_empty, repository.default_branch, repository.license = True, None, None
    repository.languages, repository.contributors, repository.anonymous_contributors = {}, 0, 0
    repository.contributors_too_large = False
    repository.releases, repository.tags = [], []


def _give_history(repository: Repository, index: int, dice: _Dice, created: datetime, midnight: datetime) -> None:
    sunday = midnight.date() - timedelta(days=(midnight.weekday() + 1) % 7)
    repository.first_week = sunday - timedelta(weeks=51)
    single = index % 31 == 9
    repository.weekly_commits = [0] * 52 if single else [dice.below(40) for _ in range(52)]
    repository.commit_count = 1 if single else sum(repository.weekly_commits) + 2 + dice.below(20_000)
    repository.first = Commit(commit_id(repository.node_id, 1), as_text(created))
    pushed = as_text(midnight - timedelta(hours=1 + dice.below(100)))
    repository.head = (
        repository.first if single else Commit(commit_id(repository.node_id, repository.commit_count), pushed)
    )
    repository.pushed_at = repository.head.committed_at


def _give_releases(repository: Repository, index: int, dice: _Dice, midnight: datetime) -> None:
    """Releases, newest first, some days apart; each has its tag, and one in three tags is annotated."""
    number = 130 if index % 29 == 11 else 0 if index % 11 == 4 else 1 + dice.below(12)
    repository.releases, repository.tags = [], []
    moment = midnight
    for back in range(max(number, 4)):
        moment -= timedelta(days=1 + dice.below(5 if number > 100 else 60))
        at, tag = as_text(moment), f"v1.{max(number, 4) - back}.0"
        oid = commit_id(repository.node_id, 1_000_000 + back)
        repository.tags.append(Tag(tag, Commit(oid, at), annotated=back % 3 == 1))
        if back < number:
            draft, prerelease = back == 0 and index % 6 == 2, back % 4 == 1 or index % 9 == 8
            repository.releases.append(Release(tag, None if draft else at, at, draft, prerelease))
    finished = (release for release in repository.releases if not (release.is_draft or release.is_prerelease))
    repository.latest_release = next(finished, None)
