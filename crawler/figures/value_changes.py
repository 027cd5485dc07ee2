"""Why a value is not what it was: price, exchange rates, coverage or method, to the cent (funding facts §7.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from crawler.figures.rates import cents

ROUNDING = Decimal("0.05")
"""Dollars that rounding to the cent may leave of a product of three numbers; less is nobody's change."""

CAUSES = {
    "price": "other figures: quotes, rounds",
    "fx": "the same figures at other exchange rates",
    "coverage": "organisations that came or went, or have another kind of figure now",
    "method": "other shares, decay or rules",
}
"""Why a value changes, and what that means in words."""


class Counted(Struct, frozen=True, kw_only=True):
    """A line that counts in a value: `amount` dollars, which are `native` units times `rate` times some share."""

    organization_id: str | None
    measure: str
    """What kind of figure it is, such as `market_cap`."""
    figure_id: int | None
    amount: Decimal
    native: Decimal | None = None
    currency: str | None = None
    rate: Decimal | None = None
    """Dollars for one unit; None: not known, or no money."""


class Change(Struct, frozen=True, kw_only=True):
    """A difference in dollars by cause; the four add up to it exactly."""

    organization_id: str | None = None
    price: Decimal = Decimal(0)
    """Another figure of the same kind: a new quote, another round."""
    fx: Decimal = Decimal(0)
    """The same figure in its own currency, worth other dollars."""
    coverage: Decimal = Decimal(0)
    """An organisation that came or went, or whose figure is of another kind now."""
    method: Decimal = Decimal(0)
    """The rest: another share or decay, another rule."""

    @property
    def difference(self) -> Decimal:
        """All four together."""
        return self.price + self.fx + self.coverage + self.method


def explain_change(before: Sequence[Counted], after: Sequence[Counted]) -> list[Change]:
    """The changes from one day to another of one policy and scope, by organisation, the greatest first."""
    then, now = _by_kind(before), _by_kind(after)
    of_organization: defaultdict[str | None, Change] = defaultdict(Change)
    for organization_id, measure in then.keys() | now.keys():
        key = organization_id, measure
        if key in then and key in now:
            change = _same_kind(then[key], now[key])
        else:
            change = Change(coverage=_sum(now.get(key, ())) - _sum(then.get(key, ())))
        of_organization[organization_id] = _add(organization_id, of_organization[organization_id], change)
    changes = [
        change for change in of_organization.values() if change != Change(organization_id=change.organization_id)
    ]
    return sorted(changes, key=lambda change: (-abs(change.difference), change.organization_id or ""))


def add_up(changes: Iterable[Change]) -> Change:
    """All changes as one."""
    whole = Change()
    for change in changes:
        whole = _add(None, whole, change)
    return whole


def _add(organization_id: str | None, one: Change, other: Change) -> Change:
    return Change(
        organization_id=organization_id,
        price=one.price + other.price,
        fx=one.fx + other.fx,
        coverage=one.coverage + other.coverage,
        method=one.method + other.method,
    )


def _by_kind(lines: Iterable[Counted]) -> dict[tuple[str | None, str], list[Counted]]:
    found: dict[tuple[str | None, str], list[Counted]] = {}
    for line in lines:
        found.setdefault((line.organization_id, line.measure), []).append(line)
    return found


def _sum(lines: Iterable[Counted]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def _same_kind(before: list[Counted], after: list[Counted]) -> Change:
    """The change of an organisation's figures of one kind: each with itself, then what is left with each other."""
    then = {line.figure_id: line for line in before}
    pairs = [(then[line.figure_id], line) for line in after if line.figure_id in then]
    same = {line.figure_id for _, line in pairs}
    gone = [line for line in before if line.figure_id not in same]
    new = [line for line in after if line.figure_id not in same]
    if len(gone) == len(new) == 1:
        pairs.append((gone[0], new[0]))
        gone, new = [], []
    change = Change(price=_sum(new) - _sum(gone))
    for one, other in pairs:
        change = _add(None, change, _between(one, other))
    return change


def _between(before: Counted, after: Counted) -> Change:
    difference = after.amount - before.amount
    if not difference:
        return Change()
    if before.native and before.rate and after.native and after.rate:
        share = before.amount / (before.native * before.rate)
        worth = after.native * after.rate
        price, fx = (worth - before.native * before.rate) * share, Decimal(0)
        if before.currency == after.currency:
            price = (after.native - before.native) * before.rate * share
            fx = after.native * (after.rate - before.rate) * share
        price, fx = cents(price), cents(fx)
        method = difference - price - fx
        if abs(method) > ROUNDING:
            return Change(price=price, fx=fx, method=method)
        return Change(price=price, fx=difference - price) if fx else Change(price=difference)
    if (before.native, before.currency) != (after.native, after.currency):
        return Change(price=difference)
    return Change(method=difference) if after.currency in {None, "USD"} else Change(fx=difference)
