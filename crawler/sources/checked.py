"""Turns the raw JSON values of one answer into figures, and notes those that no figure can be.

What the answer leaves out is UNSET and null is None, as in every record. A value that is refused is UNSET, too, so that
the older figure stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import UNSET, UnsetType

from crawler import clock
from crawler.currencies import CURRENCIES
from crawler.fetch.redact import redact, short_error
from crawler.model import Refused

T = TypeVar("T")

MOST = 10**10
"""More than anybody counts here: there are fewer people."""
MOST_ID = 2**63 - 1
"""The largest whole number that a database column holds."""
MOST_MONEY = Decimal(10**15)
"""In any currency; whoever knows the currency knows less."""
_FINEST = Decimal("0.000001")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,18})?")
MOST_PARENTS = 20
"""Owners in the course of time; nobody is known to have had more."""
LONGEST_TEXT = 5_000
LONGEST_NAME = 500
LONGEST_SHOWN = 100
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LEEWAY = timedelta(days=1)
"""Clocks differ, and people live in time zones."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line ends of any kind, and what turns the direction of writing around."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)")
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+:[0-9]+(?:[/?#].*)?")
_MAY_HOLD_A_SECRET = re.compile(r"gh[pousr]_|github_pat_|eyJ|://|-----BEGIN|v1\.|authorization|=", re.IGNORECASE)
"""Without one of these no pattern of secrets can match; nearly all texts have none."""


class _Refusal(Exception):
    """Raised in this module for a value that no figure can be; its text is the reason."""


class Checked:
    """One answer's reader. A value is named by where it stands: what holds it, and the keys that lead to it.

    `field` is the column that the value is meant for. `now` decides what lies in the future.
    """

    def __init__(self, *, now: datetime | None = None) -> None:
        self._latest = (now or clock.now()) + _LEEWAY
        self._refused: dict[str, Refused] = {}
        self.refusals = 0
        """How many values were refused; of several for one field only the last is kept."""

    @property
    def refused(self) -> tuple[Refused, ...]:
        """What was refused, a field each."""
        return tuple(self._refused.values())

    def count(self, field: str, value: Any, *keys: str, most: int = MOST) -> int | None | UnsetType:
        """A whole number from 0 to `most`."""
        return self._read(field, value, keys, lambda found: _count(found, most))

    def amount(
        self, field: str, value: Any, *keys: str, most: Decimal = MOST_MONEY, as_text: bool = False
    ) -> Decimal | None | UnsetType:
        """An amount of money from 0 to `most`, as a number; with `as_text` as decimal text, as some hosts write it."""
        return self._read(field, value, keys, lambda found: _amount(found, most, as_text=as_text))

    def currency(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """An ISO 4217 code in capitals."""
        return self._read(field, value, keys, _currency)

    def day(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """A day as `YYYY-MM-DD`, neither before 1970 nor in the future; of a time its day."""
        return self._read(field, value, keys, lambda found: _moment(found, self._latest)[:10])

    def refuse(self, field: str, value: Any, reason: str) -> None:
        """Note a value that a source finds absurd for a reason of its own."""
        self._refuse(field, value, reason)

    def moment(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """A time as ISO 8601 UTC text, neither before 1970 nor in the future: people write the dates of commits."""
        return self._read(field, value, keys, lambda found: _moment(found, self._latest))

    def flag(self, field: str, value: Any, *keys: str) -> bool | None | UnsetType:
        """True or false."""
        return self._read(field, value, keys, _flag)

    def text(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """A text without secrets and NUL; an empty one is None."""
        return self._read(field, value, keys, _text)

    def name(
        self, field: str, value: Any, *keys: str, pattern: re.Pattern[str] | None = None
    ) -> str | None | UnsetType:
        """A short text without control characters, all of it as `pattern` says."""
        return self._read(field, value, keys, lambda found: _name(found, pattern))

    def address(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """An address of the web, or one without a scheme; nothing that a browser might run."""
        return self._read(field, value, keys, _address)

    def opaque(self, field: str, value: Any, *keys: str) -> str | None | UnsetType:
        """An id of the upstream's own, to be sent back exactly as it came."""
        return self._read(field, value, keys, _opaque)

    def listed(self, field: str, value: Any, *keys: str) -> list[Any] | None | UnsetType:
        """The values of a list but for null, which stands in the place of what is hidden."""
        return self._read(field, value, keys, _list)

    def entries(self, field: str, value: Any, *keys: str) -> list[dict[str, Any]] | None | UnsetType:
        """The objects of a list; other values in it are refused one by one."""
        found = self.listed(field, value, *keys)
        if not isinstance(found, list):
            return found
        for entry in found:
            if not isinstance(entry, dict):
                self._refuse(field, entry, "no object")
        return [entry for entry in found if isinstance(entry, dict)]

    def _read(self, field: str, value: Any, keys: tuple[str, ...], check: Callable[[Any], T]) -> T | None | UnsetType:
        found = value
        try:
            for key in keys:
                if found is None or found is UNSET:
                    return None if found is None else UNSET
                if not isinstance(found, dict):
                    raise _Refusal("no object")
                found = found.get(key, UNSET)
            return found if found is None or found is UNSET else check(found)
        except _Refusal as refusal:
            self._refuse(field, found, str(refusal))
            return UNSET

    def _refuse(self, field: str, value: Any, reason: str) -> None:
        self.refusals += 1
        self._refused[field] = Refused(field, _shown(value), reason)


def _count(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Refusal("no whole number")
    if value < 0:
        raise _Refusal("a negative count")
    if value > most:
        raise _Refusal(f"more than {most:,}")
    return value


def _amount(value: Any, most: Decimal, *, as_text: bool) -> Decimal:
    if as_text and isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = Decimal(value)
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise _Refusal("no number")
    amount = Decimal(value)
    if not amount.is_finite():
        raise _Refusal("no number")
    if amount < 0:
        raise _Refusal("a negative amount")
    if amount > most:
        raise _Refusal(f"more than {most:,}")
    if amount == 0:
        return Decimal(0)  # without the sign that floats may have
    # Digits without end are no money; a host that counts in floats writes some.
    return amount if amount == amount.to_integral_value() else amount.quantize(_FINEST)


def _currency(value: Any) -> str:
    if not isinstance(value, str) or value not in CURRENCIES:
        raise _Refusal("no ISO 4217 currency")
    return value


def _moment(value: Any, latest: datetime) -> str:
    try:
        if not isinstance(value, str):
            raise ValueError
        read = clock.from_text(value)
    except (ValueError, OverflowError):
        raise _Refusal("no time in ISO 8601") from None
    if read < _EARLIEST:
        raise _Refusal("before 1970")
    if read > latest:
        raise _Refusal("in the future")
    return clock.to_text(read)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refusal("neither true nor false")
    return value


def _text(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    if not isinstance(value, str):
        raise _Refusal("no text")
    if len(value) > longest:
        raise _Refusal(f"longer than {longest:,} characters")
    text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    return (redact(text) if _MAY_HOLD_A_SECRET.search(text) else text) or None


def _name(value: Any, pattern: re.Pattern[str] | None) -> str | None:
    name = _text(value, LONGEST_NAME)
    if name is not None and _CONTROLS.search(name):
        raise _Refusal("control characters in a name")
    if name is not None and pattern is not None and not pattern.fullmatch(name):
        raise _Refusal("a name with letters that it cannot have")
    return name


def _address(value: Any) -> str | None:
    address = _text(value)
    if address is None:
        return None
    if " " in address or not address.isprintable():
        raise _Refusal("blanks or control characters in an address")
    scheme = _SCHEME.fullmatch(address)
    if scheme is None or _HOST_AND_PORT.fullmatch(address):
        return address
    if scheme[1].lower() not in {"http", "https"}:
        raise _Refusal("an address that is neither http nor https")
    if not re.match(r"//[^/\\]", scheme[2]):
        raise _Refusal("an address without a host")
    return address


def _opaque(value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable() or len(value) > LONGEST_NAME:
        raise _Refusal("no id")
    return value or None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Refusal("no list")
    return [entry for entry in value if entry is not None]


def _shown(value: Any) -> str:
    """The value as short printable text. Of what it holds inside nothing is told: that may be about people."""
    if isinstance(value, str):
        shown = short_error(value)
    elif isinstance(value, int) and abs(value) > MOST_ID:
        shown = f"a whole number of {value.bit_length()} bits"
    elif isinstance(value, list | dict):
        shown = "a list" if isinstance(value, list) else "an object"
    else:
        shown = str(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"
