"""What an unlisted group is worth: its newest valuation, made smaller with age, else a multiple of what it raised."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from crawler.figures.choosing import choose
from crawler.figures.days import Span, last_day
from crawler.figures.groups import Group
from crawler.figures.inputs import Inputs
from crawler.figures.model import ValueLine
from crawler.figures.policy import Amount, Valued, counted, not_known, stock
from crawler.figures.raised import Raised, equity_raised
from crawler.figures.rates import cents
from crawler.figures.unlisted import members_left_out, with_quote

ESTIMATED = "estimated"
"""The method of a valuation that nobody confirmed."""

DECAY = (
    (Span(months=12), Decimal("1.0")),
    (Span(months=24), Decimal("0.8")),
    (Span(months=48), Decimal("0.6")),
)
"""Up to which age how much of a valuation counts. After the last one it has expired, see `freshness`."""
MULTIPLE, HIGH_MULTIPLE = Decimal(2), Decimal(4)
"""Times the equity raised, where there is no valuation; at least once."""


class Private(Struct, frozen=True):
    """What is known of an unlisted group's worth: a valuation, or what was raised, or neither."""

    valued: Valued | None = None
    """The valuation that counts, else the newest figure of what was raised; None: neither is known."""
    amount: Amount | None = None
    reason: str = ""
    others: tuple[tuple[Valued, str], ...] = ()
    """Figures that do not count, with the reason of each."""


def private_worth(inputs: Inputs, group: Group) -> Private:
    """The worth of the ultimate parent as it stands; what its subsidiaries raised or were valued at came before."""
    raised = equity_raised(inputs, group.id)
    facts = inputs.newest(group.id, "post_money_valuation")
    confirmed = choose(inputs, (fact for fact in facts if fact.method != ESTIMATED), stock)
    estimated = choose(inputs, (fact for fact in facts if fact.method == ESTIMATED), stock)
    chosen = confirmed if confirmed.used else estimated
    others = [(choice.unusable, choice.problem) for choice in (confirmed, estimated) if choice.unusable]
    if chosen.used and chosen.used.usd is not None:
        amount, reason = _decayed(inputs, chosen.used, chosen.used.usd, raised)
        return Private(chosen.used, amount, reason, tuple(others[:1]) if chosen is estimated else ())
    if raised.usd is None:
        return Private(others=(*others, *raised.others))
    amount = Amount(raised.usd * MULTIPLE, raised.usd, raised.usd * HIGH_MULTIPLE)
    return Private(raised.counting[0][0], amount, _multiple(raised), (*others, *raised.others))


def _decayed(inputs: Inputs, valued: Valued, usd: Decimal, raised: Raised) -> tuple[Amount, str]:
    fact = valued.fact
    dated = last_day(fact.as_of)
    part = next(part for span, part in DECAY if inputs.day <= span.after(dated))
    central = cents(usd * part)
    low = central if raised.usd is None else min(central, raised.usd)
    sure = "estimated, not confirmed, " if fact.method == ESTIMATED else ""
    aged = f" at {part.normalize():%} for its age" if part < 1 else ""
    reason = f"post-money valuation {sure}as of {fact.as_of}{aged}"
    if low < central:
        reason += "; at least the equity raised"
    return Amount(central, low, usd), reason


def _multiple(raised: Raised) -> str:
    words = raised.counting[0][1]
    others = [valued for valued, _ in raised.counting[1:]]
    flags = sorted({valued.flag for valued in others if valued.flag})
    more = f" and {', '.join([f'{len(others)} more', *flags])}" if others else ""
    return f"twice the equity raised, from once to four times; {words}{more}"


def private_lines(inputs: Inputs, policy: str, group: Group) -> list[ValueLine]:
    """The lines of an unlisted group: one that counts, if its worth is known, and what does not count."""
    worth = private_worth(inputs, group)
    if worth.valued is None or worth.amount is None:
        unknown = with_quote(inputs, group, not_known("valuation or equity raised", inputs.day))
        return members_left_out(inputs, policy, group, worth.others, unknown)
    reason = with_quote(inputs, group, worth.reason)
    line = counted(policy, group.id, worth.valued, worth.amount, reason, organization_id=group.id)
    return [line, *members_left_out(inputs, policy, group, worth.others, "")]
