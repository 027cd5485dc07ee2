"""Crunchbase: what an organisation's answer tells, what cannot be is refused, and what a small key may see."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from asking import Asker
from crawling import COMPUTED, Landscape
from msgspec import UNSET

from crawler.model import Organization, Outcome, Parent, Subject
from crawler.sandbox.faults import redirect
from crawler.sandbox.money import crunchbase
from crawler.sandbox.money.books import Account, Books
from crawler.sandbox.replies import Reply, html_reply, json_reply
from crawler.sandbox.wire import Loopback
from crawler.secret import Secret
from crawler.sources.money.crunchbase import CrunchbaseSource
from crawler.sources.money.crunchbase_reading import read_organization

TODAY = date(2026, 3, 1)
KEY = "a-key-of-crunchbase"
UUID = "00000000-0000-4000-8000-000000000001"
PAGE = "https://www.crunchbase.com/organization/acme"
# The shape of the funding facts §4.1, figures made up.
ACME: dict[str, Any] = {
    "properties": {
        "identifier": {"permalink": "acme", "uuid": UUID, "value": "Acme", "entity_def_id": "organization"},
        "website": {"value": "https://acme.example"},
        "funding_total": {"value": 52000000, "currency": "EUR", "value_usd": 56800000},
        "equity_funding_total": {"value": 40000000, "currency": "EUR", "value_usd": 43700000},
        "valuation": {"value": 300000000, "currency": "USD", "value_usd": 300000000},
        "valuation_date": "2024-05-01",
        "stock_symbol": None,
        "ipo_status": "private",
        "status": "was_acquired",
        "num_employees_enum": "c_00101_00250",
    },
    "cards": {
        "raised_funding_rounds": [
            {
                "identifier": {"permalink": "acme-series-b--1"},
                "announced_on": "2024-05-01",
                "investment_type": "series_b",
                "money_raised": {"value": 30000000, "currency": "USD", "value_usd": 30000000},
                "post_money_valuation": {"value": 300000000, "currency": "USD", "value_usd": 300000000},
                "post_money_valuation_source": "c200_estimated",
            },
            {"announced_on": "2020-02-03", "investment_type": "seed", "money_raised": None},
        ],
        "acquirer_acquisitions": [
            {
                "acquiree_identifier": {"permalink": "acme", "value": "Acme"},
                "acquirer_identifier": {"permalink": "giant", "value": "Giant"},
                "announced_on": {"precision": "month", "value": "2025-01-01"},
                "completed_on": {"precision": "day", "value": "2025-06-30"},
                "price": {"value": 500000000, "currency": "USD", "value_usd": 500000000},
            }
        ],
        "parent_organization": [{"identifier": {"permalink": "giant", "value": "Giant Inc"}}],
        "ipos": [],
    },
}


class Crunchbase(Loopback):
    """Answers by permalink as a test says: an answer, or one after the other; `paths` are those that were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Any] = {}
        self.books = Books(today=TODAY)
        self.package: crunchbase.Package = "advanced"
        self.paths: list[str] = []
        self.keys: set[str | None] = set()

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.paths.append(path)
        self.keys.add(headers.get("x-cb-user-key"))
        told = self.answers.get(path.removeprefix(crunchbase.PATH).partition("?")[0])
        if told is None:
            return crunchbase.answer(method, path, headers, body, self.books, self.package)
        if callable(told):
            told = told(path)
        return told if isinstance(told, Reply) else json_reply(200, told)


@pytest.fixture
def host() -> Iterator[Crunchbase]:
    """Crunchbase on loopback, which knows nobody yet."""
    with Crunchbase() as server:
        yield server


def subject(permalink: str = "acme", **known: str) -> Subject:
    return Subject(source="crunchbase", name=permalink, organization_ids=(permalink,), identifiers=known)


def fetch(asker: Asker, host: Crunchbase, *subjects: Subject) -> tuple[list[Outcome], Any]:
    keys = {"crunchbase": Secret(KEY)}
    source = CrunchbaseSource(today=TODAY)
    return asker.fetch_until_stop(source, subjects, others={"crunchbase": host.base_url}, keys=keys)


def changed(path: str, value: Any) -> dict[str, Any]:
    """Acme's answer with another value at a place."""
    answer = copy.deepcopy(ACME)
    *way, last = path.split(".")
    place: Any = answer
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return answer


def read(answer: Any, **known: str) -> Outcome:
    return read_organization(subject(**known), answer, today=TODAY)


