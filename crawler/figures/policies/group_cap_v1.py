"""The market cap of each group of organisations once, at its primary listing; an upper bound.

A group is an ultimate parent and all that it owns; an owner of less than half is no parent here, an unknown share
is taken as the whole. The primary listing is the highest member with a market cap. Another listed member adds only the
part that the group does not own. Groups without a market cap show what they raised: the newest total, else their
rounds, each at the rate of its own date. That is money that flowed, shown beside the market caps, never added to them.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.inputs import Inputs, Organization
from crawler.figures.model import Figures, Total, ValueLine
from crawler.figures.policy import (
    NO_FX,
    Policy,
    Valued,
    counted,
    flow,
    left_out,
    money_total,
    newest,
    not_known,
    stock,
)
from crawler.figures.rates import cents

NAME = "group_cap_v1"
MAJORITY = Decimal("0.5")


class _Member(Struct, frozen=True):
    """An organisation in its group: the way up to the ultimate parent, itself first."""

    organization: Organization
    way_up: tuple[Organization, ...]


class _Worth(Struct, frozen=True):
    """What a group is worth; None is not known."""

    market_cap: Decimal | None
    funding: Decimal | None
    lines: list[ValueLine]


def _compute(inputs: Inputs) -> Figures:
    groups: dict[str, dict[str, _Member]] = {}
    group_of: dict[str, str] = {}
    for organization_id in inputs.scopes["landscape"].organizations:
        way_up = _way_up(inputs, organization_id)
        group_of[organization_id] = way_up[-1].id
        for height, organization in enumerate(way_up):
            members = groups.setdefault(way_up[-1].id, {})
            members[organization.id] = _Member(organization, way_up[height:])
    worth = {group_id: _worth(inputs, list(groups[group_id].values())) for group_id in sorted(groups)}
    totals: list[Total] = []
    for name, scope in inputs.scopes.items():
        here = dict.fromkeys(group_of[organization_id] for organization_id in scope.organizations)
        totals += _totals(name, [worth[group_id] for group_id in here])
    for group_id, value in worth.items():
        totals += [total for total in _totals(f"organization:{group_id}", [value]) if total.known]
    return Figures(totals, [line for value in worth.values() for line in value.lines])


def _way_up(inputs: Inputs, organization_id: str) -> tuple[Organization, ...]:
    """The organisation and those that own it by majority, up to the ultimate parent."""
    way = []
    for organization in inputs.chain(organization_id):
        way.append(organization)
        if organization.parent_share is not None and organization.parent_share < MAJORITY:
            break
    return tuple(way)


def _totals(scope: str, groups: list[_Worth]) -> list[Total]:
    """Funding is asked only of groups without a market cap, and only they are its coverage."""
    caps = [group.market_cap for group in groups if group.market_cap is not None]
    unlisted = [group.funding for group in groups if group.market_cap is None]
    cap = money_total(scope, "market_cap", NAME, caps, len(groups))
    funding = money_total(scope, "funding", NAME, [raised for raised in unlisted if raised is not None], len(unlisted))
    bound = cap.value if isinstance(cap.value, str) else None
    return [cap, funding, structs.replace(cap, measure="value", high=bound)]


def _worth(inputs: Inputs, members: list[_Member]) -> _Worth:
    # From the top down, so that the first with a figure is the primary one.
    members = sorted(members, key=lambda member: (len(member.way_up), member.organization.id))
    cap, cap_lines = _market_cap(inputs, members)
    lines = cap_lines + [structs.replace(line, measure="value") for line in cap_lines]
    if cap is not None:
        reason = "its group has a market cap; funding is shown only without one"
        lines += [left_out(NAME, "funding", member.organization.id, reason) for member in members]
        return _Worth(cap, None, lines)
    funding, funding_lines = _funding(inputs, members)
    return _Worth(None, funding, lines + funding_lines)


def _market_cap(inputs: Inputs, members: list[_Member]) -> tuple[Decimal | None, list[ValueLine]]:
    quotes = {member.organization.id: newest(inputs, member.organization.id, "market_cap", stock) for member in members}
    primary = _primary_listing(members, quotes)
    total, lines = None, []
    for member in members:
        organization, quote = member.organization, quotes[member.organization.id]
        usd = quote.usd if quote else None
        outside = _part_outside(member, primary.organization) if primary else Decimal(1)
        if quote and usd is not None and outside:
            part = cents(usd * outside) if outside < 1 else usd
            share = f"{outside.normalize():%} of the " if outside < 1 else ""
            reason = f"{share}market cap as of {quote.fact.as_of}"
            lines.append(counted(NAME, "market_cap", organization.id, quote, part, reason))
            total = part + (total or Decimal(0))
        elif primary and primary is not member:
            lines.append(left_out(NAME, "market_cap", organization.id, _included(member, primary), quote))
        else:
            reason = NO_FX if quote else not_known("market cap", inputs.day)
            lines.append(left_out(NAME, "market_cap", organization.id, reason, quote))
    return total, lines


def _primary_listing(members: list[_Member], quotes: dict[str, Valued | None]) -> _Member | None:
    """The highest member with a market cap; among equals the greatest."""
    listed = [
        (len(member.way_up), -quote.usd, member.organization.id, member)
        for member in members
        if (quote := quotes[member.organization.id]) and quote.usd is not None
    ]
    return min(listed, key=lambda entry: entry[:3])[3] if listed else None


def _part_outside(member: _Member, primary: Organization) -> Decimal:
    """The part of a listed member that counts: all of the primary listing, else what its owners in the group lack."""
    if member.organization.id == primary.id:
        return Decimal(1)
    on_the_way = [organization.id for organization in member.way_up]
    # The last one's share belongs to nobody in the group.
    end = on_the_way.index(primary.id) if primary.id in on_the_way else -1
    owned = Decimal(1)
    for organization in member.way_up[:end]:
        owned *= Decimal(1) if organization.parent_share is None else organization.parent_share
    return 1 - owned


def _funding(inputs: Inputs, members: list[_Member]) -> tuple[Decimal | None, list[ValueLine]]:
    """What the highest member with a known figure raised; subsidiaries' money came before they were bought."""
    source, total, lines = None, None, []
    for member in members:
        organization_id = member.organization.id
        if source:
            lines.append(left_out(NAME, "funding", organization_id, _included(member, source)))
            continue
        facts = _raised(inputs, organization_id)
        for valued in facts:
            if valued.usd is None:
                lines.append(left_out(NAME, "funding", organization_id, NO_FX, valued))
            else:
                source, total = member, valued.usd + (total or Decimal(0))
                reason = f"raised, as of {valued.fact.as_of}"
                lines.append(counted(NAME, "funding", organization_id, valued, valued.usd, reason))
        if not facts:
            lines.append(left_out(NAME, "funding", organization_id, not_known("funding", inputs.day)))
    return total, lines


def _raised(inputs: Inputs, organization_id: str) -> list[Valued]:
    """The newest total that can be converted, else every round; unconverted totals stand where there is neither."""
    total = newest(inputs, organization_id, "funding_total", flow)
    if total and total.usd is not None:
        return [total]
    rounds = [flow(inputs, fact) for fact in inputs.newest(organization_id, "funding_round")]
    return rounds or ([total] if total else [])


def _included(member: _Member, primary: _Member) -> str:
    if any(organization.id == primary.organization.id for organization in member.way_up):
        return f"included in {primary.organization.name}"
    return f"its group counts once, through {primary.organization.name}"


POLICY = Policy(name=NAME, nature="upper bound: whole groups, each once", compute=_compute)
