"""What to do about an answer: every class of it, and the one action of each.

This table is the only place where that is decided; `docs/answers.md` is written from it.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from crawler.fetch.answers import GraphQLError, Raw, graphql_errors, retry_after, until_reset

Action = Literal["take", "retry", "halve", "wait", "change", "drop", "stop"]

ACTIONS: dict[Action, str] = {
    "take": "the source reads it: an answer, or a definite reason why there is none",
    "retry": "ask again, four times in all with growing pauses; where few fail, once more at the end of the source",
    "halve": "ask about half as many subjects; one alone is asked once more, then without the heaviest field",
    "wait": "ask nothing under these credentials until the time that the host named",
    "change": "ask about this owner with the next credentials, at last with none",
    "drop": "use these credentials no more in this run, go on with the next",
    "stop": "ask this host nothing more in this run: more of the same would fail, too",
}


class Row(Struct, frozen=True):
    """A class of answers: how it is told from others, and what is done."""

    action: Action
    signs: str


TABLE: dict[str, Row] = {
    "answer": Row("take", "200 with a body that can be read; 204, which is an empty repository; GraphQL data"),
    "not modified": Row("take", "304 to a conditional request"),
    "moved": Row("take", "301, 302, 307, 308: followed three times, on the same host and without a change of scheme"),
    "missing": Row("take", "404, 410; GraphQL NOT_FOUND, which REST is asked about before it counts"),
    "conflict": Row("take", "409 of a repository without a commit, 422"),
    "blocked": Row("take", "451, or 403 with “access blocked”"),
    "forbidden": Row("take", "403 that is none of the others, such as a list that is too large: a reason, not a limit"),
    "key refused": Row("take", "401 of another host: its source knows what that means for its key"),
    "partial": Row("take", "a GraphQL error with a path: it concerns that alias, or that field of it, alone"),
    "computing": Row("retry", "202: GitHub is still working the figure out"),
    "server trouble": Row("retry", "408, 5xx, and 400 with an `error_500` page, JSON or HTML"),
    "odd 401": Row("retry", "401 without “Bad credentials”"),
    "unreadable": Row(
        "retry",
        "200 without JSON: malformed, empty, a page in its place, another charset; of GitHub also 404, 410, 451 and a "
        "query's 403 without it",
    ),
    "unasked 304": Row("retry", "304 to a question without a condition"),
    "broken": Row(
        "retry",
        "a connection that broke, an answer cut short, of more than 32 MiB (of other hosts 8 MiB), or not whole after "
        "60 s; for a query it counts as “too slow”; another host is given up after three questions in a row that it "
        "did not answer in time",
    ),
    "unreachable": Row("retry", "no connection; after two in a row the host is given up"),
    "too slow": Row(
        "halve",
        "GraphQL 502, 504; “Something went wrong”, “timedout”, “Timeout on validation”: GitHub ends a query after 10 s",
    ),
    "too heavy": Row("halve", "RESOURCE_LIMITS_EXCEEDED, for the whole query or at a path"),
    "suspect": Row(
        "halve", "a GraphQL error without a path, data that is not whole, or at an alias an error without a type"
    ),
    "primary limit": Row(
        "wait", "403, 429, or 200 with RATE_LIMITED, and `x-ratelimit-remaining: 0`: until the reset, by its own clock"
    ),
    "secondary limit": Row(
        "wait",
        "403, 429 or 200 with “secondary rate limit” or “abuse detection”, any 429: Retry-After, else 60 s, doubled "
        "each time, four times; it holds both APIs",
    ),
    "asked to wait": Row("wait", "any other failure with Retry-After, such as 503: as long as it says, then again"),
    "refused": Row(
        "change",
        "403 or FORBIDDEN for an owner's policy: single sign-on, a kind or lifetime of tokens, an IP allow list, an "
        "OAuth app that is not approved",
    ),
    "bad credentials": Row("drop", "401 “Bad credentials”; without a token any 401 that asks for one"),
    "shut out": Row("drop", "403 “suspended”; for a query also the 403 of a policy"),
    "under-scoped": Row("drop", "INSUFFICIENT_SCOPES: the whole query without data"),
    "refused query": Row(
        "stop", "MAX_NODE_LIMIT_EXCEEDED, ARGUMENT_LIMIT, an undefined field; 403, 404, 422 or a redirect for a query"
    ),
    "retired version": Row("stop", "410 or 400 that speaks of the API version"),
}


class Verdict(Struct, frozen=True):
    """The class of an answer and why. `wait` is in seconds, None where the host named no time.

    `holds_all`: the wait holds the whole identity, not just the API that was asked.
    """

    kind: str
    reason: str = ""
    wait: float | None = None
    holds_all: bool = True

    @property
    def action(self) -> Action:
        """What is done about it."""
        return TABLE[self.kind].action


ANSWER = Verdict("answer")

_SLOW = ("something went wrong while executing", "timeout on validation", "timedout", "timed out")
_REFUSED_TYPES = {"MAX_NODE_LIMIT_EXCEEDED", "ARGUMENT_LIMIT"}
_POLICIES = (
    "saml enforcement",
    "forbids access via a",
    "token's lifetime is greater",
    "ip allow list",
    "oauth app access restrictions",
    "single sign-on",
)
_DEFINITE = {404: "missing", 409: "conflict", 410: "missing", 422: "conflict", 451: "blocked"}
_VERSION = re.compile(r"\bapi version\b|\bversion\b.*\bsupported\b", re.IGNORECASE)
REDIRECTS = {301, 302, 307, 308}


def judge_rest(raw: Raw, *, expects_json: bool = True, is_github: bool = True) -> Verdict:
    """The class of a REST answer; GitHub says why it has none in JSON, a page in its place is somebody else's."""
    text = raw.message
    if raw.status in {403, 429}:
        if limit := _limit(raw, text):
            return limit
        if not is_github:
            return Verdict("forbidden", text)
        if "suspended" in text.lower():
            return Verdict("shut out", text)
        if is_policy(text) or "x-github-sso" in raw.headers:
            return Verdict("refused", text or "single sign-on is asked for")
        return Verdict("blocked" if "access blocked" in text.lower() else "forbidden", text)
    if raw.status == 401:
        return _unauthorized(text) if is_github else Verdict("key refused", text)
    if raw.status in {400, 410} and is_github and _VERSION.search(text):
        return Verdict("retired version", text)
    if trouble := _trouble(raw, text):
        return trouble
    if raw.status == 200:
        return ANSWER if raw.payload is not None or not expects_json else Verdict("unreadable", "the answer is no JSON")
    if raw.status == 304:
        return Verdict("not modified")
    if raw.status in REDIRECTS:
        return Verdict("moved")
    if is_github and raw.status in {404, 410, 451} and not isinstance(raw.payload, dict):
        return Verdict("unreadable", f"HTTP {raw.status} without a reason of GitHub's")
    return Verdict(_DEFINITE.get(raw.status, "answer"), text)


