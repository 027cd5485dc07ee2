"""The headline: what all groups are worth, each once and as a range.

A listed group adds its attributed market cap, low and central, and at most all of its cap. An unlisted one adds its
private value: at least the equity raised. Tokens, yearly income and replacement cost stand beside it, never inside.
A foundation or the like has no worth of its own: it is neither counted nor missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crawler.figures.attribution import attributed
from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.listings import Listed, expired_caps, listed, uncounted_members
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import Amount, Policy, counted, group_figures
from crawler.figures.private import private_lines
from crawler.figures.unlisted import is_host, why_not_asked

NAME = "ecosystem_value_v1"


def _compute(inputs: Inputs) -> Figures:
    return group_figures(
        inputs,
        NAME,
        lambda group: _lines(inputs, group),
        asks=lambda group: not is_host(inputs, group) or bool(listed(inputs, group).listings),
    )


def _lines(inputs: Inputs, group: Group) -> Sequence[ValueLine]:
    known = listed(inputs, group)
    if known.listings:
        return [_listed_line(inputs, group, known), *uncounted_members(inputs, NAME, group, known)]
    lines = why_not_asked(inputs, NAME, group) if is_host(inputs, group) else private_lines(inputs, NAME, group)
    return lines + expired_caps(NAME, group, known, known.choices)


def _listed_line(inputs: Inputs, group: Group, known: Listed) -> ValueLine:
    """One line for all listings of a group, at its primary one."""
    primary = known.listings[0]
    parts = [(listing, *attributed(inputs, group, listing)) for listing in known.listings]
    amount = Amount(
        sum((part.central for _, part, _ in parts), Decimal(0)),
        sum((part.low or Decimal(0) for _, part, _ in parts), Decimal(0)),
        sum((listing.added for listing, _, _ in parts), Decimal(0)),
    )
    names = [inputs.organizations[listing.member.organization_id].name for listing, _, _ in parts]
    others = [
        ", ".join([f"and of {name}: {reason}", *filter(None, [listing.valued.flag])])
        for name, (listing, _, reason) in zip(names[1:], parts[1:], strict=True)
    ]
    reason = "; ".join([parts[0][2], *others, "at most all of it"])
    return counted(NAME, group.id, primary.valued, amount, reason, organization_id=primary.member.organization_id)


POLICY = Policy(name=NAME, nature="stock: the range of the total value, the headline", compute=_compute)
