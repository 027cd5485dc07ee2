"""How a value reads: two significant digits, as much as an estimate can claim."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.figures import forms


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0"),
        ("1", "$1"),
        ("994", "$990"),
        ("999.6", "$1.0K"),
        ("61480000", "$61M"),
        ("70060000000", "$70B"),
        ("120240000000", "$120B"),
        ("999999999999", "$1.0T"),
        ("1020300000000", "$1.0T"),
        ("1050000000000", "$1.1T"),
        ("5E+15", "$5000T"),
        ("-1234567", "-$1.2M"),
    ],
)
def test_two_significant_digits(amount: str, text: str) -> None:
    assert forms.rough(Decimal(amount)) == text


def test_a_range_names_its_ends_and_its_centre() -> None:
    low, central, high = Decimal("70.06E9"), Decimal("120.24E9"), Decimal("1020.3E9")
    assert forms.spread(low, central, high) == "$70B – $1.0T, central $120B"
    assert forms.spread(None, central, high) == "$120B"


def test_a_change_has_a_sign() -> None:
    assert [forms.signed(Decimal(amount)) for amount in ("2500000000", "-13", "0")] == ["+$2.5B", "-$13", "$0"]