def judge_graphql(raw: Raw) -> Verdict:
    """The class of a GraphQL answer as a whole."""
    text = raw.message
    if raw.status in {502, 504}:
        return Verdict("too slow", f"HTTP {raw.status}", retry_after(raw))
    if trouble := _trouble(raw, text):
        return trouble
    if raw.status == 401:
        return _unauthorized(text)
    if raw.status in {403, 429} and (limit := _limit(raw, text)):
        return limit
    if raw.status == 403 and not isinstance(raw.payload, dict):
        return Verdict("unreadable", "HTTP 403 without a reason of GitHub's")
    if raw.status == 403 and (is_policy(text) or "suspended" in text.lower()):
        return Verdict("shut out", text)
    if raw.status != 200:
        return Verdict("refused query", f"HTTP {raw.status} {text}".strip())
    if not isinstance(raw.payload, dict):
        return Verdict("unreadable", "the answer is no JSON object")
    return _judge_errors(raw, graphql_errors(raw.payload), raw.payload.get("data"))


def in_context(verdict: Verdict, raw: Raw, *, is_signed: bool, is_conditional: bool) -> Verdict:
    """The class of an answer by what was asked: with a token or without, on a condition or not."""
    if raw.status == 304 and not is_conditional:
        return Verdict("unasked 304", "HTTP 304 to a question without a condition")
    if verdict.kind == "bad credentials" and is_signed and "bad credentials" not in raw.message.lower():
        # GitHub has sent other words to good tokens, too.
        return Verdict("odd 401", verdict.reason)
    return verdict


