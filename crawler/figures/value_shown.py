"""What of a value may be shown, and what would tell a figure that may not be published: for commands and pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from crawler.figures.exchange import UNCONVERTED
from crawler.figures.last_time import Since, since_last_time
from crawler.figures.model import Total
from crawler.figures.valuation import Valuation
from crawler.figures.value_parts import (
    GREATEST,
    HEADLINE,
    Group,
    expired_figures,
    groups,
    may_be_published,
    parts,
    stale_figures,
)

LEGACY = "legacy_landscape_v1"
LEGACY_MEASURES = ("items", "stars", "market_cap", "funding")


class ValueShown(Struct, frozen=True, kw_only=True):
    """The value of one policy and scope with its parts; of each sum, whether it may not be shown."""

    policy: str
    total: Total | None
    """None: it was not computed, or may not be shown."""
    is_total_hidden: bool
    groups: list[Group]
    """All that counts, the greatest first."""
    hidden_groups: frozenset[str | None]
    """Those of which no amount may be shown."""
    parts: dict[str, list[Group]]
    """Of the headline alone."""
    are_parts_hidden: bool
    is_greatest_hidden: bool
    """Whether the share of the ten largest may not be shown, nor the sum without them."""
    stale: set[int]
    expired: set[int] | None
    since: Since | None
    """What has changed since the day before; see there for what of it may be shown."""


def value_shown(
    connection: sqlite3.Connection, valuation: Valuation, policy: str, *, with_restricted: bool
) -> ValueShown:
    """What there is to show of a policy; `with_restricted` shows everything."""
    found = groups(valuation, valuation.counted(policy))
    split = {part: groups(valuation, lines) for part, lines in parts(valuation, policy).items()}

    def hides(*sums: Sequence[Group]) -> bool:
        return not with_restricted and not all(may_be_published(valuation.scope, one) for one in sums)

    is_hidden = hides(found)
    return ValueShown(
        policy=policy,
        total=None if is_hidden else valuation.total(policy),
        is_total_hidden=is_hidden,
        groups=found,
        hidden_groups=frozenset(group.id for group in found if group.is_restricted and not with_restricted),
        parts=split if policy == HEADLINE else {},
        # What is left out could be told from the whole and the other part.
        are_parts_hidden=hides(*split.values()),
        is_greatest_hidden=hides(found, found[:GREATEST], found[GREATEST:]),
        stale=stale_figures(valuation, policy),
        expired=expired_figures(valuation, policy),
        since=since_of(connection, valuation, policy),
    )


def total_shown(valuation: Valuation, policy: str, measure: str = "value", *, with_restricted: bool) -> Total | None:
    """The total of the scope; None where it was not computed, or may not be shown."""
    found = groups(valuation, valuation.counted(policy, measure))
    is_shown = with_restricted or may_be_published(valuation.scope, found)
    return valuation.total(policy, measure) if is_shown else None


def legacy_totals(valuation: Valuation) -> list[Total]:
    """What the CNCF landscape would have printed, as far as it was computed: of an organisation only the money."""
    return [total for measure in LEGACY_MEASURES if (total := valuation.total(LEGACY, measure))]


def since_of(connection: sqlite3.Connection, valuation: Valuation, policy: str) -> Since | None:
    """The changes since the day before; none in hindsight, of which the stored days know nothing."""
    if valuation.is_past and valuation.known_by is None:
        return None
    return since_last_time(connection, valuation, policy)


def sources_of(valuation: Valuation, policies: Sequence[str] | None = None) -> list[tuple[str, bool]]:
    """Source of every figure that counts in one of the policies, None: in any, and whether it is converted."""
    lines = (line for line in valuation.lines if line.counted and (policies is None or line.policy in policies))
    return [(figure.source, figure.currency not in UNCONVERTED) for line in lines if (figure := valuation.figure(line))]


def ages_of(valuation: Valuation, policy: str) -> tuple[str | None, str | None]:
    """The dates of the oldest and the newest figure that counts; None where none does."""
    dates = [figure.as_of for line in valuation.counted(policy) if (figure := valuation.figure(line))]
    return min(dates, default=None), max(dates, default=None)


def is_least(total: Total) -> bool:
    """Whether one figure without a range is a lower bound, because a part of it is not known."""
    return total.low is None and total.high is None and total.known < total.total
