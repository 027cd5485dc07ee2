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


def github_map(repositories: Sequence[RepositoryFacts | None]) -> Map:
    """`github_data` of an item, by its repositories, the primary one first; None is one that is not known.

    Of several repositories sums, where all are known. How many people contribute to several is nowhere to be had: some
    contribute to each. Licence and description are those of the primary one, or not there.
    """
    primary, known, is_whole = repositories[0], _ordered(repositories), None not in repositories
    newest = max(known, key=lambda one: one.latest_commit_at or "")
    released = max(known, key=lambda one: one.latest_release_at or "")
    single = primary if len(repositories) == 1 else None
    weeks = _weeks(known) if is_whole else None
    stars = [one.stars for one in known]
    return _known(
        {
            "languages": _languages(known) or None,
            "contributions": ";".join(map(str, weeks)) if weeks else None,
            "firstWeek": f"{known[0].first_week.isoformat()}Z" if weeks and known[0].first_week else None,
            "stars": sum(one for one in stars if one is not None) if is_whole and None not in stars else None,
            "license": _license(primary) if primary else None,
            "description": primary.description if primary else None,
            "latest_commit_date": newest.latest_commit_at,
            "latest_commit_link": _path(newest, newest.latest_commit_oid),
            "release_date": released.latest_release_at,
            "release_link": f"{released.url}/releases" if released.latest_release_at else None,
            "contributors_count": single.contributors if single else None,
            "contributors_link": f"{single.url}/graphs/contributors" if single and single.contributors else None,
        }
    )


def repositories_list(found: Iterable[tuple[str, RepositoryFacts | None]]) -> list[Map]:
    """`repos` of an item, by address: the first one, then the others, the most starred first."""
    first, *others = [_known({"url": url, "stars": one.stars if one else None}) for url, one in found]
    return [first, *sorted(others, key=lambda one: (-one.get("stars", -1), one["url"]))]


def first_commit(repositories: Sequence[RepositoryFacts | None]) -> Map | None:
    """`github_start_commit_data` of an item, None where it is not known of all its repositories."""
    known = _ordered(repositories)
    if None in repositories or any(one.first_commit_at is None for one in known):
        return None
    oldest = min(known, key=lambda one: one.first_commit_at or "")
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


def _ordered(repositories: Sequence[RepositoryFacts | None]) -> list[RepositoryFacts]:
    """Those that are known: the primary one first, then by address, so that the order of the list decides nothing."""
    return sorted((one for one in repositories if one), key=lambda one: (one is not repositories[0], one.url))


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
