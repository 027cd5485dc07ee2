"""What came back, and what to do about it: the one table of answers.

| answer | action |
| --- | --- |
| 200, 204, 304, and definite statuses: 403 with a reason, 404, 409, 410, 422, 451 | take: the source reads it |
| 202, 408, 5xx, 401 without "Bad credentials", no JSON where JSON was due, broken connection | retry, a few times |
| GraphQL 502, 504, broken connection, `RESOURCE_LIMITS_EXCEEDED`, "Something went wrong" | halve |
| primary limit (also HTTP 200 with `RATE_LIMITED`), secondary limit | wait: Retry-After, reset, or 60 s doubling |
| 5xx with Retry-After | wait as long as it says |
| 401 "Bad credentials", refused query or scope, wrong address | stop: more of the same would be refused too |

An error with a path inside a GraphQL answer concerns that subject alone; sources read those themselves.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx
import msgspec
from msgspec import Struct

from crawler.clock import now
from crawler.fetch.redact import short_error

Action = Literal["take", "retry", "wait", "halve", "stop"]

_SLOW_MESSAGES = ("something went wrong while executing", "timeout on validation", "timedout", "timed out")
_REFUSED_TYPES = {"MAX_NODE_LIMIT_EXCEEDED", "ARGUMENT_LIMIT", "INSUFFICIENT_SCOPES"}


class Raw(Struct, frozen=True):
    """An HTTP answer with its body read. `payload` is the body as JSON, None if it is none; `elapsed` in seconds."""

    status: int
    headers: httpx.Headers
    body: bytes
    payload: Any
    elapsed: float


class GraphQLError(Struct, frozen=True):
    """One entry of `errors`; `path` is empty where GitHub names none."""

    message: str
    type: str = ""
    path: tuple[str | int, ...] = ()


class GraphQLAnswer(Struct, frozen=True):
    """The data of a query and the errors beside it. `cost` is in points, `elapsed` in seconds."""

    data: dict[str, Any]
    errors: tuple[GraphQLError, ...]
    cost: int
    elapsed: float


class RestAnswer(Struct, frozen=True):
    """A REST answer; `payload` is None where there is no JSON body."""

    status: int
    payload: Any
    headers: httpx.Headers

    @property
    def message(self) -> str:
        """GitHub's own words where it sent some, on one line."""
        return _message(self.payload)


class Verdict(Struct, frozen=True):
    """What to do about an answer, and why. `wait` is in seconds, None where the host named no time."""

    action: Action
    reason: str = ""
    wait: float | None = None
    secondary: bool = False


TAKE = Verdict("take")


def judge_rest(raw: Raw) -> Verdict:
    """What to do about a REST answer that is no redirect."""
    text = _message(raw.payload)
    if raw.status in {403, 429}:
        return _limit(raw, text) or (TAKE if raw.status == 403 else Verdict("wait", text, secondary=True))
    if raw.status == 401:
        return _unauthorized(text)
    if passing := _passing(raw, text):
        return passing
    if raw.status == 200:
        return TAKE if raw.payload is not None else Verdict("retry", "the answer is no JSON")
    return TAKE


def judge_graphql(raw: Raw) -> Verdict:
    """What to do about a GraphQL answer as a whole."""
    text = _message(raw.payload)
    if raw.status in {502, 504}:
        return Verdict("halve", f"HTTP {raw.status}")
    if passing := _passing(raw, text):
        return passing
    if raw.status == 401:
        return _unauthorized(text)
    if raw.status in {403, 429}:
        return _limit(raw, text) or (
            Verdict("wait", text, secondary=True) if raw.status == 429 else Verdict("stop", f"HTTP 403 {text}".strip())
        )
    if raw.status != 200:
        return Verdict("stop", f"HTTP {raw.status} {text}".strip())
    if not isinstance(raw.payload, dict):
        return Verdict("retry", "the answer is no JSON object")
    return _judge_errors(raw, raw.payload)


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


