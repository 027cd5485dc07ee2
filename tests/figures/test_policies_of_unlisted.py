"""`equity_raised_v1` and `private_value_v1`: what unlisted groups raised, and what that may be worth."""

from __future__ import annotations

from datetime import date

import pytest

EQUITY, PRIVATE = "equity_raised_v1", "private_value_v1"


@pytest.fixture
def start(landscape):
    """A landscape of one start-up, without any figure."""
    landscape.category("run")
    landscape.organization("start", "Start")
    landscape.project("p", "run--all", organization="start")
    return landscape


def equity(landscape):
    return landscape.figures("landscape", "value", EQUITY)


def test_rounds_are_added_up_each_at_the_rate_of_its_own_date(start):
    start.figure("start", "funding_round", "1000", "2022-09-27", currency="EUR", kind="seed")
    start.figure("start", "funding_round", "1000", "2023-09-25", currency="EUR", kind="convertible_note")
    start.figure("start", "funding_round", "5", "2020")
    start.figure("start", "funding_round", "77", "2024")
    # 0.9644 dollars on 2022-09-27, 1.0633 on 2023-09-25.
    assert equity(start) == ("2032.7", 1, 1)
    lines = [(line.amount, line.reason) for line in start.lines(EQUITY)]
    assert lines == [
        ("1063.3", "convertible_note as of 2023-09-25"),
        ("964.4", "seed as of 2022-09-27"),
        ("5", "round of a kind not told as of 2020"),
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "debt_financing",
        "grant",
        "non_equity_assistance",
        "secondary_market",
        "post_ipo_equity",
        "post_ipo_debt",
        "initial_coin_offering",
        "product_crowdfunding",
    ],
)
def test_money_that_buys_no_shares_of_the_company_does_not_count(start, kind):
    start.figure("start", "funding_round", "100", kind=kind)
    assert equity(start) == (None, 0, 1)
    assert start.reasons(EQUITY)["start"] == (False, f"{kind} is no equity that the company raised")


def test_the_newest_total_and_the_rounds_after_it_come_before_rounds_that_lack_much_of_it(start):
    start.figure("start", "equity_funding_total", "40", "2021-06")
    start.figure("start", "equity_funding_total", "30", "2020-06")
    start.figure("start", "funding_round", "15", "2021-06-30")
    start.figure("start", "funding_round", "7", "2021-07-01")
    start.figure("start", "funding_round", "9", "2021")
    start.figure("start", "funding_total", "900", "2023")
    assert equity(start) == ("47", 1, 1)
    assert [(line.amount, line.counted) for line in start.lines(EQUITY)] == [
        ("40", True),
        ("7", True),
        ("9", False),
        ("15", False),
    ]


@pytest.mark.parametrize(("of_old", "value"), [("899", "1060.27"), ("900", "960.27")])
def test_rounds_that_are_nearly_all_of_a_total_come_before_it_each_at_the_rate_of_its_own_date(start, of_old, value):
    start.figure("start", "equity_funding_total", "1000", "2023-09-01")
    start.figure("start", "funding_round", of_old, "2021-06-30")
    start.figure("start", "funding_round", "60.27", "2023-09-25")
    # The round after the total makes the rounds before it no more complete.
    assert equity(start)[0] == value
    left_out = {line.amount: line.reason for line in start.lines(EQUITY) if not line.counted}
    assert left_out == (
        {"899": "included in the total as of 2023-09-01"}
        if of_old == "899"
        else {"1000": "its rounds are known, each with a date of its own"}
    )


def test_a_total_is_compared_with_rounds_in_dollars_of_their_own_dates(start):
    start.figure("start", "equity_funding_total", "1000", "2023-09-25")
    # 0.9644 dollars on 2022-09-27.
    start.figure("start", "funding_round", "1000", "2022-09-27", currency="EUR")
    assert equity(start)[0] == "964.4"


