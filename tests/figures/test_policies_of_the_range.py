"""`attributed_cap_v1` and `ecosystem_value_v1`: what of the listed belongs here, and the headline's range."""

from __future__ import annotations

from decimal import Decimal

import pytest

ATTRIBUTED, ECOSYSTEM = "attributed_cap_v1", "ecosystem_value_v1"


@pytest.fixture
def listed(landscape):
    """Lists an organisation with a market cap."""
    landscape.category("run")

    def listed(slug: str, market_cap: str, **values: object) -> None:
        landscape.organization(slug, **values)
        landscape.figure(slug, "market_cap", market_cap)
        landscape.project(f"of-{slug}", "run--all", organization=slug)

    return listed


def test_the_worked_shape_of_the_rule_book(landscape, listed):
    shares = {"attribution_share": "0.1", "attribution_low": "0.05", "attribution_high": "0.25"}
    listed("big", "1000000000000", ticker="BIG", **shares)
    listed("mid", "20000000000", ticker="MID", attribution_class="pure_play")
    for slug, parent in (("hat", {"parent_id": "big"}), ("start", {})):
        landscape.organization(slug, **parent)
        landscape.project(f"of-{slug}", "run--all", organization=slug)
    landscape.figure("start", "funding_round", "60000000", "2022-03-25")
    landscape.figure("start", "post_money_valuation", "300000000", "2022-03-25")
    assert landscape.range(ECOSYSTEM) == ("70060000000", "120240000000", "1020300000000")
    assert landscape.figures("landscape", "value", ECOSYSTEM)[1:] == (3, 3)
    parts = {policy: landscape.range(policy) for policy in (ATTRIBUTED, "group_cap_v1", "private_value_v1")}
    assert parts[ATTRIBUTED][:2] == ("70000000000", "120000000000")
    assert parts["group_cap_v1"][1] == "1020000000000"
    assert parts["private_value_v1"] == ("60000000", "240000000", "300000000")
    assert landscape.figures("landscape", "market_cap", "legacy_landscape_v1")[0] == "2020000000000"
    assert landscape.figures("landscape", "funding", "legacy_landscape_v1") == (None, 0, 4)


@pytest.mark.parametrize(
    ("cap", "values", "expected", "rule"),
    [
        ("1000", {"attribution_class": "pure_play"}, ("1000", "1000", "1000"), "usual share of the class pure_play"),
        ("1000", {"attribution_class": "end_user"}, ("0", "0", "0"), "usual share of the class end_user"),
        ("1000", {}, ("300", "500", "700"), "not classified, by its size taken as mixed_software"),
        (
            "200000000000",
            {},
            ("10000000000", "20000000000", "50000000000"),
            "not classified, by its size taken as conglomerate",
        ),
        (
            "199999999999",
            {"attribution_class": "conglomerate"},
            ("9999999999.95", "19999999999.9", "49999999999.75"),
            "usual share of the class conglomerate",
        ),
        ("1000", {"attribution_share": "0.4"}, ("400", "400", "400"), "share stated by the list"),
        (
            "1000",
            {
                "attribution_class": "end_user",
                "attribution_share": "0.333",
                "attribution_low": "0.3",
                "attribution_rule": "segment_revenue",
                "attribution_source_url": "https://example.com/10-k",
                "attribution_as_of": "2022",
            },
            ("300", "333", "333"),
            "share stated by the list, rule segment_revenue, https://example.com/10-k, as of 2022",
        ),
    ],
)
def test_the_share_comes_from_the_list_else_from_the_class_else_from_the_size(
    landscape, listed, cap, values, expected, rule
):
    listed("x", cap, **values)
    assert landscape.range(ATTRIBUTED) == expected
    counted, reason = landscape.reasons(ATTRIBUTED)["x"]
    assert counted
    assert reason.endswith(f" of the market cap as of 2023-09-01, {cap} USD un-attributed; {rule}")


def test_a_listed_member_has_its_own_share_else_its_parents(landscape, listed):
    landscape.organization("holding", attribution_share="0.5")
    listed("a", "1000", parent_id="holding")
    assert landscape.range(ATTRIBUTED)[1] == "500"
    listed("b", "2000", parent_id="holding", attribution_share="0.1")
    # `b` is the greater, and the part of `a` that the holding does not own is none.
    assert landscape.range(ATTRIBUTED)[1] == "200"


def test_a_partly_owned_listing_adds_its_free_part_to_all_ends_of_the_range(landscape, listed):
    listed("dell", "1000", attribution_class="mixed_software")
    listed("vmware", "500", parent_id="dell", parent_share="0.8", attribution_class="pure_play")
    assert landscape.range(ECOSYSTEM) == ("400", "600", "1100")
    lines = [line for line in landscape.lines(ECOSYSTEM) if line.counted]
    assert [(line.organization_id, line.group_id) for line in lines] == [("dell", "dell")]
    assert "; and of Vmware: 100% of the 20% of the market cap" in lines[0].reason


def test_what_a_company_of_a_foundation_is_worth_on_the_market_counts(landscape, listed):
    landscape.organization("foundation", kind="foundation")
    listed("works", "1000", parent_id="foundation", attribution_class="pure_play")
    assert landscape.figures("landscape", "value", ECOSYSTEM) == ("1000", 1, 1)


def test_a_group_counts_once_in_every_scope_that_has_a_member_of_it(landscape, listed):
    landscape.category("build")
    listed("big", "1000", attribution_class="pure_play")
    landscape.organization("hat", parent_id="big")
    landscape.organization("start")
    landscape.figure("start", "funding_round", "10")
    landscape.project("hat", "build--all", "run--all", organization="hat")
    landscape.project("start", "build--all", organization="start")
    figures = {scope: landscape.figures(scope, "value", ECOSYSTEM) for scope in ("category:run", "category:build")}
    assert figures == {"category:run": ("1000", 1, 1), "category:build": ("1020", 2, 2)}
    counted = [
        (line.scope, line.group_id, line.amount)
        for line in landscape.compute().lines
        if line.policy == ECOSYSTEM and line.counted
    ]
    assert sorted(counted) == [
        ("category:build", "big", "1000"),
        ("category:build", "start", "20"),
        ("category:run", "big", "1000"),
        ("landscape", "big", "1000"),
        ("landscape", "start", "20"),
        ("subcategory:build--all", "big", "1000"),
        ("subcategory:build--all", "start", "20"),
        ("subcategory:run--all", "big", "1000"),
    ]
    assert {line.scope for line in landscape.compute().lines if not line.counted} == {"landscape"}


def test_cents_of_absurd_amounts_still_add_up(landscape, listed):
    listed("a", "123456789012345678901234567890123.45", attribution_class="pure_play")
    listed("b", "0.01", attribution_class="pure_play")
    assert landscape.range(ECOSYSTEM)[1] == "123456789012345678901234567890123.46"
    lines = [Decimal(line.amount) for line in landscape.lines(ECOSYSTEM) if line.counted]
    assert sorted(lines) == [Decimal("0.01"), Decimal("123456789012345678901234567890123.45")]
