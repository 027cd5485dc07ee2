"""Wikidata: items by what is known of organisations, and what their statements come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from asking import Asker
from crawling import Landscape
from msgspec import UNSET

from crawler.model import Organization, Outcome, Parent, Subject
from crawler.sandbox.money import wikidata
from crawler.sandbox.money.books import Account, Books, Entry
from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.wire import Loopback
from crawler.sources.money.wikidata import BATCH, WikidataSource
from crawler.sources.money.wikidata_queries import find_query, keys_of
from crawler.sources.money.wikidata_reading import read_item, read_rows

ENTITY = "http://www.wikidata.org/entity/"
NOT_KNOWN = "http://www.wikidata.org/.well-known/genid/0a1b"


class QueryService(Loopback):
    """Answers from its books, or what a test says in their place; `queries` are those that came, as forms."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books(today=date(2026, 3, 1))
        self.instead: Reply | None = None
        self.queries: list[str] = []
        self.accepted: set[str | None] = set()

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.queries += parse_qs(body.decode())["query"]
        self.accepted.add(headers.get("accept"))
        return self.instead or wikidata.answer(method, path, headers, body, self.books)

    def know(self, *accounts: Account) -> None:
        """Fill the books."""
        self.books.accounts = {account.id: account for account in accounts}


@pytest.fixture
def host() -> Iterator[QueryService]:
    """A query service on loopback, which knows nobody yet."""
    with QueryService() as server:
        yield server


def subject(name: str = "acme", **known: str) -> Subject:
    return Subject(source="wikidata", name=name, organization_ids=(name,), identifiers={"id": name} | known)


def fetch(asker: Asker, host: QueryService, *subjects: Subject) -> tuple[dict[str, Outcome], Any]:
    outcomes, stop = asker.fetch_until_stop(WikidataSource(), subjects, others={"wikidata": host.base_url})
    return {one.subject.name: one for one in outcomes}, stop


def read(*rows: dict[str, str], **known: str) -> Outcome:
    return read_item(subject(**known), "Q1", rows)


def told(*rows: dict[str, str], **known: str) -> Organization:
    record = read(*rows, **known).record
    assert isinstance(record, Organization)
    return record


def parent(item: str = "Q2", **more: str) -> dict[str, str]:
    return {"what": "parent", "statement": item + "".join(more.values()), "value": ENTITY + item} | more


def listed(ticker: str, exchange: str, **more: str) -> dict[str, str]:
    return {"what": "listing", "statement": ticker, "ticker": ticker, "value": f"{ENTITY}Q5", "label": exchange} | more


def cap(amount: str = "+5", **more: str) -> dict[str, str]:
    told = {"amount": amount, "unit": f"{ENTITY}Q4917", "day": "2025-12-31T00:00:00Z", "dayPrecision": "11"}
    return {"what": "market_cap", "statement": amount} | told | more


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        ({"crunchbase": "acme", "github": "Acme"}, [("crunchbase", "acme")]),
        ({"github": "Acme"}, [("github", "Acme"), ("github", "acme")]),
        ({"homepage": "https://github.example:99999/"}, []),
        ({"homepage": "//"}, []),
        ({}, []),
        # What might be SPARQL is no key.
        ({"crunchbase": 'x" } DROP ALL #'}, []),
        ({"crunchbase": "x\\u0022 }"}, []),
        ({"github": "a\nb"}, []),
        ({"homepage": "https://x.example/> } #"}, []),
        ({"homepage": "https://x.example/{a}"}, []),
    ],
)
def test_the_surest_key_is_used_and_only_a_plain_one(known: dict[str, str], keys: list[tuple[str, str]]) -> None:
    assert list(keys_of(subject(**known))) == keys


@pytest.mark.parametrize("address", ["https://www.acme.example", "http://acme.example/", "ACME.example"])
def test_a_website_is_looked_for_in_all_its_spellings(address: str) -> None:
    spellings = {key for _, key in keys_of(subject(homepage=address))}
    assert spellings == {
        f"{scheme}://{www}acme.example{slash}"
        for scheme in ("http", "https")
        for www in ("", "www.")
        for slash in ("", "/")
    }


