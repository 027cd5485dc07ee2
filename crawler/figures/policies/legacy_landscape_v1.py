"""What the CNCF landscape printed until 2024, its double counting included; for comparison only.

Organisations are told apart by name, first item in name order wins. A ticker, the organisation's own or the nearest
parent's, means that only a market cap is tried: without a quote the organisation vanishes from both sums. Only without
a ticker is there funding: the first total along the same chain. Single rounds are not added up, as they never were.
So a subsidiary brings its parent's whole market cap once more. Stars are summed over items.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from crawler.figures.inputs import Inputs, Scope
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

NAME = "legacy_landscape_v1"
MEASURES = ("market_cap", "funding")


def _compute(inputs: Inputs) -> Figures:
    landscape = inputs.scopes["landscape"].organizations
    found = {organization_id: _money(inputs, organization_id) for organization_id in landscape}
    totals: list[Total] = []
    for name, scope in inputs.scopes.items():
        totals += _counts(name, scope)
        firsts = _first_of_each_name(inputs, scope.organizations)
        for measure in MEASURES:
            amounts = [amount for first in firsts.values() for amount in _amounts(found[first], measure)]
            totals.append(money_total(name, measure, NAME, amounts, len(firsts)))
    for organization_id, measure in product(sorted(found), MEASURES):
        if amounts := _amounts(found[organization_id], measure):
            totals.append(money_total(f"organization:{organization_id}", measure, NAME, amounts, 1))
    return Figures(totals, _landscape_lines(inputs, landscape, found))


def _counts(name: str, scope: Scope) -> list[Total]:
    stars, known, total = scope.item_stars, scope.item_repositories_known, scope.item_repositories
    return [
        Total(scope=name, measure="items", policy=NAME, value=scope.items, known=scope.items, total=scope.items),
        Total(scope=name, measure="stars", policy=NAME, value=stars, known=known, total=total),
    ]


def _amounts(lines: list[ValueLine], measure: str) -> list[Decimal]:
    """The counted amount of a measure among an organisation's lines: one or none."""
    return [Decimal(line.amount) for line in lines if line.counted and line.measure == measure and line.amount]


def _first_of_each_name(inputs: Inputs, organization_ids: tuple[str, ...]) -> dict[str, str]:
    """The organisation that stands for each name: the one that is met first."""
    firsts: dict[str, str] = {}
    for organization_id in organization_ids:
        firsts.setdefault(inputs.organizations[organization_id].name, organization_id)
    return firsts


def _landscape_lines(
    inputs: Inputs, organization_ids: tuple[str, ...], found: dict[str, list[ValueLine]]
) -> list[ValueLine]:
    firsts = set(_first_of_each_name(inputs, organization_ids).values())
    lines = []
    for organization_id in sorted(found):
        if organization_id in firsts:
            lines += found[organization_id]
        else:
            reason = f"another organisation is named {inputs.organizations[organization_id].name}, and came first"
            lines += [left_out(NAME, measure, organization_id, reason) for measure in MEASURES]
    return lines


def _money(inputs: Inputs, organization_id: str) -> list[ValueLine]:
    """One line for the market cap and one for the funding of an organisation, looked at alone."""
    chain = list(inputs.chain(organization_id))
    ticker = next((member.ticker for member in chain if member.ticker), None)
    if ticker:
        quotes = [newest(inputs, member.id, "market_cap", stock) for member in chain if member.ticker == ticker]
        cap = _line(inputs, organization_id, "market_cap", "market cap", quotes)
        return [cap, left_out(NAME, "funding", organization_id, f"has the ticker {ticker}, so funding is not tried")]
    raised = [newest(inputs, member.id, "funding_total", flow) for member in chain]
    return [
        left_out(NAME, "market_cap", organization_id, "no ticker, its parents' included"),
        _line(inputs, organization_id, "funding", "funding total", raised),
    ]


def _line(inputs: Inputs, organization_id: str, measure: str, words: str, along: list[Valued | None]) -> ValueLine:
    """The first fact along the chain, as a line of the organisation that inherits it."""
    known = [valued for valued in along if valued]
    for valued in known:
        if valued.usd is not None:
            owner = inputs.organizations[valued.fact.organization_id]
            whose = "" if owner.id == organization_id else f" of {owner.name}"
            reason = f"{words}{whose} as of {valued.fact.as_of}"
            return counted(NAME, measure, organization_id, valued, valued.usd, reason)
    if known:
        return left_out(NAME, measure, organization_id, NO_FX, known[0])
    return left_out(NAME, measure, organization_id, not_known(words, inputs.day))


POLICY = Policy(name=NAME, nature="for comparison only: counts parents again with each subsidiary", compute=_compute)
