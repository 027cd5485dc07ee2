"""All sources, in the order in which a refresh asks them."""

from __future__ import annotations

from datetime import date

from crawler.sources.github import ContributorsSource, FirstCommitSource, RepositoriesSource, SponsorsSource
from crawler.sources.second_hand import DepsDevSource, EcosystemsSource, FeedsSource
from crawler.sources.source import Source

SOURCE_NAMES = ("github", "contributors", "first_commit", "sponsors", "depsdev", "ecosystems", "feeds")


def all_sources(*, today: date) -> list[Source]:
    """Every source; the first one decides what the others can ask. `today` ends the since-windows."""
    return [
        RepositoriesSource(today=today),
        ContributorsSource(),
        FirstCommitSource(),
        SponsorsSource(),
        DepsDevSource(),
        EcosystemsSource(),
        FeedsSource(),
    ]
