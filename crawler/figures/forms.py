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
        if abs(amount) < Decimal("999.95") or unit == _UNITS[-1]:
            return f"{amount.quantize(Decimal('0.1'), ROUND_HALF_UP)}{unit}"
    raise AssertionError("the last unit takes every number")


def dollars(text: str) -> str:
    """`$8.1B` for decimal text in US dollars."""
    return f"${short(Decimal(text))}"


def rough(amount: Decimal) -> str:
    """`$950`, `$61M`, `$1.0T`: two significant digits, as much as an estimate can claim (funding facts §7.4)."""
    if not amount:
        return "$0"
    rounded = amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_UP)
    size = min(max(rounded.adjusted() // 3, 0), len(_UNITS))
    scaled = rounded.scaleb(-3 * size)
    digits = 1 if size and scaled.adjusted() == 0 else 0
    unit = _UNITS[size - 1] if size else ""
    return f"{'-' if amount < 0 else ''}${abs(scaled.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)):f}{unit}"


def spread(low: Decimal | None, central: Decimal, high: Decimal | None) -> str:
    """`$70B – $1.0T, central $120B`; the one figure where there is no range."""
    if low is None or high is None:
        return rough(central)
    return f"{rough(low)} – {rough(high)}, central {rough(central)}"


def signed(amount: Decimal) -> str:
    """`+$2.5B`, `-$13M`, `$0`: a change."""
    return f"+{rough(amount)}" if amount > 0 else rough(amount)


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