def test_a_funding_total_serves_only_without_rounds_and_is_flagged(start):
    start.figure("start", "funding_total", "90", "2022")
    assert equity(start) == ("90", 1, 1)
    assert start.reasons(EQUITY)["start"] == (True, "funding total as of 2022 (flagged: debt and grants may be inside)")
    start.figure("start", "funding_round", "20", "2019")
    assert equity(start) == ("20", 1, 1)


def test_a_figure_that_its_source_converted_is_not_used(start):
    start.figure("start", "funding_total", "90", "2022", method="converted", source="crunchbase")
    assert equity(start) == (None, 0, 1)
    assert start.reasons(EQUITY)["start"] == (False, "no equity raised known by 2023-09-25")


def test_a_round_that_two_sources_tell_of_counts_once(start):
    start.figure("start", "funding_round", "8", "2022-07-20", source="crunchbase", kind="seed")
    start.figure("start", "funding_round", "7", "2022-07-27")
    start.figure("start", "funding_round", "20", "2023-02-01", source="crunchbase", kind="series_a")
    assert equity(start) == ("27", 1, 1)
    reasons = {line.amount: line.reason for line in start.lines(EQUITY) if not line.counted}
    assert reasons == {"8": "the same round as that of 2022-07-27, told by seeds"}


@pytest.mark.parametrize(
    ("as_of", "amount", "kind", "are_one"),
    [
        ("2022-07-20", "100", "seed", True),
        ("2022", "100", "seed", True),
        ("2022-05-21", "100", "seed", True),
        ("2022-05-20", "100", "seed", False),
        ("2022-09-18", "100", "seed", True),
        ("2022-09-19", "100", "seed", False),
        ("2022-07-20", "75", "seed", True),
        ("2022-07-20", "74", "seed", False),
        ("2022-07-20", "133", "seed", True),
        ("2022-07-20", "134", "seed", False),
        ("2022-07-20", "100", "Seed", True),
        ("2022-07-20", "100", "series_a", False),
        ("2022-07-20", "100", None, True),
        ("2022-07-20", "100", "series_unknown", True),
    ],
)
def test_two_sources_tell_of_one_round_where_date_amount_and_kind_agree(start, as_of, amount, kind, are_one):
    start.figure("start", "funding_round", "100", "2022-07-20", kind="seed")
    start.figure("start", "funding_round", amount, as_of, source="crunchbase", kind=kind)
    assert equity(start)[0] == ("100" if are_one else str(100 + int(amount)))


def test_a_round_of_a_whole_year_is_that_of_one_other_round_at_most(start):
    start.figure("start", "funding_round", "1", "2021", kind="seed")
    start.figure("start", "funding_round", "30", "2021")
    start.figure("start", "funding_round", "900", "2021-10-15", source="crunchbase", kind="series_b")
    start.figure("start", "funding_round", "30", "2021-12-20", source="crunchbase", kind="series_c")
    start.figure("start", "funding_round", "31", "2021-11-20", source="crunchbase", kind="series_d")
    start.figure("start", "funding_round", "1", "2021-03-01", source="crunchbase", kind="seed")
    assert equity(start)[0] == "962"
    assert sorted(line.amount for line in start.lines(EQUITY) if not line.counted) == ["1", "30"]


def test_the_nearest_dates_are_one_round(start):
    """A curated round between two: the nearer one is it, and the other counts beside it."""
    start.figure("start", "funding_round", "100", "2022-07-20")
    far = start.figure("start", "funding_round", "100", "2022-06-20", source="crunchbase", kind="seed")
    near = start.figure("start", "funding_round", "101", "2022-07-22", source="crunchbase", kind="series_a")
    assert {line.figure_id: line.counted for line in start.lines(EQUITY)} == {1: True, far: True, near: False}


