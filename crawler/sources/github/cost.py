"""What queries cost, before they are sent: GitHub's published rule (connections / 100, rounded, at least one)."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.fetch.batches import BatchSize
from crawler.sources.source import Cost

REFUSED_ANONYMOUS = "GitHub answers GraphQL only with a token"


def points(connections: int) -> int:
    """Points of a query that resolves so many connections: 126 is 1, 151 is 2."""
    return max(1, (connections + 50) // 100)


def queries_cost(
    items: int, start_size: int, max_size: int, *, paged: int = 0, counted: int = 0, seconds: float
) -> Cost:
    """The cost of asking for `items` in batches of `start_size`, with connections and seconds as given.

    The docs leave open whether connections without `first` or `last` are counted, and quick answers let batches grow:
    `points_low` says no to the first and yes to the second, `points_high` the opposite.
    """
    full, rest = divmod(items, start_size)
    batches = [start_size] * full + ([rest] if rest else [])
    return Cost(
        requests=len(batches),
        points_low=sum(points(paged * batch) for batch in _growing(items, start_size, max_size)),
        points_high=sum(points((paged + counted) * batch) for batch in batches),
        seconds=len(batches) * seconds,
    )


def _growing(items: int, start_size: int, max_size: int) -> Iterator[int]:
    """The sizes of the batches in which so many items are asked for if every answer is quick and whole."""
    size = BatchSize(start_size, max_size)
    while items > 0:
        batch = min(items, size.current)
        yield batch
        size.clean(0.0, batch)
        items -= batch