def told(answer: Any, **known: str) -> Organization:
    outcome = read(answer, **known)
    assert isinstance(outcome.record, Organization), outcome
    return outcome.record


def figures(record: Organization) -> list[tuple[str, str, str, str, str, str | None]]:
    return [(one.measure, one.amount, one.currency, one.as_of, one.method, one.kind) for one in record.figures]


def test_an_answer_is_read_whole() -> None:
    outcome = read(ACME)
    record = told(ACME)
    assert (outcome.status, outcome.error, outcome.refused_values) == ("ok", None, ())
    assert record.facts == {
        "crunchbase_uuid": UUID,
        "name": "Acme",
        "homepage": "https://acme.example",
        "ticker": None,
        "listed": None,
        "ipo_status": "private",
        "status": "was_acquired",
        "employees": "c_00101_00250",
        "acquired_on": "2025-06-30",
    }
    assert record.parents == (Parent(scheme="crunchbase", identifier="giant", name="Giant Inc", since="2025-06-30"),)
    assert figures(record) == [
        ("acquisition_price", "500000000", "USD", "2025-01", "reported", None),
        ("equity_funding_total", "40000000", "EUR", "2026-03-01", "reported", None),
        ("equity_funding_total", "43700000", "USD", "2026-03-01", "converted", None),
        ("funding_round", "30000000", "USD", "2024-05-01", "reported", "series_b"),
        ("funding_total", "52000000", "EUR", "2026-03-01", "reported", None),
        ("funding_total", "56800000", "USD", "2026-03-01", "converted", None),
        ("post_money_valuation", "300000000", "USD", "2024-05-01", "estimated", None),
    ]
    assert {one.licence_class for one in record.figures} == {record.licence_class} == {"restricted"}
    pages = {one.measure: one.source_url for one in record.figures}
    assert pages["funding_total"] == pages["post_money_valuation"] == record.source_url == PAGE
    assert pages["funding_round"] == "https://www.crunchbase.com/funding_round/acme-series-b--1"


@pytest.mark.parametrize(
    ("ipos", "ipo_status", "ticker", "listed"),
    [
        ([], "public", "ACME", "yes"),
        ([{"went_public_on": "2019-01-01"}], "public", "ACME", "yes"),
        ([{"delisted_on": {"precision": "day", "value": "2023-11-22"}}], "public", None, "delisted"),
        ([{"delisted_on": None}, {"delisted_on": "2001-01-01"}], "public", "ACME", "yes"),
        # Without the card the status tells.
        (None, "delisted", None, "delisted"),
        (None, "public", "ACME", "yes"),
    ],
)
def test_the_ticker_goes_with_the_newest_listing(ipos: Any, ipo_status: str, ticker: str, listed: str) -> None:
    answer = changed("cards.ipos", ipos)
    answer["properties"] |= {
        "stock_symbol": {"value": "ACME"},
        "stock_exchange_symbol": "nyse",
        "ipo_status": ipo_status,
    }
    facts = told(answer).facts
    assert (facts["ticker"], facts["exchange"], facts["listed"]) == (ticker, "nyse", listed)


def test_what_is_not_answered_is_not_spoken_of() -> None:
    record = told({"properties": {"identifier": ACME["properties"]["identifier"]}})
    assert record.facts == {"crunchbase_uuid": UUID, "name": "Acme"}
    assert (record.parents, record.figures) == (UNSET, ())
    assert told(changed("cards.parent_organization", [])).parents == ()


def test_without_the_card_the_owner_of_the_properties_is_the_parent() -> None:
    answer = changed("properties.owner_identifier", {"permalink": "giant", "value": "Giant"})
    del answer["cards"]["parent_organization"]
    assert told(answer).parents == (Parent(scheme="crunchbase", identifier="giant", name="Giant", since="2025-06-30"),)