def test_an_item_is_read_whole() -> None:
    rows = [
        {"what": what, "value": value}
        for what, value in {"name": "Acme", "cik": "1234", "isin": "US0000000001"}.items()
    ]
    outcome = read(*rows, listed("ACME", "New York Stock Exchange"), parent(label="Giant", share="+0.75"), cap())
    assert (outcome.status, outcome.refused_values) == ("ok", ())
    record = outcome.record
    assert isinstance(record, Organization)
    assert record.facts == {
        "wikidata": "Q1",
        "name": "Acme",
        "homepage": None,
        "cik": "0000001234",
        "lei": None,
        "isin": "US0000000001",
        "crunchbase": None,
        "ticker": "ACME",
        "exchange": "New York Stock Exchange",
        "listed": "yes",
    }
    assert record.parents == (Parent(scheme="wikidata", identifier="Q2", name="Giant", share="0.75"),)
    (figure,) = record.figures
    assert (figure.measure, figure.amount, figure.currency, figure.as_of) == ("market_cap", "5", "USD", "2025-12-31")
    assert (figure.method, figure.licence_class) == ("reported", "public")
    assert figure.source_url == record.source_url == "https://www.wikidata.org/wiki/Q1"


@pytest.mark.parametrize(
    ("rows", "ticker", "state"),
    [
        ([], None, None),
        ([listed("OLD", "Nasdaq", end="2010-01-01T00:00:00Z")], None, "delisted"),
        ([listed("OLD", "Nasdaq", end=NOT_KNOWN), listed("SAP", "Xetra")], "SAP", "yes"),
        ([listed("SAP", "Xetra"), listed("SAPUS", "New York Stock Exchange")], "SAPUS", "yes"),
        ([listed("SAP", "Xetra", rank="http://wikiba.se/ontology#PreferredRank"), listed("A", "Nasdaq")], "SAP", "yes"),
        ([listed("GOOGL", "Nasdaq"), listed("GOOG", "Nasdaq", statement="GOOGL")], "GOOG", "yes"),
        ([listed("ODD", "Bourse of Nowhere"), listed("REY", "Borsa Italiana")], "REY", "yes"),
    ],
)
def test_one_listing_that_has_not_ended_is_the_ticker(rows: list[dict[str, str]], ticker: str, state: str) -> None:
    facts = told({"what": "name", "value": "Acme"}, *rows).facts
    assert (facts["ticker"], facts["listed"]) == (ticker, state)


@pytest.mark.parametrize(
    ("row", "since", "until"),
    [
        (parent(start="2019-07-09T00:00:00Z", startPrecision="11"), "2019-07-09", None),
        (parent(start="2019-07-01T00:00:00Z", startPrecision="10"), "2019-07", None),
        (parent(start="2019-01-01T00:00:00Z", startPrecision="9"), "2019", None),
        (parent(start="2010-01-01T00:00:00Z", startPrecision="8"), None, None),
        (parent(start="1911-01-01T00:00:00Z"), None, None),
        (parent(start="2011-01-01T00:00:00Z", end="2015-01-01T00:00:00Z", endPrecision="9"), "2011", "2015"),
    ],
)
def test_an_owner_has_the_days_that_are_known(row: dict[str, str], since: str | None, until: str | None) -> None:
    parents = told(row | {"startPrecision": row.get("startPrecision", "9")}).parents
    assert parents == (Parent(scheme="wikidata", identifier="Q2", name="Q2", since=since, until=until),)


def test_a_former_or_unknown_owner_is_none() -> None:
    assert told(parent(end=NOT_KNOWN), parent() | {"value": NOT_KNOWN}).parents == ()


def test_an_owner_whose_permalink_is_known_goes_by_it_once() -> None:
    rows = [parent("Q2", slug="giant") | {"statement": "s"}, parent("Q2", slug="giant-2") | {"statement": "s"}]
    expected = (Parent(scheme="crunchbase", identifier="giant", name="Q2"),)
    assert told(*rows).parents == told(*rows[::-1]).parents == expected


@pytest.mark.parametrize(
    "row", [parent() | {"value": "text"}, parent(share="75"), parent(start="soon"), parent(label="A\nB")]
)
def test_an_owner_that_cannot_be_read_withdraws_nobody(row: dict[str, str]) -> None:
    outcome = read(row, parent("Q3"))
    assert isinstance(outcome.record, Organization)
    assert outcome.record.parents is UNSET
    assert [one.field for one in outcome.refused_values] == ["parents"]


