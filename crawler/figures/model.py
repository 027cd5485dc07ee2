"""What figures are made of: totals of a scope, and the lines that say what was counted in them."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class Total(Struct, frozen=True, kw_only=True):
    """One row of `totals`: a count (int) or money (decimal text beside its currency); None is "not known".

    `known` of `total` says how much of the scope the value rests on. Unknown is never zero: known 0 means value None.
    """

    scope: str
    measure: str
    policy: str = ""
    value: int | str | None
    low: str | None = None
    high: str | None = None
    currency: str | None = None
    known: int
    total: int


class ValueLine(Struct, frozen=True, kw_only=True):
    """One row of `value_lines`: a money fact about an organisation, counted or not, and why.

    A counted amount is in US dollars, so that the lines add up to their total; others stay as they were stated.
    """

    policy: str
    scope: str
    measure: str
    organization_id: str | None = None
    group_id: str | None = None
    """The ultimate parent with which it counts, on the figures' day; None where the policy knows no groups."""
    figure_id: int | None = None
    amount: str | None = None
    low: str | None = None
    high: str | None = None
    currency: str | None = None
    counted: bool
    reason: str


class Figure(Struct, frozen=True, kw_only=True):
    """A row of `figures`; `licence_class` is the one that holds now."""

    id: int
    organization_id: str
    measure: str
    amount: str
    low: str | None
    high: str | None
    currency: str
    as_of: str
    observed_at: str
    source: str
    source_url: str | None
    method: str
    licence_class: str
    kind: str | None
    note: str | None


class ReplacementCost(Struct, frozen=True, kw_only=True):
    """One row of `replacement_costs`: what writing a repository anew would cost, decimal text in `currency`."""

    repository_id: int
    ksloc: str
    low: str
    central: str
    high: str
    currency: str
    parameters: str


class Figures(Struct, frozen=True):
    """All figures of one day."""

    totals: list[Total]
    lines: list[ValueLine]
    costs: list[ReplacementCost] = []
    """Only those of the newest day are kept."""


def plain(amount: Decimal) -> str:
    """Decimal text without exponent and trailing zeros."""
    return format(amount.normalize(), "f")