BAD_AMOUNTS = ["52000000", -1, 10**30, True, [], {}, None]


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
@pytest.mark.parametrize(
    ("path", "measure"),
    [
        ("properties.funding_total.value", "funding_total"),
        ("properties.valuation.value", "post_money_valuation"),
        ("cards.raised_funding_rounds.0.money_raised.value", "funding_round"),
        ("cards.acquirer_acquisitions.0.price.value", "acquisition_price"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_and_leaves_the_rest(path: str, measure: str, amount: Any) -> None:
    outcome = read(changed(path, amount))
    left = [one for one in told(changed(path, amount)).figures if one.measure == measure and one.method != "converted"]
    assert left == []
    assert [one.field for one in outcome.refused_values] == ([] if amount is None else [measure])


@pytest.mark.parametrize("amount", [0, Decimal("-0.0"), Decimal("1e-30"), Decimal("0.99")])
@pytest.mark.parametrize(
    ("path", "measure"),
    [
        ("properties.funding_total.value", "funding_total"),
        ("properties.valuation.value", "post_money_valuation"),
        ("cards.raised_funding_rounds.0.money_raised.value", "funding_round"),
        ("cards.acquirer_acquisitions.0.price.value", "acquisition_price"),
    ],
)
def test_next_to_nothing_is_no_sum_and_a_total_of_nothing_no_figure(path: str, measure: str, amount: Any) -> None:
    outcome = read(changed(path, amount))
    assert measure not in {one.measure for one in told(changed(path, amount)).figures if one.method != "converted"}
    is_none = measure == "funding_total" and amount == 0
    refused = [(one.field, one.reason) for one in outcome.refused_values]
    assert refused == ([] if is_none else [(measure, "less than one unit of its currency")])


@pytest.mark.parametrize("currency", ["usd", "BTC", "", 5, None, "United States dollar"])
def test_a_sum_without_a_currency_is_none(currency: Any) -> None:
    outcome = read(changed("properties.funding_total.currency", currency))
    assert [one.field for one in outcome.refused_values] == ["funding_total"]
    assert "funding_total" not in {
        one.measure for one in told(changed("properties.funding_total.currency", currency)).figures
    }


def test_dollars_alone_are_what_crunchbase_converted() -> None:
    record = told(changed("properties.funding_total", {"value_usd": 7}))
    assert ("funding_total", "7", "USD", "2026-03-01", "converted", None) in figures(record)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("properties.valuation_date", None, "post_money_valuation"),
        ("properties.valuation_date", "2099-01-01", "post_money_valuation"),
        ("cards.raised_funding_rounds.0.announced_on", "soon", "funding_round"),
        ("cards.acquirer_acquisitions.0.announced_on", {"precision": "day", "value": 5}, "acquisition_price"),
        ("cards.acquirer_acquisitions.0.acquiree_identifier", {"permalink": "other"}, "acquisition_price"),
        ("cards.raised_funding_rounds", ["text"], "funding_round"),
        ("cards.parent_organization", [{"identifier": {"permalink": "a/../b"}}], "parents"),
        ("cards.parent_organization", "giant", "parents"),
        ("properties.stock_symbol", {"value": "ACME\nX"}, "ticker"),
        ("properties.ipo_status", "sold", "ipo_status"),
        ("properties.num_employees_enum", 120, "employees"),
        ("properties.website", {"value": "javascript:alert(1)"}, "homepage"),
    ],
)
def test_what_cannot_be_is_refused_with_a_record(path: str, value: Any, field: str) -> None:
    outcome = read(changed(path, value))
    assert outcome.status == "ok"
    assert field in [one.field for one in outcome.refused_values]


def test_an_owner_that_cannot_be_read_withdraws_nobody() -> None:
    assert told(changed("cards.parent_organization", [{"identifier": {"permalink": 5}}])).parents is UNSET


def test_nobody_has_a_thousand_owners() -> None:
    answer = changed(
        "cards.parent_organization", [{"identifier": {"permalink": f"p{number}"}} for number in range(999)]
    )
    outcome = read(answer)
    assert isinstance(outcome.record, Organization)
    assert outcome.record.parents is UNSET
    assert [(one.field, one.reason) for one in outcome.refused_values] == [("parents", "more than 20 owners")]


def test_two_alike_rounds_are_two() -> None:
    alike = {"announced_on": "2021-01-01", "investment_type": "seed", "money_raised": {"value": 5, "currency": "USD"}}
    rounds = [alike, alike | {"money_raised": {"value": 4, "currency": "USD"}}]
    either = [told(changed("cards.raised_funding_rounds", order)).figures for order in (rounds, rounds[::-1])]
    assert either[0] == either[1]
    pages = [(one.amount, one.source_url) for one in either[0] if one.measure == "funding_round"]
    assert pages == [("4", PAGE), ("5", f"{PAGE}#2")]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("properties.identifier.permalink", "other", "crunchbase"),
        ("properties.identifier.uuid", "11111111-0000-4000-8000-000000000001", "crunchbase_uuid"),
    ],
)
def test_another_organisations_answer_is_refused(path: str, value: str, field: str) -> None:
    outcome = read(changed(path, value), **({"crunchbase_uuid": UUID} if field == "crunchbase_uuid" else {}))
    assert (outcome.status, outcome.record) == ("unknown", None)
    assert [one.field for one in outcome.refused_values] == [field]


