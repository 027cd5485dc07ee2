"""What queries cost, before they are sent: GitHub's published rule (connections / 100, rounded, at least one)."""

from __future__ import annotations

from crawler.sources.source import Cost

REFUSED_ANONYMOUS = "GitHub answers GraphQL only with a token"


def points(connections: int) -> int:
    """Points of a query that resolves so many connections: 126 is 1, 151 is 2."""
    return max(1, (connections + 50) // 100)


def queries_cost(items: int, size: int, *, paged: int = 0, counted: int = 0, seconds: float) -> Cost:
    """The cost of asking for `items` in batches of `size`, with connections and seconds as given.

    The docs leave open whether connections without `first` or `last` are counted: `points_low` says no, `points_high`
    yes.
    """
    full, rest = divmod(items, size)
    batches = [size] * full + ([rest] if rest else [])
    return Cost(
        requests=len(batches),
        points_low=sum(points(paged * batch) for batch in batches),
        points_high=sum(points((paged + counted) * batch) for batch in batches),
        seconds=len(batches) * seconds,
    )
