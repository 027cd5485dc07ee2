"""The listed members of a group, and which part of each one's market cap the group adds."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from crawler.figures.choosing import Choice, choose, dated
from crawler.figures.groups import Group, Member
from crawler.figures.inputs import Inputs
from crawler.figures.model import ValueLine
from crawler.figures.policy import Valued, left_out, not_known, stock
from crawler.figures.rates import cents

MEASURES = {"market_cap": "market cap", "public_float": "public float"}
"""Kinds of figures of a listing, the better one first. A float is what the public holds: a lower bound of the whole."""


class Listing(Struct, frozen=True):
    """A listed member: what its shares are worth, and the part of it that is not another member's already."""

    member: Member
    valued: Valued
    part: Decimal
    usd: Decimal
    """The whole, to the cent."""

    @property
    def added(self) -> Decimal:
        """The part in US dollars, to the cent."""
        return cents(self.usd * self.part)

    def words(self, inputs: Inputs) -> str:
        """`20% of the market cap as of 2023-09-01 (stale: 100 days old)`."""
        measure = self.valued.fact.measure
        part = f"{self.part.normalize():%} of the " if self.part < 1 else ""
        bound = ", a lower bound" if measure == "public_float" else ""
        return f"{part}{dated(inputs, self.valued.fact, MEASURES[measure])}{bound}"


class Listed(Struct, frozen=True):
    """What is known of a group's listings; none where `listings` is empty. The primary one comes first."""

    listings: tuple[Listing, ...]
    choices: dict[str, Choice]
    """By member, for its market cap."""


def listed(inputs: Inputs, group: Group) -> Listed:
    """The primary listing is the highest member with a market cap; among equals the greatest.

    Every other listed member adds the part that the group does not own. A public float serves only where no member has
    a market cap that can be used.
    """
    caps: dict[str, Choice] = {}
    for measure in MEASURES:
        choices = {
            member.organization_id: choose(inputs, inputs.newest(member.organization_id, measure), stock)
            for member in group.members
        }
        caps = caps or choices
        found = [
            (member, choice.used, choice.used.usd)
            for member in group.members
            if (choice := choices[member.organization_id]).used and choice.used.usd is not None
        ]
        if found:
            primary = min(found, key=lambda one: (len(one[0].owners), -one[2], one[0].organization_id))[0]
            listings = [Listing(member, used, _part(member, primary), usd) for member, used, usd in found]
            adding = [listing for listing in listings if listing.part]
            return Listed(tuple(sorted(adding, key=lambda one: one.member is not primary)), caps)
    return Listed((), caps)


def _part(member: Member, primary: Member) -> Decimal:
    return Decimal(1) if member is primary else member.part_outside(primary.organization_id)


def may_be_listed(inputs: Inputs, group: Group) -> bool:
    """Whether a market cap of the group is a question: a member has a ticker, or any figure of a listing."""
    return any(
        inputs.organizations[member.organization_id].ticker
        or any(inputs.newest(member.organization_id, measure) for measure in MEASURES)
        for member in group.members
    )


def missing_quote(inputs: Inputs, group: Group, known: Listed) -> str:
    """Why a group with a ticker has no market cap that counts; empty where it has one, or no ticker."""
    if known.listings and known.listings[0].valued.fact.measure == "market_cap":
        return ""
    for member in group.members:
        choice = known.choices[member.organization_id]
        ticker = inputs.organizations[member.organization_id].ticker
        if choice.unusable:
            listing = f" of {ticker}" if ticker else ""
            return f"its market cap{listing} as of {choice.unusable.fact.as_of} is not used ({choice.problem})"
        if ticker:
            return f"{not_known('market cap', inputs.day)} for its ticker {ticker}"
    return ""


def uncounted_members(inputs: Inputs, policy: str, group: Group, known: Listed) -> list[ValueLine]:
    """Lines of the members that add nothing, with their market caps where they have one, and of circles of owners.

    Of those that add something the market caps that would have come first, had they not expired.
    """
    adding = {listing.member.organization_id for listing in known.listings}
    lines = expired_caps(policy, group, known, adding)
    for member in group.members:
        one = member.organization_id
        choice = known.choices[one]
        figure = choice.used or choice.unusable
        if one not in adding:
            reason = _why(inputs, member, known, choice)
            lines.append(left_out(policy, group.id, one, reason, figure))
        if one in group.notes:
            lines.append(left_out(policy, group.id, one, group.notes[one]))
    return lines


def expired_caps(policy: str, group: Group, known: Listed, organization_ids: Iterable[str]) -> list[ValueLine]:
    """Lines of market caps that would count, had they not expired, of those members of the group."""
    lines = []
    for one in sorted(organization_ids):
        if expired := known.choices[one].expired:
            valued, age = expired
            lines.append(left_out(policy, group.id, one, age, valued))
    return lines


def _why(inputs: Inputs, member: Member, known: Listed, choice: Choice) -> str:
    if not known.listings:
        return choice.problem or not_known("market cap", inputs.day)
    primary = known.listings[0].member.organization_id
    reason = included(inputs, member, primary)
    return f"{choice.problem}; {reason}" if choice.problem else reason


def included(inputs: Inputs, member: Member, counting_id: str) -> str:
    """Why a member adds nothing of its own where another one counts."""
    name = inputs.organizations[counting_id].name
    return f"included in {name}" if member.is_below(counting_id) else f"its group counts once, through {name}"
