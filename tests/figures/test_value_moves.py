"""Values that move far enough, by what, and whether that may be published."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from crawler.figures.events import write_events
from crawler.rules import EventRules
from crawler.store import transaction

FIRST = date(2023, 9, 25)
VALUATION = "post_money_valuation"
SECRET = {"source": "crunchbase", "method": "reported", "licence_class": "restricted"}


class Days:
    """A landscape that is computed day by day."""

    def __init__(self, landscape) -> None:
        self.landscape = landscape
        self.day = FIRST
        self._seen = 0
        landscape.category("run")

    def company(self, slug: str, amount: int, **figure: object) -> None:
        """One with a project of its own, and worth so much."""
        self.landscape.organization(slug)
        self.landscape.project(f"of-{slug}", "run--all", organization=slug)
        self.worth(slug, amount, **figure)

    def worth(self, slug: str, amount: int, **figure: object) -> None:
        """What it is worth from now on."""
        row = {"as_of": self.day.isoformat(), "observed_at": f"{self.day}T01:00:00Z", **figure}
        self.landscape.figure(slug, VALUATION, str(amount), **row)

    def later(self, days: int = 1) -> None:
        self.day += timedelta(days=days)

    def close(self) -> list[tuple]:
        """Compute the day; the events by scope, before, after, causes that are not zero, and class."""
        self.landscape.write(self.day)
        now = datetime.fromisoformat(f"{self.day}T02:00:00Z")
        connection = self.landscape.connection
        with transaction(connection):
            write_events(connection, day=self.day, now=now, rules=EventRules())
        rows = connection.execute(
            "SELECT id, scope, before, after, detail, licence_class, organization_id, source FROM changes"
            " WHERE id > ? AND kind = 'value_moved' ORDER BY id",
            [self._seen],
        ).fetchall()
        self._seen = max([self._seen, *(row["id"] for row in rows)])
        return [self._event(row) for row in rows]

    def _event(self, row) -> tuple:
        detail = json.loads(row["detail"])
        assert (detail["currency"], row["source"]) == ("USD", None)
        assert row["organization_id"] == (row["scope"].partition(":")[2] or None)
        causes = {name: int(Decimal(amount)) for name, amount in detail["causes"].items()}
        before, after = (None if row[name] is None else int(Decimal(row[name])) for name in ("before", "after"))
        assert sum(causes.values()) == (after or 0) - (before or 0), "the causes are all of it"
        moved = {name: amount for name, amount in causes.items() if amount}
        return row["scope"], before, after, moved, row["licence_class"]


@pytest.fixture
def days(landscape) -> Days:
    return Days(landscape)


def test_small_moves_add_up_to_one_event(days) -> None:
    days.company("a", 1_000)
    assert days.close() == []
    for amount in (1_030, 1_050):
        days.later()
        days.worth("a", amount)
        assert days.close() == []
    days.later()
    days.worth("a", 1_051)
    assert days.close() == [("landscape", 1_000, 1_051, {"price": 51}, "public")]
    days.later(30)
    assert days.close() == []
    days.worth("a", 999)
    days.later()
    assert days.close() == []
    days.worth("a", 790)
    assert days.close() == [
        ("landscape", 1_051, 790, {"price": -261}, "public"),
        ("organization:a", 1_000, 790, {"price": -210}, "public"),
    ]


def test_a_day_that_is_computed_again_counts_once(days) -> None:
    days.company("a", 1_000)
    assert days.close() == days.close() == []
    days.later()
    days.worth("a", 1_030)
    assert days.close() == days.close() == []
    days.worth("a", 1_060)
    assert days.close() == [("landscape", 1_000, 1_060, {"price": 60}, "public")]
    days.worth("a", 1_070)
    assert days.close() == days.close() == []
    days.later()
    days.worth("a", 1_120)
    assert days.close() == [("landscape", 1_060, 1_120, {"price": 60}, "public")]
    days.worth("a", 1_000)
    assert days.close() == [("landscape", 1_120, 1_000, {"price": -120}, "public")]
    assert days.close() == []


def test_the_first_day_may_be_computed_again_too(days) -> None:
    days.company("a", 1_000)
    assert days.close() == []
    days.worth("a", 1_100)
    assert [event[:3] for event in days.close()] == [("landscape", 1_000, 1_100)]
    days.later()
    days.worth("a", 1_160)
    assert days.close() == [("landscape", 1_100, 1_160, {"price": 60}, "public")]


def test_rates_and_coverage(days) -> None:
    for offset, rate in ((0, "1.0"), (1, "1.1"), (2, "1.1")):
        days.landscape.insert(
            "exchange_rates",
            day=(FIRST + timedelta(days=offset)).isoformat(),
            currency="USD",
            rate=rate,
            source="ecb",
            source_url="https://example.org/rates",
            observed_at="2023-09-25T00:00:00Z",
        )
    days.company("a", 1_000, currency="EUR")
    assert days.close() == []
    days.later()
    assert days.close() == [("landscape", 1_000, 1_100, {"fx": 100}, "public")]
    days.later()
    days.company("b", 100)
    assert days.close() == [("landscape", 1_100, 1_200, {"coverage": 100}, "public")], "b is new, and has not moved"


def test_an_organisation_has_to_move_more_and_to_matter(days) -> None:
    days.company("great", 100_000)
    days.company("small", 1_000)
    days.company("middle", 10_000)
    assert days.close() == []
    days.later()
    days.worth("small", 1_900)
    days.worth("middle", 12_000)
    assert days.close() == [], "small is not one percent of all, middle has not moved by more than twenty"
    days.worth("middle", 12_100)
    assert days.close() == [("organization:middle", 10_000, 12_100, {"price": 2_100}, "public")]


def test_what_our_own_upgrade_makes_of_a_value_moves_nothing(days) -> None:
    days.company("a", 1_000)
    days.landscape.connection.execute("UPDATE organizations SET ticker = 'A'")
    days.landscape.figure("a", "market_cap", "1000", as_of=FIRST.isoformat())
    days.landscape.connection.execute("UPDATE organizations SET attribution_share = '0.5'")
    assert days.close() == []
    days.later()
    days.landscape.connection.execute("UPDATE computed_days SET version = '0.0.1'")
    days.landscape.connection.execute("UPDATE organizations SET attribution_share = '0.8'")
    assert days.close() == days.close() == [], "from 500 to 800"
    days.later()
    days.landscape.figure("a", "market_cap", "1100", as_of=days.day.isoformat())
    assert days.close() == [("landscape", 800, 880, {"price": 80}, "public")]
    days.later()
    days.landscape.connection.execute("UPDATE organizations SET attribution_share = '0.9'")
    assert days.close() == [
        ("landscape", 880, 990, {"method": 110}, "public"),
        ("organization:a", 800, 990, {"price": 80, "method": 110}, "public"),
    ], "this time it was the list"


def test_what_tells_a_restricted_figure_is_restricted(days) -> None:
    for slug, more in (("a", SECRET), ("b", SECRET), ("c", {})):
        days.company(slug, 1_000, **more)
    assert days.close() == []
    days.later()
    days.worth("a", 1_040, **SECRET)
    assert days.close() == []
    days.later()
    days.worth("c", 1_190)
    # The whole cause is public on that day; but on the day before it was one restricted figure alone.
    assert days.close() == [("landscape", 3_000, 3_230, {"price": 230}, "restricted")]
    days.later()
    days.worth("c", 1_500)
    assert days.close() == [
        ("landscape", 3_230, 3_540, {"price": 310}, "public"),
        ("organization:c", 1_000, 1_500, {"price": 500}, "public"),
    ]
    days.later()
    days.worth("a", 3_000, **SECRET)
    assert [event[0::4] for event in days.close()] == [("landscape", "restricted"), ("organization:a", "restricted")]


def test_a_value_that_was_away_begins_anew(days) -> None:
    days.company("a", 1_000)
    days.company("b", 1_000)
    assert days.close() == []
    days.later()
    days.landscape.connection.execute("UPDATE organizations SET removed_at = '2023-09-26' WHERE id = 'b'")
    days.landscape.connection.execute("UPDATE projects SET removed_at = '2023-09-26' WHERE id = 'of-b'")
    assert days.close() == [("landscape", 2_000, 1_000, {"coverage": -1_000}, "public")]
    days.later()
    days.landscape.connection.execute("UPDATE organizations SET removed_at = NULL")
    days.landscape.connection.execute("UPDATE projects SET removed_at = NULL")
    days.worth("b", 2_000)
    assert days.close() == [("landscape", 1_000, 3_000, {"coverage": 2_000}, "public")]
    assert days.landscape.connection.execute("SELECT count(*) FROM told_values").fetchone()[0] == 6


def test_a_figure_that_is_taken_away_and_comes_again(days) -> None:
    for slug, amount in (("a", 1_000), ("b", 300), ("tiny", 5)):
        days.company(slug, amount)
    days.company("unknown", 1)
    days.landscape.connection.execute("UPDATE figures SET withdrawn_at = '2023-09-25' WHERE amount = '1'")
    assert days.close() == []
    days.later()
    days.landscape.connection.execute("UPDATE figures SET withdrawn_at = '2023-09-26' WHERE amount IN ('300', '5')")
    gone = [
        ("landscape", 1_305, 1_000, {"coverage": -305}, "public"),
        ("organization:b", 300, None, {"coverage": -300}, "public"),
    ]
    assert days.close() == gone
    assert days.close() == []
    days.later()
    days.worth("unknown", 400)
    assert [event[0] for event in days.close()] == ["landscape"], "it was never known"
    days.later()
    days.worth("tiny", 5)
    days.worth("b", 310)
    assert days.close() == [
        ("landscape", 1_400, 1_715, {"coverage": 315}, "public"),
        ("organization:b", None, 310, {"coverage": 310}, "public"),
    ]
    assert days.close() == []


def test_a_landscape_whose_only_value_is_gone(days) -> None:
    days.company("a", 1_000)
    assert days.close() == []
    days.later()
    days.landscape.connection.execute("UPDATE figures SET withdrawn_at = '2023-09-26'")
    scopes = ("landscape", "organization:a")
    assert days.close() == [(scope, 1_000, None, {"coverage": -1_000}, "public") for scope in scopes]
    days.later()
    assert days.close() == []
    days.worth("a", 900)
    assert days.close() == [(scope, None, 900, {"coverage": 900}, "public") for scope in scopes]
