"""Who owns whom on a day, from what several sources claim."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.days import first_day, last_day

PRECEDENCE = ("seeds", "sec", "crunchbase", "wikidata")
"""Whom to believe about an organisation's owners; funding facts, section 7.4, "Group resolution"."""
MAJORITY = Decimal("0.5")


class Claim(Struct, frozen=True, kw_only=True):
    """A row of `ownerships`. Days may stop at the year or month; None: not known, or still so."""

    id: int
    child_id: str
    parent_id: str
    share: Decimal | None = None
    since: str | None = None
    until: str | None = None
    source: str
    observed_at: str

    @property
    def is_dated(self) -> bool:
        """Whether it says anything about when."""
        return self.since is not None or self.until is not None

    def holds(self, day: date) -> bool:
        """Whether it says that the parent owns the child on that day."""
        begun = self.since is None or first_day(self.since) <= day
        return begun and (self.until is None or day < last_day(self.until))

    def makes_a_group(self) -> bool:
        """Half or more; a share that nobody tells is taken as the whole."""
        return self.share is None or self.share >= MAJORITY

    @property
    def age_key(self) -> tuple[str, str, int]:
        """Sorts the newest last: by its first day, then by when it was observed."""
        return self.since or "", self.observed_at, self.id


_CLAIMS = """
SELECT o.id, o.child_id, o.parent_id, o.share, o.valid_from AS since, o.valid_to AS until, o.source, o.observed_at
FROM ownerships o
JOIN organizations c ON c.id = o.child_id AND c.removed_at IS NULL
JOIN organizations p ON p.id = o.parent_id AND p.removed_at IS NULL
WHERE o.withdrawn_at IS NULL
ORDER BY o.id
"""


def read_claims(connection: sqlite3.Connection) -> list[Claim]:
    """All that is claimed about owners."""
    return [
        Claim(**{**dict(row), "share": None if row["share"] is None else Decimal(row["share"])})
        for row in connection.execute(_CLAIMS)
    ]


def owners_on(day: date, claims: Iterable[Claim], same: Mapping[str, str]) -> tuple[dict[str, Claim], list[Claim]]:
    """The majority owner of each organisation that has one, and the claims that were dropped to open a circle.

    `same` maps ids to those that stand for them. Of each child the best source that names a parent on the day decides.
    """
    by_child: dict[str, list[Claim]] = {}
    for claim in claims:
        one = structs.replace(claim, child_id=same[claim.child_id], parent_id=same[claim.parent_id])
        if one.child_id != one.parent_id:
            by_child.setdefault(one.child_id, []).append(one)
    owners = {}
    for child_id, of_child in by_child.items():
        owner = _owner(day, of_child)
        if owner is not None:
            owners[child_id] = owner
    return owners, _open_circles(owners)


def _owner(day: date, claims: Sequence[Claim]) -> Claim | None:
    dates = _dates(claims)
    holding = [claim for claim in (_dated(claim, dates) for claim in claims) if claim.holds(day)]
    if not holding:
        return None
    best = min(_rank(claim) for claim in holding)
    owning = [claim for claim in holding if _rank(claim) == best and claim.makes_a_group()]
    # A majority that is told comes before one that is only presumed.
    return max(owning, key=lambda claim: (claim.share is not None, claim.age_key), default=None)


def _rank(claim: Claim) -> tuple[int, str]:
    return PRECEDENCE.index(claim.source) if claim.source in PRECEDENCE else len(PRECEDENCE), claim.source


def _dates(claims: Iterable[Claim]) -> dict[str, Claim]:
    """By parent the claim of the best source that says when it owns the child."""
    dated: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: (_rank(claim), claim.age_key)):
        if claim.is_dated:
            dated.setdefault(claim.parent_id, claim)
    return dated


def _dated(claim: Claim, dates: Mapping[str, Claim]) -> Claim:
    """The claim with another source's dates where it has none: they are unknown, not eternal."""
    other = dates.get(claim.parent_id)
    if claim.is_dated or other is None:
        return claim
    return structs.replace(claim, since=other.since, until=other.until)


def _open_circles(owners: dict[str, Claim]) -> list[Claim]:
    """Drop the newest claim of each circle of owners; what was dropped."""
    dropped = []
    done: set[str] = set()
    for start in sorted(owners):
        path: list[str] = []
        current = start
        while current in owners and current not in done and current not in path:
            path.append(current)
            current = owners[current].parent_id
        if current in path:
            circle = [owners[one] for one in path[path.index(current) :]]
            newest = max(circle, key=lambda claim: claim.age_key)
            del owners[newest.child_id]
            dropped.append(newest)
        done.update(path)
    return dropped
