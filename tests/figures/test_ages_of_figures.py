"""How old a figure may be by its kind, and what is said of a stale one."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.figures.days import Span, within
from crawler.figures.freshness import freshness

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("measure", "source", "last_fresh", "last_usable"),
    [
        ("market_cap", "yahoo", "2026-11-19", "2026-10-08"),
        ("market_cap", "fmp", "2026-11-19", "2026-10-08"),
        ("market_cap", "seeds", "2026-08-24", "2025-05-22"),
        ("market_cap", "wikidata", "2026-08-24", "2025-05-22"),
        ("post_money_valuation", "crunchbase", "2025-11-22", "2022-11-22"),
        ("shares_outstanding", "sec", "2026-07-25", "2025-10-18"),
        ("public_float", "sec", "2025-10-18", "2024-11-22"),
        ("annual_revenue", "seeds", "2024-11-22", "2022-11-22"),
    ],
)
def test_each_kind_has_its_ages(measure, source, last_fresh, last_usable):
    day_before = {one: date.fromordinal(date.fromisoformat(one).toordinal() - 1) for one in (last_fresh, last_usable)}
    assert freshness(measure, source, last_fresh, DAY) == "fresh"
    assert freshness(measure, source, day_before[last_fresh].isoformat(), DAY) == "stale"
    assert freshness(measure, source, last_usable, DAY) == "stale"
    assert freshness(measure, source, day_before[last_usable].isoformat(), DAY) == "expired"


@pytest.mark.parametrize("measure", ["funding_total", "equity_funding_total", "funding_round", "acquisition_price"])
def test_what_took_place_never_expires(measure):
    assert freshness(measure, "crunchbase", "1999", DAY) == "fresh"


def test_a_date_without_day_or_month_is_as_young_as_it_can_be():
    assert freshness("market_cap", "seeds", "2026-08", DAY) == "fresh"
    assert freshness("market_cap", "seeds", "2026", DAY) == "fresh"
    assert freshness("market_cap", "seeds", "2025-05", DAY) == "stale"


def test_a_month_later_is_the_months_last_day_where_it_is_short():
    assert Span(months=1).after(date(2024, 1, 31)) == date(2024, 2, 29)
    assert Span(months=12).after(date(9999, 6, 1)) == date.max


@pytest.mark.parametrize(
    ("as_of", "day", "expected"),
    [
        ("2023", "2023-05-02", "2023-05-02"),
        ("2023", "2022-05-02", "2023-01-01"),
        ("2023", "2024-05-02", "2023-12-31"),
        ("2024-02", "2024-05-02", "2024-02-29"),
        ("2024-02-03", "2024-05-02", "2024-02-03"),
        ("2024-02-03", "2023-05-02", "2024-02-03"),
    ],
)
def test_a_day_within_a_date(as_of, day, expected):
    assert within(as_of, date.fromisoformat(day)) == date.fromisoformat(expected)


def test_a_figure_of_a_month_holds_from_its_end_or_from_when_it_was_seen(landscape):
    landscape.category("run")
    landscape.organization("x", ticker="X")
    landscape.project("p", "run--all", organization="x")
    month = landscape.figure("x", "market_cap", "900", "2023-11", observed_at="2026-11-01T00:00:00Z")
    landscape.figure("x", "market_cap", "800", "2023", observed_at="2026-11-01T00:00:00Z")
    landscape.figure("x", "market_cap", "700", "2023-03-01", observed_at="2026-11-01T00:00:00Z")

    def shown(day, origin="live"):
        return landscape.figures("landscape", "value", "group_cap_v1", day=date.fromisoformat(day), origin=origin)[0]

    assert [shown(day) for day in ("2023-11-01", "2023-11-29", "2023-11-30")] == ["700", "700", "900"]
    assert [shown(day) for day in ("2023-12-30", "2023-12-31")] == ["900", "800"]
    landscape.connection.execute(
        "UPDATE figures SET observed_at = '2023-11-20T06:00:00Z' WHERE id IN (?, ?)", [month, month + 1]
    )
    assert [shown(day) for day in ("2023-11-19", "2023-11-20", "2023-12-31")] == ["700", "800", "800"]


def test_a_recording_was_seen_on_its_own_day(landscape):
    landscape.category("run")
    landscape.organization("x", ticker="X")
    landscape.project("p", "run--all", organization="x")
    for amount, as_of in (("700", "2023-03-01"), ("900", "2023"), ("1200", "2024-02")):
        landscape.figure("x", "market_cap", amount, as_of, observed_at="2026-11-01T00:00:00Z")
    landscape.write(date(2023, 9, 25), origin="sandbox")

    def shown(day):
        return landscape.figures("landscape", "value", "group_cap_v1", day=day, origin="sandbox")[0]

    days = date(2023, 9, 24), date(2023, 9, 25), date(2024, 2, 28), date(2024, 2, 29)
    assert [shown(day) for day in days] == ["700", "900", "900", "1200"]


def test_a_quote_that_fails_becomes_stale_then_expires_then_falls_to_the_next_kind(landscape):
    landscape.category("run")
    landscape.organization("x", "X", ticker="X")
    landscape.project("p", "run--all", organization="x")
    landscape.figure("x", "market_cap", "1000", "2026-10-19", source="yahoo")
    landscape.figure("x", "equity_funding_total", "10", "2020")
    landscape.figure("x", "public_float", "600", "2026-06-30", source="sec")

    def shown(day):
        policies = ("group_cap_v1", "equity_raised_v1")
        return [landscape.figures("landscape", "value", one, day=day) for one in policies]

    def reason(policy, day):
        return landscape.reasons(policy, day=day)["x"]

    assert shown(date(2026, 10, 22)) == [("1000", 1, 1), (None, 0, 0)]
    assert reason("group_cap_v1", date(2026, 10, 22)) == (True, "market cap as of 2026-10-19")
    assert reason("group_cap_v1", DAY) == (True, "market cap as of 2026-10-19 (stale: 34 days old)")
    late = date(2026, 12, 4)
    assert shown(late) == [("600", 1, 1), (None, 0, 0)]
    assert reason("group_cap_v1", late) == (True, "public float as of 2026-06-30, a lower bound")
    landscape.connection.execute("DELETE FROM figures WHERE measure = 'public_float'")
    assert shown(late) == [(None, 0, 1), ("10", 1, 1)]
    assert reason("group_cap_v1", late) == (False, "expired: 46 days old")
    assert reason("equity_raised_v1", late) == (
        True,
        "equity raised in all, as of 2020; its market cap of X as of 2026-10-19 is not used (expired: 46 days old)",
    )
    landscape.connection.execute("DELETE FROM figures WHERE measure = 'market_cap'")
    assert reason("ecosystem_value_v1", late) == (
        True,
        (
            "twice the equity raised, from once to four times; equity raised in all, as of 2020; "
            "no market cap known by 2026-12-04 for its ticker X"
        ),
    )


def test_a_newer_figure_comes_before_a_fresher_one_until_it_expires(landscape):
    landscape.category("run")
    landscape.organization("x")
    landscape.project("p", "run--all", organization="x")
    landscape.figure("x", "market_cap", "1000", "2026-10-20", source="yahoo")
    landscape.figure("x", "market_cap", "900", "2026-10-01")
    landscape.figure("x", "market_cap", "800", "2026-09-01")

    def shown(day):
        return landscape.figures("landscape", "market_cap", "group_cap_v1", day=day)[0], landscape.reasons(
            "group_cap_v1", day=day
        )["x"][1]

    assert shown(DAY) == ("1000", "market cap as of 2026-10-20 (stale: 33 days old)")
    assert shown(date(2026, 12, 5)) == ("900", "market cap as of 2026-10-01")


def test_of_one_date_what_may_be_published_is_used(landscape):
    landscape.category("run")
    landscape.organization("x", "X", ticker="X")
    landscape.project("p", "run--all", organization="x")
    classes = [("seeds", "curated"), ("other", "attribution"), ("yahoo", "restricted"), ("fmp", "restricted")]
    for number, (source, licence) in enumerate(classes):
        landscape.figure("x", "market_cap", str(1000 + number), "2026-11-20", source=source)
        landscape.connection.execute("UPDATE figures SET licence_class = ? WHERE source = ?", (licence, source))
    assert landscape.figures("landscape", "value", "group_cap_v1", day=DAY) == ("1000", 1, 1)
    landscape.figure("x", "market_cap", "1005", "2026-11-21", source="yahoo")
    assert landscape.figures("landscape", "value", "group_cap_v1", day=DAY) == ("1005", 1, 1)


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        ("market_cap", {}),
        ("public_float", {"source": "sec"}),
        ("post_money_valuation", {}),
        ("equity_funding_total", {}),
        (None, {}),
    ],
)
@pytest.mark.parametrize("kind", ["company", "foundation"])
def test_a_quote_that_has_expired_is_listed_whatever_counts_in_its_place(landscape, measure, values, kind):
    landscape.category("run")
    landscape.organization("x", "X", ticker="X", kind=kind)
    landscape.project("p", "run--all", organization="x")
    quote = landscape.figure("x", "market_cap", "1000", "2026-10-19", source="yahoo")
    if measure:
        landscape.figure("x", measure, "600", "2026-10-01", **values)
    lines = landscape.lines("ecosystem_value_v1", day=date(2026, 12, 7))
    expired = [(line.figure_id, line.counted) for line in lines if line.reason == "expired: 49 days old"]
    assert expired == [(quote, False)]


def test_a_confirmed_valuation_that_has_expired_is_listed_where_an_estimate_counts(landscape):
    landscape.category("run")
    landscape.organization("x")
    landscape.project("p", "run--all", organization="x")
    old = landscape.figure("x", "post_money_valuation", "9", "2020-01-01")
    landscape.figure("x", "post_money_valuation", "7", "2026-10-01", method="estimated")
    lines = landscape.lines("ecosystem_value_v1", day=DAY)
    assert [(line.amount, line.counted) for line in lines] == [("7", True), ("9", False)]
    assert lines[1].figure_id == old
