"""How figures read: short numbers, money and ages, for headlines and tables."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

_UNITS = ("K", "M", "B", "T")


def short(number: int | Decimal) -> str:
    """`950`, `978.0K`, `1.2M`: whole below a thousand, one decimal above."""
    amount = Decimal(number)
    if abs(amount) < Decimal("999.5"):
        return str(amount.quantize(Decimal(1), ROUND_HALF_UP))
    for unit in _UNITS:
        amount /= 1000
        rounded = amount.quantize(Decimal("0.1"), ROUND_HALF_UP)
        if abs(rounded) < 1000 or unit == _UNITS[-1]:
            return f"{rounded}{unit}"
    raise AssertionError("the last unit takes every number")


def dollars(text: str) -> str:
    """`$8.1B` for decimal text in US dollars."""
    return f"${short(Decimal(text))}"


def share(part: int, whole: int) -> str:
    """`12.5%`; nothing of nothing is `-`."""
    return f"{100 * Decimal(part) / whole:.1f}%" if whole else "-"


def age(length: timedelta) -> str:
    """`5 minutes`, `3 hours`, `12 days`: the largest unit that is at least one, rounded down; never negative."""
    minutes = max(0, int(length.total_seconds() // 60))
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size or size == 1:
            return counted(minutes // size, unit)
    raise AssertionError("every age has minutes")


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 project`, `1,021 projects`, `12 categories`; the plural where it is not the singular and an s."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"