@pytest.mark.parametrize(
    "row",
    [
        cap("-5"),
        cap("0"),
        cap("-0"),
        cap("900000000000000"),
        cap("1e30"),
        cap("9" * 20),
        cap("much"),
        cap(unit=f"{ENTITY}Q199"),
        cap(unit=f"{ENTITY}Q199", code="BTC"),
        cap(day="2099-01-01T00:00:00Z"),
        cap(day="x"),
    ],
)
def test_a_market_cap_that_cannot_be_is_refused(row: dict[str, str]) -> None:
    outcome = read(row)
    assert isinstance(outcome.record, Organization)
    assert outcome.record.figures == ()
    assert [one.field for one in outcome.refused_values] == ["market_cap"]


def test_currencies_come_by_item_or_by_code() -> None:
    rows = [cap("+1"), cap("+2", unit=f"{ENTITY}Q25344", code="CHF", day="2024-12-31T00:00:00Z")]
    assert [(one.amount, one.currency, one.as_of) for one in told(*rows).figures] == [
        ("2", "CHF", "2024-12-31"),
        ("1", "USD", "2025-12-31"),
    ]


def test_two_market_caps_of_one_day_are_none() -> None:
    outcome = read(cap("+1"), cap("+2"))
    assert isinstance(outcome.record, Organization)
    assert outcome.record.figures == ()
    assert [one.reason for one in outcome.refused_values] == ["two market caps of one day"]


@pytest.mark.parametrize("field", ["cik", "lei", "isin", "crunchbase", "homepage"])
def test_an_identifier_that_cannot_be_is_refused(field: str) -> None:
    outcome = read({"what": field, "value": "javascript: none"})
    assert isinstance(outcome.record, Organization)
    assert field not in outcome.record.facts
    assert [one.field for one in outcome.refused_values] == [field]


def test_of_several_values_the_known_one_is_kept() -> None:
    rows = [{"what": "crunchbase", "value": value} for value in ("meta", "facebook", "abc")]
    assert told(*rows, crunchbase="facebook").facts["crunchbase"] == "facebook"
    assert told(*rows).facts["crunchbase"] == "abc"


@pytest.mark.parametrize(
    "answer",
    [[], 5, {}, {"results": []}, {"results": {"bindings": ["x"]}}, {"results": {"bindings": [{"item": {"value": 5}}]}}],
)
def test_half_an_answer_is_none(answer: Any) -> None:
    assert read_rows(answer) is None


def test_organisations_are_found_by_what_is_known_of_them(asker: Asker, host: QueryService) -> None:
    host.know(
        Account(id="a", name="A", crunchbase="a-slug", wikidata="Q11"),
        Account(id="b", name="B", github="B-Org", wikidata="Q12"),
        Account(id="c", name="C", homepage="https://www.c.example/", wikidata="Q13"),
        Account(id="d", name="D", wikidata="Q14"),
        Account(id="e1", name="E", crunchbase="e", wikidata="Q15"),
        Account(id="e2", name="E again", crunchbase="e", wikidata="Q16"),
    )
    outcomes, stop = fetch(
        asker,
        host,
        subject("a", crunchbase="a-slug"),
        subject("b", github="B-Org"),
        subject("c", homepage="http://c.example"),
        subject("d", wikidata="Q14"),
        subject("e", crunchbase="e"),
        subject("f", crunchbase="nobody"),
        subject("g"),
    )
    assert stop is None
    names = {name: one.record.facts["name"] for name, one in outcomes.items() if isinstance(one.record, Organization)}
    assert names == {"a": "A", "b": "B", "c": "C", "d": "D"}
    assert {name: one.status for name, one in outcomes.items() if name > "d"} == dict.fromkeys("efg", "unknown")
    (refused,) = outcomes["e"].refused_values
    assert (refused.field, refused.value, refused.reason) == ("wikidata", "Q15 Q16", "more than one item")
    assert len(host.queries) == 2
    assert host.accepted == {"application/sparql-results+json"}


def test_two_organisations_may_be_one_item_and_many_come_in_batches(asker: Asker, host: QueryService) -> None:
    host.know(Account(id="w3c", name="W3C", crunchbase="w3c", wikidata="Q37033"))
    many = [subject(f"o{number}", crunchbase="w3c") for number in range(BATCH + 1)]
    outcomes, _ = fetch(asker, host, *many)
    assert {one.record.facts["wikidata"] for one in outcomes.values() if isinstance(one.record, Organization)} == {
        "Q37033"
    }
    assert (len(outcomes), len(host.queries)) == (BATCH + 1, 4)
    assert host.queries[0] == find_query([("crunchbase", "w3c")])


