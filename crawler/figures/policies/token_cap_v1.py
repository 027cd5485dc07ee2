"""What the tokens of networks are worth: the newest market cap of the tokens in circulation.

Only an organisation's own network counts, not one that it serves, and a token that several name counts once. A stock of
its own kind: tokens are neither shares nor income, so it stands beside the value of companies and is never added to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.figures.choosing import choose, dated
from crawler.figures.inputs import Inputs
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import LANDSCAPE, Amount, Policy, counted, left_out, not_known, stock
from crawler.figures.units import Unit, standing, unit_figures

NAME = "token_cap_v1"
RELATED = "related"
"""The token relation of a network that an organisation serves without being the one behind it."""


def _compute(inputs: Inputs) -> Figures:
    holders: dict[str, list[str]] = {}
    related: list[ValueLine] = []
    for organization_id in standing(inputs, LANDSCAPE):
        organization = inputs.organizations[organization_id]
        caps = inputs.newest(organization_id, "token_market_cap")
        if organization.token_relation == RELATED:
            reason = "a related network, not its own"
            newest = stock(inputs, caps[0]) if caps else None
            related.append(left_out(NAME, inputs.group_of[organization_id], organization_id, reason, newest))
        elif organization.token or caps:
            key = f"token {organization.token.casefold()}" if organization.token else organization_id
            holders.setdefault(key, []).append(organization_id)
    units = [Unit(frozenset(of_token), _lines(inputs, of_token)) for of_token in holders.values()]
    return unit_figures(inputs, NAME, units, beside=related)


def _lines(inputs: Inputs, organization_ids: Sequence[str]) -> list[ValueLine]:
    """The lines of a token: the first organisation with a market cap counts it for all."""
    lines, counts_it = [], None
    for organization_id in organization_ids:
        group_id = inputs.group_of[organization_id]
        cap = choose(inputs, inputs.newest(organization_id, "token_market_cap"), stock)
        if counts_it:
            reason = f"the same token as that of {inputs.organizations[counts_it].name}"
            lines.append(left_out(NAME, group_id, organization_id, reason, cap.used or cap.unusable))
        elif cap.used and cap.used.usd is not None:
            counts_it = organization_id
            reason = dated(inputs, cap.used.fact, "token market cap")
            lines.append(counted(NAME, group_id, cap.used, Amount(cap.used.usd), reason))
        else:
            reason = cap.problem or not_known("token market cap", inputs.day)
            lines.append(left_out(NAME, group_id, organization_id, reason, cap.unusable))
    return lines


POLICY = Policy(name=NAME, nature="stock: tokens in circulation, beside the value of companies", compute=_compute)