def test_permalinks_may_come_as_addresses_spell_them() -> None:
    answer = changed("properties.identifier.permalink", "%E5%BC%80")
    answer["cards"]["parent_organization"][0]["identifier"]["permalink"] = "caf%C3%A9"
    record = read_organization(Subject(source="crunchbase", name="开"), answer, today=TODAY).record
    assert isinstance(record, Organization)
    assert [parent.identifier for parent in record.parents or ()] == ["café"]


def test_a_former_permalink_leads_to_the_same_organisation() -> None:
    renamed = changed("properties.identifier.permalink", "acme-2")
    assert told(renamed, crunchbase_uuid=UUID.upper()).source_url == PAGE
    renamed["properties"]["permalink_aliases"] = ["Acme"]
    assert told(renamed).facts["name"] == "Acme"


@pytest.mark.parametrize(("aliases", "status"), [(None, "ok"), ([], "unknown")])
def test_without_aliases_a_redirect_shows_that_a_permalink_is_a_former_one(
    asker: Asker, host: Crunchbase, aliases: Any, status: str
) -> None:
    host.answers["acme"] = changed("properties.permalink_aliases", aliases)
    host.answers["acme-1"] = redirect(f"{host.base_url}{crunchbase.PATH}acme")
    (outcome,), _ = fetch(asker, host, subject("acme-1"))
    assert outcome.status == status
    host.answers["acme-1"] = host.answers["acme"]
    (outcome,), _ = fetch(asker, host, subject("acme-1"))
    assert outcome.status == "unknown"


@pytest.mark.parametrize("answer", [[], "text", 5, None, {}, {"properties": []}])
def test_what_is_no_organisation_is_a_failure(answer: Any) -> None:
    assert read(answer).error == "the answer holds no organisation"


