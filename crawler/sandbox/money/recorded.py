"""The books of the recorded world: what public pages said of real organisations by 2023-09-25.

`recorded.jsonl` beside this file holds an organisation a line; `record.py` writes it from the shipped list, whose facts
it repeats with their dates and pages. Upstreams that nothing was recorded of know nobody.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import takewhile

import msgspec

from crawler import bundled_rates
from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.recording import RECORDED_ON


def recorded_books() -> Books:
    """A fresh copy of them."""
    decode = msgspec.json.Decoder(Account).decode
    lines = (files("crawler.sandbox.money") / "recorded.jsonl").read_bytes().splitlines()
    accounts = {account.id: account for account in map(decode, lines)}
    return Books(today=RECORDED_ON, accounts=accounts, rates=recent_rates(RECORDED_ON))


def recent_rates(today: date) -> dict[str, dict[str, Decimal]]:
    """The rates of the days that a file of ninety days may hold on that day."""
    first = date.fromordinal(today.toordinal() - 92).isoformat()
    days = takewhile(lambda day: day >= first, bundled_rates.days_until(today.isoformat()))
    return {day: bundled_rates.rates_on(day) for day in days}
