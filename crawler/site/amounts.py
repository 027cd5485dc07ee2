"""Amounts of money as pages write them: a range, or which of four ways it is not one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from crawler.figures import forms
from crawler.figures.freshness import freshness, limits
from crawler.figures.model import Total
from crawler.figures.value_parts import Range
from crawler.figures.value_shown import is_least
from crawler.site.texts import Texts

State = Literal["known", "hidden", "unknown", "none", "absent"]


class Amount(Struct, frozen=True, kw_only=True):
    """Low, central and high as text, empty where there is none; `words` says it in one, whatever it is."""

    state: State
    words: str
    low: str = ""
    central: str = ""
    high: str = ""


def amount_of(total: Total | None, texts: Texts, *, is_hidden: bool = False) -> Amount:
    """A total: hidden, not computed, of nothing, not known, or an amount."""
    if is_hidden:
        return Amount(state="hidden", words=texts("figure.hidden"))
    if total is None:
        return Amount(state="absent", words=texts("value.absent"))
    if total.value is None:
        state: State = "unknown" if total.total else "none"
        return Amount(state=state, words=texts("figure.unknown" if total.total else "figure.none"))
    low, central, high = (
        "" if one is None else forms.rough(Decimal(one)) for one in (total.low, total.value, total.high)
    )
    return _known(low, f"≥ {central}" if is_least(total) else central, high)


def amount_in(found: Range) -> Amount:
    """A sum of lines."""
    if found.low == found.central == found.high:
        return _known("", forms.rough(found.central), "")
    return _known(*(forms.rough(one) for one in (found.low, found.central, found.high)))


def age_of(measure: str, source: str, as_of: str, day: date) -> str:
    """`fresh`, `stale` or `expired` on that day; empty for what never gets old, such as a round that took place."""
    return freshness(measure, source, as_of, day) if limits(measure, source) else ""


def spaced(amount: str) -> str:
    """`1,000,000.5`: as it was stated, to the last digit."""
    return f"{Decimal(amount):,f}"


def _known(low: str, central: str, high: str) -> Amount:
    words = f"{low}–{high}" if low and high else central
    return Amount(state="known", words=words, low=low, central=central, high=high)
