"""How old a figure may be: fresh, stale (counted and flagged) or expired (left out and listed)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from crawler.figures.days import Span, last_day

Freshness = Literal["fresh", "stale", "expired"]

QUOTES = ("yahoo", "fmp")
"""Sources that quote a market cap on every trading day."""


class Limits(Struct, frozen=True):
    """Up to which age a figure is fresh, and up to which it counts at all. The age in between is stale."""

    fresh: Span
    usable: Span


# Funding facts, section 7.4, "Dates and staleness". It names three ages for each kind; the one in the middle is when a
# source should have been asked again, which is the business of the sources' own cadences.
_QUOTE = Limits(Span(days=3), Span(days=45))
_PUBLISHED_CAP = Limits(Span(days=90), Span(months=18))
_LIMITS = {
    "shares_outstanding": Limits(Span(days=120), Span(days=400)),
    "public_float": Limits(Span(days=400), Span(days=730)),
    "post_money_valuation": Limits(Span(months=12), Span(months=48)),
    "annual_revenue": Limits(Span(months=24), Span(months=48)),
    "reported_income": Limits(Span(months=24), Span(months=48)),
    # Of twelve months until that date: a year later nothing of it is in the last twelve.
    "collective_income_12m": Limits(Span(days=30), Span(days=365)),
    "sponsors_monthly_income": Limits(Span(days=30), Span(days=365)),
}


def limits(measure: str, source: str) -> Limits | None:
    """The limits of a kind of figure; None: it never expires, such as a round that took place."""
    if measure == "market_cap":
        return _QUOTE if source in QUOTES else _PUBLISHED_CAP
    if measure == "token_market_cap":
        return _QUOTE if source == "coingecko" else _PUBLISHED_CAP
    return _LIMITS.get(measure)


def freshness(measure: str, source: str, as_of: str, day: date) -> Freshness:
    """How a figure's age stands on a day. One dated to a year or month counts as of its last day."""
    allowed = limits(measure, source)
    if allowed is None:
        return "fresh"
    dated = last_day(as_of)
    if day <= allowed.fresh.after(dated):
        return "fresh"
    return "stale" if day <= allowed.usable.after(dated) else "expired"


def age_in_days(as_of: str, day: date) -> int:
    """The days since a figure's date, never negative."""
    return max(0, (day - last_day(as_of)).days)
