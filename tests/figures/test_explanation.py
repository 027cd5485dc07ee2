"""The explanation of an organisation: which figures were known, and the age of the rates behind them."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.figures.explanation import read_explanation
from crawler.figures.looking_back import Shown, Wanted, look_back
from crawler.figures.valuation import LANDSCAPE, read_valuation
from crawler.store.past import see_present

DAY = date(2022, 3, 6)


@pytest.fixture
def start(landscape):
    """A start-up, valued on a later day."""
    landscape.category("run")
    landscape.organization("start")
    landscape.project("p", "run--all", organization="start")
    landscape.write()
    return landscape


def explained(landscape, day=DAY):
    assert look_back(landscape.connection, day, hindsight=False, wanted=Wanted()) == Shown(day, False)
    valuation = read_valuation(landscape.connection, LANDSCAPE)
    found = read_explanation(landscape.connection, "start", valuation)
    see_present(landscape.connection)
    return found


def test_figures_that_no_line_names_are_those_that_were_known_then(start):
    seen = {"observed_at": "2021-06-01T00:00:00Z"}
    right = start.figure("start", "annual_revenue", "12", "2021-01-01", observed_at="2022-06-01T00:00:00Z")
    wrong = start.figure("start", "annual_revenue", "10", "2021-01-01", superseded_by=right, **seen)
    gone = start.figure("start", "annual_revenue", "9", "2020", withdrawn_at="2022-06-01T00:00:00Z", **seen)
    start.figure("start", "annual_revenue", "8", "2019", withdrawn_at="2021-07-01T00:00:00Z", **seen)
    start.figure("start", "annual_revenue", "7", "2022", observed_at="2022-03-07T00:00:00Z")
    start.organization("other")
    start.figure("other", "annual_revenue", "6", "2020", **seen)
    assert [figure.id for figure in explained(start).unused] == [wrong, gone]
    assert [figure.id for figure in explained(start, date(2022, 6, 1)).unused] == [right + 4, right]


def test_a_rate_is_as_old_as_it_was_on_the_day_for_which_it_was_wanted(start):
    seen = {"observed_at": "2022-03-01T00:00:00Z", "currency": "RUB"}
    price = start.figure("start", "post_money_valuation", "1000", "2021-09-01", **seen)
    raised = start.figure("start", "funding_round", "1000", "2020-05-01", **seen)
    rates = explained(start).rates
    # The rouble's last rate is of 2022-03-01; 2020-05-01 was a holiday.
    assert {one: (rate.day.isoformat(), rate.is_stale) for one, rate in rates.items()} == {
        price: ("2022-03-01", True),
        raised: ("2020-04-30", False),
    }
