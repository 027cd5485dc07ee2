"""Charts as SVG that the server makes: pictures with words and a table of the same numbers, to see, hear and print."""

from crawler.site.charts.bars import bars
from crawler.site.charts.lines import lines
from crawler.site.charts.model import Chart, Series, Table
from crawler.site.charts.ranges import Range, ranges
from crawler.site.charts.shares import shares
from crawler.site.charts.spark import spark
from crawler.site.charts.tree import Branch, Leaf, tree

__all__ = ["Branch", "Chart", "Leaf", "Range", "Series", "Table", "bars", "lines", "ranges", "shares", "spark", "tree"]