def is_too_heavy(error: GraphQLError) -> bool:
    """True where a smaller batch may bring what this error kept back."""
    return error.type == "RESOURCE_LIMITS_EXCEEDED" or not error.type


def _judge_errors(raw: Raw, payload: dict[str, Any]) -> Verdict:
    errors = graphql_errors(payload)
    data = payload.get("data")
    for error in errors:
        lower = error.message.lower()
        if error.type == "RATE_LIMITED" or "secondary rate limit" in lower:
            return _limit(raw, error.message) or Verdict("wait", error.message, secondary=True)
        if not error.path and (error.type in _REFUSED_TYPES or error.type.startswith("undefined")):
            return Verdict("stop", error.message)
        if not error.path and any(slow in lower for slow in _SLOW_MESSAGES):
            return Verdict("halve", error.message)
    if any(not error.path for error in errors) or not isinstance(data, dict):
        # An error that names no place makes the whole answer suspect.
        reason = errors[0].message if errors else "the answer holds no data"
        return Verdict("halve", reason)
    return TAKE


def _limit(raw: Raw, text: str) -> Verdict | None:
    """The wait that a limit asks for (facts: Retry-After, else the reset, else the engine's own), or None."""
    lower = text.lower()
    secondary = "secondary rate limit" in lower or "abuse detection" in lower
    retry_after = _retry_after(raw)
    if retry_after is not None:
        return Verdict("wait", text, retry_after, secondary)
    if raw.headers.get("x-ratelimit-remaining") == "0" and not secondary:
        return Verdict("wait", text or "the hourly limit is used up", until_reset(raw))
    return Verdict("wait", text, None, secondary=True) if "rate limit" in lower or secondary else None


def _passing(raw: Raw, text: str) -> Verdict | None:
    """What to do about a trouble on the host's side that will pass; None where the answer is no such thing."""
    if raw.status not in {202, 408} and raw.status < 500 and not _is_error_page(raw):
        return None
    reason = f"HTTP {raw.status} {text}".strip()
    retry_after = _retry_after(raw)
    if raw.status >= 500 and retry_after is not None:
        return Verdict("wait", reason, retry_after)
    return Verdict("retry", reason)


def until_reset(raw: Raw) -> float | None:
    """Seconds until the limit of this answer resets, by the host's own clock; None where it does not say."""
    reset = _seconds(raw.headers.get("x-ratelimit-reset"))
    if reset is None:
        return None
    return max(0.0, reset - server_time(raw)) + 1.0


def server_time(raw: Raw) -> float:
    """The host's time as epoch seconds from its Date header, so that a wrong clock here does no harm."""
    try:
        return parsedate_to_datetime(raw.headers["date"]).timestamp()
    except (KeyError, ValueError, OverflowError):
        return now().timestamp()


def _unauthorized(text: str) -> Verdict:
    lower = text.lower()
    if "bad credentials" in lower or "requires" in lower:
        return Verdict("stop", f"the token was refused (HTTP 401 {text})")
    return Verdict("retry", f"HTTP 401 {text}".strip())


def _error_type(entry: dict[str, Any]) -> str:
    extensions = entry.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return short_error(str(entry.get("type") or code or ""))


def _is_error_page(raw: Raw) -> bool:
    return raw.status == 400 and "html" in raw.headers.get("content-type", "") and b"error_500" in raw.body


def _message(payload: Any) -> str:
    text = payload.get("message") if isinstance(payload, dict) else None
    return short_error(text) if isinstance(text, str) else ""


def read_json(headers: httpx.Headers, body: bytes) -> Any:
    """The body as JSON; None where it is none, or does not say that it is."""
    if "json" not in headers.get("content-type", "").lower():
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _retry_after(raw: Raw) -> float | None:
    """Seconds that the host asks to wait, in either of the header's forms: a number, or a date by its own clock."""
    text = raw.headers.get("retry-after")
    seconds = _seconds(text)
    if text is None or seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - server_time(raw))
    except (ValueError, OverflowError):
        return None


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(0.0, float(text))
    except ValueError:
        return None
