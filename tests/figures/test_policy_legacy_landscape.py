"""`legacy_landscape_v1`: what the CNCF landscape printed, flaws and all."""

from __future__ import annotations

import pytest

POLICY = "legacy_landscape_v1"


@pytest.fixture
def legacy(landscape):
    landscape.category("run")
    return landscape


def test_a_subsidiary_brings_its_parents_market_cap_once_more(legacy):
    legacy.organization("ibm", "IBM", ticker="IBM")
    legacy.organization("red-hat", "Red Hat", parent_id="ibm")
    legacy.figure("ibm", "market_cap", "1000")
    legacy.project("p", "run--all", organization="ibm")
    legacy.project("q", "run--all", organization="red-hat")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("2000", 2, 2)
    assert legacy.figures("landscape", "market_cap", "group_cap_v1") == ("1000", 1, 1)
    assert legacy.figures("organization:red-hat", "market_cap", POLICY) == ("1000", 1, 1)
    assert legacy.reasons(POLICY, "market_cap")["red-hat"] == (True, "market cap of IBM as of 2023-09-01")


def test_one_name_is_one_organisation_and_the_first_item_wins(legacy):
    for organization, amount in (("w3c", "10"), ("w3c-e64a", "20")):
        legacy.organization(organization, "World Wide Web Consortium (W3C)")
        legacy.figure(organization, "funding_total", amount)
    legacy.project("b", "run--all", name="Beta", organization="w3c")
    legacy.project("a", "run--all", name="alpha", organization="w3c-e64a")
    assert legacy.figures("landscape", "funding", POLICY) == ("20", 1, 1)
    assert legacy.reasons(POLICY, "funding") == {
        "w3c": (False, "another organisation is named World Wide Web Consortium (W3C), and came first"),
        "w3c-e64a": (True, "funding total as of 2023-09-01"),
    }


def test_a_ticker_means_that_funding_is_not_tried(legacy):
    legacy.organization("listed", ticker="L")
    legacy.figure("listed", "funding_total", "10")
    legacy.project("p", "run--all", organization="listed")
    assert legacy.figures("landscape", "market_cap", POLICY) == (None, 0, 1)
    assert legacy.figures("landscape", "funding", POLICY) == (None, 0, 1)
    assert legacy.reasons(POLICY, "funding")["listed"] == (False, "has the ticker L, so funding is not tried")


def test_the_nearest_ticker_of_the_chain_is_the_one(legacy):
    legacy.organization("top", ticker="TOP")
    legacy.organization("middle", parent_id="top", ticker="MID")
    legacy.organization("bottom", parent_id="middle")
    legacy.figure("top", "market_cap", "1000")
    legacy.figure("middle", "market_cap", "50")
    legacy.project("p", "run--all", organization="bottom")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("50", 1, 1)


def test_a_parent_under_the_same_ticker_has_its_market_cap(legacy):
    legacy.organization("alphabet", ticker="GOOG")
    legacy.organization("google", parent_id="alphabet", ticker="GOOG")
    legacy.figure("alphabet", "market_cap", "1700")
    legacy.project("p", "run--all", organization="google")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("1700", 1, 1)


def test_a_parent_under_another_ticker_does_not_stand_in(legacy):
    legacy.organization("top", ticker="TOP")
    legacy.organization("bottom", parent_id="top", ticker="LOW")
    legacy.figure("top", "market_cap", "1000")
    legacy.project("p", "run--all", organization="bottom")
    assert legacy.figures("landscape", "market_cap", POLICY) == (None, 0, 1)


def test_without_a_ticker_a_market_cap_is_not_looked_at(legacy):
    legacy.organization("x")
    legacy.figure("x", "market_cap", "1000")
    legacy.figure("x", "funding_total", "10")
    legacy.project("p", "run--all", organization="x")
    assert legacy.figures("landscape", "market_cap", POLICY) == (None, 0, 1)
    assert legacy.figures("landscape", "funding", POLICY) == ("10", 1, 1)


def test_funding_is_inherited_and_rounds_are_not_added_up(legacy):
    legacy.organization("berkeley")
    legacy.organization("riselab", parent_id="berkeley")
    legacy.organization("rounds")
    legacy.figure("berkeley", "funding_total", "119")
    legacy.figure("rounds", "funding_round", "7")
    for organization in ("berkeley", "riselab", "rounds"):
        legacy.project(organization, "run--all", organization=organization)
    assert legacy.figures("landscape", "funding", POLICY) == ("238", 2, 3)
    assert legacy.reasons(POLICY, "funding")["rounds"] == (False, "no funding total known by 2023-09-25")


def test_a_repository_of_two_items_counts_twice(legacy):
    shared = legacy.repository("o/shared", stars=10)
    legacy.project("p", "run--all", repositories=(shared,))
    legacy.project("q", "run--all", repositories=(shared, legacy.repository("o/unknown")))
    legacy.project("hosted", "run--all")
    assert legacy.figures("landscape", "items", POLICY) == (3, 3, 3)
    assert legacy.figures("landscape", "stars", POLICY) == (20, 2, 3)
    assert legacy.figures("landscape", "stars") == (10, 1, 2)
    assert legacy.figures("landscape", "stars", POLICY, origin="sandbox") == (None, 0, 3)


def test_no_rate_is_no_amount(legacy):
    legacy.organization("x", ticker="X")
    legacy.figure("x", "market_cap", "1000", currency="TWD")
    legacy.project("p", "run--all", organization="x")
    assert legacy.figures("landscape", "market_cap", POLICY) == (None, 0, 1)
    assert legacy.reasons(POLICY, "market_cap") == {"x": (False, "no_fx")}
