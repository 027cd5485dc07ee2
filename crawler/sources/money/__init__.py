"""Sources about organisations and money."""

from crawler.sources.money.crunchbase import CrunchbaseSource

__all__ = ["CrunchbaseSource"]
