"""GitHub: repositories, whole accounts, contributors, first commits, sponsors, funding.json; releases, stars, commits
of the past."""

from crawler.sources.github.commit_weeks import CommitWeeksSource
from crawler.sources.github.contributors import ContributorsSource
from crawler.sources.github.first_commit import FirstCommitSource
from crawler.sources.github.funding_json import FundingJsonSource
from crawler.sources.github.org_repositories import OrgRepositoriesSource
from crawler.sources.github.release_history import ReleaseHistorySource
from crawler.sources.github.repositories import RepositoriesSource
from crawler.sources.github.sponsors import SponsorsSource
from crawler.sources.github.star_history import StarHistorySource

__all__ = [
    "CommitWeeksSource",
    "ContributorsSource",
    "FirstCommitSource",
    "FundingJsonSource",
    "OrgRepositoriesSource",
    "ReleaseHistorySource",
    "RepositoriesSource",
    "SponsorsSource",
    "StarHistorySource",
]
