"""Recorded money goes before the first live answer is stored, and a live run goes by the list alone until then."""

from __future__ import annotations

import sqlite3

import pytest
from conftest import Store

from crawler.errors import UsageFault
from crawler.model import Money, Organization, Outcome, Parent, Rates, Subject
from crawler.store import transaction
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.runs import begin_run, check_origin
from crawler.store.subjects import organization_candidates

LIST = """
categories:
  - name: Made up
    subcategories:
      - name: Widgets
        items:
          - name: widget-0
            organization: acme
            repo_url: https://github.com/acme-00/widget-0
organizations:
  - id: acme
    name: Acme
    ticker: ACME
    figures:
      - measure: funding_total
        amount: 5
        currency: USD
        as_of: "2023"
        source_url: https://acme.example/
"""
RATES = Rates(source_url="https://ecb.example/", by_day={"2023-09-25": {"USD": "1.0633"}})


def told(amount: str) -> Organization:
    cap = Money(
        measure="market_cap",
        amount=amount,
        currency="USD",
        as_of="2023-09-25",
        source_url="https://quotes.example/ACME",
        method="reported",
        licence_class="restricted",
    )
    parents = (Parent(scheme="wikidata", identifier="Q1", name="Giant"),)
    facts = {"wikidata": "Q2"}
    return Organization(
        source_url="https://w.example/", licence_class="public", facts=facts, parents=parents, figures=(cap,)
    )


def answered(source: str, name: str, record: Organization | Rates | None, *ids: str) -> Outcome:
    return Outcome(subject=Subject(source=source, name=name, organization_ids=ids), status="ok", record=record)


def write(store: Store, origin: str, source: str, outcome: Outcome) -> None:
    writing = Writing(origin=origin, now=store.now, day=store.now.date())
    write_outcomes(store.connection, source, [outcome], writing, None)


@pytest.fixture
def recorded(store: Store) -> Store:
    """A database with an organisation's recorded market cap and parent, and recorded rates."""
    store.sync(LIST)
    with transaction(store.connection):
        begin_run(store.connection, mode="sandbox", recorded_on="2023-09-25", seeds="seeds.yml", now=store.now)
    write(store, "sandbox", "wikidata", answered("wikidata", "Q2", told("100"), "acme"))
    write(store, "sandbox", "ecb", answered("ecb", "rates", RATES))
    assert counts(store.connection) == (2, 2 + 1, 1, 1, 2)
    return store


def counts(connection: sqlite3.Connection) -> tuple[int, ...]:
    tables = "figures", "organization_facts", "ownerships", "exchange_rates", "organizations"
    return tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_the_first_live_answer_drops_all_that_was_recorded(recorded: Store) -> None:
    write(recorded, "live", "coingecko", answered("coingecko", "gear", None))
    rows = recorded.connection.execute("SELECT source, amount FROM figures").fetchall()
    assert [tuple(row) for row in rows] == [("seeds", "5")]
    assert counts(recorded.connection) == (1, 0, 0, 0, 1)
    with pytest.raises(UsageFault, match="live figures"):
        check_origin(recorded.connection, "sandbox")


def test_a_live_answer_that_says_what_was_recorded_stays_and_so_does_the_next(recorded: Store) -> None:
    write(recorded, "live", "wikidata", answered("wikidata", "Q2", told("100"), "acme"))
    write(recorded, "live", "ecb", answered("ecb", "rates", RATES))
    assert counts(recorded.connection) == (2, 2 + 1, 1, 1, 2)


def test_a_live_failure_and_a_further_recording_drop_nothing(recorded: Store) -> None:
    before = counts(recorded.connection)
    failed = Outcome(subject=Subject(source="wikidata", name="Q2", organization_ids=("acme",)), error="no answer")
    write(recorded, "live", "wikidata", failed)
    write(recorded, "sandbox", "coingecko", answered("coingecko", "gear", None))
    assert counts(recorded.connection) == before
    check_origin(recorded.connection, "sandbox")


def test_a_live_run_asks_by_what_the_list_says_until_then(recorded: Store) -> None:
    def asked(identifier: str, origin: str) -> list[str]:
        found = organization_candidates(recorded.connection, "one", identifier, origin=origin)
        return [candidate.subject.name for candidate in found]

    assert asked("wikidata", "sandbox") == ["Q2", "Q1"]
    assert asked("wikidata", "live") == []
    assert asked("id", "live") == ["acme"]
    assert asked("ticker", "live") == ["ACME"]
    write(recorded, "live", "wikidata", answered("wikidata", "Q2", told("100"), "acme"))
    assert asked("wikidata", "live") == ["Q2", "Q1"]
