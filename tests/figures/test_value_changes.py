"""Why a value changed: each cause alone, all of them together, and the sum that is always the whole difference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.figures.value_changes import Change, Counted, add_up, explain_change


def line(amount: str, native: str = "", rate: str = "1", **values: Any) -> Counted:
    """A counted market cap of `big`, in dollars unless the test says otherwise."""
    made: dict[str, Any] = {"organization_id": "big", "measure": "market_cap", "figure_id": 1, "currency": "USD"}
    return Counted(amount=Decimal(amount), native=Decimal(native or amount), rate=Decimal(rate), **(made | values))


def causes(before: list[Counted], after: list[Counted]) -> dict[str, str]:
    """The causes that are not zero."""
    whole = add_up(explain_change(before, after))
    found = {name: getattr(whole, name) for name in ("price", "fx", "coverage", "method")}
    return {name: str(amount) for name, amount in found.items() if amount}


def test_a_new_quote_is_price() -> None:
    assert causes([line("100")], [line("120", figure_id=2)]) == {"price": "20"}


def test_the_same_quote_in_other_dollars_is_fx() -> None:
    before = line("110", "100", "1.1", currency="EUR")
    assert causes([before], [line("120", "100", "1.2", currency="EUR")]) == {"fx": "10.00"}


def test_a_new_quote_at_another_rate_is_both() -> None:
    before = line("110", "100", "1.1", currency="EUR")
    after = line("240", "200", "1.2", currency="EUR", figure_id=2)
    assert causes([before], [after]) == {"price": "110.00", "fx": "20.00"}


def test_a_quote_in_another_currency_is_price() -> None:
    assert causes([line("100")], [line("110", "100", "1.1", currency="EUR", figure_id=2)]) == {"price": "10"}


def test_another_share_of_the_same_figure_is_method() -> None:
    assert causes([line("10", "100")], [line("25", "100")]) == {"method": "15.00"}


def test_a_rate_that_is_not_known_still_tells_fx_from_price() -> None:
    before, after = line("110", "100", "0", currency="EUR"), line("120", "100", "0", currency="EUR")
    assert causes([before], [after]) == {"fx": "10"}
    assert causes([before], [line("120", "101", "0", currency="EUR", figure_id=2)]) == {"price": "10"}


@pytest.mark.parametrize(
    ("before", "after", "coverage"),
    [
        ([], [line("5")], "5"),
        ([line("5")], [], "-5"),
        ([line("100")], [line("30", measure="post_money_valuation", figure_id=2)], "-70"),
        ([line("100")], [line("30", organization_id="other")], "-70"),
    ],
)
def test_who_came_or_went_or_fell_to_another_kind_is_coverage(
    before: list[Counted], after: list[Counted], coverage: str
) -> None:
    assert causes(before, after) == {"coverage": coverage}


def test_one_more_round_of_several_is_price_and_the_others_are_none() -> None:
    rounds = [line("5", measure="funding_round", figure_id=1), line("7", measure="funding_round", figure_id=2)]
    assert causes(rounds, [*rounds, line("9", measure="funding_round", figure_id=3)]) == {"price": "9"}
    assert causes(rounds, rounds[:1]) == {"price": "-7"}


def test_cents_of_rounding_are_nobodys_method() -> None:
    before = line("33.33", "100", "1.1111", currency="EUR")
    assert causes([before], [line("39.21", "111", "1.1777", currency="EUR", figure_id=2)]).keys() == {"price", "fx"}


def test_organisations_are_told_apart_and_the_greatest_change_comes_first() -> None:
    small = {"organization_id": "small", "figure_id": 9}
    found = explain_change([line("10"), line("5", **small)], [line("12", figure_id=2), line("1", **small)])
    assert [change.organization_id for change in found] == ["small", "big"]
    assert [change.difference for change in found] == [-4, 2]
    assert explain_change([line("10")], [line("10")]) == []


AMOUNTS = st.decimals(min_value=0, max_value=10**13, places=2)
LINES = st.lists(
    st.builds(
        Counted,
        organization_id=st.sampled_from(["a", "b", None]),
        measure=st.sampled_from(["market_cap", "funding_round"]),
        figure_id=st.integers(1, 6),
        amount=AMOUNTS,
        native=AMOUNTS | st.none(),
        currency=st.sampled_from(["USD", "EUR", "JPY", None]),
        rate=st.decimals(min_value=0, max_value=2, places=6) | st.none(),
    ),
    max_size=6,
    unique_by=lambda one: one.figure_id,
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(before=LINES, after=LINES)
def test_the_four_causes_always_add_up_to_the_cent(before: list[Counted], after: list[Counted]) -> None:
    whole: Change = add_up(explain_change(before, after))
    total = sum((one.amount for one in after), Decimal(0)) - sum((one.amount for one in before), Decimal(0))
    assert whole.price + whole.fx + whole.coverage + whole.method == total
