"""Which quotes can be a market capitalisation: units, currencies, and what is absurd."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from crawling import Done, command, yaml
from listed import TODAY, Upstream, figure, figures, listed, quotes, refusal
from msgspec import UNSET

from crawler import clock
from crawler.model import Outcome
from crawler.sandbox.money import yahoo
from crawler.sources.money.quotes import Quote, by_symbol, read_quote


def read(symbol: str, cap: Any, currency: Any = UNSET, *, last: str = "", **more: Any) -> Outcome:
    """What a quote of the symbol comes to."""
    quote = Quote(symbol=symbol, cap=cap, currency=currency, source_url="https://example.org/", **more)
    return read_quote(listed(symbol, None, last=last), symbol, quote, today=TODAY)


@pytest.mark.parametrize(
    ("symbol", "cap", "currency", "amount"),
    [
        ("ACME", 27956000000, "USD", ("27956000000", "USD")),
        ("ACME", 27956000000, UNSET, ("27956000000", "USD")),
        ("0700.HK", 3100000000000, UNSET, ("3100000000000", "HKD")),
        ("6702.T", 3000000000000, "JPY", ("3000000000000", "JPY")),
        ("005930.KS", 450000000000000, "KRW", ("450000000000000", "KRW")),
        ("BBCA.JK", 1200000000000000, "IDR", ("1200000000000000", "IDR")),
        # London's international book is one of those that quote in dollars.
        ("SMSN.L", 300000000000, "USD", ("300000000000", "USD")),
    ],
)
def test_a_cap_is_in_the_currency_of_its_listing(symbol: str, cap: int, currency: str, amount: tuple[str, str]) -> None:
    assert figure(read(symbol, cap, currency))[:2] == amount


@pytest.mark.parametrize(
    ("symbol", "cap", "currency", "reason"),
    [
        ("ACME", 27956000000, "JPY", "a currency in which nothing is listed there: that is USD"),
        ("VIN.MI", 27956000000, "GBP", "a currency in which nothing is listed there: that is EUR"),
        ("ACME", 27956000000, "GBp", "a currency in which nothing is listed there: that is USD"),
        ("ACME", 27956000000, "usd", "no ISO 4217 currency"),
        ("ACME", 27956000000, {"raw": 1}, "no ISO 4217 currency"),
        ("ACME", 0, "USD", "nothing at all: no listed company is worth that"),
        ("ACME", -5, "USD", "a negative amount"),
        ("ACME", Decimal("1e30"), "USD", "more than 20,000,000,000,000"),
        ("ACME", 10**30, "USD", "more than 20,000,000,000,000"),
        ("ACME", 20_000_000_000_001, "USD", "more than 20,000,000,000,000"),
        ("6702.T", 10**16, "JPY", "more than 3,000,000,000,000,000"),
        ("ACME", "27.96B", "USD", "no number"),
        ("ACME", True, "USD", "no number"),
        ("ACME", [], "USD", "no number"),
    ],
)
def test_what_no_cap_can_be_is_refused(symbol: str, cap: Any, currency: Any, reason: str) -> None:
    assert refusal(read(symbol, cap, currency)) == reason


def test_a_vendor_without_a_cap_leaves_the_older_figure() -> None:
    for cap in (None, UNSET):
        outcome = read("ACME", cap)
        assert (outcome.status, outcome.record, outcome.refused_values) == ("unknown", None, ())


@pytest.mark.parametrize(
    ("symbol", "currency", "major"), [("BT.L", "GBp", "GBP"), ("BT.L", "GBX", "GBP"), ("NPN.JO", "ZAc", "ZAR")]
)
def test_price_and_shares_tell_whether_a_cap_is_in_hundredths(symbol: str, currency: str, major: str) -> None:
    known: dict[str, Any] = {"price": 120, "shares": 10**10}
    for cap in (12 * 10**9, 12 * 10**11):
        found = read(symbol, cap, currency, **known)
        assert figure(found)[:2] == ("12000000000", major)
        assert figures(found)[0].note == f"quoted in hundredths of {major}"
    for unclear in (12 * 10**10, 12 * 10**7):
        assert "its unit is unclear" in refusal(read(symbol, unclear, currency, **known))
    assert "its unit is unclear" in refusal(read(symbol, 12 * 10**9, currency, price=120))


@pytest.mark.parametrize(("symbol", "home"), [("BT.L", "GBP"), ("NPN.JO", "ZAR"), ("TEVA.TA", "ILS")])
@pytest.mark.parametrize("currency", [UNSET, None])
def test_without_a_currency_a_cap_of_an_exchange_of_hundredths_may_be_either(
    symbol: str, home: str, currency: Any
) -> None:
    known: dict[str, Any] = {"price": 120, "shares": 10**10}
    assert figure(read(symbol, 12 * 10**9, currency, **known))[:2] == ("12000000000", home)
    assert "its unit is unclear" in refusal(read(symbol, 12 * 10**11, currency, **known))
    assert "its unit is unclear" in refusal(read(symbol, 12 * 10**9, currency))


def test_a_jump_of_ten_times_is_refused_for_as_long_as_the_older_cap_counts() -> None:
    assert "10 times more" in refusal(read("ACME", 101, "USD", last="10 USD 2023-08-01"))
    assert "10 times less" in refusal(read("ACME", 1, "USD", last="11 USD 2023-07-25"))
    for last in ("10 USD 2023-07-24", "10 USD 2023-07", "11 USD 2023-09-01", ""):
        assert figure(read("ACME", 101, "USD", last=last))[0] == "101"


def test_a_jump_is_seen_across_currencies() -> None:
    last = "3000000000000 JPY 2023-09-01"
    assert figure(read("6702.T", 21000000000, "USD", last=last))[1] == "USD"
    assert "times more" in refusal(read("6702.T", 3000000000000, "USD", last=last))


def test_two_tickers_may_be_one_symbol_and_an_unknown_exchange_none() -> None:
    subjects = [listed("700", "hkg"), listed("0700.HK", None), listed("ACME", "Bourse of Nowhere"), listed("IBM")]
    assert {symbol: [one.name for one in ones] for symbol, ones in by_symbol(subjects).items()} == {
        "0700.HK": ["700", "0700.HK"],
        "": ["ACME"],
        "IBM": ["IBM"],
    }


LIST = """
organizations:
  - {id: acme, name: Acme, ticker: ACME, exchange: NYSE}
  - {id: acme-labs, name: Acme Labs, ticker: ACME, exchange: nyse}
  - {id: acme-canada, name: Acme of Canada, ticker: ACME, exchange: TSX}
