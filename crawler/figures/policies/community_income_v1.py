"""What communities and foundations receive in a year, to live on: the last twelve months, as a range.

Added up are what Open Collective paid in, twelve times the monthly income at GitHub Sponsors, grants dated in the last
365 days and, of a foundation whose attribution share is known, that share of its revenue. What an organisation reports
of itself contains these, and counts only where none of them is known. Each organisation has its own income, parents and
subsidiaries too; an account that several name counts once. Money that one of them passed on to another is counted with
both. A flow for a year, never added to a worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial

from msgspec import structs

from crawler.figures.choosing import Choice, choose, dated
from crawler.figures.days import last_day
from crawler.figures.inputs import Inputs, Organization
from crawler.figures.model import Figures, ValueLine, plain
from crawler.figures.policy import LANDSCAPE, NO_FX, Amount, Policy, Valued, counted, flow, left_out, not_known
from crawler.figures.rates import cents
from crawler.figures.units import Unit, standing, unit_figures

NAME = "community_income_v1"
YEAR = timedelta(days=365)
ACCOUNTS = {
    "collective_income_12m": "income at Open Collective",
    "sponsors_monthly_income": "twelve months of the income at GitHub Sponsors",
}
"""Measures of an account that several organisations may name, with their names in words."""


def _compute(inputs: Inputs) -> Figures:
    holders: dict[tuple[str, str], dict[str, Choice]] = {}
    own: dict[str, list[ValueLine]] = {}
    for organization_id in standing(inputs, LANDSCAPE):
        organization = inputs.organizations[organization_id]
        own[organization_id] = [*_grants(inputs, organization_id), *_foundation(inputs, organization)]
        for measure in ACCOUNTS:
            income = choose(inputs, inputs.newest(organization_id, measure), flow)
            if valued := income.used or income.unusable:
                account = valued.fact.source_url or organization_id
                holders.setdefault((measure, account.casefold()), {})[organization_id] = income
    units = [_account(inputs, measure, incomes) for (measure, _), incomes in holders.items()]
    has_income = {member for unit in units if unit.counted for member in unit.members}
    for organization_id, lines in own.items():
        if organization_id not in has_income and not any(line.counted for line in lines):
            lines.append(_reported(inputs, organization_id))
        units.append(Unit(frozenset({organization_id}), lines))
    return unit_figures(inputs, NAME, units)


def _account(inputs: Inputs, measure: str, incomes: dict[str, Choice]) -> Unit:
    """An account's lines: the first organisation by id counts it for all that name it."""
    first, *others = incomes
    lines = [_line(inputs, first, incomes[first], ACCOUNTS[measure], partial(_of_a_year, inputs))]
    for other in others:
        reason = f"the same account as that of {inputs.organizations[first].name}"
        figure = incomes[other].used or incomes[other].unusable
        lines.append(left_out(NAME, inputs.group_of[other], other, reason, figure))
    return Unit(frozenset(incomes), lines)


def _of_a_year(inputs: Inputs, income: Valued) -> Amount:
    """What an account receives in twelve months; an end of the range that nobody tells is the central figure."""
    fact = income.fact
    times = 12 if fact.measure == "sponsors_monthly_income" else 1
    told = (fact if end is None else structs.replace(fact, amount=end) for end in (fact.amount, fact.low, fact.high))
    return Amount(*((flow(inputs, one).usd or Decimal(0)) * times for one in told))


def _grants(inputs: Inputs, organization_id: str) -> list[ValueLine]:
    group_id = inputs.group_of[organization_id]
    lines = []
    for fact in inputs.newest(organization_id, "grant"):
        grant = flow(inputs, fact)
        if inputs.day - last_day(fact.as_of) >= YEAR:
            reason = f"granted more than {YEAR.days} days before"
            lines.append(left_out(NAME, group_id, organization_id, reason, grant))
        elif grant.usd is None:
            lines.append(left_out(NAME, group_id, organization_id, NO_FX, grant))
        else:
            lines.append(counted(NAME, group_id, grant, _exactly(grant), f"grant of {fact.as_of}"))
    return lines


def _foundation(inputs: Inputs, organization: Organization) -> list[ValueLine]:
    """The part of a foundation's revenue that has to do with the landscape; what share that is, the list must say."""
    revenue = choose(inputs, inputs.newest(organization.id, "annual_revenue"), flow)
    newest = revenue.used or revenue.unusable
    if organization.kind != "foundation" or newest is None:
        return []
    share = organization.attribution["share"]
    if share is None:
        reason = "no attribution share says which part of its revenue has to do with the landscape"
        return [left_out(NAME, inputs.group_of[organization.id], organization.id, reason, newest)]
    ends = (share, organization.attribution["low"] or share, organization.attribution["high"] or share)
    words = f"{plain(Decimal(share) * 100)}% of the revenue"
    return [_line(inputs, organization.id, revenue, words, partial(_parts, [Decimal(end) for end in ends]))]


def _parts(shares: Sequence[Decimal], whole: Valued) -> Amount:
    return Amount(*(cents((whole.usd or Decimal(0)) * share) for share in shares))


def _reported(inputs: Inputs, organization_id: str) -> ValueLine:
    income = choose(inputs, inputs.newest(organization_id, "reported_income"), flow)
    if income.used or income.unusable:
        return _line(inputs, organization_id, income, "income that it reports of itself,", _exactly)
    reason = not_known("community income", inputs.day)
    return left_out(NAME, inputs.group_of[organization_id], organization_id, reason)


def _exactly(income: Valued) -> Amount:
    usd = income.usd or Decimal(0)
    return Amount(usd, usd, usd)


def _line(
    inputs: Inputs, organization_id: str, income: Choice, words: str, amount: Callable[[Valued], Amount]
) -> ValueLine:
    group_id = inputs.group_of[organization_id]
    if income.used:
        return counted(NAME, group_id, income.used, amount(income.used), dated(inputs, income.used.fact, words))
    return left_out(NAME, group_id, organization_id, income.problem, income.unusable)


POLICY = Policy(name=NAME, nature="flow: income of a year, never added to a worth", compute=_compute)
