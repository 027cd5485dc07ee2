"""Totals in the store: a day's figures replace those of the same day, and money is never a float."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

DAY = date(2023, 9, 25)


@pytest.fixture
def filled(landscape):
    landscape.category("run")
    landscape.organization("ibm", "IBM", ticker="IBM")
    landscape.organization("red-hat", parent_id="ibm")
    landscape.organization("start")
    landscape.figure("ibm", "market_cap", "1000.5", currency="EUR")
    landscape.figure("start", "funding_round", "7")
    repository = landscape.repository("o/a", stars=5, license_spdx="MIT")
    recorded = landscape.repository("o/b", stars=3, origin="sandbox")
    landscape.language(repository, "Rust", 10)
    landscape.project("p", "run--all", organization="ibm", repositories=(repository, recorded))
    landscape.project("q", "run--all", organization="red-hat")
    landscape.project("r", "run--all", organization="start")
    return landscape


def rows(landscape, query):
    return [tuple(row) for row in landscape.connection.execute(query)]


def test_counts_are_integers_and_money_is_text(filled):
    filled.write()
    types = rows(
        filled,
        """
        SELECT DISTINCT typeof(value), typeof(low), typeof(high), currency IS NOT NULL FROM totals
        WHERE value IS NOT NULL ORDER BY 1, 2, 3
        """,
    )
    assert types == [
        ("integer", "null", "null", 0),
        ("text", "null", "null", 1),
        ("text", "null", "text", 1),
        ("text", "text", "text", 1),
    ]
    assert rows(filled, "SELECT DISTINCT typeof(amount) FROM value_lines ORDER BY 1") == [("null",), ("text",)]


def test_the_views_show_the_value_and_its_lines(filled):
    filled.write()
    value = "SELECT policy, day, low, central, high, currency, known, total FROM ecosystem_value ORDER BY policy"
    assert rows(filled, value) == [
        ("attributed_cap_v1", "2023-09-25", "319.15", "531.92", "744.68", "USD", 1, 1),
        ("community_income_v1", "2023-09-25", None, None, None, "USD", 0, 3),
        ("ecosystem_value_v1", "2023-09-25", "326.15", "545.92", "1091.83", "USD", 2, 2),
        ("equity_raised_v1", "2023-09-25", None, "7", None, "USD", 1, 1),
        ("exit_price_v1", "2023-09-25", None, None, None, "USD", 0, 0),
        ("group_cap_v1", "2023-09-25", None, "1063.83", "1063.83", "USD", 1, 1),
        ("private_value_v1", "2023-09-25", "7", "14", "28", "USD", 1, 1),
        ("replacement_cost_v1", "2023-09-25", None, None, None, "USD", 0, 2),
        ("token_cap_v1", "2023-09-25", None, None, None, "USD", 0, 0),
    ]
    lines = """
        SELECT organization_id, group_id, counted, reason FROM ecosystem_value_lines
        WHERE policy = 'group_cap_v1' AND scope = '{}' ORDER BY 1
    """
    assert rows(filled, lines.format("landscape")) == [
        ("ibm", "ibm", 1, "market cap as of 2023-09-01"),
        ("red-hat", "ibm", 0, "included in IBM"),
        ("start", "start", 0, "no market cap known by 2023-09-25"),
    ]
    assert rows(filled, lines.format("category:run")) == [("ibm", "ibm", 1, "market cap as of 2023-09-01")]
    assert rows(filled, lines.format("organization:ibm")) == [
        ("ibm", "ibm", 1, "market cap as of 2023-09-01"),
        ("red-hat", "ibm", 0, "included in IBM"),
    ]


def test_every_sum_of_money_is_that_of_its_lines(filled):
    filled.write()
    sums: dict[tuple[str, ...], list[Decimal]] = {}
    lines = "SELECT policy, scope, measure, amount, low, high FROM ecosystem_value_lines WHERE counted"
    for *key, amount, low, high in rows(filled, lines):
        so_far = sums.setdefault(tuple(key), [Decimal(0)] * 3)
        sums[tuple(key)] = [
            a + Decimal(b) for a, b in zip(so_far, (amount, low or amount, high or amount), strict=True)
        ]
    totals = """
        SELECT policy, scope, measure, value, low, high FROM totals
        WHERE currency IS NOT NULL AND value IS NOT NULL AND (policy, measure) <> ('group_cap_v1', 'market_cap')
    """
    found = {tuple(key): [value, low or value, high or value] for *key, value, low, high in rows(filled, totals)}
    assert {scope for _, scope, _ in found} == {
        "landscape",
        "category:run",
        "subcategory:run--all",
        "organization:ibm",
        "organization:start",
    }
    assert {key: [Decimal(amount) for amount in amounts] for key, amounts in found.items()} == sums


def test_writing_a_day_again_replaces_it_and_leaves_the_others(filled):
    filled.write(date(2023, 9, 24))
    filled.write()
    before = rows(filled, "SELECT day, count(*) FROM totals GROUP BY day")
    lines = rows(filled, "SELECT day, count(*) FROM value_lines GROUP BY day")
    assert [day for day, _ in before] == [day for day, _ in lines] == ["2023-09-24", "2023-09-25"]
    filled.connection.execute("UPDATE repositories SET license_spdx = NULL, stars = 6")
    filled.write()
    assert rows(filled, "SELECT day, count(*) FROM value_lines GROUP BY day") == lines
    assert rows(filled, "SELECT day FROM totals WHERE scope = 'landscape' AND measure = 'license:MIT'") == [
        ("2023-09-24",)
    ]
    stars = "SELECT day, value FROM totals WHERE scope = 'landscape' AND measure = 'stars' AND policy = '' ORDER BY day"
    assert rows(filled, stars) == [("2023-09-24", 5), ("2023-09-25", 6)]


def test_live_figures_delete_the_recorded_ones_of_every_day(filled):
    filled.write(DAY, "sandbox")
    assert rows(filled, "SELECT DISTINCT origin FROM totals") == [("sandbox",)]
    filled.write(date(2026, 11, 22))
    assert rows(filled, "SELECT DISTINCT origin, day FROM totals") == [("live", "2026-11-22")]
    assert rows(filled, "SELECT DISTINCT origin, day FROM value_lines") == [("live", "2026-11-22")]


def test_every_figure_points_at_what_it_rests_on(filled):
    filled.write()
    unexplained = """
        SELECT * FROM value_lines v LEFT JOIN figures f ON f.id = v.figure_id
        WHERE v.counted AND (f.source IS NULL OR v.amount IS NULL OR v.currency <> 'USD')
    """
    assert rows(filled, unexplained) == []
    assert rows(filled, "SELECT count(*) FROM value_lines WHERE counted")[0][0] > 0
    assert rows(filled, "SELECT count(*) FROM value_lines WHERE reason = ''") == [(0,)]
