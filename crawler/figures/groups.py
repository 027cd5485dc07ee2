"""Groups of organisations: an ultimate parent and all that it owns on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from crawler.figures.ownership import Claim


class Member(Struct, frozen=True):
    """An organisation in its group."""

    organization_id: str
    owners: tuple[Claim, ...]
    """The way up to the ultimate parent, the nearest owner first."""

    def is_below(self, organization_id: str) -> bool:
        """Whether that organisation owns it, at whatever remove."""
        return any(claim.parent_id == organization_id for claim in self.owners)

    def part_outside(self, primary_id: str) -> Decimal:
        """The part of it that the owner at `primary_id` lacks; without one, what its owners in the group lack."""
        owned = Decimal(1)
        for claim in self.owners:
            owned *= Decimal(1) if claim.share is None else claim.share
            if claim.parent_id == primary_id:
                break
        return 1 - owned


class Group(Struct, frozen=True):
    """An ultimate parent, whose id is the group's, and its members from the top down, itself first."""

    id: str
    members: tuple[Member, ...]
    notes: dict[str, str]
    """By member: what is odd about its owners."""


def build_groups(
    present: Iterable[str], owners: Mapping[str, Claim], dropped: Iterable[Claim], names: Mapping[str, str]
) -> dict[str, Group]:
    """The groups of the organisations that are present, by id, with all owners on the way up."""
    found: dict[str, dict[str, Member]] = {}
    for organization_id in present:
        way = _way_up(organization_id, owners)
        group_id = way[-1].parent_id if way else organization_id
        members = found.setdefault(group_id, {})
        for height, one in enumerate((organization_id, *(claim.parent_id for claim in way))):
            members[one] = Member(one, way[height:])
    notes = {
        claim.child_id: f"owners in a circle: that {names[claim.parent_id]} owns it, the newest claim, is not followed"
        for claim in dropped
    }
    return {
        group_id: Group(
            group_id,
            tuple(sorted(members.values(), key=lambda member: (len(member.owners), member.organization_id))),
            {one: notes[one] for one in members if one in notes},
        )
        for group_id, members in sorted(found.items())
    }


def group_id_of(organization_id: str, owners: Mapping[str, Claim]) -> str:
    """The ultimate parent."""
    way = _way_up(organization_id, owners)
    return way[-1].parent_id if way else organization_id


def _way_up(organization_id: str, owners: Mapping[str, Claim]) -> tuple[Claim, ...]:
    way = []
    current = organization_id
    while current in owners:
        way.append(owners[current])
        current = owners[current].parent_id
    return tuple(way)
