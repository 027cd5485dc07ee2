"""Rates: of the day or a little older, never none taken for one."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from crawler.figures.rates import Rate, Rates, rate_day


def test_the_cross_rate_goes_through_the_euro():
    # The ECB on 2023-09-25: 1.0633 dollars and 7.7728 yuan for a euro.
    assert Rates().to_usd(Decimal(1000), "CNY", date(2023, 9, 25)) == Decimal("136.80")


@pytest.mark.parametrize("currency", ["EUR", "CAD", "CHF", "CNY"])
def test_a_weekend_takes_the_last_rate_before_it(currency):
    rates = Rates()
    assert rates.to_usd(Decimal(100), currency, date(2023, 9, 24)) == rates.to_usd(
        Decimal(100), currency, date(2023, 9, 22)
    )


def test_a_rate_older_than_fourteen_days_is_none():
    # The rouble's last rate is of 2022-03-01.
    rates = Rates()
    assert rates.to_usd(Decimal(9999), "RUB", date(2022, 3, 15)) == rates.to_usd(Decimal(9999), "RUB", date(2022, 3, 1))
    assert rates.to_usd(Decimal(100), "RUB", date(2022, 3, 16)) is None


@pytest.mark.parametrize(
    ("currency", "day"), [("TWD", date(2023, 9, 25)), ("EUR", date(1990, 1, 1)), ("EUR", date(2990, 1, 1))]
)
def test_an_unknown_currency_or_a_day_outside_the_file_is_none(currency, day):
    assert Rates().to_usd(Decimal(1), currency, day) is None


def test_dollars_need_no_rates():
    program = (
        "import sys; from datetime import date; from decimal import Decimal; from crawler.figures.rates import Rates; "
        "assert Rates().to_usd(Decimal('1.5'), 'USD', date(1900, 1, 1)) == Decimal('1.5'); "
        "assert 'currency_converter' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2022-02-03", date(2022, 2, 3)),
        ("2022-02", date(2022, 2, 28)),
        ("2022", date(2022, 12, 31)),
        ("2023", date(2023, 9, 25)),
    ],
)
def test_a_date_without_day_or_month_takes_its_last_day(as_of, day):
    assert rate_day(as_of, date(2023, 9, 25)) == day


def test_an_absurdly_large_amount_is_no_crash():
    assert Rates().to_usd(Decimal(10) ** 40, "EUR", date(2023, 9, 25)) == Decimal("1.0633") * 10**40


STORED = {"2026-11-20": {"USD": Decimal("1.10"), "CNY": Decimal("7.7"), "TWD": Decimal("34.1")}}


def test_a_stored_table_comes_before_the_file_and_goes_beyond_it():
    rates = Rates({"2023-09-25": {"USD": Decimal(2), "CHF": Decimal(1)}} | STORED)
    assert rates.rate("CHF", date(2023, 9, 25)) == Rate(Decimal(2), date(2023, 9, 25), "ecb", 0)
    assert rates.to_usd(Decimal(70), "CNY", date(2026, 11, 22)) == Decimal("10.00")
    assert rates.to_usd(Decimal(341), "TWD", date(2026, 11, 20)) == Decimal("11.00")
    assert Rates().to_usd(Decimal(70), "CNY", date(2026, 11, 22)) is None


def test_both_currencies_come_from_one_table():
    # That day's stored table has no yuan: not its dollar, but the file's table of the day serves both.
    rates = Rates({"2023-09-25": {"USD": Decimal(99)}})
    found = rates.rate("CNY", date(2023, 9, 25))
    assert found is not None and (found.source, found.day) == ("bundled", date(2023, 9, 25))
    assert rates.to_usd(Decimal(1000), "CNY", date(2023, 9, 25)) == Decimal("136.80")


@pytest.mark.parametrize(("day", "usable", "stale"), [(20, True, False), (24, True, False), (25, True, True)])
def test_a_rate_of_more_than_four_days_ago_is_used_with_a_flag(day, usable, stale):
    found = Rates(STORED).rate("EUR", date(2026, 11, day))
    assert (found is not None) is usable and found is not None
    assert (found.day, found.is_stale) == (date(2026, 11, 20), stale)


def test_a_stored_rate_expires_after_fourteen_days():
    assert Rates(STORED).rate("EUR", date(2026, 12, 4)) is not None
    assert Rates(STORED).rate("EUR", date(2026, 12, 5)) is None
    assert Rates(STORED).to_usd(Decimal(1), "AED", date(2026, 11, 20)) is None
