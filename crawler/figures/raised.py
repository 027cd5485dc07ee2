"""What an organisation raised for its shares: all rounds, or the newest total and the rounds since."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, product

from msgspec import Struct

from crawler.figures.choosing import choose
from crawler.figures.days import first_day, last_day
from crawler.figures.inputs import Fact, Standing
from crawler.figures.policy import NO_FX, Valued, flow

NO_EQUITY = (
    "debt_financing",
    "grant",
    "non_equity_assistance",
    "secondary_market",
    "initial_coin_offering",
    "product_crowdfunding",
)
"""Kinds of rounds, by Crunchbase's names, that bring the company no money for shares. Nor does any `post_ipo_` kind."""
NO_KIND = ("", "series_unknown", "undisclosed")
"""Kinds that do not tell one round from another."""
SAME_ROUND_DAYS = 60
SAME_AMOUNT = Decimal("0.25")
"""Two sources may tell of one round if their dates are no further apart, nor their amounts, by the greater."""
ROUND_SOURCES = ("seeds", "crunchbase")
"""Whose word on a round is taken where several tell of it."""

NEARLY_ALL = Decimal("0.9")
"""The rounds that a total includes stand for it if they add up to so much of it: each has the rate of its own date."""


class Raised(Struct, frozen=True):
    """The figures that add up to it, and those that do not count, with the reason of each."""

    counting: tuple[tuple[Valued, str], ...] = ()
    others: tuple[tuple[Valued, str], ...] = ()

    @property
    def usd(self) -> Decimal | None:
        """The sum in US dollars, to the cent; None where nothing is known."""
        amounts = [valued.usd for valued, _ in self.counting if valued.usd is not None]
        return sum(amounts, Decimal(0)) if amounts else None


def equity_raised(inputs: Standing, organization_id: str) -> Raised:
    """What the organisation raised by the inputs' day, each figure at the rate of its own date."""
    total = choose(inputs, inputs.newest(organization_id, "equity_funding_total"), flow)
    rounds, others = equity_rounds(inputs, organization_id)
    if total.used and total.used.usd is not None:
        fact = total.used.fact
        later = [valued for valued in rounds if first_day(valued.fact.as_of) > fact.since]
        inside = [valued for valued in rounds if valued not in later]
        if inside and sum(valued.usd or Decimal(0) for valued in inside) >= NEARLY_ALL * total.used.usd:
            others.append((total.used, "its rounds are known, each with a date of its own"))
            return Raised(_as_rounds(rounds), tuple(others))
        return Raised(
            ((total.used, f"equity raised in all, as of {fact.as_of}"), *_as_rounds(later)),
            (*others, *((valued, f"included in the total as of {fact.as_of}") for valued in inside)),
        )
    if total.unusable:
        others.append((total.unusable, total.problem))
    whole = choose(inputs, inputs.newest(organization_id, "funding_total"), flow)
    if rounds:
        if whole.used:
            others.append((whole.used, "its equity rounds are known; in a funding total there may be debt"))
        return Raised(_as_rounds(rounds), tuple(others))
    if whole.used:
        reason = f"funding total as of {whole.used.fact.as_of} (flagged: debt and grants may be inside)"
        return Raised(((whole.used, reason),), tuple(others))
    if whole.unusable:
        others.append((whole.unusable, whole.problem))
    return Raised((), tuple(others))


def _as_rounds(rounds: Sequence[Valued]) -> tuple[tuple[Valued, str], ...]:
    return tuple(
        (valued, f"{valued.fact.kind or 'round of a kind not told'} as of {valued.fact.as_of}") for valued in rounds
    )


def equity_rounds(inputs: Standing, organization_id: str) -> tuple[list[Valued], list[tuple[Valued, str]]]:
    """Every equity round once, newest first, and the rounds that do not count."""
    counting: list[Valued] = []
    others: list[tuple[Valued, str]] = []
    facts = sorted(inputs.newest(organization_id, "funding_round"), key=_trust)
    for _, of_source in groupby(facts, key=_trust):
        told = []
        for valued in (flow(inputs, fact) for fact in of_source):
            kind = _kind(valued)
            if kind in NO_EQUITY or kind.startswith("post_ipo_"):
                others.append((valued, f"{kind} is no equity that the company raised"))
            elif valued.usd is None:
                others.append((valued, NO_FX))
            else:
                told.append(valued)
        twins = _twins(counting, told)
        for valued in told:
            if twin := twins.get(valued.fact.id):
                others.append((valued, f"the same round as that of {twin.as_of}, told by {twin.source}"))
            else:
                counting.append(valued)
    return sorted(counting, key=lambda valued: valued.fact.age_key, reverse=True), others


def _trust(fact: Fact) -> tuple[int, str]:
    known = fact.source in ROUND_SOURCES
    return ROUND_SOURCES.index(fact.source) if known else len(ROUND_SOURCES), fact.source


def _kind(valued: Valued) -> str:
    return (valued.fact.kind or "").lower()


def _twins(counting: Sequence[Valued], told: Sequence[Valued]) -> dict[int, Fact]:
    """By id of a told figure the round that it tells of again; each round of either side has one twin at most.

    The nearest dates find each other first, then the nearest amounts.
    """
    pairs = [(one, other) for one, other in product(counting, told) if _may_be_one(one, other)]
    pairs.sort(key=lambda pair: (_days_apart(*pair), _difference(*pair), pair[0].fact.id, pair[1].fact.id))
    taken: set[int] = set()
    twins: dict[int, Fact] = {}
    for one, other in pairs:
        if not taken & {one.fact.id, other.fact.id}:
            taken |= {one.fact.id, other.fact.id}
            twins[other.fact.id] = one.fact
    return twins


def _may_be_one(one: Valued, other: Valued) -> bool:
    kinds = {_kind(one), _kind(other)}.difference(NO_KIND)
    greater = max(one.usd or Decimal(0), other.usd or Decimal(0))
    return (
        len(kinds) < 2
        and _days_apart(one, other) <= SAME_ROUND_DAYS
        and _difference(one, other) <= greater * SAME_AMOUNT
    )


def _days_apart(one: Valued, other: Valued) -> int:
    """The least number of days between two dates; 0 where they may be the same."""
    earlier, later = sorted((one.fact.as_of, other.fact.as_of), key=first_day)
    return max(0, (first_day(later) - last_day(earlier)).days)


def _difference(one: Valued, other: Valued) -> Decimal:
    return abs((one.usd or Decimal(0)) - (other.usd or Decimal(0)))
