"""Which rows of organisations are the same one, by identifiers that no two share; never by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from crawler.exchanges import listing, listing_of, yahoo_symbol

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

    `owned`: pairs of child and parent. They are two, though a subsidiary is often given its parent's ticker; and so are
    two subsidiaries that were given the same.
    """
    clusters = _Clusters(known, owned)
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

    def __init__(self, known: Mapping[str, Identifiers], owned: Iterable[tuple[str, str]]) -> None:
        self._known = known
        self._of = {one: {one} for one in known}
        self._parents: dict[str, set[str]] = {}
        for child, parent in owned:
            self._parents.setdefault(child, set()).add(parent)

    def join_equal(self, keys: Iterable[tuple[str, str]], *, are_weak: bool = False) -> None:
        """Join the ids that have a key in common; the order of neither matters."""
        holders: dict[str, set[str]] = {}
        for key, one in keys:
            holders.setdefault(key, set()).add(one)
        for having in holders.values():
            if len(having) > 1:
                self._join(having, are_weak=are_weak)

    def all(self) -> Iterator[set[str]]:
        """Every cluster once."""
        return iter(self._distinct(self._of))

    def _join(self, having: set[str], *, are_weak: bool) -> None:
        """Join those whose own the key is; by a weak one only those that nothing else tells apart.

        One that could be either of two that are told apart stays alone.
        """
        clusters = self._distinct(one for one in having if not self._above(one) & having)
        alike: dict[tuple[int, ...], list[set[str]]] = {}
        for one in clusters:
            near = (n for n, other in enumerate(clusters) if not (are_weak and self._contradict(one, other)))
            alike.setdefault(tuple(near), []).append(one)
        for joined in alike.values():
            whole = set().union(*joined)
            self._of.update(dict.fromkeys(whole, whole))

    def _distinct(self, ids: Iterable[str]) -> list[set[str]]:
        return list({id(cluster): cluster for cluster in map(self._of.__getitem__, ids)}.values())

    def _above(self, one: str) -> set[str]:
        """All that own it, at whatever remove, with what is the same as they are."""
        above: set[str] = set()
        waiting = [self._of[one]]
        while waiting:
            for member in waiting.pop():
                for parent in self._parents.get(member, set()) & self._of.keys():
                    if parent not in above:
                        above |= self._of[parent]
                        waiting.append(self._of[parent])
        return above - self._of[one]

    def _contradict(self, left: set[str], right: set[str]) -> bool:
        return any(
            (mine := self._values(left, field)) and (theirs := self._values(right, field)) and not mine & theirs
            for field in CONTRADICTING
        )

    def _values(self, cluster: set[str], field: str) -> set[str]:
        return {value.casefold() for one in cluster if (value := self._known[one].get(field))}


def _listings(known: Mapping[str, Identifiers]) -> Iterator[tuple[str, str]]:
    """Yahoo's symbol with what tells its exchange. One of no told exchange is no other's whose exchange is told: it may
    be any.
    """
    for one, value in known.items():
        ticker = value.get("ticker")
        if not ticker:
            continue
        exchange = value.get("exchange") or ticker.rpartition(":")[0]
        symbol = yahoo_symbol(ticker, exchange)
        place = listing_of(symbol) or listing(exchange)
        # All of the US have no suffix, and one symbol there is one listing.
        yield f"{symbol} {place.currency if place else exchange}".casefold(), one


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
