"""The shapes of what comes back, and how its parts are read: JSON bodies, GraphQL errors, waits and resets."""

from __future__ import annotations

import math
from datetime import UTC
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from crawler.clock import now
from crawler.fetch.redact import short_error

_JSON = msgspec.json.Decoder(float_hook=Decimal)
"""Money comes as numbers with a point: they are kept digit for digit."""
LONGEST_SECONDS = 1e12
"""No header names a later moment in earnest; what is beyond is cut to this."""


class Raw(Struct, frozen=True):
    """An HTTP answer with its body read. `payload` is the body as JSON, None if it is none; `elapsed` in seconds."""

    status: int
    headers: httpx.Headers
    body: bytes
    payload: Any
    elapsed: float

    @property
    def message(self) -> str:
        """The host's own words where it sent some, on one line."""
        text = self.payload.get("message") if isinstance(self.payload, dict) else None
        return short_error(text) if isinstance(text, str) else ""


class GraphQLError(Struct, frozen=True):
    """One entry of `errors`; `path` is empty where GitHub names none."""

    message: str
    type: str = ""
    path: tuple[str | int, ...] = ()


class GraphQLAnswer(Struct, frozen=True):
    """The data of a query and the errors beside it. `cost` is in points, `elapsed` in seconds.

    `identity` is the key of the credentials that it was given to.
    """

    data: dict[str, Any]
    errors: tuple[GraphQLError, ...]
    cost: int
    elapsed: float
    identity: str = ""


class RestAnswer(Struct, frozen=True):
    """A REST answer; `payload` is None where there is no JSON body. `identity`: whose validators came with it.

    `is_moved`: a redirect led to it.
    """

    status: int
    payload: Any
    headers: httpx.Headers
    body: bytes = b""
    identity: str = ""
    is_moved: bool = False

    @property
    def message(self) -> str:
        """The host's own words where it sent some, on one line."""
        text = self.payload.get("message") if isinstance(self.payload, dict) else None
        return short_error(text) if isinstance(text, str) else ""


def graphql_errors(payload: dict[str, Any]) -> tuple[GraphQLError, ...]:
    """The entries of `errors`, whatever shape they came in; messages are one line each."""
    entries = payload.get("errors") or []
    return tuple(_error(entry) for entry in (entries if isinstance(entries, list) else [entries]))


def _error(entry: Any) -> GraphQLError:
    if not isinstance(entry, dict):
        return GraphQLError(short_error(str(entry)))
    path = entry.get("path")
    return GraphQLError(
        message=short_error(str(entry.get("message", ""))),
        type=_error_type(entry),
        path=tuple(path) if isinstance(path, list) else (),
    )


def _error_type(entry: dict[str, Any]) -> str:
    extensions = entry.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return short_error(str(entry.get("type") or code or ""))


def read_json(headers: httpx.Headers, body: bytes) -> Any:
    """The body as JSON; None where it is none, or does not say that it is."""
    if "json" not in headers.get("content-type", "").lower():
        return None
    try:
        return _JSON.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def retry_after(raw: Raw) -> float | None:
    """Seconds that the host asks to wait, in either of the header's forms: a number, or a date by its own clock."""
    text = raw.headers.get("retry-after")
    seconds = _seconds(text)
    if text is not None and seconds is None:
        try:
            seconds = _seconds(str(_epoch(text) - server_time(raw)))
        except (ValueError, OverflowError):
            return None
    return seconds or None  # a wait of nothing is none that a host means


def until_reset(raw: Raw) -> float | None:
    """Seconds until the limit of this answer resets, by the host's own clock; None where it does not say."""
    reset = _seconds(raw.headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return max(0.0, reset - server_time(raw)) + 1.0


def server_time(raw: Raw) -> float:
    """The host's time as epoch seconds from its Date header, so that a wrong clock here does no harm."""
    try:
        return _epoch(raw.headers["date"])
    except (KeyError, ValueError, OverflowError):
        return now().timestamp()


def _epoch(date: str) -> float:
    """The epoch seconds of an HTTP date, in UTC where it names no zone. ValueError or OverflowError if it is none."""
    moment = parsedate_to_datetime(date)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _seconds(text: str | None) -> float | None:
    try:
        seconds = None if text is None else float(text)
    except ValueError:
        return None
    if seconds is None:
        return None
    return 0.0 if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_SECONDS)
