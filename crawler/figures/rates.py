"""US dollars for other currencies at a day's rate: of the stored tables, else of the file that comes offline."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Context, Decimal

from msgspec import Struct

from crawler import bundled_rates

FRESH_RATE_DAYS = 4
"""An older rate is used, and flagged (facts, section 7.4; after its 7 days a source should have been asked again)."""
OLDEST_RATE_DAYS = 14
EURO = Decimal(1)

Tables = Mapping[str, Mapping[str, Decimal]]
"""Units of each currency for one euro, by day (`YYYY-MM-DD`)."""


class Rate(Struct, frozen=True):
    """Dollars for one unit of a currency. `source`: `ecb` (asked for and stored) or `bundled`.

    `age`: days between its own day and that for which it was wanted.
    """

    usd: Decimal
    day: date
    source: str
    age: int

    @property
    def is_stale(self) -> bool:
        """Whether a figure that is converted with it needs a flag."""
        return self.age > FRESH_RATE_DAYS


class Rates:
    """The rates of `stored`, and of the bundled file for days that are not stored; it is read when it is needed."""

    def __init__(self, stored: Tables | None = None) -> None:
        self._stored = stored or {}
        self._known: dict[tuple[str, date], Rate | None] = {}

    def to_usd(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """The amount in dollars, to the cent. None where no rate of the day or the 14 days before is known."""
        if currency == "USD":
            return amount
        rate = self.rate(currency, day)
        return None if rate is None else cents(amount * rate.usd)

    def rate(self, currency: str, day: date) -> Rate | None:
        """The newest rate of the day or the 14 days before it; None where none is known, which is never one to one."""
        key = (currency, day)
        if key not in self._known:
            self._known[key] = self._find(currency, day)
        return self._known[key]

    def _find(self, currency: str, day: date) -> Rate | None:
        """Both currencies by the same table: rates of different days or sources make a false cross rate."""
        for age in range(OLDEST_RATE_DAYS + 1):
            at = day - timedelta(days=age)
            for source, table in self._tables(at.isoformat()):
                units = EURO if currency == "EUR" else table.get(currency)
                if units is not None and "USD" in table:
                    return Rate(table["USD"] / units, at, source, age)
        return None

    def _tables(self, day: str) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
        """What is known of a day, the stored table first; the file is only opened where that does not do."""
        yield "ecb", self._stored.get(day, {})
        yield "bundled", bundled_rates.rates_on(day)


def cents(amount: Decimal) -> Decimal:
    """The amount rounded to the cent, however large it is."""
    return amount.quantize(Decimal("0.01"), context=Context(prec=100))


def rate_day(as_of: str, not_after: date) -> date:
    """The day whose rate fits a date that may stop at the year or month: the last day of it, but not after `not_after`.

    ValueError if `as_of` is no `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    """
    parts = [int(part) for part in as_of.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return min(date(year, month, day), not_after)
