"""What a value was on the day that was computed before, and what has changed since."""

from __future__ import annotations

import sqlite3
from datetime import date
from decimal import Decimal

from msgspec import Struct

from crawler.figures.exchange import rate_of
from crawler.figures.model import Figure, Total
from crawler.figures.publishing import may_be_shown
from crawler.figures.rates import Rates
from crawler.figures.restricted_lines import BUILT_ON
from crawler.figures.valuation import Valuation, previous_day
from crawler.figures.value_changes import CAUSES, Change, Counted, explain_change
from crawler.figures.value_parts import groups, may_be_published
from crawler.store.rates import read_rates


class Since(Struct, frozen=True, kw_only=True):
    """The changes of one policy and scope since an earlier day, the greatest first."""

    day: str
    before: Total
    changes: list[Change]
    scope: str
    restricted: dict[str | None, str | None]
    """Organisations with a figure that may not be published, on either day, and the group of each."""
    totals_may_be_published: bool
    """Both days' totals: with their difference each tells the other."""

    @property
    def may_be_published(self) -> bool:
        """Whether neither the difference nor the total of the earlier day tells a restricted figure."""
        return self.totals_may_be_published and self._is_public("difference")

    @property
    def causes_may_be_published(self) -> bool:
        """Whether none of the causes does, too: with all others and the sum one that is left out could be told."""
        return self.may_be_published and all(map(self._is_public, CAUSES))

    def _is_public(self, amount: str) -> bool:
        changed = {one.organization_id for one in self.changes if getattr(one, amount)}
        return may_be_shown(self.scope, {group for one, group in self.restricted.items() if one in changed})


def since_last_time(connection: sqlite3.Connection, valuation: Valuation, policy: str) -> Since | None:
    """The changes since the newest stored day before; None where there is none, or nothing to compare."""
    # What a line's range may rest on, its own policy does not tell.
    beside = frozenset(BUILT_ON.values())
    earlier, total = previous_day(connection, valuation, policy, beside=beside), valuation.total(policy)
    before = earlier.total(policy) if earlier else None
    if earlier is None or before is None or total is None:
        return None
    rates = Rates(read_rates(connection, "ecb"))
    return compare(earlier, before, valuation, policy, rates)


def compare(earlier: Valuation, before: Total, valuation: Valuation, policy: str, rates: Rates) -> Since:
    """What has changed in the value of a scope between two days; `before` is its total on the earlier one."""
    changes = explain_change(_counted(earlier, policy, rates), _counted(valuation, policy, rates))
    return Since(
        day=earlier.day,
        before=before,
        changes=changes,
        scope=valuation.scope,
        restricted=_restricted(earlier, policy) | _restricted(valuation, policy),
        totals_may_be_published=all(
            may_be_published(one.scope, groups(one, one.counted(policy))) for one in (earlier, valuation)
        ),
    )


def _restricted(valuation: Valuation, policy: str) -> dict[str | None, str | None]:
    found = groups(valuation, valuation.counted(policy))
    return {line.organization_id: group.id for group in found if group.is_restricted for line in group.lines}


def _counted(valuation: Valuation, policy: str, rates: Rates) -> list[Counted]:
    day = date.fromisoformat(valuation.day)
    lines = []
    for line in valuation.counted(policy):
        figure = valuation.figure(line)
        lines.append(
            Counted(
                organization_id=line.organization_id,
                measure=figure.measure if figure else line.measure,
                figure_id=line.figure_id,
                amount=Decimal(line.amount or 0),
                native=Decimal(figure.amount) if figure else None,
                currency=figure.currency if figure else None,
                rate=_rate(figure, day, rates) if figure else None,
            )
        )
    return lines


def _rate(figure: Figure, day: date, rates: Rates) -> Decimal | None:
    if figure.currency == "USD":
        return Decimal(1)
    found = rate_of(figure, day, rates)
    return found.usd if found else None