def test_each_is_asked_for_once_with_the_key(asker: Asker, host: Crunchbase) -> None:
    host.answers["acme"] = ACME
    host.books.accounts = {"beta": Account(id="beta", name="Beta", crunchbase="beta")}
    outcomes, stop = fetch(asker, host, subject(), subject("beta"), subject("nobody"), subject("../x"))
    assert stop is None
    assert {one.subject.name: one.status for one in outcomes} == {
        "acme": "ok",
        "beta": "ok",
        "nobody": "missing",
        "../x": "unknown",
    }
    assert len(host.paths) == 3
    assert host.keys == {KEY}
    assert not any(KEY in path for path in host.paths)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_small_key_is_asked_for_less_from_there_on(
    asker: Asker, host: Crunchbase, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [Account(id=name, name=name, crunchbase=name, ticker="TICK") for name in ("one", "two", "three")]
    host.books.accounts = {account.id: account for account in accounts}
    host.package = "firmographic"
    monkeypatch.setattr(crunchbase, "_error", lambda _, code, message: json_reply(status, {"value": message}))
    outcomes, stop = fetch(asker, host, *(subject(name) for name in host.books.accounts))
    assert stop is None
    assert [one.status for one in outcomes] == ["ok"] * 3
    assert {one.record.facts["ticker"] for one in outcomes if isinstance(one.record, Organization)} == {"TICK"}
    assert len(host.paths) == 4
    (notice,) = asker.engine.notices
    assert notice.startswith("Crunchbase: the key may not see rounds")


def test_one_refusal_in_passing_does_not_make_the_key_small(asker: Asker, host: Crunchbase) -> None:
    host.books.accounts = {name: Account(id=name, name=name, crunchbase=name) for name in ("one", "three")}
    host.answers["two"] = json_reply(403, {"value": "No."})
    outcomes, _ = fetch(asker, host, subject("one"), subject("two"), subject("three"))
    assert {one.subject.name: one.error for one in outcomes} == {"one": None, "two": "HTTP 403 No.", "three": None}
    assert asker.engine.notices == []


def test_one_organisation_in_part_does_not_make_the_key_small(asker: Asker, host: Crunchbase) -> None:
    host.books.accounts = {"one": Account(id="one", name="one", crunchbase="one")}
    host.answers["acme"] = lambda path: json_reply(403, {}) if "raised_funding_rounds" in path else ACME
    outcomes, _ = fetch(asker, host, subject("one"), subject())
    assert [one.status for one in outcomes] == ["ok", "ok"]
    assert asker.engine.notices == []


def test_a_refused_key_ends_the_source(asker: Asker, host: Crunchbase) -> None:
    host.answers = dict.fromkeys(
        ("one", "two"), json_reply(401, [{"code": "LA401", "message": "Unauthorized user_key"}])
    )
    outcomes, stop = fetch(asker, host, subject("one"), subject("two"))
    assert outcomes == []
    assert str(stop) == ("Crunchbase refuses the key (HTTP 401 Unauthorized user_key); check CRUNCHBASE_API_KEY")
    assert len(host.paths) == 2


def test_a_page_in_place_of_an_answer_is_a_failure(asker: Asker, host: Crunchbase) -> None:
    host.answers["acme"] = html_reply(200, "Checking your browser")
    (outcome,), _ = fetch(asker, host, subject())
    assert (outcome.status, outcome.record, outcome.passing) == (None, None, True)


LIST = """
categories: [{name: Run, subcategories: [{name: All, items: [
  {name: Acme Gear, crunchbase: https://www.crunchbase.com/organization/acme},
  {name: Giant Gear, crunchbase: https://www.crunchbase.com/organization/giant}]}]}]
"""


def test_a_refresh_stores_facts_owners_and_figures(landscape: Landscape, host: Crunchbase) -> None:
    host.answers["acme"] = ACME
    host.answers["giant"] = {
        "properties": {"identifier": {"permalink": "giant", "value": "Giant"}, "stock_symbol": {"value": "GIANT"}},
        "cards": {"parent_organization": [{"identifier": {"permalink": "holding", "value": "Holding"}}], "ipos": []},
    }
    host.books.accounts = {"holding": Account(id="holding", name="Holding", crunchbase="holding")}
    landscape.seeds.write_text(LIST, encoding="utf-8")
    landscape.now = landscape.now.replace(year=2026, month=3, day=1)

    def refresh() -> None:
        asked = {"CRUNCHBASE_API_KEY": KEY, "CRAWLER_CRUNCHBASE_URL": host.base_url}
        landscape.refresh("--source", "crunchbase", money=True, **asked)

    refresh()
    assert len(host.paths) == 3
    assert landscape.rows("SELECT id, found_by FROM organizations ORDER BY id") == [
        ("acme", None),
        ("giant", None),
        ("holding", "crunchbase"),
    ]
    assert landscape.rows("SELECT child_id, parent_id, valid_from, licence_class FROM ownerships ORDER BY 1") == [
        ("acme", "giant", "2025-06-30", "restricted"),
        ("giant", "holding", None, "restricted"),
    ]
    ticker = "SELECT value FROM organization_facts WHERE organization_id = 'giant' AND field = 'ticker'"
    assert landscape.value(ticker) == "GIANT"
    stored = landscape.dump("runs", "fetches", "run_sources", "history", *COMPUTED)
    assert len(stored["figures"]) == 7

    refresh()
    assert len(host.paths) == 3
    assert landscape.dump("runs", "fetches", "run_sources", "history", *COMPUTED) == stored

    landscape.later(days=8)
    host.answers["acme"] = changed("properties.valuation.value", 310000000)
    host.answers["acme"]["properties"]["funding_total"] = {"value": "a lot", "currency": "EUR"}
    refresh()
    valuations = "SELECT amount, superseded_by IS NULL FROM figures WHERE measure = 'post_money_valuation' ORDER BY id"
    assert landscape.rows(valuations) == [("300000000", 0), ("310000000", 1)]
    totals = "SELECT amount FROM figures WHERE measure = 'funding_total' AND superseded_by IS NULL ORDER BY 1"
    assert landscape.rows(totals) == [("52000000",), ("56800000",)]
    refused = landscape.rows("SELECT source, subject, field, value FROM refused_values")
    assert refused == [("crunchbase", "acme", "funding_total", "a lot")]
    assert KEY not in str(landscape.dump())


def test_a_host_that_makes_up_owners_is_not_followed(
    landscape: Landscape, host: Crunchbase, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.answers["acme"] = ACME
    landscape.seeds.write_text(LIST.replace("organization/giant", "organization/acme"), encoding="utf-8")
    landscape.now = landscape.now.replace(year=2026, month=3, day=1)
    monkeypatch.setattr("crawler.pipeline.MOST_FOUND", 0)
    asked = {"CRUNCHBASE_API_KEY": KEY, "CRAWLER_CRUNCHBASE_URL": host.base_url}
    landscape.refresh("--source", "crunchbase", money=True, **asked)
    assert len(host.paths) == 1
    assert landscape.value("SELECT count(*) FROM organizations WHERE found_by = 'crunchbase'") == 1
