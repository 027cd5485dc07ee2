"""What was paid for organisations that were bought in the last six years, where the buyer's own worth is not known.

A price counts only if no market cap of the group is: else the organisation is inside that worth already. Several prices
of one deal count once, the newest: those within a year of each other, and those from two years before the present owner
took over to one year after it. Prices are events, each in the money of its day: to be shown, never added to a worth.
"""

from __future__ import annotations

from datetime import date

from crawler.figures.days import Span, first_day, last_day
from crawler.figures.inputs import Inputs
from crawler.figures.listings import listed
from crawler.figures.model import Figures, ValueLine
from crawler.figures.policy import LANDSCAPE, NO_FX, Amount, Policy, Valued, counted, flow, left_out
from crawler.figures.units import Unit, standing, unit_figures

NAME = "exit_price_v1"
YEARS = 6
COUNTS_FOR = Span(months=12 * YEARS)
SAME_DEAL = Span(months=12)
ANNOUNCED_BEFORE = Span(months=24)


def _compute(inputs: Inputs) -> Figures:
    units: list[Unit] = []
    beside: list[ValueLine] = []
    for organization_id in standing(inputs, LANDSCAPE):
        group_id = inputs.group_of[organization_id]
        prices = [flow(inputs, fact) for fact in inputs.newest(organization_id, "acquisition_price")]
        recent = [price for price in prices if _is_recent(price.fact.as_of, inputs.day)]
        too_old = f"bought more than {YEARS} years before"
        beside += [left_out(NAME, group_id, organization_id, too_old, one) for one in prices if one not in recent]
        listings = listed(inputs, inputs.groups[group_id]).listings
        if listings:
            counting = listings[0].member.organization_id
            name = inputs.organizations[counting].name
            reason = "listed itself" if counting == organization_id else f"inside the worth of {name}"
            beside += [left_out(NAME, group_id, organization_id, reason, price) for price in recent]
        elif recent:
            lines = _lines(recent, _taken_over(inputs, organization_id), group_id, organization_id)
            units.append(Unit(frozenset({organization_id}), lines))
        elif (taken_over := _taken_over(inputs, organization_id)) and _is_recent(taken_over, inputs.day):
            reason = f"bought by {inputs.organizations[group_id].name}, as of {taken_over}; no price known"
            line = left_out(NAME, group_id, organization_id, reason)
            units.append(Unit(frozenset({organization_id}), [line]))
    return unit_figures(inputs, NAME, units, beside)


def _is_recent(as_of: str, day: date) -> bool:
    return day <= COUNTS_FOR.after(last_day(as_of))


def _taken_over(inputs: Inputs, organization_id: str) -> str | None:
    """Since when the present owner has it; None where there is none, or nobody says."""
    group = inputs.groups[inputs.group_of[organization_id]]
    member = next(one for one in group.members if one.organization_id == organization_id)
    return member.owners[0].since if member.owners else None


def _lines(prices: list[Valued], taken_over: str | None, group_id: str, organization_id: str) -> list[ValueLine]:
    """A line for each price, the newest first; those that cannot be converted are no deal's."""
    lines = []
    counting: Valued | None = None
    for price in prices:
        if price.usd is None:
            lines.append(left_out(NAME, group_id, organization_id, NO_FX, price))
        elif counting and _is_same_deal(counting.fact.as_of, price.fact.as_of, taken_over):
            reason = f"the same deal as the price of {counting.fact.as_of}"
            lines.append(left_out(NAME, group_id, organization_id, reason, price))
        else:
            counting = price
            lines.append(counted(NAME, group_id, price, Amount(price.usd), f"price as of {price.fact.as_of}"))
    return lines


def _is_same_deal(newer: str, older: str, taken_over: str | None) -> bool:
    if last_day(newer) <= SAME_DEAL.after(last_day(older)):
        return True
    if taken_over is None:
        return False
    is_known_after = last_day(newer) <= SAME_DEAL.after(last_day(taken_over))
    return is_known_after and first_day(taken_over) <= ANNOUNCED_BEFORE.after(last_day(older))


POLICY = Policy(name=NAME, nature="event: prices of deals, shown and never added to a worth", compute=_compute)
