"""What the CNCF landscape printed until 2024, its double counting included; for comparison only.

Organisations are told apart by name, first item in name order wins. A ticker, the organisation's own or the nearest
parent's, means that only a market cap is tried: without a quote the organisation vanishes from both sums. Only without
a ticker is there funding: the first total along the same chain. Single rounds are not added up, as they never were.
So a subsidiary brings its parent's whole market cap once more. Figures of any age serve, and parents of any time.
Stars are summed over items. The lines of an organisation show what its group brought, its subsidiaries included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crawler.figures.inputs import Fact, Inputs
from crawler.figures.model import Figures, Total, ValueLine
from crawler.figures.policy import (
    LANDSCAPE,
    NO_FX,
    Amount,
    Policy,
    Valued,
    counted,
    flow,
    in_scope,
    left_out,
    money_total,
    not_known,
    stock,
)
from crawler.figures.scope_members import Scope

NAME = "legacy_landscape_v1"
MEASURES = ("market_cap", "funding")


def _compute(inputs: Inputs) -> Figures:
    members = inputs.scopes[LANDSCAPE].organizations
    found = {one: _money(inputs, one) for one in members}
    firsts = _first_of_each_name(inputs, members)
    totals: list[Total] = []
    lines: list[ValueLine] = []
    for name, scope in inputs.scopes.items():
        here = _first_of_each_name(inputs, scope.organizations)
        counting = [line for one in here.values() for line in found[one] if line.counted]
        totals += _counts(name, scope)
        totals += [_total(name, measure, counting, len(here)) for measure in MEASURES]
        lines += in_scope(name, counting)
    for one in sorted(found):
        lines += found[one] if firsts[inputs.seen[one].name] == one else _later(inputs, one)
    return Figures(totals + _of_groups(inputs, [line for line in lines if line.scope == LANDSCAPE]), lines)


def _counts(name: str, scope: Scope) -> list[Total]:
    stars, known, total = scope.item_stars, scope.item_repositories_known, scope.item_repositories
    return [
        Total(scope=name, measure="items", policy=NAME, value=scope.items, known=scope.items, total=scope.items),
        Total(scope=name, measure="stars", policy=NAME, value=stars, known=known, total=total),
    ]


def _total(scope: str, measure: str, lines: Iterable[ValueLine], total: int) -> Total:
    of_measure = [line for line in lines if line.measure == measure]
    return money_total(scope, NAME, of_measure, known=len(of_measure), total=total, measure=measure)


def _of_groups(inputs: Inputs, lines: Sequence[ValueLine]) -> list[Total]:
    """What each group brought, over all names that it goes by."""
    by_group: dict[str, list[ValueLine]] = {}
    for line in lines:
        if line.group_id is not None:
            by_group.setdefault(line.group_id, []).append(line)
    totals = []
    for group_id, of_group in sorted(by_group.items()):
        counting = [line for line in of_group if line.counted]
        names = {line.organization_id for line in of_group}
        totals += [_total(f"organization:{group_id}", measure, counting, len(names)) for measure in MEASURES]
    return [total for total in totals if total.known]


def _first_of_each_name(inputs: Inputs, organization_ids: Iterable[str]) -> dict[str, str]:
    """The organisation that stands for each name: the one that is met first."""
    firsts: dict[str, str] = {}
    for one in organization_ids:
        firsts.setdefault(inputs.seen[one].name, one)
    return firsts


def _later(inputs: Inputs, organization_id: str) -> list[ValueLine]:
    reason = f"another organisation is named {inputs.seen[organization_id].name}, and came first"
    return [_left_out(inputs, organization_id, measure, reason) for measure in MEASURES]


def _money(inputs: Inputs, organization_id: str) -> list[ValueLine]:
    """One line for the market cap and one for the funding of an organisation, looked at alone."""
    chain = list(_chain(inputs, organization_id))
    ticker = _ticker(inputs, chain)
    if ticker:
        with_it = [one for one in chain if _quoted_as(inputs, one) == ticker]
        quotes = [stock(inputs, fact) for fact in _newest_first(inputs, with_it, "market_cap")]
        reason = f"has the ticker {ticker}, so funding is not tried"
        return [
            _line(inputs, organization_id, "market_cap", "market cap", quotes),
            _left_out(inputs, organization_id, "funding", reason),
        ]
    raised = [flow(inputs, fact) for one in chain for fact in _totals_as_printed(inputs, one)]
    return [
        _left_out(inputs, organization_id, "market_cap", "no ticker, its parents' included"),
        _line(inputs, organization_id, "funding", "funding total", raised),
    ]


def _chain(inputs: Inputs, organization_id: str) -> Iterator[str]:
    """The organisation, its parent and so on, until none is known or one comes again."""
    seen: set[str] = set()
    current: str | None = organization_id
    while current is not None and current in inputs.seen and current not in seen:
        seen.add(current)
        yield current
        current = inputs.seen[current].parent_id


def _ticker(inputs: Inputs, chain: Sequence[str]) -> str | None:
    """The first one of the chain. The list's word, a ticker or that there is none, is on the organisation alone."""
    own = inputs.seen[chain[0]].ticker
    if own == "":
        return None
    return own or next((ticker for one in chain[1:] if (ticker := inputs.seen[one].ticker_below)), None)


def _quoted_as(inputs: Inputs, organization_id: str) -> str | None:
    """Of which ticker an organisation's market cap is."""
    seen = inputs.seen[organization_id]
    return seen.ticker or seen.ticker_below


def _newest_first(inputs: Inputs, organization_ids: Iterable[str], measure: str) -> list[Fact]:
    facts = [fact for one in organization_ids for fact in inputs.stated.get((one, measure), ())]
    return sorted(facts, key=lambda fact: fact.age_key, reverse=True)


def _totals_as_printed(inputs: Inputs, organization_id: str) -> list[Fact]:
    """Funding totals, Crunchbase's newest first. Its own dollars alone were printed, and zero was taken for nothing."""
    facts = [
        fact
        for fact in _newest_first(inputs, [organization_id], "funding_total")
        if fact.amount and (fact.source != "crunchbase" or fact.currency == "USD")
    ]
    return sorted(facts, key=lambda fact: fact.source != "crunchbase")


def _line(inputs: Inputs, organization_id: str, measure: str, words: str, along: Sequence[Valued]) -> ValueLine:
    """The first fact along the chain, as a line of the organisation that inherits it."""
    for valued in along:
        if valued.usd is not None:
            owner = inputs.organizations[valued.fact.organization_id]
            whose = "" if owner.id == organization_id else f" of {owner.name}"
            return counted(
                NAME,
                inputs.group_of[organization_id],
                valued,
                Amount(valued.usd),
                f"{words}{whose} as of {valued.fact.as_of}",
                organization_id=organization_id,
                measure=measure,
            )
    if along:
        return _left_out(inputs, organization_id, measure, NO_FX, along[0])
    return _left_out(inputs, organization_id, measure, not_known(words, inputs.day))


def _left_out(
    inputs: Inputs, organization_id: str, measure: str, reason: str, valued: Valued | None = None
) -> ValueLine:
    group_id = inputs.group_of[organization_id]
    return left_out(NAME, group_id, organization_id, reason, valued, measure=measure)


POLICY = Policy(
    name=NAME,
    nature="for comparison only: counts parents again with each subsidiary",
    compute=_compute,
    is_comparison=True,
)
