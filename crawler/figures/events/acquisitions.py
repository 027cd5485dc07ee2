"""Companies that were bought: a new owner that nobody had named, or a deal of which the buyer is not known."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.events.answered import had_answered
from crawler.figures.events.late import YEAR, is_late
from crawler.figures.inputs import read_inputs
from crawler.figures.ownership import MAJORITY
from crawler.store.changes import Change, read_mark

ACQUIRED = "acquired"


class Claim(Struct, frozen=True, kw_only=True):
    """A row of `ownerships`, withdrawn ones too."""

    id: int
    child_id: str
    parent_id: str
    share: str | None
    valid_from: str | None
    valid_to: str | None
    source: str
    source_url: str | None
    licence_class: str
    observed_at: str
    withdrawn_at: str | None
    is_news: bool
    """Nothing was told up to it, and its source had told of the organisation before."""

    def is_purchase(self, day: date) -> bool:
        """Whether it makes the parent the present owner of most of it, and not since long ago."""
        return (
            self.withdrawn_at is None
            and (self.valid_to is None or self.valid_to > day.isoformat())
            and (self.share is None or Decimal(self.share) >= MAJORITY)
            and not (self.valid_from and is_late(self.valid_from, day))
        )


_CLAIMS = f"""
SELECT w.*, w.id > :mark AND {had_answered("w", "child_id")} AS is_news
FROM ownerships w JOIN organizations o ON o.id = w.child_id AND o.removed_at IS NULL
ORDER BY w.id
"""
# Crunchbase may know of the deal, and its key may not see the owner.
_DEALS = f"""
SELECT f.organization_id, f.value, f.source, f.source_url, f.licence_class
FROM organization_facts f JOIN organizations o ON o.id = f.organization_id AND o.removed_at IS NULL
WHERE f.field = 'acquired_on' AND f.value IS NOT NULL AND f.id > :mark AND {had_answered("f", "organization_id")}
  AND NOT EXISTS (SELECT 1 FROM ownerships w WHERE w.child_id = f.organization_id AND w.withdrawn_at IS NULL)
ORDER BY f.id
"""
_TOLD = f"SELECT organization_id, after FROM changes WHERE kind = '{ACQUIRED}' AND observed_at >= ?"


def acquired_changes(connection: sqlite3.Connection, day: date) -> list[Change]:
    """The events of all owners and deals that came since the rows about them were looked at last."""
    told: dict[str, set[str | None]] = {}
    for organization_id, after in connection.execute(_TOLD, [(day - YEAR).isoformat()]):
        told.setdefault(organization_id, set()).add(after)
    found = [
        Change(
            kind=ACQUIRED,
            before=before,
            after=claim.parent_id,
            at=claim.valid_from,
            organization_id=claim.child_id,
            source=claim.source,
            source_url=claim.source_url,
            licence_class=claim.licence_class,
        )
        for claim, before in _new_owners(connection, day)
        # The deal was told before its buyer was known.
        if None not in told.get(claim.child_id, ())
    ]
    for change in found:
        told.setdefault(str(change.organization_id), set()).add(change.after)
    return found + list(_deals(connection, day, told))


def purchases(
    claims: Iterable[Claim], mark: int, day: date, same: Mapping[str, str]
) -> Iterator[tuple[Claim, str | None]]:
    """The claims that name an owner whom nobody had named, each with the owner before; `same`: who stands for whom."""
    known: dict[str, list[Claim]] = {}
    for claim in claims:
        child, parent = (same.get(one, one) for one in (claim.child_id, claim.parent_id))
        of_child = known.setdefault(child, [])
        if claim.id > mark:
            is_named = any(same.get(one.parent_id, one.parent_id) == parent for one in of_child)
            if is_named or child == parent or not (claim.is_news and claim.is_purchase(day)):
                continue
            yield claim, _owner_before(claim, of_child)
        of_child.append(claim)


def _new_owners(connection: sqlite3.Connection, day: date) -> Iterator[tuple[Claim, str | None]]:
    mark = read_mark(connection, "ownerships") or 0
    rows = connection.execute(_CLAIMS, {"mark": mark})
    claims = [Claim(**{name: row[name] for name in Claim.__struct_fields__}) for row in rows]
    if any(claim.is_news for claim in claims):
        yield from purchases(claims, mark, day, read_inputs(connection, day=day, origin="live").same)


def _owner_before(claim: Claim, earlier: Iterable[Claim]) -> str | None:
    """Whom the newest claim names that stood until this one came."""
    standing = [one for one in earlier if one.withdrawn_at is None or one.withdrawn_at >= claim.observed_at]
    return standing[-1].parent_id if standing else None


def _deals(connection: sqlite3.Connection, day: date, told: Mapping[str, set[str | None]]) -> Iterator[Change]:
    mark = read_mark(connection, "organization_facts")
    if mark is None:
        return
    for row in connection.execute(_DEALS, {"mark": mark}):
        if row["organization_id"] not in told and not is_late(row["value"], day):
            yield Change(
                kind=ACQUIRED,
                at=row["value"],
                organization_id=row["organization_id"],
                source=row["source"],
                source_url=row["source_url"],
                licence_class=row["licence_class"],
            )
