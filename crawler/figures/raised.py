"""What an organisation raised for its shares: the newest total and the rounds since, else all rounds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from crawler.figures.choosing import choose
from crawler.figures.days import Span, first_day, last_day
from crawler.figures.inputs import Fact, Inputs
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
SAME_ROUND = Span(days=60)
"""Two sources that tell of a round within that time of each other tell of the same one."""
ROUND_SOURCES = ("seeds", "crunchbase")
"""Whose word on a round is taken where several tell of it."""


class Raised(Struct, frozen=True):
    """The figures that add up to it, and those that do not count, with the reason of each."""

    counting: tuple[tuple[Valued, str], ...] = ()
    others: tuple[tuple[Valued, str], ...] = ()

    @property
    def usd(self) -> Decimal | None:
        """The sum in US dollars, to the cent; None where nothing is known."""
        amounts = [valued.usd for valued, _ in self.counting if valued.usd is not None]
        return sum(amounts, Decimal(0)) if amounts else None


def equity_raised(inputs: Inputs, organization_id: str) -> Raised:
    """What the organisation raised by the inputs' day, each figure at the rate of its own date."""
    total = choose(inputs, inputs.newest(organization_id, "equity_funding_total"), flow)
    rounds, others = _rounds(inputs, organization_id)
    if total.used:
        fact = total.used.fact
        later = [valued for valued in rounds if first_day(valued.fact.as_of) > last_day(fact.as_of)]
        inside = [valued for valued in rounds if valued not in later]
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


def _rounds(inputs: Inputs, organization_id: str) -> tuple[list[Valued], list[tuple[Valued, str]]]:
    """Every equity round once, newest first, and the rounds that do not count."""
    counting: list[Valued] = []
    others: list[tuple[Valued, str]] = []
    for fact in sorted(inputs.newest(organization_id, "funding_round"), key=_rank):
        valued = flow(inputs, fact)
        kind = (fact.kind or "").lower()
        twin = next((one.fact for one in counting if _are_one_round(one.fact, fact)), None)
        if kind in NO_EQUITY or kind.startswith("post_ipo_"):
            others.append((valued, f"{kind} is no equity that the company raised"))
        elif valued.usd is None:
            others.append((valued, NO_FX))
        elif twin:
            others.append((valued, f"the same round as that of {twin.as_of}, told by {twin.source}"))
        else:
            counting.append(valued)
    return sorted(counting, key=lambda valued: (valued.fact.as_of, valued.fact.id), reverse=True), others


def _rank(fact: Fact) -> int:
    return ROUND_SOURCES.index(fact.source) if fact.source in ROUND_SOURCES else len(ROUND_SOURCES)


def _are_one_round(one: Fact, other: Fact) -> bool:
    """Whether two sources tell of the same round; one source tells of each only once."""
    if one.source == other.source:
        return False
    earlier, later = sorted((one, other), key=lambda fact: first_day(fact.as_of))
    return first_day(later.as_of) <= SAME_ROUND.after(last_day(earlier.as_of))
