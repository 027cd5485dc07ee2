"""The maps that landscapeapp generates in an item, of what is known; a key that is not known is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from crawler.export.language_colours import COLOURS
from crawler.export.organization_facts import Company
from crawler.export.repository_facts import RepositoryFacts, commit_url

NO_LICENCE = "Unknown License"
"""landscapeapp's word for a repository without one."""

Map = dict[str, Any]


def github_map(repositories: Sequence[RepositoryFacts], *, is_whole: bool) -> Map:
    """`github_data` of an item. Of several repositories sums, where all are known: `is_whole`.

    How many people contribute to several is nowhere to be had: some contribute to each.
    """
    first = repositories[0]
    newest = max(repositories, key=lambda one: one.latest_commit_at or "")
    released = max(repositories, key=lambda one: one.latest_release_at or "") if len(repositories) > 1 else first
    is_single = is_whole and len(repositories) == 1
    weeks = _weeks(repositories) if is_whole else None
    stars = [one.stars for one in repositories]
    return _known(
        {
            "languages": _languages(repositories) or None,
            "contributions": ";".join(map(str, weeks)) if weeks else None,
            "firstWeek": f"{first.first_week.isoformat()}Z" if weeks and first.first_week else None,
            "stars": sum(one for one in stars if one is not None) if is_whole and None not in stars else None,
            "license": _license(first),
            "description": first.description,
            "latest_commit_date": newest.latest_commit_at,
            "latest_commit_link": _path(newest, newest.latest_commit_oid),
            "release_date": released.latest_release_at,
            "release_link": f"{released.url}/releases" if released.latest_release_at else None,
            "contributors_count": first.contributors if is_single else None,
            "contributors_link": f"{first.url}/graphs/contributors" if is_single and first.contributors else None,
        }
    )


def repositories_list(found: Iterable[tuple[str, RepositoryFacts | None]]) -> list[Map]:
    """`repos` of an item, by address: the first one, then the others, the most starred first."""
    first, *others = [_known({"url": url, "stars": one.stars if one else None}) for url, one in found]
    return [first, *sorted(others, key=lambda one: -one.get("stars", -1))]


def first_commit(repositories: Sequence[RepositoryFacts], *, is_whole: bool) -> Map | None:
    """`github_start_commit_data` of an item, None where it is not known of all its repositories."""
    if not is_whole or any(one.first_commit_at is None for one in repositories):
        return None
    oldest = min(repositories, key=lambda one: one.first_commit_at or "")
    link = _path(oldest, oldest.first_commit_oid)
    return _known({"start_commit_link": link, "start_date": oldest.first_commit_at})


def companies_map(company: Company) -> Map:
    """`crunchbase_data` of an item."""
    return _known(
        {
            "name": company.name,
            "homepage": company.homepage_url,
            "acquisitions": [
                _known({"date": one.day, "acquiree": one.name, "price": one.usd}) for one in company.acquisitions
            ]
            or None,
            "ticker": company.ticker,
            "funding": company.usd_raised,
            "kind": "funding" if company.usd_raised else None,
            "stockExchange": company.exchange,
        }
    )


def _weeks(repositories: Sequence[RepositoryFacts]) -> list[int] | None:
    """The commits of the same weeks added up; None where the weeks are not known of all, or not the same."""
    if not all(one.weeks for one in repositories) or len({one.first_week for one in repositories}) > 1:
        return None
    return [sum(counts) for counts in zip(*(one.weeks for one in repositories), strict=True)]


def _languages(repositories: Iterable[RepositoryFacts]) -> list[Map]:
    sizes: dict[str, int] = {}
    for one in repositories:
        for language, size in one.languages.items():
            sizes[language] = sizes.get(language, 0) + size
    ordered = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))
    return [_known({"name": name, "value": size, "color": COLOURS.get(name)}) for name, size in ordered]


def _license(repository: RepositoryFacts) -> str | None:
    if repository.license_spdx == "NONE" or repository.license_name == "NOASSERTION":
        return NO_LICENCE
    return repository.license_name


def _path(repository: RepositoryFacts, oid: str | None) -> str | None:
    """The path of a commit's address; landscapeapp puts `https://github.com` before it."""
    return urlsplit(commit_url(repository, oid)).path if oid else None


def _known(values: Map) -> Map:
    return {key: value for key, value in values.items() if value is not None}