def is_policy(message: str) -> bool:
    """Whether the message says that an owner refuses these credentials, whatever they may do elsewhere."""
    lower = message.lower()
    return any(policy in lower for policy in _POLICIES)


def is_too_heavy(error: GraphQLError) -> bool:
    """True where a smaller batch may bring what this error kept back."""
    return error.type == "RESOURCE_LIMITS_EXCEEDED" or not error.type


def _judge_errors(raw: Raw, errors: tuple[GraphQLError, ...], data: object) -> Verdict:
    for error in errors:
        lower = error.message.lower()
        if error.type == "RATE_LIMITED" or "secondary rate limit" in lower:
            return _limit(raw, error.message) or Verdict("secondary limit", error.message)
        if error.path:
            continue
        if error.type == "INSUFFICIENT_SCOPES":
            return Verdict("under-scoped", error.message)
        if error.type in _REFUSED_TYPES or error.type.startswith("undefined"):
            return Verdict("refused query", error.message)
        if error.type == "RESOURCE_LIMITS_EXCEEDED":
            return Verdict("too heavy", error.message)
        if any(slow in lower for slow in _SLOW):
            return Verdict("too slow", error.message)
    if any(not error.path for error in errors) or not isinstance(data, dict):
        # An error that names no place makes the whole answer suspect.
        return Verdict("suspect", errors[0].message if errors else "the answer holds no data")
    return Verdict("partial") if errors else ANSWER


def _limit(raw: Raw, text: str) -> Verdict | None:
    """The limit that an answer speaks of, and its wait (facts: Retry-After, else the reset, else our own); or None."""
    lower = text.lower()
    is_secondary = "secondary rate limit" in lower or "abuse detection" in lower
    seconds = retry_after(raw)
    is_used_up = raw.headers.get("x-ratelimit-remaining") == "0"
    if seconds is not None:
        return Verdict("secondary limit", text, seconds)
    if is_used_up and not is_secondary and (raw.status != 403 or not is_policy(text)):
        reset = until_reset(raw)
        return Verdict("primary limit", text or "the hourly limit is used up", reset, holds_all=False)
    if is_secondary or "rate limit" in lower or raw.status == 429:
        return Verdict("secondary limit", text)
    return None


def _trouble(raw: Raw, text: str) -> Verdict | None:
    """A trouble on the host's side that will pass; None where the answer is no such thing."""
    is_page = raw.status == 400 and "html" in raw.headers.get("content-type", "") and b"error_500" in raw.body
    if raw.status not in {202, 408} and raw.status < 500 and not is_page:
        return None
    reason = f"HTTP {raw.status} {text}".strip()
    seconds = retry_after(raw)
    if seconds is not None:
        return Verdict("asked to wait", reason, seconds)
    return Verdict("computing" if raw.status == 202 else "server trouble", reason)


def _unauthorized(text: str) -> Verdict:
    lower = text.lower()
    if "bad credentials" in lower or "requires" in lower:
        return Verdict("bad credentials", f"the token was refused (HTTP 401 {text})")
    return Verdict("odd 401", f"HTTP 401 {text}".strip())
