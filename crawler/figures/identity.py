"""Which rows of organisations are the same one, by identifiers that no two share; never by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

Identifiers = Mapping[str, str]
"""Of one organisation, by field of `organization_facts`."""

STRONG = ("wikidata", "lei", "cik", "crunchbase_uuid", "crunchbase")
"""Fields whose equal values mean the same organisation."""
CONTRADICTING = ("wikidata", "lei", "cik")
"""Fields of one value: rows that differ in one are not joined by so little as a ticker or a homepage."""
SHARED_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "medium.com", "sites.google.com")
SHARED_DOMAINS = (".github.io", ".gitlab.io", ".pages.dev", ".readthedocs.io", ".wordpress.com", ".medium.com")
"""Hosts below which many organisations live."""


def same_organizations(
    known: Mapping[str, Identifiers], *, rank: Mapping[str, int], owned: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """The id that stands for each organisation: of those that are the same the one of the lowest rank, else id.

    `owned`: pairs of child and parent. They are two, though a subsidiary is often given its parent's ticker.
    """
    clusters = _Clusters(known, {frozenset(pair) for pair in owned})
    for field in STRONG:
        clusters.join_equal((value[field].casefold(), one) for one, value in known.items() if value.get(field))
    clusters.join_equal(_listings(known), are_weak=True)
    clusters.join_equal(_homepages(known), are_weak=True)
    same = {}
    for members in clusters.all():
        chosen = min(members, key=lambda one: (rank[one], one))
        same.update(dict.fromkeys(members, chosen))
    return same


class _Clusters:
    """Sets of ids that are joined one by one."""

    def __init__(self, known: Mapping[str, Identifiers], apart: set[frozenset[str]]) -> None:
        self._known = known
        self._apart = apart
        self._of = {one: {one} for one in known}

    def join_equal(self, keys: Iterable[tuple[str, str]], *, are_weak: bool = False) -> None:
        """Join the ids that have a key in common."""
        first: dict[str, str] = {}
        for key, one in keys:
            self._join(first.setdefault(key, one), one, is_weak=are_weak)

    def all(self) -> Iterator[set[str]]:
        """Every cluster once."""
        return iter({id(cluster): cluster for cluster in self._of.values()}.values())

    def _join(self, one: str, other: str, *, is_weak: bool) -> None:
        left, right = self._of[one], self._of[other]
        if left is right or self._are_apart(left, right) or (is_weak and self._contradict(left, right)):
            return
        left |= right
        self._of.update(dict.fromkeys(right, left))

    def _are_apart(self, left: set[str], right: set[str]) -> bool:
        return any(frozenset((one, other)) in self._apart for one in left for other in right)

    def _contradict(self, left: set[str], right: set[str]) -> bool:
        return any(
            (mine := self._values(left, field)) and (theirs := self._values(right, field)) and not mine & theirs
            for field in CONTRADICTING
        )

    def _values(self, cluster: set[str], field: str) -> set[str]:
        return {value.casefold() for one in cluster if (value := self._known[one].get(field))}


def _listings(known: Mapping[str, Identifiers]) -> Iterator[tuple[str, str]]:
    """Ticker and exchange; the ticker alone where all that have it name no more than one exchange."""
    exchanges: dict[str, set[str]] = {}
    for value in known.values():
        if value.get("ticker"):
            exchanges.setdefault(value["ticker"].casefold(), set()).add(value.get("exchange", "").casefold())
    for one, value in known.items():
        if not value.get("ticker"):
            continue
        ticker, exchange = value["ticker"].casefold(), value.get("exchange", "").casefold()
        if len(exchanges[ticker] - {""}) <= 1:
            yield ticker, one
        elif exchange:
            yield f"{ticker} {exchange}", one


def _homepages(known: Mapping[str, Identifiers]) -> Iterator[tuple[str, str]]:
    """The host, where the homepage is all of it."""
    for one, value in known.items():
        try:
            parts = urlsplit(value.get("homepage", ""))
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:
            continue
        whole = parts.path in ("", "/") and not parts.query and not parts.fragment
        if host and whole and host not in SHARED_HOSTS and not host.endswith(SHARED_DOMAINS):
            yield host, one
