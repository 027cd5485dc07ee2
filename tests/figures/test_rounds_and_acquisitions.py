"""Rounds and new owners: told once, by whoever is first, and never from a first answer."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from crawler.figures.events import write_events
from crawler.rules import EventRules
from crawler.store import transaction

FIRST = date(2026, 3, 1)


class Days:
    """Closes of refreshes, day by day; what is inserted was observed an hour before the close of its day."""

    def __init__(self, landscape) -> None:
        self.landscape, self.day = landscape, FIRST
        self._seen = 0
        for slug in ("a", "b", "big", "other"):
            landscape.organization(slug)
            landscape.told(slug, status="operating")

    @property
    def observed(self) -> dict[str, str]:
        return {"observed_at": f"{self.day}T01:00:00Z"}

    def raised(self, slug: str, amount: str, as_of: str = "2026-02-20", source: str = "crunchbase", **values) -> int:
        row = {"currency": "USD", "source": source, "source_url": f"https://example.org/{amount}", **self.observed}
        return self.landscape.figure(slug, "funding_round", amount, as_of=as_of, **(row | values))

    def owned(self, child: str, parent: str, source: str = "crunchbase", **values) -> None:
        self.landscape.owned(child, parent, source=source, **(self.observed | values))

    def later(self, days: int = 1) -> None:
        self.day += timedelta(days=days)

    def close(self) -> list[tuple]:
        """The new events: organisation, before, after and when."""
        connection = self.landscape.connection
        with transaction(connection):
            now = datetime.fromisoformat(f"{self.day}T02:00:00Z")
            write_events(connection, day=self.day, now=now, rules=EventRules())
        rows = connection.execute(
            "SELECT id, organization_id, before, after, at FROM changes WHERE id > ? ORDER BY id", [self._seen]
        ).fetchall()
        self._seen = max([self._seen, *(row["id"] for row in rows)])
        return [tuple(row)[1:] for row in rows]


@pytest.fixture
def days(landscape) -> Days:
    """Four organisations about which Crunchbase has answered before the first close."""
    days = Days(landscape)
    days.raised("a", "1000", as_of="2026-01-05")
    assert days.close() == []
    days.later()
    return days


def test_a_round_is_told_once_with_all_that_is_said_of_it(days) -> None:
    days.raised("a", "25000000.00", as_of="2026-02-28", kind="series_b", licence_class="restricted", currency="EUR")
    assert days.close() == [("a", None, "25000000 EUR", "2026-02-28")]
    (row,) = days.landscape.connection.execute("SELECT * FROM changes").fetchall()
    assert (row["kind"], json.loads(row["detail"]), row["licence_class"]) == (
        "funding_round",
        {"kind": "series_b"},
        "restricted",
    )
    assert (row["source"], row["source_url"]) == ("crunchbase", "https://example.org/25000000.00")
    assert days.close() == []


def test_two_sources_tell_of_one_round(days) -> None:
    days.raised("a", "25000000", as_of="2026-02-20")
    days.raised("a", "25500000", as_of="2026-02-28", source="seeds")
    assert days.close() == [("a", None, "25000000 USD", "2026-02-20")]
    days.later()
    days.raised("a", "24000000", as_of="2026-02", source="seeds")
    assert days.close() == []
    days.raised("a", "30000000", as_of="2026-02-20", source="seeds")
    days.raised("a", "25000000", as_of="2026-02-20", source="seeds", currency="EUR")
    days.raised("b", "25000000", as_of="2026-02-20", source="seeds")
    days.raised("a", "1000", as_of="2026-02-25", source="seeds")
    assert [event[:3] for event in days.close()] == [
        ("a", None, "30000000 USD"),
        ("a", None, "25000000 EUR"),
        ("b", None, "25000000 USD"),
        ("a", None, "1000 USD"),
    ], "another amount, currency, organisation and time"


def test_one_source_that_states_two_means_two(days) -> None:
    days.raised("a", "500")
    days.raised("a", "500", source_url="https://example.org/500#2")
    assert len(days.close()) == 2


def test_a_correction_is_no_round_and_one_before_it_was_told_is(days) -> None:
    def correct(old: int, new: int) -> None:
        days.landscape.connection.execute("UPDATE figures SET superseded_by = ? WHERE id = ?", [new, old])

    first = days.raised("a", "500")
    assert len(days.close()) == 1
    days.later()
    correct(first, days.raised("a", "900"))
    assert days.close() == []
    untold = days.raised("b", "500")
    correct(untold, days.raised("b", "900"))
    assert days.close() == [("b", None, "900 USD", "2026-02-20")]
    days.landscape.connection.execute("UPDATE figures SET withdrawn_at = '2026-03-03T00:00:00Z' WHERE amount = '900'")
    days.later()
    days.raised("b", "900")
    assert days.close() == [], "what comes back was there before"


def test_a_round_of_long_ago_and_a_first_answer_are_no_news(days) -> None:
    days.raised("a", "700", as_of="2025-02")
    days.raised("a", "800", as_of="2025")
    days.landscape.organization("new")
    days.raised("new", "900")
    days.landscape.told("new", status="operating", name="New")
    days.landscape.connection.execute(
        "UPDATE organization_facts SET observed_at = ? WHERE organization_id = 'new'", [days.observed["observed_at"]]
    )
    assert [event[:3] for event in days.close()] == [("a", None, "800 USD")]
    days.later()
    days.raised("new", "5000")
    assert [event[:3] for event in days.close()] == [("new", None, "5000 USD")]


def test_who_was_only_named_as_a_parent_was_not_answered(days) -> None:
    days.landscape.organization("holding", found_by="crunchbase")
    days.landscape.told("holding", name="Holding", crunchbase="holding")
    days.raised("holding", "900")
    assert days.close() == []


def test_what_the_list_says_of_an_organisation_that_it_did_not_have(days) -> None:
    days.landscape.organization("listed")
    days.raised("listed", "900", source="seeds")
    days.landscape.insert("former_rows", table_name="organizations", key="listed", day=days.day.isoformat())
    days.raised("a", "900", source="seeds")
    assert [event[0] for event in days.close()] == ["a"]
    days.later()
    days.raised("listed", "5000", source="seeds")
    assert [event[0] for event in days.close()] == ["listed"]


def test_a_new_owner_is_told_once(days) -> None:
    days.owned("a", "big", valid_from="2026-02-27", licence_class="restricted", source_url="https://example.org/deal")
    assert days.close() == [("a", None, "big", "2026-02-27")]
    row = days.landscape.connection.execute("SELECT kind, source, source_url, licence_class FROM changes").fetchone()
    assert tuple(row) == ("acquired", "crunchbase", "https://example.org/deal", "restricted")
    days.later()
    days.owned("a", "big", source="seeds", share="0.9")
    assert days.close() == [], "the list says the same, and more"
    days.later()
    days.owned("a", "other", source="seeds")
    assert days.close() == [("a", "big", "other", f"{days.day}T02:00:00Z")]


def test_an_owner_under_two_ids_is_one(days) -> None:
    days.landscape.organization("big-2")
    days.landscape.told("big", "wikidata", wikidata="Q1")
    days.landscape.told("big-2", "wikidata", wikidata="Q1")
    days.landscape.told("a", "wikidata", lei="X")
    days.owned("a", "big")
    days.owned("a", "big-2", source="wikidata")
    assert [event[:3] for event in days.close()] == [("a", None, "big")]


@pytest.mark.parametrize(
    "claim",
    [
        {"valid_from": "2020"},
        {"valid_to": "2026-02-01"},
        {"share": "0.2"},
        {"source": "wikidata"},
        {"withdrawn_at": "2026-03-02T01:30:00Z"},
    ],
    ids=["long ago", "over", "a part", "a first answer", "taken back"],
)
def test_what_is_no_new_owner(days, claim) -> None:
    days.owned("a", "big", **claim)
    assert days.close() == []
    days.later()
    days.owned("b", "big")
    assert [event[:3] for event in days.close()] == [("b", None, "big")]


def test_a_deal_of_which_the_buyer_comes_later(days) -> None:
    def fact(slug: str, day: str, source: str = "crunchbase") -> None:
        row = {"source": source, "licence_class": "restricted", "field": "acquired_on", "value": day}
        days.landscape.insert("organization_facts", organization_id=slug, **row, **days.observed)

    fact("a", "2026-02-25")
    fact("b", "2019-02-25")
    fact("other", "2026-02-25", "wikidata")
    assert days.close() == [("a", None, None, "2026-02-25")]
    days.later()
    days.owned("a", "big", valid_from="2026-02-25")
    fact("a", "2026-02-26")
    assert days.close() == []
    days.later()
    days.owned("b", "big", valid_from="2026-02-27")
    fact("b", "2026-02-27")
    assert days.close() == [("b", None, "big", "2026-02-27")]


def test_recordings_tell_nothing(landscape) -> None:
    days = Days(landscape)
    landscape.insert("runs", mode="sandbox", started_at="2026-03-01T00:00:00Z", seeds="x", version="x")
    days.raised("a", "900")
    assert days.close() == days.close() == []
    mark = "SELECT id FROM told_marks WHERE table_name = 'figures'"
    assert landscape.connection.execute(mark).fetchone()[0] == 0
