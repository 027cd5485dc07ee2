"""What sources tell of organisations: facts, owners and figures are added to, and nothing of them is lost."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from crawler.model import Money, Organization, Outcome, Parent, Subject
from crawler.store.organizations import identifiers
from crawler.store.subjects import organization_candidates

LIST = """
organizations:
  - id: hat
    name: Hat
    crunchbase_permalink: hat-co
    ticker: HAT
  - name: Cap
    crunchbase_permalink: cap
categories:
  - name: Made up
    subcategories: [{name: Widgets, items: [{name: Widget, organization: hat}]}]
"""
CAP = Money(
    measure="market_cap",
    amount="5.0",
    currency="USD",
    as_of="2026-02-28",
    source_url="https://quotes.test/HAT",
    method="reported",
    licence_class="restricted",
)
BIG = Parent(scheme="crunchbase", identifier="big-co", name="Big", since="2020")


def told(**fields: Any) -> Organization:
    return Organization(source_url="https://facts.test/hat", licence_class="restricted", **fields)


def subject(store: Any, name: str = "hat-co", source: str = "crunchbase") -> Subject:
    candidates = organization_candidates(store.connection, source, "crunchbase", origin="live")
    return next(one.subject for one in candidates if one.subject.name == name)


def tell(store: Any, source: str = "crunchbase", name: str = "hat-co", **fields: Any) -> None:
    store.write([Outcome(subject=subject(store, name, source), status="ok", record=told(**fields))], source=source)


def facts(store: Any) -> list[tuple[Any, ...]]:
    return store.rows("SELECT organization_id, field, value, source FROM organization_facts ORDER BY id")


def test_a_fact_is_a_row_only_when_it_is_news(store: Any) -> None:
    store.sync(LIST)
    for name in ("Hat Inc", "Hat Inc", "Hat plc", None):
        tell(store, facts={"name": name})
    assert facts(store) == [
        ("hat", "name", "Hat Inc", "crunchbase"),
        ("hat", "name", "Hat plc", "crunchbase"),
        ("hat", "name", None, "crunchbase"),
    ]


def test_what_a_source_does_not_speak_of_stays(store: Any) -> None:
    store.sync(LIST)
    tell(store, facts={"name": "Hat Inc", "cik": "0000000001"})
    tell(store, facts={"name": "Hat Inc"})
    assert identifiers(store.connection)["hat"]["cik"] == "0000000001"


def test_the_lists_word_comes_first_and_then_the_better_source(store: Any) -> None:
    store.sync(LIST)
    tell(store, "wikidata", facts={"ticker": "HATW", "name": "Hat W", "lei": "L1"})
    tell(store, facts={"ticker": "HATC", "name": "Hat C"})
    known = identifiers(store.connection)["hat"]
    assert (known["ticker"], known["name"], known["lei"]) == ("HAT", "Hat C", "L1")
    tell(store, facts={"name": None})
    assert identifiers(store.connection)["hat"]["name"] == "Hat W"


def test_the_exchange_is_that_of_whoever_told_the_ticker(store: Any) -> None:
    store.sync(LIST)
    tell(store, "wikidata", facts={"ticker": "HATW", "exchange": "LSE"})
    tell(store, facts={"ticker": "HATC", "exchange": "nyse"})
    assert "exchange" not in identifiers(store.connection)["hat"], "the list's own ticker, of no exchange"
    store.sync(LIST.replace("    ticker: HAT\n", ""))
    assert identifiers(store.connection)["hat"]["exchange"] == "nyse"
    tell(store, facts={"ticker": None})
    known = identifiers(store.connection)["hat"]
    assert (known["ticker"], known["exchange"]) == ("HATW", "LSE")
    store.sync(LIST.replace("    ticker: HAT\n", "    ticker: HAT\n    exchange: XETRA\n"))
    assert identifiers(store.connection)["hat"]["exchange"] == "XETRA"


def test_a_parent_that_no_list_names_is_found_and_asked_about(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(BIG,))
    assert store.rows("SELECT id, name, declared, found_by, removed_at FROM organizations WHERE found_by <> ''") == [
        ("big-co", "Big", 0, "crunchbase", None)
    ]
    assert subject(store, "big-co").organization_ids == ("big-co",)
    store.sync(LIST)
    assert store.value("SELECT removed_at FROM organizations WHERE id = 'big-co'") is None


def test_a_parent_of_the_list_is_itself(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(structs.replace(BIG, identifier="CAP"),))
    assert store.rows("SELECT child_id, parent_id, valid_from FROM ownerships") == [("hat", "cap", "2020")]


def test_a_found_parent_takes_an_id_that_is_free(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(structs.replace(BIG, scheme="wikidata", identifier="Q1", name="Cap"),))
    assert store.rows("SELECT parent_id FROM ownerships") == [("cap-2",)]


def test_nobody_owns_themselves(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(structs.replace(BIG, identifier="hat-co"),))
    assert store.rows("SELECT * FROM ownerships") == []


def test_an_owner_that_is_no_longer_named_is_marked(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(BIG,))
    tell(store, parents=(BIG,))
    tell(store)
    assert store.rows("SELECT parent_id, withdrawn_at FROM ownerships") == [("big-co", None)]
    tell(store, parents=())
    assert store.rows("SELECT parent_id, withdrawn_at FROM ownerships") == [("big-co", "2026-03-01T06:00:00Z")]


def test_an_answer_that_tells_less_takes_no_date_back(store: Any) -> None:
    store.sync(LIST)
    tell(store, parents=(structs.replace(BIG, share="0.8"),))
    tell(store, parents=(structs.replace(BIG, since=None),))
    said = "SELECT share, valid_from, withdrawn_at FROM ownerships ORDER BY id"
    assert store.rows(said) == [("0.8", "2020", None)]
    tell(store, parents=(structs.replace(BIG, since="2021"),))
    assert store.rows(said) == [("0.8", "2020", "2026-03-01T06:00:00Z"), (None, "2021", None)]


def test_a_list_that_changes_its_mind_keeps_the_former_owner_marked(store: Any) -> None:
    store.sync(LIST.replace("    ticker: HAT\n", "    parent: cap\n"))
    store.sync(LIST)
    assert store.rows("SELECT child_id, parent_id, source, withdrawn_at FROM ownerships") == [
        ("hat", "cap", "seeds", "2026-03-01T06:00:00Z")
    ]


def test_a_figure_is_added_once_and_corrected_by_a_new_row(store: Any) -> None:
    store.sync(LIST)
    again = structs.replace(CAP, amount="5.00")
    corrected = structs.replace(CAP, amount="6")
    later = structs.replace(CAP, amount="7", as_of="2026-03-01")
    for figure in (CAP, again, corrected, later):
        tell(store, "yahoo", figures=(figure,))
    assert store.rows("SELECT id, amount, as_of, superseded_by, licence_class FROM figures ORDER BY id") == [
        (1, "5.0", "2026-02-28", 2, "restricted"),
        (2, "6", "2026-02-28", None, "restricted"),
        (3, "7", "2026-03-01", None, "restricted"),
    ]


@pytest.mark.parametrize(("field", "value"), [("measure", "public_float"), ("kind", "seed"), ("method", "converted")])
def test_figures_that_differ_in_kind_stand_side_by_side(store: Any, field: str, value: str) -> None:
    store.sync(LIST)
    tell(store, figures=(CAP, structs.replace(CAP, **{field: value, "amount": "9"})))
    assert store.value("SELECT count(*) FROM figures WHERE superseded_by IS NULL") == 2


ROUND = Money(
    measure="funding_round",
    amount="50",
    currency="USD",
    as_of="2025-05-01",
    source_url="https://facts.test/round/1",
    method="reported",
    licence_class="restricted",
    kind="series_unknown",
)


def standing(store: Any) -> list[tuple[Any, ...]]:
    return store.rows(
        "SELECT as_of, kind, amount FROM figures WHERE superseded_by IS NULL AND withdrawn_at IS NULL ORDER BY id"
    )


def test_a_round_that_its_source_corrects_counts_once(store: Any) -> None:
    store.sync(LIST)
    versions = (
        ROUND,
        structs.replace(ROUND, as_of="2025-05-02"),
        structs.replace(ROUND, as_of="2025-05-02", kind="series_a"),
        structs.replace(ROUND, as_of="2025-05-02", kind="series_a", amount="51"),
    )
    for version in versions:
        tell(store, figures=(version,), complete=frozenset({"funding_round"}))
    assert standing(store) == [("2025-05-02", "series_a", "51")]
    assert store.rows("SELECT id, superseded_by FROM figures ORDER BY id") == [(1, 2), (2, 3), (3, 4), (4, None)]


def test_a_round_that_its_source_drops_is_taken_back_until_it_is_told_again(store: Any) -> None:
    store.sync(LIST)
    second = structs.replace(ROUND, source_url="https://facts.test/round/2", as_of="2026")
    whole = frozenset({"funding_round"})
    tell(store, figures=(ROUND, second, CAP), complete=whole)
    tell(store, figures=(ROUND,), complete=frozenset())
    assert len(standing(store)) == 3
    tell(store, figures=(ROUND,), complete=whole)
    assert [as_of for as_of, _, _ in standing(store)] == ["2025-05-01", CAP.as_of]
    assert store.value("SELECT withdrawn_at FROM figures WHERE as_of = '2026'") == "2026-03-01T06:00:00Z"
    tell(store, figures=(ROUND, second), complete=whole)
    assert [as_of for as_of, _, _ in standing(store)] == ["2025-05-01", CAP.as_of, "2026"]


def test_a_failure_takes_nothing_away(store: Any) -> None:
    store.sync(LIST)
    tell(store, facts={"name": "Hat Inc"}, parents=(BIG,), figures=(CAP,))
    before = [store.rows(f"SELECT * FROM {table}") for table in ("organization_facts", "ownerships", "figures")]
    store.write([Outcome(subject=subject(store), error="HTTP 500")], source="crunchbase")
    assert [store.rows(f"SELECT * FROM {table}") for table in ("organization_facts", "ownerships", "figures")] == before
    assert store.rows("SELECT status, error FROM fetches") == [("failed", "HTTP 500")]
