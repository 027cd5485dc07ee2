"""GitHub: repositories, contributors, first commits, sponsors and funding.json."""

from crawler.sources.github.contributors import ContributorsSource
from crawler.sources.github.first_commit import FirstCommitSource
from crawler.sources.github.funding_json import FundingJsonSource
from crawler.sources.github.repositories import RepositoriesSource
from crawler.sources.github.sponsors import SponsorsSource

__all__ = ["ContributorsSource", "FirstCommitSource", "FundingJsonSource", "RepositoriesSource", "SponsorsSource"]
