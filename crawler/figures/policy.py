"""What a value policy is, and the lines and sums that all of them make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from crawler.figures.groups import Group
from crawler.figures.inputs import Fact, Inputs, Standing
from crawler.figures.model import Figures, Total, ValueLine, plain
from crawler.figures.rates import Rate, cents, rate_day

LANDSCAPE = "landscape"


class Policy(Struct, frozen=True, kw_only=True):
    """A named rule that turns money facts into totals. A changed rule is a new policy with a new name."""

    name: str
    nature: str
    """For people: how to read its figures."""
    compute: Callable[[Inputs], Figures]
    is_comparison: bool = False
    """A rule with known faults, of use only beside others: not shown unless asked for."""


class Valued(Struct, frozen=True):
    """A money fact with its worth in US dollars, to the cent; None where no rate is known."""

    fact: Fact
    usd: Decimal | None
    rate: Rate | None = None
    """At which it was converted; None where it was not."""

    @property
    def flag(self) -> str:
        """`at a stale rate of 2023-09-15`; empty where the rate is fresh, or none was needed."""
        return f"at a stale rate of {self.rate.day.isoformat()}" if self.rate and self.rate.is_stale else ""


def stock(inputs: Standing, fact: Fact) -> Valued:
    """A fact about a moment, such as a market cap: at the rate of the inputs' day."""
    return _valued(inputs, fact, inputs.day)


def flow(inputs: Standing, fact: Fact) -> Valued:
    """A fact about money that changed hands, such as a round: at the rate of its own date."""
    return _valued(inputs, fact, rate_day(fact.as_of, inputs.day))


def _valued(inputs: Standing, fact: Fact, day: date) -> Valued:
    usd = inputs.rates.to_usd(fact.amount, fact.currency, day)
    rate = None if usd is None or fact.currency == "USD" else inputs.rates.rate(fact.currency, day)
    return Valued(fact, None if usd is None else cents(usd), rate)


class Amount(Struct, frozen=True):
    """What a line adds, in US dollars; `low` and `high` are None where the policy gives no range."""

    central: Decimal
    low: Decimal | None = None
    high: Decimal | None = None


def counted(policy: str, group_id: str, valued: Valued, amount: Amount, reason: str, **values: str) -> ValueLine:
    """The landscape's line of a fact that counts. `values`: fields of the line, where the fact's do not fit."""
    return ValueLine(
        policy=policy,
        scope=LANDSCAPE,
        group_id=group_id,
        figure_id=valued.fact.id,
        amount=plain(amount.central),
        low=None if amount.low is None else plain(amount.low),
        high=None if amount.high is None else plain(amount.high),
        currency="USD",
        counted=True,
        reason=f"{reason}; {valued.flag}" if valued.flag else reason,
        **{"measure": "value", "organization_id": valued.fact.organization_id, **values},
    )


def left_out(
    policy: str,
    group_id: str,
    organization_id: str,
    reason: str,
    valued: Valued | None = None,
    *,
    measure: str = "value",
) -> ValueLine:
    """The landscape's line of an organisation, or of a fact about it, that does not count."""
    return ValueLine(
        policy=policy,
        scope=LANDSCAPE,
        measure=measure,
        organization_id=organization_id,
        group_id=group_id,
        figure_id=valued.fact.id if valued else None,
        amount=plain(valued.fact.amount) if valued else None,
        currency=valued.fact.currency if valued else None,
        counted=False,
        reason=reason,
    )


def not_known(words: str, day: date) -> str:
    """Why an organisation has no line that counts."""
    return f"no {words} known by {day.isoformat()}"


NO_FX = "no_fx"
"""The reason of a fact in a currency without a rate for its day. It is left out, never taken one to one."""


def group_figures(
    inputs: Inputs,
    policy: str,
    lines_of: Callable[[Group], Sequence[ValueLine]],
    *,
    asks: Callable[[Group], bool] = lambda group: True,
) -> Figures:
    """The figures of a policy that counts whole groups, each once in every scope that has a member of it.

    `lines_of` makes a group's lines, `asks` says whether its worth is a question at all: only such groups are in
    the coverage. Totals are the sums of the lines that count, so both always agree.
    """
    lines = {group.id: lines_of(group) for group in inputs.groups.values()}
    counting = {group_id: [line for line in of_group if line.counted] for group_id, of_group in lines.items()}
    asked = {group.id for group in inputs.groups.values() if asks(group)}
    totals, elsewhere = [], []
    for name, scope in inputs.scopes.items():
        here = [group_id for group_id in scope.groups if group_id in asked]
        of_scope = [line for group_id in here for line in counting[group_id]]
        known = sum(bool(counting[group_id]) for group_id in here)
        totals.append(money_total(name, policy, of_scope, known=known, total=len(here)))
        elsewhere += in_scope(name, of_scope)
    for group_id, of_group in counting.items():
        if of_group:
            totals.append(money_total(f"organization:{group_id}", policy, of_group, known=1, total=1))
    return Figures(totals, [line for of_group in lines.values() for line in of_group] + elsewhere)


def in_scope(scope: str, lines: Iterable[ValueLine]) -> list[ValueLine]:
    """The landscape's lines again for another scope in which they count."""
    return [] if scope == LANDSCAPE else [structs.replace(line, scope=scope) for line in lines]


def money_total(
    scope: str, policy: str, lines: Sequence[ValueLine], *, known: int, total: int, measure: str = "value"
) -> Total:
    """The sum of lines that count, in US dollars; None where none does."""
    return Total(
        scope=scope,
        measure=measure,
        policy=policy,
        value=_sum(line.amount for line in lines),
        low=_sum(line.low or line.amount for line in lines) if any(line.low for line in lines) else None,
        high=_sum(line.high or line.amount for line in lines) if any(line.high for line in lines) else None,
        currency="USD",
        known=known,
        total=total,
    )


def _sum(amounts: Iterable[str | None]) -> str | None:
    known = [Decimal(amount) for amount in amounts if amount is not None]
    return plain(sum(known, Decimal(0))) if known else None
