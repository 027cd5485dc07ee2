"""What of a value may be published: decided by policy and scope from the figures that count there, and no others."""

from __future__ import annotations

import pytest

from crawler.figures.publishing import restricted_totals

VALUE = "ecosystem_value_v1"
SECRET = {"source": "yahoo", "method": "reported", "licence_class": "restricted"}
RAISED = {"source": "crunchbase", "method": "reported", "licence_class": "restricted", "kind": "series_a"}


@pytest.fixture
def listed(landscape):
    """Three companies in one category and one in another."""
    landscape.category("run", "all")
    landscape.category("build", "all")
    for slug, place in (("a", "run--all"), ("b", "run--all"), ("c", "run--all"), ("d", "build--all")):
        landscape.organization(slug)
        landscape.project(f"p-{slug}", place, organization=slug)
    return landscape


def hidden(landscape, policy=VALUE, measure="value"):
    """The scopes of which the total by a policy may not be published."""
    landscape.write()
    return {
        scope
        for scope, of, by in restricted_totals(landscape.connection, "2023-09-25")
        if (of, by) == (measure, policy)
    }


def test_without_restricted_figures_nothing_is_hidden(listed):
    listed.figure("a", "market_cap", "900")
    assert hidden(listed) == set()


def test_one_restricted_group_is_hidden_wherever_it_counts(listed):
    for slug in "bcd":
        listed.figure(slug, "market_cap", "900")
    listed.figure("a", "market_cap", "900", **SECRET)
    assert hidden(listed) == {"landscape", "category:run", "subcategory:run--all", "organization:a"}
    assert hidden(listed, "group_cap_v1", "market_cap") == hidden(listed), "its second name tells the same"
    assert hidden(listed, "legacy_landscape_v1", "items") == set()


def test_of_several_restricted_groups_only_the_sum_over_the_whole_landscape_stays(listed):
    for slug in "ab":
        listed.figure(slug, "market_cap", "900", **SECRET)
    assert hidden(listed) == {"category:run", "subcategory:run--all", "organization:a", "organization:b"}


def test_a_figure_that_only_another_policy_counts_hides_nothing(listed):
    listed.figure("a", "market_cap", "900")
    listed.figure("a", "funding_total", "70", source="crunchbase", method="converted", licence_class="restricted")
    assert hidden(listed) == set()
    assert "organization:a" in hidden(listed, "legacy_landscape_v1", "funding")


def test_the_low_end_of_a_valuation_may_be_what_was_raised(listed):
    listed.figure("a", "post_money_valuation", "900")
    raised = listed.figure("a", "funding_round", "70", **RAISED)
    assert "organization:a" in hidden(listed)
    listed.connection.execute("UPDATE figures SET amount = '1000' WHERE id = ?", [raised])
    assert listed.range(VALUE) == ("900", "900", "900")
    assert hidden(listed) == set(), "more was raised than it is worth, so the low end is the valuation"


def test_a_multiple_rests_on_every_round(listed):
    listed.figure("a", "funding_round", "70", "2023-08", kind="series_b")
    assert hidden(listed) == set()
    listed.figure("a", "funding_round", "30", "2020-01", **RAISED)
    assert listed.range(VALUE) == ("100", "200", "400")
    assert "organization:a" in hidden(listed)
    assert "organization:a" in hidden(listed, "private_value_v1")


def test_a_group_rests_on_the_listings_of_its_members_too(listed):
    listed.connection.execute("UPDATE organizations SET attribution_class = 'pure_play'")
    listed.owned("b", "a", "0.6")
    listed.figure("a", "market_cap", "900")
    listed.figure("b", "market_cap", "100", **SECRET)
    assert listed.range(VALUE) == ("940", "940", "940")
    assert "organization:a" in hidden(listed)


def test_income_does_not_rest_on_a_market_cap(listed):
    listed.figure("a", "market_cap", "900", **SECRET)
    listed.figure("a", "sponsors_monthly_income", "10", low="5", high="20")
    assert hidden(listed, "community_income_v1") == set()
