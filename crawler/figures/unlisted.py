"""Groups without a listing: of which of them money raised is a question, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.listings import MEASURES, included, listed, missing_quote
from crawler.figures.model import ValueLine
from crawler.figures.policy import Valued, left_out

HOST_KINDS = ("foundation", "community", "university", "government")
"""Kinds of organisations that host projects: their own money says nothing about these."""
_RAISED = ("equity_funding_total", "funding_total", "funding_round")


def is_asked(inputs: Inputs, group: Group) -> bool:
    """Whether the group is unlisted, and not that of a foundation or the like."""
    return not is_host(inputs, group) and not listed(inputs, group).listings


def is_host(inputs: Inputs, group: Group) -> bool:
    """Whether the ultimate parent is a foundation or the like."""
    return inputs.organizations[group.id].kind in HOST_KINDS


def why_not_asked(inputs: Inputs, policy: str, group: Group) -> list[ValueLine]:
    """The lines of a group that `is_asked` leaves out."""
    known = listed(inputs, group)
    if known.listings:
        words = MEASURES[known.listings[0].valued.fact.measure]
        reason = f"its group has a {words}; what it raised is a question only without one"
    else:
        reason = f"a {inputs.organizations[group.id].kind}'s own money does not count for the projects that it hosts"
    return members_left_out(inputs, policy, group, [(valued, reason) for valued in _newest(inputs, group.id)], reason)


def members_left_out(
    inputs: Inputs, policy: str, group: Group, others: Iterable[tuple[Valued, str]], reason: str
) -> list[ValueLine]:
    """Lines of what does not count in an unlisted group: figures of the ultimate parent, and all of the others.

    `reason` is why the ultimate parent does not count at all; empty where it does.
    """
    lines = [left_out(policy, group.id, group.id, why, valued) for valued, why in others]
    if reason and not lines:
        lines.append(left_out(policy, group.id, group.id, reason))
    for member in group.members[1:]:
        one = member.organization_id
        why, raised = included(inputs, member, group.id), next(iter(_newest(inputs, one)), None)
        if raised:
            why += "; what it raised stopped counting when it was bought"
        lines.append(left_out(policy, group.id, one, why, raised))
    lines += [left_out(policy, group.id, one, note) for one, note in group.notes.items()]
    return lines


def with_quote(inputs: Inputs, group: Group, reason: str) -> str:
    """The reason, and that a market cap was wanted, where the group has a ticker."""
    missing = missing_quote(inputs, group, listed(inputs, group))
    return f"{reason}; {missing}" if missing else reason


def _newest(inputs: Inputs, organization_id: str) -> list[Valued]:
    """The newest figure about money that was raised, unconverted; none where there is none."""
    facts = list(chain.from_iterable(inputs.newest(organization_id, measure) for measure in _RAISED))
    return [Valued(max(facts, key=lambda fact: fact.age_key), None)] if facts else []
