"""Who owns an organisation in the course of time: `parent:` for the one owner, `parents:` for a list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from crawler.listed import SeedParent
from crawler.seeds.fields import Fields, read_fields
from crawler.seeds.findings import short
from crawler.seeds.keys import PARENT
from crawler.seeds.values import is_before

HALF = Decimal("0.5")
"""From this share on a parent takes the organisation into its group."""


class Owner(Struct, frozen=True):
    """A parent, and where its id stands."""

    parent: SeedParent
    fields: Fields
    key: str


def read_owners(organization: Fields) -> tuple[Owner, ...]:
    """The owners that an organisation names, in its order; the ids are not looked up yet."""
    alone = organization.text("parent")
    for key in ("share", "parent_since", "parent_until"):
        if organization.text(key) and not alone:
            cure = "name the organisation that holds it with parent:"
            organization.notice(key, f"{key} stands without a parent", cure)
    if alone and "parents" in organization:
        cure = "move the parent into the list, as an entry 'organization: …'"
        organization.fault("parents", "parent and parents stand side by side", cure)
    if alone:
        owners: tuple[Owner, ...] = (
            _owner(organization, alone, "parent", since="parent_since", until="parent_until", source_url=None),
        )
    else:
        owners = tuple(_listed(organization))
    _notice_overlaps(organization, owners)
    return owners


def _listed(organization: Fields) -> Iterator[Owner]:
    for number, entry in enumerate(organization.entries("parents"), 1):
        fields = read_fields(entry, PARENT, organization.where, f"parent {number}", organization.findings)
        parent_id = fields.required("organization", "linux-foundation") if fields else None
        if fields and parent_id:
            source_url = fields.source_url()
            yield _owner(fields, parent_id, "organization", since="since", until="until", source_url=source_url)


def _owner(fields: Fields, parent_id: str, key: str, *, since: str, until: str, source_url: str | None) -> Owner:
    first, end = fields.text(since), fields.text(until)
    if first and end and is_before(end, first):
        cure = f"{until} is the first day on which it no longer owns it; swap the two if they are the wrong way round"
        fields.fault(until, f"{since} ({first}) comes after {until} ({end})", cure)
    return Owner(
        SeedParent(parent_id=parent_id, share=fields.share("share"), since=first, until=end, source_url=source_url),
        fields,
        key,
    )


def _notice_overlaps(organization: Fields, owners: Sequence[Owner]) -> None:
    mostly = [owner for owner in owners if owner.parent.share is None or Decimal(owner.parent.share) >= HALF]
    # In the order of their beginnings two that overlap have neighbours that do.
    mostly.sort(key=lambda owner: owner.parent.since or "")
    for one, other in pairwise(mostly):
        until, since = one.parent.until, other.parent.since
        if until is None or since is None or is_before(since, until):
            names = f"{short(one.parent.parent_id)} and {short(other.parent.parent_id)}"
            cure = "give the earlier one an until:, or each its share:"
            other.fields.notice(other.key, f"{names} own half of it or more at the same time", cure)


def check_owners(owners_of: Mapping[str, Sequence[Owner]]) -> None:
    """Find parents that are not declared, and present ones that run in a circle."""
    for owners in owners_of.values():
        for owner in owners:
            parent_id = owner.parent.parent_id
            if parent_id not in owners_of:
                otherwise = "add it to organizations:, or give the id of one that is there"
                cure = owner.fields.findings.did_you_mean(parent_id, owners_of, otherwise)
                owner.fields.fault(owner.key, f"there is no organisation with the id {short(parent_id)}", cure)
    present = {
        organization_id: {owner.parent.parent_id: owner for owner in owners if owner.parent.until is None}
        for organization_id, owners in owners_of.items()
    }
    for members in _circles(present):
        owner = present[members[0]][members[1]]
        circle = short(" → ".join(members))
        owner.fields.fault(owner.key, f"the parents run in a circle ({circle})", "remove one of these parents")


def _circles(parents: Mapping[str, Mapping[str, Owner]]) -> Iterator[list[str]]:
    """Circles, each from a member back to it; of those that share members perhaps only one, until that is mended."""
    done: set[str] = set()
    for start in parents:
        # A dict keeps the order, and finds a member in one step however long the way is.
        way: dict[str, Iterator[str]] = {} if start in done else {start: iter(parents[start])}
        while way:
            here, others = way.popitem()
            parent = next(others, None)
            if parent is None:
                done.add(here)
                continue
            way[here] = others
            if parent in way:
                members = list(way)
                yield [*members[members.index(parent) :], parent]
                done.update(way)
                break
            if parent in parents and parent not in done:
                way[parent] = iter(parents[parent])