"""


def test_a_hostile_quote_is_refused_with_a_record_and_leaves_the_older_cap(tmp_path: Path) -> None:
    seeds, database = tmp_path / "seeds.yml", tmp_path / "landscape.db"
    seeds.write_text(LIST + yaml(), encoding="utf-8")

    def refresh(*options: str) -> Done:
        done = command(
            *("refresh", seeds, "--db", database, "--source", "yahoo", *options),
            money=True,
            CRAWLER_YAHOO="1",
            CRAWLER_YAHOO_URL=upstream.base_url,
        )
        assert done.code == 0, done.err
        return done

    def rows(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(database)) as connection:
            return connection.execute(query).fetchall()

    caps = "SELECT organization_id, amount, source FROM figures WHERE measure = 'market_cap' ORDER BY id"
    refused = "SELECT subject, field, reason FROM refused_values WHERE source = 'yahoo'"
    now = int(clock.now().timestamp())
    with Upstream(yahoo.answer) as upstream:
        good = {"symbol": "ACME", "currency": "USD", "marketCap": 5000000, "regularMarketTime": now}
        upstream.spoilt["/v7"] = quotes(good)
        refresh()
        assert rows(caps) == [("acme", "5000000", "yahoo"), ("acme-labs", "5000000", "yahoo")]
        states = rows("SELECT subject, status FROM fetches WHERE source = 'yahoo' ORDER BY subject")
        assert states == [("ACME", "ok"), ("ACME (TSX)", "missing")]
        for hostile, reason in (
            ({"marketCap": -1}, "a negative amount"),
            ({"marketCap": 50000001}, f"more than 10 times more than the 5000000 USD of {clock.now():%Y-%m-%d}"),
        ):
            upstream.spoilt["/v7"] = quotes(good | hostile)
            refresh("--force")
            assert len(rows(caps)) == 2
            assert rows(refused) == [("ACME", "market_cap", reason)]
        upstream.spoilt["/v7"] = quotes(good | {"marketCap": 6000000})
        refresh("--force")
        assert rows(refused) == []
        assert [row[1] for row in rows(f"{caps} DESC LIMIT 2")] == ["6000000", "6000000"]