def test_amounts_in_two_currencies_are_compared_in_dollars(start):
    start.figure("start", "funding_round", "100", "2022-09-27", currency="EUR", kind="seed")
    start.figure("start", "funding_round", "97", "2022-09-27", source="crunchbase", kind="seed")
    start.figure("start", "funding_round", "700", "2022-09-27", currency="CNY", source="other", kind="seed")
    assert equity(start)[0] == "96.44"


def test_a_bought_firms_money_stops_counting_at_closing(start):
    start.organization("buyer", "Buyer")
    start.owned("start", "buyer", valid_from="2022-06-15")
    start.figure("start", "funding_round", "20", "2021")
    start.figure("buyer", "funding_round", "300", "2020")
    assert start.figures("landscape", "value", EQUITY, day=date(2022, 6, 14)) == ("20", 1, 1)
    assert start.figures("landscape", "value", EQUITY, day=date(2022, 6, 15)) == ("300", 1, 1)
    assert start.reasons(EQUITY)["start"] == (
        False,
        "included in Buyer; what it raised stopped counting when it was bought",
    )


@pytest.mark.parametrize("kind", ["foundation", "community", "university", "government"])
def test_who_hosts_projects_is_neither_counted_nor_missed(start, kind):
    start.organization("host", kind=kind)
    start.figure("host", "equity_funding_total", "900")
    start.figure("host", "post_money_valuation", "900")
    start.project("q", "run--all", organization="host")
    for policy in (EQUITY, PRIVATE, "ecosystem_value_v1"):
        assert start.figures("landscape", "value", policy) == (None, 0, 1)
        reason = f"a {kind}'s own money does not count for the projects that it hosts"
        assert start.reasons(policy)["host"] == (False, reason)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2022-09-25", ("300", "300", "300")),
        ("2022-09-24", ("240", "240", "300")),
        ("2021-09-25", ("240", "240", "300")),
        ("2021-09-24", ("180", "180", "300")),
        ("2019-09-25", ("180", "180", "300")),
        ("2019-09-24", (None, None, None)),
    ],
)
def test_a_valuation_loses_with_age_and_expires(start, as_of, expected):
    start.figure("start", "post_money_valuation", "300", as_of)
    assert start.range(PRIVATE) == expected


def test_an_expired_valuation_is_listed_and_the_equity_stands_in(start):
    figure = start.figure("start", "post_money_valuation", "300", "2019-09-24")
    start.figure("start", "funding_round", "20", "2018")
    start.figure("start", "funding_round", "30", "2019")
    assert start.range(PRIVATE) == ("50", "100", "200")
    assert [(line.figure_id, line.reason) for line in start.lines(PRIVATE) if not line.counted] == [
        (figure, "expired: 1,462 days old")
    ]


def test_a_confirmed_valuation_comes_before_a_newer_estimate(start):
    start.figure("start", "post_money_valuation", "500", "2023-09-01", method="estimated", source="crunchbase")
    assert start.range(PRIVATE) == ("500", "500", "500")
    start.figure("start", "post_money_valuation", "300", "2023-01-01", method="reported", source="crunchbase")
    assert start.range(PRIVATE) == ("300", "300", "300")


def test_the_equity_raised_is_the_least_a_valuation_stands_for(start):
    start.figure("start", "post_money_valuation", "300", "2022-03")
    start.figure("start", "funding_round", "60", "2022-03")
    assert start.range(PRIVATE) == ("60", "240", "300")
    start.figure("start", "funding_round", "250", "2021")
    assert start.range(PRIVATE) == ("240", "240", "300")


def test_a_listed_group_is_not_asked_what_it_raised(start):
    start.figure("start", "market_cap", "1000")
    start.figure("start", "funding_round", "60")
    for policy in (EQUITY, PRIVATE):
        assert start.figures("landscape", "value", policy) == (None, 0, 0)
        reason = "its group has a market cap; what it raised is a question only without one"
        assert start.reasons(policy)["start"] == (False, reason)
