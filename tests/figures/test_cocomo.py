"""From bytes of code to a range of dollars: the models' published values, and what counts as code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.figures.cocomo import (
    BASIC_EMBEDDED,
    BASIC_ORGANIC,
    BASIC_SEMI_DETACHED,
    COCOMO_II_NOMINAL,
    Cost,
    person_months,
    replacement_cost,
    thousand_lines,
)


@pytest.mark.parametrize(
    ("model", "months"),
    [(BASIC_ORGANIC, 302), (BASIC_SEMI_DETACHED, 521), (BASIC_EMBEDDED, 904), (COCOMO_II_NOMINAL, 465)],
)
def test_a_hundred_thousand_lines_take_the_published_months(model, months):
    effort = person_months(model, Decimal(100))
    assert isinstance(effort, Decimal)
    assert round(effort) == months


@pytest.mark.parametrize("ksloc", ["0.000001", "0.3", "1", "7.25", "100", "123456.789"])
@pytest.mark.parametrize("model", [BASIC_ORGANIC, BASIC_SEMI_DETACHED, COCOMO_II_NOMINAL])
def test_the_effort_is_the_power_to_fourteen_digits(model, ksloc):
    power = model.factor * Decimal(ksloc) ** model.power
    assert abs(person_months(model, Decimal(ksloc)) / power - 1) < Decimal("1e-14")


def test_ten_repositories_cost_less_than_one_of_ten_times_the_lines():
    one_by_one, as_one_lump = (
        person_months(BASIC_ORGANIC, Decimal(100)) * 10,
        person_months(BASIC_ORGANIC, Decimal(1000)),
    )
    assert (round(one_by_one), round(as_one_lump)) == (3021, 3390)


@pytest.mark.parametrize(
    ("languages", "lines"),
    [
        ({"Go": 4_000_000}, "100"),
        ({"Rust": 56_000, "TypeScript": 35_000, "Sass": 34_000}, "3"),
        ({"A Language Of Tomorrow": 45_000}, "1"),
        ({"Jupyter Notebook": 10**9, "HTML": 10**9, "CSS": 10**6, "TeX": 10**6, "YAML": 1}, "0"),
        ({"SQL": 126_000, "Makefile": 90_000, "Dockerfile": 90_000}, "3"),
        ({"Go": 40_000, "HTML": 40_000, "SQL": 63_000}, "1.5"),
        ({"Python": 1}, "0.000019"),
        ({}, "0"),
    ],
)
def test_bytes_become_lines_by_language_and_weight(languages, lines):
    assert thousand_lines(languages.items()) == Decimal(lines)


def test_a_repository_of_a_hundred_thousand_lines():
    # 2.4 * 75 ** 1.05, 2.94 * 100 ** 1.0997 and 3 * 125 ** 1.12 person months.
    assert replacement_cost(Decimal(100)) == Cost(1_191_309, 9_283_040, 21_419_555)


def test_no_code_costs_nothing_and_absurdly_much_still_a_number():
    assert replacement_cost(Decimal(0)) == Cost(0, 0, 0)
    assert replacement_cost(Decimal(10**15)).high > 10**18
