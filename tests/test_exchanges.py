"""Exchanges by any of their names, and Yahoo's symbols."""

from __future__ import annotations

import pytest

from crawler.currencies import CURRENCIES
from crawler.exchanges import _LISTINGS, _TABLE, Listing, _plain, listing, yahoo_symbol

# As the landscape sites had them: funding facts §7.1.
LANDSCAPE = "ams AS bit MI bme MC epa PA etr DE fra F hel HE hkg HK krx KS lse L moex ME mcx ME nse NS sse SS swx SW"
LANDSCAPE += " szse SZ tpe TW tyo T vie VI"


@pytest.mark.parametrize(
    "name", ["NASDAQ", "nasdaq", "New York Stock Exchange", "the NYSE", "XNAS", "NYSE American", "Q82059"]
)
def test_the_us_has_no_suffix(name: str) -> None:
    assert listing(name) == Listing("", "USD")


@pytest.mark.parametrize(
    ("name", "suffix", "currency"),
    [
        ("London Stock Exchange", ".L", "GBP"),
        ("Borsa Italiana", ".MI", "EUR"),
        ("xhkg", ".HK", "HKD"),
        ("JSE", ".JO", "ZAR"),
    ],
)
def test_others_have_theirs(name: str, suffix: str, currency: str) -> None:
    assert listing(name) == Listing(suffix, currency)


def test_the_codes_of_the_landscape_sites_lead_where_they_led() -> None:
    words = LANDSCAPE.split()
    for code, suffix in zip(words[::2], words[1::2], strict=True):
        place = listing(code)
        assert place is not None
        assert place.suffix == f".{suffix}"


@pytest.mark.parametrize("name", [None, "", "Bourse of Nowhere"])
def test_others_are_not_known(name: str | None) -> None:
    assert listing(name) is None


def test_every_listing_has_a_currency() -> None:
    assert {place.currency for place in _LISTINGS.values()} <= CURRENCIES


def test_every_name_has_one_meaning() -> None:
    places = [line.split("|") for line in _TABLE.strip().split("\n")]
    meanings = [(_plain(name), suffix, currency) for suffix, currency, *names in places for name in names]
    assert len(set(meanings)) == len(meanings) == len(_LISTINGS)


@pytest.mark.parametrize(
    ("ticker", "exchange", "symbol"),
    [
        ("IBM", "nyse", "IBM"),
        ("NYSE:IBM", "NYSE", "IBM"),
        ("brk.b", "NYSE", "BRK-B"),
        ("REY", "Borsa Italiana", "REY.MI"),
        ("REY.MI", "Borsa Italiana", "REY.MI"),
        ("REY.MI", None, "REY.MI"),
        ("700", "hkg", "0700.HK"),
        ("9988.HK", "HKG", "9988.HK"),
        ("005930", "krx", "005930.KS"),
        ("ERIC B", "Nasdaq Stockholm", "ERIC-B.ST"),
        ("BT.A", "LSE", "BT-A.L"),
        ("X", "Bourse of Nowhere", "X"),
    ],
)
def test_yahoos_symbol(ticker: str, exchange: str | None, symbol: str) -> None:
    assert yahoo_symbol(ticker, exchange) == symbol
