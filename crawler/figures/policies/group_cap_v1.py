"""The market cap of each group of organisations once, at its primary listing; an upper bound.

A group is an ultimate parent and all that it owns on the day; an owner of less than half is no parent here, an unknown
share is taken as the whole. The primary listing is the highest member with a market cap. Another listed member adds
only the part that the group does not own. Without any market cap a public float stands in, as a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.listings import listed, may_be_listed, uncounted_members
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import Amount, Policy, counted, group_figures

NAME = "group_cap_v1"


def _compute(inputs: Inputs) -> Figures:
    figures = group_figures(
        inputs, NAME, lambda group: _lines(inputs, group), asks=lambda group: may_be_listed(inputs, group)
    )
    bounds = [structs.replace(total, high=total.value) for total in figures.totals]
    caps = [structs.replace(total, measure="market_cap") for total in figures.totals]
    return Figures(bounds + caps, figures.lines)


def _lines(inputs: Inputs, group: Group) -> Sequence[ValueLine]:
    known = listed(inputs, group)
    counting = [
        counted(
            NAME,
            group.id,
            listing.valued,
            Amount(listing.added),
            listing.words(inputs),
            organization_id=listing.member.organization_id,
        )
        for listing in known.listings
    ]
    return counting + uncounted_members(inputs, NAME, group, known)


POLICY = Policy(name=NAME, nature="stock, upper bound: whole listed groups, each once", compute=_compute)
