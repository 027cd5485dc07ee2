"""The part of each listed group's market cap that has to do with the landscape: the group's cap times a share.

The share is the list's, by a named rule and with its source, else the usual one of its class. A conglomerate's shops or
advertisements are so kept out.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.figures.attribution import attributed
from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.listings import listed, may_be_listed, uncounted_members
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import Policy, counted, group_figures

NAME = "attributed_cap_v1"


def _compute(inputs: Inputs) -> Figures:
    return group_figures(
        inputs, NAME, lambda group: _lines(inputs, group), asks=lambda group: may_be_listed(inputs, group)
    )


def _lines(inputs: Inputs, group: Group) -> Sequence[ValueLine]:
    known = listed(inputs, group)
    counting = []
    for listing in known.listings:
        amount, reason = attributed(inputs, group, listing)
        one = listing.member.organization_id
        counting.append(counted(NAME, group.id, listing.valued, amount, reason, organization_id=one))
    return counting + uncounted_members(inputs, NAME, group, known)


POLICY = Policy(name=NAME, nature="stock: what of listed groups belongs to the landscape", compute=_compute)
