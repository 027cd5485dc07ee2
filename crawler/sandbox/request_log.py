"""What a server remembers: each request that it saw, and each wait that its answers announced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

LOGGED_HEADERS = frozenset(
    {"accept", "content-type", "if-modified-since", "if-none-match", "user-agent", "x-github-api-version"}
)


class Seen(msgspec.Struct, kw_only=True):
    """A request as the log keeps it: everything that a test may ask about, never a secret."""

    kind: str
    """`graphql` or `rest`; elsewhere the kind of host, such as `depsdev`."""
    method: str
    path: str
    """With the query string."""
    headers: dict[str, str]
    """In lower case; `authorization` is not among them."""
    authorized: bool
    """Whether it carried a token that the server takes; any will do for a server without one."""
    started: float
    """By the monotonic clock."""
    credential: str = ""
    """Name of the Credential that it carried, dead ones too; empty without one, `unknown` for one of nobody's."""
    operation: str | None = None
    query: str | None = None
    variables: dict[str, Any] | None = None
    names: frozenset[str] = frozenset()
    """Repositories that it had to do with, folded."""
    status: int = 0
    """Of the answer; 0: the connection was reset."""
    points: int = 0
    """GraphQL points charged."""
    counted: bool = False
    """A REST request that the hour's quota counts."""
    struck: bool = False
    """A fault answered it."""
    seconds: float = 0.0
    """Until the answer was ready to be sent."""
    sent: float | None = None
    """When all of the answer was on its way; None: not yet."""

    def mark_sent(self) -> None:
        """Note that all of the answer is on its way."""
        self.sent = time.monotonic()

    @property
    def conditional(self) -> bool:
        """Whether it carried a validator."""
        return bool(self.headers.keys() & {"if-none-match", "if-modified-since"})


@dataclass(frozen=True)
class Announced:
    """A wait that an answer asked for; both times are of the monotonic clock."""

    credential: str
    """Who is to wait: the name of a credential (elsewhere: the kind of server)."""
    resource: str
    """`core` or `graphql` where the hour is used up; empty where Retry-After stops everything."""
    since: float
    until: float
    answer: Seen
    """The request whose answer said so."""


class Waits:
    """The waits that were announced, each to the one that `who` names for a request. Thread-safe."""

    def __init__(self, who: Callable[[Seen], str]) -> None:
        self.announced: list[Announced] = []
        self.grace = 0.05
        """Seconds after the announcement was sent in which a request may still have been under way."""
        self.lived: Callable[[float, float], float] = lambda since, until: until - since
        """How long whoever asks was awake between two times: who sleeps hears of no announcement."""
        self._who = who
        self._lock = threading.Lock()

    def note(self, seen: Seen, headers: Mapping[str, str]) -> None:
        """Remembers what the headers of the answer to `seen`, which is ready to be sent, ask to wait for."""
        named = {name.lower(): text for name, text in headers.items()}
        pauses = {"": _retry_after(named.get("retry-after", ""))}
        if named.get("x-ratelimit-remaining") == "0":
            reset = named.get("x-ratelimit-reset", "")
            pauses[named.get("x-ratelimit-resource", "core")] = float(reset) - time.time() if reset.isdecimal() else 0.0
        ready = seen.started + seen.seconds
        with self._lock:
            self.announced += [
                Announced(self._who(seen), resource, ready, ready + pause, seen)
                for resource, pause in pauses.items()
                if pause > 0
            ]

    def broken(self, log: Iterable[Seen]) -> list[Seen]:
        """The requests that began inside a wait that had been announced to those who sent them."""
        return [seen for seen in log if any(self._breaks(seen, wait) for wait in list(self.announced))]

    def _breaks(self, seen: Seen, wait: Announced) -> bool:
        resource = "graphql" if seen.kind == "graphql" else "core"
        exempt = wait.resource and (wait.resource != resource or urlsplit(seen.path).path == "/rate_limit")
        told = wait.answer.sent
        is_inside = told is not None and told + self.grace < seen.started < wait.until
        is_inside = is_inside and self.lived(told or 0.0, seen.started) > self.grace
        return not exempt and self._who(seen) == wait.credential and is_inside


def _retry_after(text: str) -> float:
    """Seconds of a Retry-After in either form; 0 for anything else."""
    if text.isdecimal():
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return 0.0
