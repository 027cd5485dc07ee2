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
    assert legacy.figures("organization:ibm", "market_cap", POLICY) == ("2000", 2, 2)
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


def test_a_name_is_the_one_that_crunchbase_gives(legacy):
    for number, name in enumerate(("UC Berkeley", "RISELab", "RISELab")):
        legacy.organization(f"o{number}", name)
        legacy.figure(f"o{number}", "funding_total", str(10**number))
        legacy.project(f"p{number}", "run--all", organization=f"o{number}")
    legacy.told("o1", name="University of California, Berkeley")
    legacy.told("o0", name="University of California, Berkeley")
    assert legacy.figures("landscape", "funding", POLICY) == ("101", 2, 2)


def test_parents_are_those_of_the_list_and_crunchbase_of_any_time(legacy):
    legacy.organization("vmware", "VMware")
    for parent in ("dell", "broadcom", "wiki"):
        legacy.organization(parent, ticker=parent.upper(), declared=0, found_by="crunchbase")
    legacy.figure("dell", "market_cap", "50")
    legacy.figure("broadcom", "market_cap", "700")
    legacy.figure("wiki", "market_cap", "9")
    legacy.owned("vmware", "wiki", source="wikidata")
    legacy.project("p", "run--all", organization="vmware")
    assert legacy.figures("landscape", "market_cap", POLICY) == (None, 0, 1)
    legacy.owned("vmware", "broadcom", source="crunchbase", valid_from="2023-11-22")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("700", 1, 1)
    assert legacy.figures("landscape", "market_cap", "group_cap_v1") == ("9", 1, 1)
    legacy.owned("vmware", "dell", valid_to="2021-11-01")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("50", 1, 1)
    legacy.owned("vmware", "broadcom", valid_from="2023-11-22")
    legacy.owned("vmware", "dell", valid_from="2016", valid_to="2021-11-01")
    assert legacy.figures("landscape", "market_cap", POLICY) == ("700", 1, 1)


@pytest.mark.parametrize(
    ("curated", "facts", "market_cap"),
    [
        (None, {"ticker": "X"}, "1000"),
        (None, {"ticker": "X", "listed": "yes"}, "1000"),
        (None, {"ticker": "X", "listed": "delisted"}, None),
        ("X", {"ticker": "Y", "listed": "delisted"}, "1000"),
        ("", {"ticker": "X"}, None),
        (None, {"ticker": None}, None),
    ],
)
def test_a_ticker_is_the_lists_else_that_of_a_listing_that_has_not_ended(legacy, curated, facts, market_cap):
    legacy.organization("x", ticker=curated)
    legacy.told("x", **facts)
    legacy.figure("x", "market_cap", "1000", "2001")
    legacy.figure("x", "funding_total", "10")
    legacy.project("p", "run--all", organization="x")
    assert legacy.figures("landscape", "market_cap", POLICY)[0] == market_cap
    assert legacy.figures("landscape", "funding", POLICY)[0] == (None if market_cap else "10")


def test_no_ticker_by_the_lists_word_means_none_of_a_parent_either(legacy):
    legacy.organization("parent", ticker="P")
    legacy.figure("parent", "market_cap", "1000")
    legacy.organization("own", parent_id="parent", ticker="")
    legacy.figure("own", "funding_total", "10")
    legacy.organization("below", parent_id="own")
    for one in ("own", "below"):
        legacy.project(one, "run--all", organization=one)
    assert legacy.figures("landscape", "funding", POLICY) == ("10", 1, 2)
    assert legacy.figures("landscape", "market_cap", POLICY) == ("1000", 1, 2)


@pytest.mark.parametrize(
    ("curated", "told", "market_cap"),
    [("", "P", "1000"), ("P", "P", "1000"), (None, "P", "1000"), ("Q", "P", None), ("P", None, None)],
)
def test_the_lists_word_on_an_owners_ticker_is_not_inherited_where_crunchbase_tells_its_own(
    legacy, curated, told, market_cap
):
    legacy.organization("parent", ticker=curated)
    legacy.told("parent", name="Parent", ticker=told)
    legacy.figure("parent", "market_cap", "1000")
    legacy.organization("child", parent_id="parent")
    legacy.figure("child", "funding_total", "10")
    legacy.project("p", "run--all", organization="child")
    assert legacy.figures("landscape", "market_cap", POLICY)[0] == market_cap
    assert legacy.figures("landscape", "funding", POLICY)[0] == (None if told else "10")


def test_funding_is_the_one_that_crunchbase_converted_itself(legacy):
    legacy.organization("x")
    legacy.project("p", "run--all", organization="x")
    legacy.figure("x", "funding_total", "70", "2023-09-20")
    assert legacy.figures("landscape", "funding", POLICY)[0] == "70"
    for amount, currency, method in (("56.8", "USD", "converted"), ("52", "EUR", "reported")):
        legacy.figure("x", "funding_total", amount, "2022", currency=currency, method=method, source="crunchbase")
    assert legacy.figures("landscape", "funding", POLICY)[0] == "56.8"
    legacy.figure("x", "funding_total", "60", "2023", source="crunchbase", method="reported")
    assert legacy.figures("landscape", "funding", POLICY)[0] == "60"


@pytest.mark.parametrize(("amount", "currency"), [("52", "EUR"), ("0", "USD")])
def test_no_dollars_of_crunchbases_own_do_not_end_the_way_up(legacy, amount, currency):
    legacy.organization("parent")
    legacy.figure("parent", "funding_total", "90", currency="EUR")
    legacy.organization("x", parent_id="parent")
    legacy.figure("x", "funding_total", amount, currency=currency, source="crunchbase", method="reported")
    legacy.project("p", "run--all", organization="x")
    # 1.0844 dollars on 2023-09-01.
    assert legacy.figures("landscape", "funding", POLICY) == ("97.6", 1, 1)


def test_items_are_visited_in_the_order_of_their_names_without_case_in_every_alphabet(legacy):
    legacy.organization("upper", "Same")
    legacy.figure("upper", "funding_total", "1")
    legacy.organization("lower", "Same")
    legacy.figure("lower", "funding_total", "2")
    legacy.project("b", "run--all", name="Émile", organization="upper")
    legacy.project("a", "run--all", name="éclair", organization="lower")
    assert legacy.figures("landscape", "funding", POLICY) == ("2", 1, 1)


def test_the_first_of_a_name_is_that_of_the_scope(legacy):
    legacy.category("build")
    for one, amount, place in (("w3c", "10", "run--all"), ("w3c-e64a", "20", "build--all")):
        legacy.organization(one, "W3C")
        legacy.figure(one, "funding_total", amount)
        legacy.project(one, place, organization=one)
    for scope, amount in (("landscape", "10"), ("category:run", "10"), ("category:build", "20")):
        assert legacy.figures(scope, "funding", POLICY) == (amount, 1, 1)
        counted = [
            line.amount
            for line in legacy.compute().lines
            if (line.policy, line.scope, line.counted) == (POLICY, scope, True)
        ]
        assert counted == [amount]
