"""Switches for what can go wrong: which requests are struck, how often, and what they get in place of an answer.

    Fault(html_reply(502, "Bad Gateway"), kind="graphql", larger_than=10)    every batch of more than 10 repositories
    Fault(secondary_limit(retry_after=1), times=2)                           the first two requests of any kind
    Fault(saml("acme-00/widget-3"))                                          this repository, whatever else is asked

The answers are the constructors of this module and of `replies`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from crawler.sandbox.replies import (
    HTML_TYPE,
    SAML,
    SOMETHING_WENT_WRONG,
    Reply,
    errors_reply,
    json_reply,
)

Kind = Literal[
    "graphql",
    "rest",
    "depsdev",
    "ecosystems",
    "web",
    "crunchbase",
    "wikidata",
    "opencollective",
    "coingecko",
    "fmp",
    "yahoo",
    "sec",
    "ecb",
    "raw",
    "scorecard",
]
"""All but the first two are asked `elsewhere`."""
AliasPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Asked:
    """What a request asks for, as far as faults and the log look at it."""

    kind: Kind
    path: str
    """With the query string."""
    subjects: Mapping[AliasPath, frozenset[str]] = field(default_factory=dict)
    """Place in the answer: the names (folded, as asked and present) of the repository that belongs there."""
    conditional: bool = False
    """Whether it carries a validator, so that 304 can be its answer."""

    @property
    def names(self) -> frozenset[str]:
        """All repository names that the request has to do with, folded."""
        return frozenset().union(*self.subjects.values())


@dataclass(frozen=True)
class Spoil:
    """What becomes of one repository of a GraphQL answer: null, and an error beside it if there is a message.

    `at` is the path of a field below the repository; then only that field is lost.
    """

    name: str
    message: str | None = None
    type: str | None = None
    at: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """Which requests are struck, and by what. Every condition that is given must hold."""

    answer: Reply | Spoil
    kind: Kind | None = None
    path: str | None = None
    """A regular expression, searched in the path and query string."""
    name: str | None = None
    """A repository that the request must ask for, by its present name or the one that is asked for."""
    larger_than: int | None = None
    """Number of repositories that the request must exceed."""
    after: int = 0
    """How many requests of that kind pass first."""
    times: int | None = None
    """How many are struck then; None: all."""

    def concerns(self, asked: Asked) -> bool:
        """Whether the conditions hold for a request; `after` and `times` are counted elsewhere."""
        name = self.answer.name if isinstance(self.answer, Spoil) else self.name
        return (
            (self.kind is None or self.kind == asked.kind)
            and (not isinstance(self.answer, Spoil) or asked.kind == "graphql")
            and (self.path is None or re.search(self.path, asked.path) is not None)
            and (name is None or name.casefold() in asked.names)
            and (self.larger_than is None or len(asked.subjects) > self.larger_than)
        )


class Faults:
    """The faults of a server, in order; counts how often each has met a request. Thread-safe."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._lock = threading.Lock()
        self._met: list[list[Any]] = []
        self.replace(*faults)

    def replace(self, *faults: Fault) -> None:
        """Puts these faults in place of all others; none: nothing goes wrong any more."""
        with self._lock:
            self._met = [[fault, 0] for fault in faults]

    def strike(self, asked: Asked) -> tuple[Reply | None, list[Spoil]]:
        """What a request gets: the reply of the first fault that has one, or all spoils that concern it."""
        spoils: list[Spoil] = []
        with self._lock:
            for entry in self._met:
                fault: Fault = entry[0]
                if not fault.concerns(asked):
                    continue
                entry[1] += 1
                if entry[1] <= fault.after or (fault.times is not None and entry[1] > fault.after + fault.times):
                    continue
                if isinstance(fault.answer, Reply):
                    return fault.answer, []
                spoils.append(fault.answer)
        return None, spoils


