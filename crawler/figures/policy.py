"""What a value policy is, and the sums and lines that all of them make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.inputs import Fact, Inputs
from crawler.figures.model import Figures, Total, ValueLine, plain
from crawler.figures.rates import rate_day


class Policy(Struct, frozen=True, kw_only=True):
    """A named rule that turns money facts into totals. A changed rule is a new policy with a new name."""

    name: str
    nature: str
    """For people: how to read its figures."""
    compute: Callable[[Inputs], Figures]


class Valued(Struct, frozen=True):
    """A money fact with its worth in US dollars; None where no rate is known."""

    fact: Fact
    usd: Decimal | None


def stock(inputs: Inputs, fact: Fact) -> Valued:
    """A fact about a moment, such as a market cap: at the rate of the inputs' day."""
    return Valued(fact, inputs.rates.to_usd(fact.amount, fact.currency, inputs.day))


def flow(inputs: Inputs, fact: Fact) -> Valued:
    """A fact about money that changed hands, such as a round: at the rate of its own date."""
    return Valued(fact, inputs.rates.to_usd(fact.amount, fact.currency, rate_day(fact.as_of, inputs.day)))


def newest(
    inputs: Inputs, organization_id: str, measure: str, value: Callable[[Inputs, Fact], Valued]
) -> Valued | None:
    """The newest usable fact that can be converted, else the newest one without its worth; None where there is none."""
    first = None
    for fact in inputs.newest(organization_id, measure):
        valued = value(inputs, fact)
        if valued.usd is not None:
            return valued
        first = first or valued
    return first


def money_total(scope: str, measure: str, policy: str, amounts: Sequence[Decimal], total: int) -> Total:
    """The sum of the known amounts in US dollars; None where none of the `total` is known."""
    return Total(
        scope=scope,
        measure=measure,
        policy=policy,
        value=plain(sum(amounts, Decimal(0))) if amounts else None,
        currency="USD",
        known=len(amounts),
        total=total,
    )


def counted(policy: str, measure: str, organization_id: str, valued: Valued, usd: Decimal, reason: str) -> ValueLine:
    """The landscape's line of a fact that was counted with `usd` dollars."""
    return ValueLine(
        policy=policy,
        scope="landscape",
        measure=measure,
        organization_id=organization_id,
        figure_id=valued.fact.id,
        amount=plain(usd),
        currency="USD",
        counted=True,
        reason=reason,
    )


def left_out(policy: str, measure: str, organization_id: str, reason: str, valued: Valued | None = None) -> ValueLine:
    """The landscape's line of an organisation, or of a fact about it, that was not counted."""
    return ValueLine(
        policy=policy,
        scope="landscape",
        measure=measure,
        organization_id=organization_id,
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
