"""At which rate a figure is worth dollars: that of the day for what holds at a moment, else that of its own date."""

from __future__ import annotations

from datetime import date

from crawler.currencies import NO_CURRENCY
from crawler.figures.model import Figure
from crawler.figures.rates import Rate, Rates, rate_day

STOCKS = frozenset({"market_cap", "token_market_cap", "public_float", "post_money_valuation", "collective_balance"})
"""Measures of a moment (funding facts §7.4, "Currency")."""
UNCONVERTED = frozenset({"USD", NO_CURRENCY})


def rate_of(figure: Figure, day: date, rates: Rates) -> Rate | None:
    """What one unit of a figure's currency is worth in a value of that day; None in dollars, or where not known."""
    if figure.currency in UNCONVERTED:
        return None
    return rates.rate(figure.currency, day if figure.measure in STOCKS else rate_day(figure.as_of, day))