def test_who_has_no_key_costs_no_request(asker: Asker, host: QueryService) -> None:
    outcomes, _ = fetch(asker, host, subject("a"), subject("b", crunchbase='"'))
    assert [one.status for one in outcomes.values()] == ["unknown", "unknown"]
    assert host.queries == []


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (json_reply(200, {"results": {}}), "HTTP 200: the answer holds no rows"),
        (Reply(400, b"MalformedQueryException", "text/plain"), "HTTP 400: the answer holds no rows"),
        (Reply(200, b'{"results": {"bindings": [\njava.util.concurrent.TimeoutException', wikidata.TYPE), "no JSON"),
    ],
)
def test_an_answer_without_rows_fails_the_batch(asker: Asker, host: QueryService, reply: Reply, error: str) -> None:
    host.instead = reply
    outcomes, _ = fetch(asker, host, subject(crunchbase="acme"))
    assert error in str(outcomes["acme"].error)


def test_who_is_shut_out_asks_no_more(asker: Asker, host: QueryService) -> None:
    host.instead = Reply(403, b"You have been banned", "text/plain")
    outcomes, stop = fetch(
        asker, host, *(subject(f"o{number}", crunchbase=f"o{number}") for number in range(BATCH + 1))
    )
    assert (outcomes, len(host.queries)) == ({}, 1)
    assert str(stop).startswith("Wikidata refuses to answer (HTTP 403)")


LIST = """
categories: [{name: Run, subcategories: [{name: All, items: [
  {name: Hat, crunchbase: https://www.crunchbase.com/organization/hat},
  {name: Big, crunchbase: https://www.crunchbase.com/organization/big}]}]}]
"""


def test_a_refresh_stores_items_owners_and_market_caps(landscape: Landscape, host: QueryService) -> None:
    entry = Entry(measure="market_cap", amount=Decimal(10**9), currency="USD", as_of="2025-12-31", source_url="x")
    big = Account(id="big", name="Big", crunchbase="big", wikidata="Q2", parent="holding", parent_share=Decimal("0.6"))
    big.ticker, big.exchange, big.cik, big.entries = "BIG", "NASDAQ", "42", [entry]
    host.know(
        Account(id="hat", name="Hat", crunchbase="hat", wikidata="Q1", parent="big", parent_since="2019-07"),
        big,
        Account(id="holding", name="The Holding", wikidata="Q3"),
    )
    landscape.seeds.write_text(LIST, encoding="utf-8")
    landscape.now = landscape.now.replace(year=2026, month=3, day=1)

    def refresh() -> None:
        landscape.refresh("--source", "wikidata", money=True, CRAWLER_WIKIDATA_URL=host.base_url)

    refresh()
    assert len(host.queries) == 3
    found = "SELECT id, name, found_by FROM organizations ORDER BY id"
    assert landscape.rows(found) == [
        ("big", "big", None),
        ("hat", "hat", None),
        ("the-holding", "The Holding", "wikidata"),
    ]
    owners = "SELECT child_id, parent_id, share, valid_from, source FROM ownerships ORDER BY child_id"
    assert landscape.rows(owners) == [
        ("big", "the-holding", "0.6", None, "wikidata"),
        ("hat", "big", None, "2019-07", "wikidata"),
    ]
    facts = "SELECT field, value FROM organization_facts WHERE organization_id = 'big' ORDER BY field"
    assert dict(landscape.rows(facts)) == {
        "cik": "0000000042",
        "crunchbase": "big",
        "exchange": "NASDAQ",
        "listed": "yes",
        "name": "Big",
        "ticker": "BIG",
        "wikidata": "Q2",
    }
    stored = landscape.rows("SELECT organization_id, measure, amount, currency, as_of, superseded_by FROM figures")
    assert stored == [("big", "market_cap", "1000000000", "USD", "2025-12-31", None)]

    refresh()
    assert len(host.queries) == 3

    landscape.later(days=31)
    entry.amount = Decimal(2 * 10**9)
    refresh()
    amounts = landscape.rows("SELECT amount, superseded_by IS NULL FROM figures ORDER BY id")
    assert amounts == [("1000000000", 0), ("2000000000", 1)]
