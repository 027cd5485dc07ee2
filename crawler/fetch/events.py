"""Events: one line each, with fields, for people (`-v`) or machines (`--log-json`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from crawler import clock
from crawler.fetch.redact import short_error

Value = str | int | float | bool | None


class Event(Struct, frozen=True):
    """What happened (`request`, `retry`, `wait`, `stored` …) and its fields, without any secret."""

    name: str
    fields: Mapping[str, Value]


Log = Callable[[Event], None]


def no_log(_event: Event) -> None:
    """Nobody listens."""


def as_line(event: Event) -> str:
    """`request source=github host=github …`: blanks and quotes in values are quoted as in JSON."""
    return " ".join([event.name, *(f"{name}={_plain(value)}" for name, value in event.fields.items())])


def as_json(event: Event) -> str:
    """One JSON object with `at` (UTC) and `event` before the fields."""
    line: dict[str, Any] = {"at": clock.to_text(clock.now()), "event": event.name}
    return msgspec.json.encode(line | {name: _clean(value) for name, value in event.fields.items()}).decode()


def _clean(value: Value) -> Value:
    return short_error(value) if isinstance(value, str) else value


def _plain(value: Value) -> str:
    text = str(_clean(value))
    return text if text and not set(text) & set(' "=') else msgspec.json.encode(text).decode()
