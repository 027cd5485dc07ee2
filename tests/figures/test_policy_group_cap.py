"""`group_cap_v1`: each group once, with its primary listing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

POLICY = "group_cap_v1"


@pytest.fixture
def list_of(landscape):
    """Seeds one project for each of the given organisations."""
    landscape.category("run")

    def seed(*organizations: str, place: str = "run--all") -> None:
        for organization in organizations:
            landscape.project(f"of-{organization}", place, organization=organization)

    return seed


def test_a_subsidiary_is_included_in_its_parent(landscape, list_of):
    landscape.organization("ibm", "IBM", ticker="IBM")
    landscape.organization("red-hat", "Red Hat", parent_id="ibm")
    landscape.figure("ibm", "market_cap", "1000")
    list_of("ibm", "red-hat")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1000", 1, 1)
    assert landscape.reasons(POLICY) == {
        "ibm": (True, "market cap as of 2023-09-01"),
        "red-hat": (False, "included in IBM"),
    }


def test_a_group_counts_by_its_parent_though_only_the_subsidiary_is_listed_here(landscape, list_of):
    landscape.organization("alphabet", "Alphabet", ticker="GOOG")
    landscape.organization("google", "Google", parent_id="alphabet")
    landscape.organization("deep", parent_id="google")
    landscape.figure("alphabet", "market_cap", "1700")
    list_of("deep")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1700", 1, 1)
    assert landscape.figures("organization:alphabet", "market_cap", POLICY) == ("1700", 1, 1)
    assert landscape.figures("organization:deep", "market_cap", POLICY) is None
    assert landscape.reasons(POLICY)["deep"] == (False, "included in Alphabet")


def test_each_scope_counts_a_group_once(landscape, list_of):
    landscape.category("build")
    landscape.organization("ibm", "IBM")
    landscape.organization("red-hat", parent_id="ibm")
    landscape.organization("solo", ticker="SOLO")
    landscape.figure("ibm", "market_cap", "1000")
    list_of("ibm", "solo")
    list_of("red-hat", place="build--all")
    assert landscape.figures("category:run", "market_cap", POLICY) == ("1000", 1, 2)
    assert landscape.figures("category:build", "market_cap", POLICY) == ("1000", 1, 1)
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1000", 1, 2)


def test_a_listed_partly_owned_member_adds_what_the_group_does_not_own(landscape, list_of):
    landscape.organization("fund")
    landscape.organization("dell", "Dell", parent_id="fund", parent_share="0.3")
    landscape.organization("vmware", parent_id="dell", parent_share="0.8")
    landscape.organization("whole", parent_id="dell")
    landscape.figure("dell", "market_cap", "1000")
    landscape.figure("vmware", "market_cap", "500")
    landscape.figure("whole", "market_cap", "300")
    list_of("dell", "vmware", "whole")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1100", 1, 1)
    assert landscape.reasons(POLICY) == {
        "dell": (True, "market cap as of 2023-09-01"),
        "vmware": (True, "20% of the market cap as of 2023-09-01"),
        "whole": (False, "included in Dell"),
    }


def test_the_highest_listing_is_the_primary_one_though_another_is_greater(landscape, list_of):
    landscape.organization("naspers", "Naspers")
    landscape.organization("prosus", parent_id="naspers", parent_share="0.75")
    landscape.figure("naspers", "market_cap", "300")
    landscape.figure("prosus", "market_cap", "800")
    list_of("prosus")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("500", 1, 1)


def test_an_owner_of_less_than_half_makes_no_group(landscape, list_of):
    landscape.organization("big")
    landscape.organization("free", parent_id="big", parent_share="0.49")
    landscape.figure("big", "market_cap", "1000")
    landscape.figure("free", "market_cap", "100")
    list_of("big", "free")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1100", 2, 2)


def test_a_listed_member_stands_for_an_unlisted_parent(landscape, list_of):
    landscape.organization("holding")
    landscape.organization("small", "Small", parent_id="holding")
    landscape.organization("tall", "Tall", parent_id="holding")
    landscape.organization("unlisted", parent_id="holding")
    landscape.figure("small", "market_cap", "100")
    landscape.figure("tall", "market_cap", "900")
    list_of("holding", "small", "tall", "unlisted")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("900", 1, 1)
    assert landscape.reasons(POLICY) == {
        "holding": (False, "its group counts once, through Tall"),
        "small": (False, "its group counts once, through Tall"),
        "tall": (True, "market cap as of 2023-09-01"),
        "unlisted": (False, "its group counts once, through Tall"),
    }


def test_a_listing_that_no_member_owns_in_full_adds_its_free_part(landscape, list_of):
    landscape.organization("fund")
    landscape.organization("holding", parent_id="fund", parent_share="0.3")
    landscape.organization("half", parent_id="holding", parent_share="0.6")
    landscape.organization("tall", parent_id="holding")
    landscape.figure("half", "market_cap", "100")
    landscape.figure("tall", "market_cap", "900")
    list_of("half", "tall")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("940", 1, 1)


def test_a_cycle_of_parents_ends(landscape, list_of):
    landscape.organization("a", "A")
    landscape.organization("b", "B")
    landscape.owned("b", "a", valid_from="2010")
    landscape.owned("a", "b", valid_from="2012")
    landscape.figure("a", "market_cap", "5")
    list_of("a", "b")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("5", 1, 1)
    reasons = [(line.organization_id, line.reason) for line in landscape.lines(POLICY)]
    assert reasons == [
        ("a", "market cap as of 2023-09-01"),
        ("a", "owners in a circle: that B owns it, the newest claim, is not followed"),
        ("b", "included in A"),
    ]


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ((("10", "2023-09-25"), ("20", "2023-09-26")), "10"),
        ((("10", "2022"), ("20", "2022-06")), "10"),
        ((("10", "2022"), ("20", "2023-01-01")), "20"),
        ((("10", "2023-09"), ("20", "2023-10")), "10"),
        ((("10", "2023"), ("20", "2024")), "10"),
        ((("10", "2023-01-01"), ("20", "2023-01-01")), "20"),
        ((("10", "2023-09-26"),), None),
    ],
)
def test_the_newest_figure_that_was_known_counts(landscape, list_of, facts, value):
    landscape.organization("x", ticker="X")
    for amount, as_of in facts:
        landscape.figure("x", "market_cap", amount, as_of)
    list_of("x")
    assert landscape.figures("landscape", "market_cap", POLICY) == (value, 0 if value is None else 1, 1)
    if value is None:
        assert landscape.reasons(POLICY) == {"x": (False, "no market cap known by 2023-09-25")}


@pytest.mark.parametrize("sources", [("yahoo", "fmp"), ("fmp", "yahoo")])
def test_of_two_quotes_of_one_day_it_does_not_matter_which_came_last(landscape, list_of, sources):
    landscape.organization("x", ticker="X")
    for source in sources:
        amount = "10" if source == "yahoo" else "11"
        landscape.figure("x", "market_cap", amount, "2023-09-24", source=source, licence_class="restricted")
    list_of("x")
    assert landscape.figures("landscape", "market_cap", POLICY)[0] == "10"
    assert landscape.figures("landscape", "market_cap", "legacy_landscape_v1")[0] == "10"


def test_a_rate_that_was_observed_later_was_not_known(landscape, list_of):
    landscape.organization("x", ticker="X")
    landscape.figure("x", "market_cap", "1000", currency="EUR", observed_at="2023-09-01T00:00:00Z")
    landscape.insert(
        "exchange_rates",
        day="2023-09-25",
        currency="USD",
        rate="2",
        source="ecb",
        source_url="https://x.example/",
        observed_at="2023-09-27T08:00:00Z",
    )
    list_of("x")
    assert landscape.total("landscape", "value", POLICY).value == "2000"
    assert landscape.total("landscape", "value", POLICY, known_on=date(2023, 9, 27)).value == "2000"
    # What comes with the program.
    assert landscape.total("landscape", "value", POLICY, known_on=date(2023, 9, 25)).value == "1063.3"


def test_superseded_and_withdrawn_figures_are_not_used(landscape, list_of):
    landscape.organization("x")
    right = landscape.figure("x", "market_cap", "10", "2023-01-01")
    landscape.figure("x", "market_cap", "20", "2023-02-01", superseded_by=right)
    landscape.figure("x", "market_cap", "30", "2023-03-01", withdrawn_at="2023-04-01")
    list_of("x")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("10", 1, 1)


def test_market_caps_are_converted_at_the_rate_of_the_day(landscape, list_of):
    landscape.organization("reply")
    landscape.figure("reply", "market_cap", "1000", "2023-01-02", currency="EUR")
    list_of("reply")
    # The ECB's dollar rates of the euro: 1.0633 on 2023-09-25, a Monday, and 1.0647 on the Friday before.
    assert landscape.figures("landscape", "market_cap", POLICY) == ("1063.3", 1, 1)
    assert landscape.total("landscape", "market_cap", POLICY, day=date(2023, 9, 24)).value == "1064.7"


def test_a_rate_of_some_days_before_is_flagged(landscape, list_of):
    landscape.organization("a", ticker="A")
    landscape.organization("b", parent_id="a", parent_share="0.5")
    landscape.organization("c")
    landscape.figure("a", "market_cap", "1000", "2022-03-01", currency="RUB")
    landscape.figure("b", "market_cap", "1000", "2022-03-01", currency="RUB")
    landscape.figure("c", "funding_round", "1000", "2020-05-01", currency="RUB", kind="seed")
    list_of("a", "b", "c")

    def reasons(policy, day):
        return {line.organization_id: line.reason for line in landscape.lines(policy, day=date(2022, 3, day))}

    # The rouble's last rate is of 2022-03-01.
    assert reasons(POLICY, 5)["a"] == "market cap as of 2022-03-01"
    flag = "at a stale rate of 2022-03-01"
    assert reasons(POLICY, 6)["a"] == f"market cap as of 2022-03-01; {flag}"
    assert reasons("ecosystem_value_v1", 6)["a"].count(flag) == 2, "of both listings"
    assert flag not in reasons("equity_raised_v1", 6)["c"], "a round is worth what it was on its own day"


def test_a_currency_without_a_rate_is_left_out_with_its_reason(landscape, list_of):
    landscape.organization("taiwan")
    figure = landscape.figure("taiwan", "market_cap", "1000", currency="TWD")
    landscape.organization("russia")
    landscape.figure("russia", "market_cap", "1000", currency="RUB")
    list_of("taiwan", "russia")
    assert landscape.figures("landscape", "market_cap", POLICY) == (None, 0, 2)
    line = next(line for line in landscape.lines(POLICY) if line.organization_id == "taiwan")
    assert (line.counted, line.reason, line.figure_id) == (False, "no_fx", figure)
    assert (line.amount, line.currency) == ("1000", "TWD")


def test_an_older_figure_with_a_rate_serves_for_one_without(landscape, list_of):
    landscape.organization("x")
    landscape.figure("x", "market_cap", "10", "2023-01-01")
    landscape.figure("x", "market_cap", "999", "2023-09-01", currency="TWD")
    list_of("x")
    assert landscape.figures("landscape", "market_cap", POLICY) == ("10", 1, 1)


def test_the_value_is_the_market_cap_as_an_upper_bound(landscape, list_of):
    landscape.organization("x")
    landscape.organization("y")
    landscape.figure("x", "market_cap", "1000")
    landscape.figure("y", "funding_total", "5")
    list_of("x", "y")
    value = landscape.total("landscape", "value", POLICY)
    assert (value.value, value.low, value.high, value.currency) == ("1000", None, "1000", "USD")
    assert (value.known, value.total) == (1, 1)


def test_only_of_groups_that_may_be_listed_a_cap_is_missed(landscape, list_of):
    landscape.organization("community", kind="community")
    landscape.organization("start")
    landscape.organization("gone")
    landscape.told("gone", ticker=None, listed="delisted")
    landscape.organization("told")
    landscape.told("told", ticker="TOLD")
    landscape.organization("holding")
    landscape.organization("below", ticker="LOW", parent_id="holding")
    landscape.organization("old")
    landscape.figure("old", "market_cap", "9", "2019")
    landscape.organization("float")
    landscape.figure("float", "public_float", "5", "2023-06-30")
    landscape.figure("start", "funding_total", "5")
    list_of("community", "start", "gone", "told", "below", "old", "float")
    for policy in (POLICY, "attributed_cap_v1"):
        assert landscape.total("landscape", "value", policy).known == 1
        assert landscape.total("landscape", "value", policy).total == 4, "told, holding, old and float"


def test_counted_lines_add_up_to_their_total(landscape, list_of):
    landscape.organization("a")
    landscape.organization("b", parent_id="a", parent_share="0.75")
    landscape.organization("c")
    landscape.figure("a", "market_cap", "1000.25", currency="EUR")
    landscape.figure("b", "market_cap", "77.01", currency="CNY")
    landscape.figure("c", "market_cap", "12345678901234567.89")
    list_of("a", "b", "c")
    counted = [Decimal(line.amount) for line in landscape.lines(POLICY) if line.counted]
    assert len(counted) == 3
    for measure in ("market_cap", "value"):
        assert sum(counted) == Decimal(landscape.total("landscape", measure, POLICY).value)
