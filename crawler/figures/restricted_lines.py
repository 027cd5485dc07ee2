"""Which lines of a value rest on figures that may not be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.figures.model import Figure, ValueLine
from crawler.store.restricted import RESTRICTED

VALUATION = "post_money_valuation"
BUILT_ON = {
    **dict.fromkeys(("market_cap", "public_float"), "group_cap_v1"),
    **dict.fromkeys((VALUATION, "equity_funding_total", "funding_total", "funding_round"), "equity_raised_v1"),
}
"""By measure of a line's figure the policy that counts all figures one by one on which the line's range may rest."""


def restricted_lines(lines: Iterable[ValueLine], figures: Mapping[int, Figure]) -> frozenset[ValueLine]:
    """The lines of one scope that count and rest on a restricted figure.

    A line without a range is its figure times a share. A range may also rest on the other figures of its kind that
    count for the group: on those of further listings, on all that was raised.
    """
    if not any(map(_is_restricted, figures.values())):
        return frozenset()
    counted = [line for line in lines if line.counted]
    own = {line for line in counted if _is_restricted(figures.get(line.figure_id or 0))}
    groups = {(line.policy, line.group_id) for line in own}
    return frozenset(
        line
        for line in counted
        if line in own or (_built_on(line, figures.get(line.figure_id or 0)), line.group_id) in groups
    )


def _is_restricted(figure: Figure | None) -> bool:
    return figure is not None and figure.licence_class == RESTRICTED


def _built_on(line: ValueLine, figure: Figure | None) -> str | None:
    if figure is None or line.low is None:
        return None
    # Of a valuation only the low end may be what was raised.
    is_alone = figure.measure == VALUATION and line.low == line.amount
    return None if is_alone else BUILT_ON.get(figure.measure)
