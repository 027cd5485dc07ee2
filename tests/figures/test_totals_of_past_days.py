"""Totals of past days: only what differs stays, what ends says so, and every day can still be told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.figures.model import Figures, Total, ValueLine
from crawler.figures.stored import stored_totals_on
from crawler.store import transaction
from crawler.store.totals import write_totals

FIRST = date(2026, 11, 20)
HEADLINE = "ecosystem_value_v1"
KEPT = (
    ("landscape", "stars", ""),
    ("landscape", "language:Go", ""),
    ("landscape", "value", "token_cap_v1"),
    ("category:run", "stars", ""),
    ("category:run", "value", HEADLINE),
    ("group:dev", "archived", ""),
)
NOT_KEPT = (
    ("category:run", "license:MIT", ""),
    ("group:dev", "language:Go", ""),
    ("category:run", "value", "token_cap_v1"),
    ("category:run", "funding", HEADLINE),
    ("organization:big", "value", "group_cap_v1"),
    ("organization:big", "value", HEADLINE),
    ("subcategory:run--all", "stars", ""),
    ("subcategory:run--all", "value", HEADLINE),
)


def total(key, value):
    scope, measure, policy = key
    more = {"currency": "USD", "low": f"{value}.5"} if policy else {}
    return Total(
        scope=scope, measure=measure, policy=policy, value=f"{value}" if policy else value, known=1, total=2, **more
    )


def line(amount):
    return ValueLine(
        policy=HEADLINE, scope="landscape", measure="value", amount=amount, currency="USD", counted=True, reason="so"
    )


class Days:
    """Writes days of figures, and remembers what each of them said."""

    def __init__(self, connection):
        self.connection = connection
        self.written = {}

    def write(self, number, values, origin="live"):
        day = FIRST + timedelta(days=number)
        totals = [total(key, value) for key, value in values.items()]
        with transaction(self.connection):
            write_totals(self.connection, Figures(totals, [line(str(number))]), day=day, origin=origin)
        self.written[day] = {(one.scope, one.measure, one.policy): one for one in totals}

    def rows(self, query):
        return [tuple(row) for row in self.connection.execute(query)]

    def days_of(self, key):
        query = "SELECT day FROM totals WHERE (scope, measure, policy) = (?, ?, ?) ORDER BY day"
        return [int(row[0][-2:]) for row in self.connection.execute(query, key)]


@pytest.fixture
def days(landscape):
    return Days(landscape.connection)


def test_of_past_days_only_what_differs_and_is_kept_has_a_row(days):
    moving = (1, 1, 2, 2, 2, 3, 3)
    for number, value in enumerate(moving):
        days.write(number, dict.fromkeys((*KEPT, *NOT_KEPT), value))
    # The newest day is whole, and the one before still has what is not kept, to be compared with it.
    assert {key: days.days_of(key) for key in KEPT} == {key: [20, 22, 25, 26] for key in KEPT}
    assert {key: days.days_of(key) for key in NOT_KEPT} == {key: [25, 26] for key in NOT_KEPT}
    assert days.rows("SELECT DISTINCT day, amount FROM value_lines ORDER BY 1") == [
        ("2026-11-25", "5"),
        ("2026-11-26", "6"),
    ]
    assert len(days.rows("SELECT day FROM computed_days")) == 7


def test_every_past_day_can_be_told(days):
    one, two, three = KEPT[0], KEPT[1], KEPT[4]
    days.write(0, {one: 1, two: 5, three: 7})
    days.write(1, {one: 1, three: None})
    days.write(3, {one: 2, three: None})
    days.write(4, {one: 2, two: 5, three: 7, NOT_KEPT[0]: 1})
    days.write(5, {one: 1, two: 6})
    days.write(6, {one: 1})
    for day, totals in days.written.items():
        found = stored_totals_on(days.connection, day.isoformat())
        assert {key: found[key] for key in found if key in KEPT} == {key: totals[key] for key in totals if key in KEPT}
        assert list(found) == sorted(found, key=lambda key: (key[2], key[0], key[1]))
    # A day without a refresh is as the one before; before the first there is nothing.
    assert stored_totals_on(days.connection, "2026-11-22") == stored_totals_on(days.connection, "2026-11-21")
    assert stored_totals_on(days.connection, "2026-11-19") == {}
    assert days.days_of(two) == [20, 24, 25]


def test_a_day_that_is_written_again_leaves_no_trace_of_the_first_time(days):
    one, two = KEPT[0], NOT_KEPT[0]
    days.write(0, {one: 1, two: 1})
    days.write(1, {one: 2})
    days.write(1, {one: 1, two: 1})
    days.write(1, {one: 1, two: 3})
    assert days.days_of(one) == days.days_of(two) == [20, 21]
    days.write(2, {one: 1, two: 3})
    assert days.days_of(one) == [20, 22]
    assert days.days_of(two) == [21, 22]
    assert days.rows("SELECT count(*) FROM total_values WHERE total IS NULL") == [(0,)]


def test_what_an_older_version_kept_ends_where_it_is_kept_no_longer(days):
    key = NOT_KEPT[0]
    days.connection.execute("INSERT INTO total_series VALUES (1, ?, ?, ?)", key)
    for day in ("2026-11-08", "2026-11-09", "2026-11-10"):
        days.connection.executescript(
            f"INSERT INTO computed_days (day, origin, policies) VALUES ('{day}', 'live', '[]');"
            f"INSERT INTO total_values (series_id, day, value, known, total) VALUES (1, '{day}', 9, 9, 9);"
        )
    for number in range(4):
        days.write(number, {key: number})
    days.write(4, {})
    assert days.days_of(key) == [8, 23]
    assert stored_totals_on(days.connection, "2026-11-08")[key].value == 9
    assert stored_totals_on(days.connection, "2026-11-15") == {}
    assert stored_totals_on(days.connection, "2026-11-21") == {}
    assert stored_totals_on(days.connection, "2026-11-24") == {}


def test_a_live_day_comes_after_all_others_and_a_recording_takes_their_place(days):
    days.write(1, {KEPT[0]: 1})
    with pytest.raises(ValueError, match="come too late"):
        days.write(0, {KEPT[0]: 2})
    assert stored_totals_on(days.connection, "2026-11-21")[KEPT[0]].value == 1
    days.write(5, {KEPT[0]: 3}, "sandbox")
    days.write(0, {KEPT[0]: 4}, "sandbox")
    assert days.rows("SELECT day, value, origin FROM totals") == [("2026-11-20", 4, "sandbox")]
    assert days.rows("SELECT day, origin FROM value_lines") == [("2026-11-20", "sandbox")]
