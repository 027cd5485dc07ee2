"""`token_cap_v1`, `exit_price_v1` and `community_income_v1`: figures that stand beside the value of companies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

TOKENS, EXITS, INCOME = "token_cap_v1", "exit_price_v1", "community_income_v1"
DAY = date(2023, 9, 25)


@pytest.fixture
def beside(landscape):
    """`item(organization, place)` is a project of an organisation, `owned` says who owns one."""
    landscape.category("run")
    landscape.category("build")

    def item(organization, place="run--all"):
        landscape.project(f"{organization}-{place}", place, organization=organization)

    def company(organization, name=None, *, place="run--all", **values):
        landscape.organization(organization, name, **values)
        item(organization, place)

    def owned(child, parent, since=None, share=None):
        landscape.insert(
            "ownerships",
            child_id=child,
            parent_id=parent,
            share=share,
            valid_from=since,
            source="seeds",
            licence_class="curated",
            observed_at="2020-01-01T00:00:00Z",
        )

    landscape.item, landscape.company, landscape.owned = item, company, owned
    return landscape


def of(landscape, policy, scope="landscape"):
    total = landscape.total(scope, "value", policy)
    return total.value, total.known, total.total


def span(landscape, scope="landscape"):
    total = landscape.total(scope, "value", INCOME)
    return total.low, total.value, total.high, total.known, total.total


def reasons(landscape, policy):
    """By organisation and amount: counted or not, and why."""
    return {
        (line.organization_id, line.amount): (line.counted, line.reason)
        for line in landscape.lines(policy, "value")
        if line.scope == "landscape"
    }


# --- tokens ---


def test_the_newest_market_cap_of_an_own_token_counts(beside):
    beside.company("near", token_id="near")
    beside.company("plain")
    beside.company("silent", token_id="silent")
    beside.figure("near", "token_market_cap", "900", "2023-08-01")
    beside.figure("near", "token_market_cap", "1000", "2023-09-02")
    assert of(beside, TOKENS) == ("1000", 1, 2)
    assert of(beside, TOKENS, "organization:near") == ("1000", 1, 1)
    assert reasons(beside, TOKENS) == {
        ("near", "1000"): (True, "token market cap as of 2023-09-02"),
        ("silent", None): (False, "no token market cap known by 2023-09-25"),
    }


def test_a_related_network_is_left_out_and_asked_for_nowhere(beside):
    beside.company("cosmwasm", token_id="cosmos", token_relation="related")
    beside.figure("cosmwasm", "token_market_cap", "2600")
    assert of(beside, TOKENS) == (None, 0, 0)
    assert reasons(beside, TOKENS) == {("cosmwasm", "2600"): (False, "a related network, not its own")}


def test_a_token_of_two_organisations_counts_once_in_every_scope(beside):
    beside.company("a-labs", "A Labs", token_id="dot")
    beside.company("b-foundation", token_id="DOT", place="build--all")
    for organization in ("a-labs", "b-foundation"):
        beside.figure(organization, "token_market_cap", "500")
    assert of(beside, TOKENS) == ("500", 2, 2)
    for category in ("run", "build"):
        assert of(beside, TOKENS, f"category:{category}") == ("500", 1, 1)
    assert reasons(beside, TOKENS)["b-foundation", "500"] == (False, "the same token as that of A Labs")


@pytest.mark.parametrize(
    ("source", "as_of", "reason"),
    [
        ("coingecko", "2023-09-22", "token market cap as of 2023-09-22"),
        ("coingecko", "2023-09-21", "token market cap as of 2023-09-21 (stale: 4 days old)"),
        ("coingecko", "2023-08-11", "token market cap as of 2023-08-11 (stale: 45 days old)"),
        ("coingecko", "2023-08-10", "expired: 46 days old"),
        ("seeds", "2023-06-27", "token market cap as of 2023-06-27"),
        ("seeds", "2022-03", "token market cap as of 2022-03 (stale: 543 days old)"),
        ("seeds", "2022-03-24", "expired: 550 days old"),
    ],
)
def test_quotes_age_in_days_and_curated_caps_in_months(beside, source, as_of, reason):
    beside.company("net", token_id="net")
    figure = beside.figure("net", "token_market_cap", "7", as_of)
    beside.connection.execute("UPDATE figures SET source = ? WHERE id = ?", (source, figure))
    assert reasons(beside, TOKENS) == {("net", "7"): (not reason.startswith("expired"), reason)}


def test_an_older_cap_with_a_rate_serves_for_one_without(beside):
    beside.company("net", token_id="net")
    beside.figure("net", "token_market_cap", "7", "2023-08-01")
    beside.figure("net", "token_market_cap", "999", "2023-09-01", currency="TWD")
    beside.company("taiwan", token_id="taiwan")
    beside.figure("taiwan", "token_market_cap", "888", currency="TWD")
    assert of(beside, TOKENS) == ("7", 1, 2)
    assert reasons(beside, TOKENS)["taiwan", "888"] == (False, "no_fx")


# --- exits ---


def test_prices_count_where_the_buyers_group_has_no_market_cap(beside):
    beside.organization("f5", "F5")
    beside.organization("sonar")
    beside.company("nginx")
    beside.company("tidelift")
    beside.owned("nginx", "f5", "2019-05-08")
    beside.owned("tidelift", "sonar", "2023-01")
    beside.figure("f5", "market_cap", "9000")
    beside.company("vmware")
    beside.figure("vmware", "market_cap", "61")
    beside.figure("vmware", "acquisition_price", "60", "2022")
    beside.figure("nginx", "acquisition_price", "670", "2019-03-13")
    beside.figure("tidelift", "acquisition_price", "80", "2022-12")
    assert of(beside, EXITS) == ("80", 1, 1)
    assert of(beside, EXITS, "organization:sonar") == ("80", 1, 1)
    assert reasons(beside, EXITS) == {
        ("nginx", "670"): (False, "inside the worth of F5"),
        ("vmware", "60"): (False, "listed itself"),
        ("tidelift", "80"): (True, "price as of 2022-12"),
    }


def test_a_market_cap_that_has_expired_is_none(beside):
    beside.organization("f5")
    beside.company("nginx")
    beside.owned("nginx", "f5", "2019-05-08")
    beside.figure("f5", "market_cap", "9000", "2021-01-01")
    beside.figure("nginx", "acquisition_price", "670", "2019-03-13")
    assert of(beside, EXITS) == ("670", 1, 1)


def test_one_deal_counts_once_with_its_newest_price(beside):
    beside.company("nginx")
    beside.figure("nginx", "acquisition_price", "670", "2019-03-13")
    beside.figure("nginx", "acquisition_price", "643.2", "2019-05-08")
    beside.figure("nginx", "acquisition_price", "100", "2018-05-07")
    assert of(beside, EXITS) == ("743.2", 1, 1)
    assert reasons(beside, EXITS)["nginx", "670"] == (
        False,
        "the same deal as the price of 2019-05-08",
    )


def test_of_two_prices_of_one_day_that_which_may_be_published_counts(beside):
    beside.company("nginx")
    beside.figure("nginx", "acquisition_price", "670", "2019-05-08")
    beside.figure("nginx", "acquisition_price", "700", "2019-05-08", source="crunchbase", licence_class="restricted")
    assert of(beside, EXITS) == ("670", 1, 1)


def test_a_price_announced_long_before_closing_is_of_that_deal(beside):
    beside.organization("broadcom")
    beside.company("vmware")
    beside.figure("vmware", "acquisition_price", "61", "2022-01-26")
    beside.figure("vmware", "acquisition_price", "69", "2023-06-22")
    assert of(beside, EXITS) == ("130", 1, 1)
    beside.owned("vmware", "broadcom", "2023-06-22")
    assert of(beside, EXITS) == ("69", 1, 1)


@pytest.mark.parametrize(("as_of", "counts"), [("2017-09-25", True), ("2017-09", True), ("2017-09-24", False)])
def test_a_price_counts_for_six_years(beside, as_of, counts):
    beside.company("x")
    beside.figure("x", "acquisition_price", "5", as_of)
    assert of(beside, EXITS) == (("5", 1, 1) if counts else (None, 0, 0))
    reason = f"price as of {as_of}" if counts else "bought more than 6 years before"
    assert reasons(beside, EXITS) == {("x", "5"): (counts, reason)}


def test_a_deal_without_a_price_is_in_the_coverage(beside):
    beside.organization("akamai", "Akamai")
    beside.company("fermyon")
    beside.owned("fermyon", "akamai", "2023-08")
    assert of(beside, EXITS) == (None, 0, 1)
    assert reasons(beside, EXITS) == {
        ("fermyon", None): (False, "bought by Akamai, as of 2023-08; no price known"),
    }


def test_prices_are_in_the_dollars_of_their_own_day(beside):
    beside.company("x")
    beside.company("y")
    beside.figure("x", "acquisition_price", "1000", "2022-09-27", currency="EUR")
    beside.figure("y", "acquisition_price", "1000", "2022-09-27", currency="TWD")
    # 0.9644 dollars on that day.
    assert of(beside, EXITS) == ("964.4", 1, 2)
    assert reasons(beside, EXITS)["y", "1000"] == (False, "no_fx")


# --- income ---


def test_incomes_of_a_year_add_up_to_a_range(beside):
    beside.company("org")
    beside.company("silent")
    beside.figure("org", "collective_income_12m", "1000", "2023-09-20")
    beside.figure("org", "collective_income_12m", "5000", "2023-08-20")
    beside.figure("org", "sponsors_monthly_income", "100", "2023-09-20", low="99.5", high="100.5")
    beside.figure("org", "grant", "50", "2022-09-26")
    beside.figure("org", "grant", "60", "2022-09-25")
    beside.figure("org", "reported_income", "9999", "2022")
    assert span(beside) == ("2244", "2250", "2256", 1, 2)
    assert span(beside, "organization:org")[:3] == ("2244", "2250", "2256")
    assert reasons(beside, INCOME) == {
        ("org", "1000"): (True, "income at Open Collective as of 2023-09-20"),
        ("org", "1200"): (True, "twelve months of the income at GitHub Sponsors as of 2023-09-20"),
        ("org", "50"): (True, "grant of 2022-09-26"),
        ("org", "60"): (False, "granted more than 365 days before"),
        ("silent", None): (False, "no community income known by 2023-09-25"),
    }


def test_a_floor_without_an_upper_end_is_its_own_upper_end(beside):
    beside.company("org")
    beside.figure("org", "sponsors_monthly_income", "10", "2023-09-20", low="10")
    assert span(beside) == ("120", "120", "120", 1, 1)


def test_what_is_reported_counts_where_nothing_else_is_known(beside):
    beside.company("org")
    beside.figure("org", "reported_income", "9000", "2022", currency="EUR")
    beside.figure("org", "reported_income", "8000", "2021")
    # 1.0666 dollars at the end of 2022.
    assert span(beside) == ("9599.4", "9599.4", "9599.4", 1, 1)
    assert reasons(beside, INCOME) == {("org", "9599.4"): (True, "income that it reports of itself, as of 2022")}


@pytest.mark.parametrize(("measure", "value"), [("grant", "10"), ("collective_income_12m", "10")])
def test_what_is_reported_holds_the_other_incomes_and_is_not_added(beside, measure, value):
    beside.company("org")
    beside.figure("org", measure, value)
    beside.figure("org", "reported_income", "9000", "2022")
    assert span(beside) == (value, value, value, 1, 1)


def test_an_account_that_is_known_but_cannot_be_used_is_no_income(beside):
    beside.company("old")
    beside.figure("old", "collective_income_12m", "1000", "2022-09-24")
    beside.figure("old", "reported_income", "7", "2022")
    assert span(beside) == ("7", "7", "7", 1, 1)
    assert reasons(beside, INCOME)["old", "1000"] == (False, "expired: 366 days old")


def test_of_a_foundations_revenue_only_the_attributed_share_counts(beside):
    share = {"attribution_share": "0.3", "attribution_low": "0.1", "attribution_high": "0.5"}
    beside.company("lf", kind="foundation", **share)
    beside.company("silent", kind="foundation")
    beside.company("firm", kind="company", **share)
    for organization in ("lf", "silent", "firm"):
        beside.figure(organization, "annual_revenue", "243.05", "2022-12-08")
    assert span(beside) == ("24.3", "72.92", "121.52", 1, 3)
    assert reasons(beside, INCOME)["lf", "72.92"] == (True, "30% of the revenue as of 2022-12-08")
    assert ("silent", "243.05") in reasons(beside, INCOME)
    assert ("firm", "243.05") not in reasons(beside, INCOME)


def test_parents_and_subsidiaries_have_incomes_of_their_own(beside):
    beside.company("parent")
    beside.company("child", place="build--all")
    beside.owned("child", "parent")
    beside.figure("parent", "grant", "10")
    beside.figure("child", "grant", "5")
    assert span(beside)[1] == "15"
    assert span(beside, "category:build")[1:] == ("5", "5", 1, 1)
    assert span(beside, "organization:parent")[1] == "15"


def test_an_account_of_two_organisations_counts_once(beside):
    beside.company("a", "A")
    beside.company("b", place="build--all")
    page = {"source_url": "https://opencollective.com/shared"}
    for organization in ("a", "b"):
        beside.figure(organization, "collective_income_12m", "100", **page)
    assert span(beside)[1:] == ("100", "100", 2, 2)
    assert span(beside, "category:build")[1:] == ("100", "100", 1, 1)
    assert reasons(beside, INCOME)["b", "100"] == (False, "the same account as that of A")


def test_counted_lines_add_up_to_every_total(beside):
    beside.company("a", token_id="t")
    beside.company("b", token_id="t", place="build--all")
    beside.company("c", place="build--all")
    for organization in ("a", "b", "c"):
        beside.item(organization, "build--all" if organization == "a" else "run--all")
        beside.figure(organization, "token_market_cap", "1000.37", currency="EUR")
        beside.figure(organization, "acquisition_price", "33.33", currency="CNY")
        beside.figure(organization, "grant", "1.01", currency="EUR")
        beside.figure(
            organization, "sponsors_monthly_income", "3.33", low="1.17", source_url=f"https://x/{organization}"
        )
    figures = beside.compute()
    for policy in (TOKENS, EXITS, INCOME):
        for total in (one for one in figures.totals if one.policy == policy):
            lines = [line for line in figures.lines if line.policy == policy and line.counted]
            if total.scope.startswith("organization:"):
                group = total.scope.removeprefix("organization:")
                here = [line for line in lines if line.scope == "landscape" and line.group_id == group]
            else:
                here = [line for line in lines if line.scope == total.scope]
            assert here
            assert sum(Decimal(line.amount) for line in here) == Decimal(total.value)
            for end in ("low", "high"):
                if getattr(total, end) is not None:
                    ends = [getattr(line, end) or line.amount for line in here]
                    assert sum(map(Decimal, ends)) == Decimal(getattr(total, end))
