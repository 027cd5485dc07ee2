"""All sources, in the order in which a refresh asks those of a stage, and what switches some of them on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from crawler.settings import DEFAULT_STAR_HISTORY, Settings
from crawler.sources.github import (
    CommitWeeksSource,
    ContributorsSource,
    FirstCommitSource,
    FundingJsonSource,
    OrgRepositoriesSource,
    ReleaseHistorySource,
    RepositoriesSource,
    SponsorsSource,
    StarHistorySource,
)
from crawler.sources.money.coingecko import CoinGeckoSource
from crawler.sources.money.crunchbase import CrunchbaseSource
from crawler.sources.money.ecb import EcbSource
from crawler.sources.money.fmp import FmpSource
from crawler.sources.money.opencollective import OpenCollectiveSource
from crawler.sources.money.sec import SecSource
from crawler.sources.money.wikidata import WikidataSource
from crawler.sources.money.yahoo import YahooSource
from crawler.sources.scorecard import ScorecardSource
from crawler.sources.second_hand import DepsDevSource, EcosystemsSource, FeedsSource, FundingYmlSource
from crawler.sources.source import Source

MONEY: tuple[Callable[[date], Source], ...] = (
    lambda today: CrunchbaseSource(today=today),
    lambda today: WikidataSource(),
    FmpSource,
    YahooSource,
    SecSource,
    EcbSource,
    lambda today: CoinGeckoSource(),
    OpenCollectiveSource,
    lambda today: FundingYmlSource(),
)
"""Makes each source about organisations and money, beside GitHub's own, for the run's today."""


def all_sources(*, today: date, star_history: int = DEFAULT_STAR_HISTORY) -> list[Source]:
    """Every source; the first one decides what the others can ask. `today` ends the since-windows, and dates what
    an upstream says without a date; `star_history` is how many requests a run may spend on that.
    """
    return [
        RepositoriesSource(today=today),
        ContributorsSource(),
        FirstCommitSource(),
        SponsorsSource(),
        FundingJsonSource(),
        ReleaseHistorySource(),
        CommitWeeksSource(today=today),
        StarHistorySource(today=today, budget=star_history),
        OrgRepositoriesSource(),
        ScorecardSource(),
        *(make(today) for make in MONEY),
        DepsDevSource(),
        EcosystemsSource(),
        FeedsSource(),
    ]


NOT_RECORDED = {
    "scorecard": "leave out --sandbox: no rating is recorded",
    "star_history": "leave out --sandbox: no star history is recorded",
    "org_repositories": "leave out --sandbox: no account is recorded as a whole",
}
"""Sources that the sandbox has nothing to say for, and what to do instead."""

IN_PARTS = frozenset({"star_history"})
"""Sources that may leave a part of their work to the next run, by a budget of their own."""

SOURCE_NAMES = tuple(source.name for source in all_sources(today=date.min))


def switched_off(settings: Settings) -> dict[str, str]:
    """The sources that are not asked, and what switches each on."""
    keys = dict(settings.keys)
    conditions = {
        "crunchbase": ("crunchbase" in keys, "set CRUNCHBASE_API_KEY"),
        "fmp": ("fmp" in keys, "set FMP_API_KEY"),
        "yahoo": (settings.allows_yahoo, "set CRAWLER_YAHOO=1: its terms are for personal use"),
        "star_history": (
            settings.has_token and settings.star_history > 0,
            "set GITHUB_TOKEN, and CRAWLER_STAR_HISTORY to more than 0: it takes hundreds of requests",
        ),
        "commit_weeks": (
            settings.has_token and settings.star_history > 0,
            "set GITHUB_TOKEN, and CRAWLER_STAR_HISTORY to more than 0: it is about the past, too",
        ),
        "scorecard": (settings.asks_scorecard, "set CRAWLER_SCORECARD=1: it takes a request for each repository"),
        "sec": (settings.contact is not None, "set CRAWLER_CONTACT to a mail address or URL: the SEC asks for it"),
    }
    return {name: cure for name, (is_on, cure) in conditions.items() if not is_on and name in SOURCE_NAMES}
