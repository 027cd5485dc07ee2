"""What other hosts know of repositories, for those who ask GitHub without a token: second hand, and marked as that."""

from crawler.sources.second_hand.depsdev import DepsDevSource
from crawler.sources.second_hand.ecosystems import EcosystemsSource
from crawler.sources.second_hand.feeds import FeedsSource
from crawler.sources.second_hand.funding_yml import FundingYmlSource

__all__ = ["DepsDevSource", "EcosystemsSource", "FeedsSource", "FundingYmlSource"]
