"""Sources about organisations and money."""

from crawler.sources.money.crunchbase import CrunchbaseSource
from crawler.sources.money.wikidata import WikidataSource

__all__ = ["CrunchbaseSource", "WikidataSource"]