def spoil(answer: dict[str, Any], subjects: Mapping[AliasPath, frozenset[str]], spoils: Iterable[Spoil]) -> None:
    """Changes a GraphQL answer in place."""
    for one in spoils:
        for path, names in subjects.items():
            if one.name.casefold() in names and _take_away(answer.get("data"), [*path, *one.at]) and one.message:
                error: dict[str, Any] = {"message": one.message, "path": [*path, *one.at]}
                error |= {"type": one.type} if one.type else {}
                error |= {"extensions": dict(one.extensions)} if one.extensions else {}
                answer.setdefault("errors", []).append(error)


def _take_away(value: Any, path: list[str | int]) -> bool:
    *parents, last = path
    for step in parents:
        if value is None:
            return False
        value = value[step]
    if value is None or (isinstance(value, dict) and last not in value):
        return False
    value[last] = None
    return True


# --- what befalls one repository of a batch ---


def resource_limits(name: str, *at: str) -> Spoil:
    """GitHub's per-query resource cap hits this repository, or one field of it."""
    return Spoil(name, "Resource limits for this query exceeded.", "RESOURCE_LIMITS_EXCEEDED", at)


def saml(name: str, *at: str) -> Spoil:
    """Its organisation asks for single sign-on."""
    return Spoil(name, SAML, "FORBIDDEN", at, {"saml_failure": True})


def forbidden_token(name: str) -> Spoil:
    """Its organisation refuses classic personal access tokens."""
    owner = name.partition("/")[0]
    return Spoil(name, f"`{owner}` forbids access via a personal access token (classic).", "FORBIDDEN")


def went_wrong(name: str, *at: str) -> Spoil:
    """An error without a type."""
    return Spoil(name, SOMETHING_WENT_WRONG, None, at)


def vanished(name: str, *at: str) -> Spoil:
    """Null without any error."""
    return Spoil(name, at=at)


# --- what befalls a whole request ---


def something_went_wrong(status: int = 502) -> Reply:
    """GitHub's untyped GraphQL error, at 502 or as a plain error at 200."""
    return errors_reply(status, {"message": SOMETHING_WENT_WRONG})


def validation_timeout() -> Reply:
    """The document is too large for GitHub to validate in time."""
    return json_reply(200, {"errors": [{"message": "Timeout on validation of query"}]})


def insufficient_scopes() -> Reply:
    """The token lacks a scope for some field: no data at all, and no path."""
    text = "Your token has not been granted the required scopes to execute this query."
    return json_reply(200, {"errors": [{"type": "INSUFFICIENT_SCOPES", "message": text, "locations": []}]})


def server_error(status: int = 500) -> Reply:
    """A 5xx of the REST API."""
    return json_reply(status, {"message": "Server Error"})


def truncated() -> Reply:
    """The connection ends in the middle of the body."""
    return Reply(200, b'{"data":{"r0":{"id":"R_1"', manner="truncated")


def dripping(pause: float, body: bytes = b'{"data":{}}') -> Reply:
    """A body that comes byte by byte."""
    return Reply(200, body, manner="dripping", pause=pause)


def reset() -> Reply:
    """The connection is reset before anything is answered."""
    return Reply(0, manner="reset")


def malformed_json() -> Reply:
    """A body that calls itself JSON and is not."""
    return Reply(200, b'{"data": {"r0": nope}}')


def wrong_type() -> Reply:
    """A page in place of JSON, at 200."""
    return Reply(200, b"<html><body>Please log in.</body></html>", HTML_TYPE)


def empty() -> Reply:
    """200 and no body."""
    return Reply(200)


def huge(mebibytes: int) -> Reply:
    """A valid, needlessly large body."""
    return Reply(200, b'{"data":{"padding":"' + b"x" * (mebibytes << 20) + b'"}}')


def redirect(location: str, status: int = 301) -> Reply:
    """Another address, perhaps on a foreign host."""
    return json_reply(status, {"message": "Moved Permanently", "url": location}, location=location)


def computing() -> Reply:
    """202: GitHub is still working the figure out."""
    return json_reply(202, {})


def not_modified() -> Reply:
    """304, asked for or not."""
    return Reply(304)
