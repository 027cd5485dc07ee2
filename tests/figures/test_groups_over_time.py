"""Who belongs to whom on a day, by the best word on it; and what was known by a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crawler.figures.ownership import Claim, owners_on

CAP = ("landscape", "market_cap", "group_cap_v1")


def claim(number, parent, source="seeds", child="child", **values):
    row = {"observed_at": "2026-01-01T00:00:00Z", **values}
    return Claim(id=number, child_id=child, parent_id=parent, source=source, **row)


def owner(day, *claims):
    ids = {one for claim in claims for one in (claim.child_id, claim.parent_id)}
    owners, _ = owners_on(date.fromisoformat(day), claims, {one: one for one in ids})
    return owners["child"].parent_id if "child" in owners else None


@pytest.mark.parametrize(
    ("since", "until", "day", "holds"),
    [
        ("2019-07-09", None, "2019-07-08", False),
        ("2019-07-09", None, "2019-07-09", True),
        ("2019-07", None, "2019-07-01", True),
        ("2019", None, "2018-12-31", False),
        (None, "2023-11-22", "2023-11-21", True),
        (None, "2023-11-22", "2023-11-22", False),
        (None, "2023", "2023-12-30", True),
        (None, "2023", "2023-12-31", False),
        (None, None, "1990-01-01", True),
    ],
)
def test_an_owner_is_one_from_its_first_day_to_the_day_before_the_end(since, until, day, holds):
    assert (owner(day, claim(1, "parent", since=since, until=until)) == "parent") is holds


def test_the_best_source_that_names_a_parent_on_the_day_decides():
    claims = [claim(1, "wiki", "wikidata"), claim(2, "crunch", "crunchbase"), claim(3, "list", since="2020")]
    assert owner("2019-12-31", *claims) == "crunch"
    assert owner("2020-01-01", *claims) == "list"
    assert owner("2020-01-01", *claims[:1]) == "wiki"
    assert owner("2020-01-01", *claims[1:2], claim(4, "sec", "sec")) == "sec"


def test_a_minority_owner_of_the_best_source_makes_no_group():
    assert owner("2020-01-01", claim(1, "fund", share=Decimal("0.49")), claim(2, "other", "wikidata")) is None
    assert owner("2020-01-01", claim(1, "fund", share=Decimal("0.5"))) == "fund"
    both = claim(1, "fund", share=Decimal("0.2")), claim(2, "major", share=Decimal("0.8")), claim(3, "some")
    assert owner("2020-01-01", *both) == "major"


def test_a_claim_without_dates_has_those_that_another_source_knows():
    claims = [claim(1, "broadcom", "crunchbase"), claim(2, "broadcom", since="2023-11-22")]
    assert owner("2023-09-25", *claims) is None
    assert owner("2023-11-22", *claims) == "broadcom"
    assert owner("2019-01-01", claim(1, "ibm"), claim(2, "ibm", "wikidata", since="2019-07-09")) is None


def test_a_circle_is_opened_at_its_newest_claim():
    claims = [
        claim(1, "b", child="a", since="2001"),
        claim(2, "c", child="b", since="2003"),
        claim(3, "a", child="c", since="2002"),
        claim(4, "a", child="d"),
    ]
    owners, dropped = owners_on(date(2020, 1, 1), claims, {one: one for one in "abcd"})
    assert [one.id for one in dropped] == [2]
    assert {child: one.parent_id for child, one in owners.items()} == {"a": "b", "c": "a", "d": "a"}


@pytest.fixture
def bought(landscape):
    """IBM with Red Hat since 2019-07-09, each with a market cap of its own time."""
    landscape.category("run")
    for slug, name, ticker in (("ibm", "IBM", "IBM"), ("red-hat", "Red Hat", "RHT")):
        landscape.organization(slug, name, ticker=ticker)
        landscape.project(f"of-{slug}", "run--all", organization=slug)
    landscape.owned("red-hat", "ibm", valid_from="2019-07-09")
    landscape.figure("ibm", "market_cap", "1000", "2019-06-28")
    landscape.figure("red-hat", "market_cap", "30", "2019-06-28")
    return landscape


def test_a_firm_counts_by_itself_until_the_day_on_which_it_is_bought(bought):
    assert bought.figures(*CAP, day=date(2019, 7, 8)) == ("1030", 2, 2)
    assert bought.figures(*CAP, day=date(2019, 7, 9)) == ("1000", 1, 1)


def test_a_parent_that_a_source_found_is_the_same_as_that_of_the_list(bought):
    bought.organization("international-business-machines", declared=0, found_by="wikidata")
    bought.told("international-business-machines", "wikidata", wikidata="Q37156")
    bought.told("ibm", "wikidata", wikidata="Q37156")
    bought.organization("hashicorp")
    bought.project("of-hashicorp", "run--all", organization="hashicorp")
    bought.owned("hashicorp", "international-business-machines", source="wikidata")
    bought.figure("international-business-machines", "market_cap", "1100", "2019-07-01", source="wikidata")
    assert bought.figures(*CAP, day=date(2019, 7, 9)) == ("1100", 1, 1)
    assert bought.reasons("group_cap_v1", day=date(2019, 7, 9))["hashicorp"] == (False, "included in IBM")


def test_only_what_was_observed_by_a_time_is_known_at_it(bought):
    """Figures, corrections, ends, owners and identifiers: all as they were stored then."""
    known = {"day": date(2019, 7, 9), "known_on": date(2024, 1, 1)}
    later = "2024-06-01T00:00:00Z"
    new = bought.figure("ibm", "market_cap", "2000", "2019-06-28", observed_at=later)
    bought.connection.execute("UPDATE figures SET superseded_by = ? WHERE amount = '1000'", [new])
    assert (bought.figures(*CAP, day=known["day"])[0], bought.figures(*CAP, **known)[0]) == ("2000", "1000")
    bought.connection.execute("UPDATE figures SET withdrawn_at = ? WHERE id = ?", [later, new])
    assert (bought.figures(*CAP, day=known["day"])[0], bought.figures(*CAP, **known)[0]) == ("30", "1000")
    bought.connection.execute("UPDATE figures SET withdrawn_at = ? WHERE amount = '1000'", [later])
    assert bought.figures(*CAP, **known)[0] == "1000"
    bought.connection.execute("UPDATE ownerships SET withdrawn_at = ?", [later])
    assert (bought.figures(*CAP, day=known["day"])[2], bought.figures(*CAP, **known)[2]) == (2, 1)
    bought.connection.execute("UPDATE ownerships SET observed_at = ?", [later])
    assert bought.figures(*CAP, **known)[2] == 2
    for one in ("ibm", "red-hat"):
        bought.told(one, "sec", cik="51143")
    assert bought.figures(*CAP, **known)[2] == 1
    bought.connection.execute("UPDATE organization_facts SET observed_at = ?", [later])
    assert bought.figures(*CAP, **known)[2] == 2
    assert bought.figures(*CAP, day=known["day"], known_on=date(2022, 12, 31)) == (None, 0, 2)
