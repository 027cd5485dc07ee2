"""One organisation once, whatever leads to it; two that only look alike stay two."""

from __future__ import annotations

import pytest

from crawler.figures.identity import same_organizations


def same(known, *, rank=None, owned=()):
    """The sets of two and more that are one, by the id that stands for them."""
    chosen = same_organizations(known, rank=dict.fromkeys(known, 0) | (rank or {}), owned=owned)
    found: dict[str, set[str]] = {}
    for one, standing in chosen.items():
        found.setdefault(standing, set()).add(one)
    return {standing: members for standing, members in found.items() if len(members) > 1}


@pytest.mark.parametrize("field", ["wikidata", "lei", "cik", "crunchbase_uuid", "crunchbase"])
def test_an_identifier_that_no_two_share_makes_one(field):
    assert same({"b": {field: "q37156"}, "a": {field: "Q37156"}, "c": {field: "Q1"}}) == {"a": {"a", "b"}}


def test_the_lists_own_row_stands_for_those_that_sources_found():
    assert same({"a": {"cik": "1"}, "z": {"cik": "1"}}, rank={"a": 2}) == {"z": {"a", "z"}}


def test_two_lines_of_shares_are_one_issuer_by_its_number():
    listings = {"one": {"ticker": "GOOG", "cik": "1652044"}, "other": {"ticker": "GOOGL", "cik": "1652044"}}
    assert same(listings) == {"one": {"one", "other"}}
    assert same({one: {"ticker": value["ticker"]} for one, value in listings.items()}) == {}


@pytest.mark.parametrize(
    ("exchanges", "are_one"),
    [
        (("NYSE", "nyse"), True),
        (("NYSE", "New York Stock Exchange"), True),
        (("lse", "London Stock Exchange"), True),
        (("Mars", "MARS"), True),
        (("Mars", "Venus"), False),
        (("Mars", "NYSE"), False),
        (("Mars", ""), False),
        (("NYSE", ""), False),
        (("", ""), True),
        (("NYSE", "XETRA"), False),
    ],
)
def test_a_ticker_is_one_listing_where_the_exchange_is_the_same_or_told_of_neither(exchanges, are_one):
    known = {one: {"ticker": "ABC", "exchange": exchange} for one, exchange in zip("ab", exchanges, strict=True)}
    assert same(known) == ({"a": {"a", "b"}} if are_one else {})


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ({"ticker": "0700.HK"}, {"ticker": "700", "exchange": "sehk"}, True),
        ({"ticker": "NYSE:BIG"}, {"ticker": "BIG", "exchange": "nyse"}, True),
        ({"ticker": "BRK.B", "exchange": "NYSE"}, {"ticker": "BRK-B", "exchange": "XNYS"}, True),
        ({"ticker": "NYSE:BIG"}, {"ticker": "ETR:BIG"}, False),
        ({"ticker": "BIG.L"}, {"ticker": "BIG"}, False),
    ],
)
def test_a_listing_is_one_however_its_ticker_is_written(one, other, are_one):
    assert same({"a": one, "b": other}) == ({"a": {"a", "b"}} if are_one else {})


def test_a_ticker_without_exchange_joins_none_of_two_listings():
    known = {"a": {"ticker": "ABC", "exchange": "NYSE"}, "b": {"ticker": "ABC", "exchange": "XETRA"}}
    assert same(known | {"c": {"ticker": "ABC"}}) == {}


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("https://www.w3.org/", "http://w3.org", True),
        ("https://example.com/a", "https://example.com/b", False),
        ("https://example.com/", "https://cloud.example.com/", False),
        ("https://github.com/", "https://github.com/", False),
        ("https://me.github.io/", "https://me.github.io/", False),
        ("https://example.com/?p=1", "https://example.com/?p=2", False),
        ("http://[bad/", "http://[bad/", False),
        ("", "", False),
    ],
)
def test_a_homepage_is_one_where_the_whole_host_is(one, other, are_one):
    assert same({"a": {"homepage": one}, "b": {"homepage": other}}) == ({"a": {"a", "b"}} if are_one else {})


def test_a_homepage_does_not_join_what_a_register_tells_apart():
    known = {"a": {"homepage": "https://x.example/", "wikidata": "Q1"}, "b": {"homepage": "https://x.example/"}}
    assert same(known) == {"a": {"a", "b"}}
    assert same(known | {"b": {"homepage": "https://x.example/", "wikidata": "Q2"}}) == {}


def test_owner_and_owned_are_two_though_they_share_a_ticker():
    known = {"google": {"ticker": "GOOG", "cik": "1652044"}, "alphabet": {"ticker": "GOOG", "cik": "1652044"}}
    assert same(known, owned=[("google", "alphabet")]) == {}


@pytest.mark.parametrize("key", [{"ticker": "MSFT"}, {"homepage": "https://microsoft.com/"}, {"cik": "789019"}])
@pytest.mark.parametrize("parent", ["a-parent", "microsoft", "z-parent"])
def test_sisters_are_two_though_both_have_their_owners_ticker(key, parent):
    known = dict.fromkeys(("github", "linkedin", "npm", parent, "m-found"), key)
    owned = [("github", parent), ("linkedin", parent), ("npm", "github")]
    chosen = min(parent, "m-found")
    assert same(known, owned=owned) == {chosen: {parent, "m-found"}}
    assert same(dict.fromkeys(("github", "linkedin"), key), owned=owned) == {"github": {"github", "linkedin"}}


def test_the_owners_ticker_may_be_that_of_another_row_of_the_owner():
    known = {
        "github": {"ticker": "MSFT"},
        "linkedin": {"ticker": "MSFT"},
        "microsoft": {"wikidata": "Q2283"},
        "found": {"wikidata": "Q2283", "ticker": "MSFT"},
    }
    owned = [("github", "microsoft"), ("linkedin", "microsoft")]
    assert same(known, owned=owned) == {"found": {"found", "microsoft"}}


@pytest.mark.parametrize("names", ["abc", "acb", "bac", "bca", "cab", "cba"])
def test_what_could_be_either_of_two_is_neither_whatever_they_are_called(names):
    one, other, either = names
    known = {one: {"ticker": "X", "wikidata": "Q1"}, other: {"ticker": "X", "wikidata": "Q2"}, either: {"ticker": "X"}}
    assert same(known) == {}
    assert same(known | {other: {"ticker": "X"}}) == {"a": {"a", "b", "c"}}


def test_a_name_joins_nothing():
    assert same({"a": {"name": "Acme"}, "b": {"name": "Acme"}}) == {}
