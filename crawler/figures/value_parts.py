"""What there is to say about a value: its parts, its groups, what they rest on. From a valuation alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.freshness import freshness
from crawler.figures.model import Figure, ValueLine
from crawler.figures.publishing import group_of, may_be_shown
from crawler.figures.valuation import LANDSCAPE, Valuation

HEADLINE = "ecosystem_value_v1"
BESIDE = {
    "token_cap_v1": "tokens",
    "community_income_v1": "community income a year",
    "replacement_cost_v1": "replacement cost",
    "exit_price_v1": "prices of bought companies",
}
"""Policies whose money is of another kind: beside the headline, never inside."""
COVERAGE = {"group_cap_v1": "caps for", "private_value_v1": "private value for"}
"""Policies whose coverage says how much of the headline is known."""

LISTED = frozenset({"market_cap", "shares_outstanding", "public_float"})
"""Measures of figures about companies whose shares are traded."""
GREATEST = 10


class Range(Struct, frozen=True):
    """A sum of counted lines in dollars: low and high take the amount of a line that has no range."""

    low: Decimal
    central: Decimal
    high: Decimal


class Group(Struct, frozen=True):
    """What an organisation with all that it owns adds to a value, and the lines of it, the greatest first."""

    id: str | None
    range: Range
    lines: list[ValueLine]
    figures: list[Figure]
    """What the lines rest on, in their order."""
    is_restricted: bool
    """Whether a figure behind it may not be published."""


def add_up(lines: Sequence[ValueLine]) -> Range:
    """The sums of counted lines."""
    low, central, high = Decimal(0), Decimal(0), Decimal(0)
    for line in lines:
        amount = Decimal(line.amount or 0)
        low += Decimal(line.low) if line.low is not None else amount
        central += amount
        high += Decimal(line.high) if line.high is not None else amount
    return Range(low, central, high)


def groups(valuation: Valuation, lines: Sequence[ValueLine]) -> list[Group]:
    """The lines by group, that of the greatest amount first."""
    found: dict[str | None, list[ValueLine]] = {}
    for line in lines:
        found.setdefault(group_of(line), []).append(line)
    made = []
    for group_id, of_group in found.items():
        of_group.sort(key=lambda line: -Decimal(line.amount or 0))
        rests = [figure for line in of_group if (figure := valuation.figure(line))]
        made.append(Group(group_id, add_up(of_group), of_group, rests, not valuation.restricted.isdisjoint(of_group)))
    return sorted(made, key=lambda group: (-group.range.central, group.id or ""))


def parts(valuation: Valuation, policy: str) -> dict[str, list[ValueLine]]:
    """The counted lines of a policy by what they rest on: `listed` companies, and the others as `private`."""
    found: dict[str, list[ValueLine]] = {"listed": [], "private": []}
    for line in valuation.counted(policy):
        figure = valuation.figure(line)
        found["listed" if figure and figure.measure in LISTED else "private"].append(line)
    return {part: lines for part, lines in found.items() if lines}


def may_be_published(scope: str, found: Sequence[Group]) -> bool:
    """Whether a sum over groups of a scope tells no restricted figure."""
    return may_be_shown(scope, {group.id for group in found if group.is_restricted})


def coverage(valuation: Valuation) -> str:
    """`caps for 212 of 231 groups; private value for 402 of 790 groups`; empty where neither was computed."""
    said = []
    for policy, words in COVERAGE.items():
        total = valuation.total(policy)
        if total and total.total:
            said.append(f"{words} {total.known:,} of {total.total:,} groups")
    return "; ".join(said)


def stale_figures(valuation: Valuation, policy: str) -> set[int]:
    """The ids of figures that count although they are old."""
    return _of_age("stale", valuation, valuation.counted(policy))


def expired_figures(valuation: Valuation, policy: str) -> set[int] | None:
    """The ids of figures that are too old to count; None where the scope's lines do not tell."""
    if valuation.scope != LANDSCAPE and not valuation.scope.startswith("organization:"):
        return None
    return _of_age("expired", valuation, valuation.left_out(policy))


def _of_age(age: str, valuation: Valuation, lines: Sequence[ValueLine]) -> set[int]:
    day = date.fromisoformat(valuation.day)
    figures = (figure for line in lines if (figure := valuation.figure(line)))
    return {one.id for one in figures if freshness(one.measure, one.source, one.as_of, day) == age}


def share_of_greatest(found: Sequence[Group]) -> tuple[Decimal, Range]:
    """How much of the sum the ten greatest groups are (0 to 1), and the sum of all others."""
    whole = add_up([line for group in found for line in group.lines])
    others = add_up([line for group in found[GREATEST:] for line in group.lines])
    share = 1 - others.central / whole.central if whole.central else Decimal(0)
    return share, others
