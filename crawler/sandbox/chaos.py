"""Random mischief: strikes a share of all requests in mixed ways, the same ones for the same seed.

    SandboxServer(world, chaos=Chaos(0.2, seed=7))    one request in five

What befalls a request is drawn, each as likely as the other, from what there is for its kind:

every request          500, 502, 503 and 504 as JSON and as HTML, 503 with Retry-After, a reset connection, a truncated
                       body, malformed JSON, HTML at 200, nothing at 200, 408, GitHub's page `error_500` at 400, 401
                       that does not say "Bad credentials"
GitHub's APIs          the secondary limit at 403 and at 429 with Retry-After
GraphQL                the secondary limit at 200 with Retry-After, RATE_LIMITED with none remaining, an untyped error
                       at 200 and at 502, a timeout on validation
one repository of it   RESOURCE_LIMITS_EXCEEDED on it or on a field of it, an untyped error, null without an error
REST                   the primary limit at 403 and at 429 with none remaining
hosts elsewhere        429 with Retry-After
all but GraphQL        202; 304, if it was not asked for

Every Retry-After is one second, and a reset is half a second to one and a half ahead.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from http import HTTPStatus

from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Asked, Spoil
from crawler.sandbox.replies import HTML_TYPE, Reply

Blows = dict[str, Callable[[], Reply]]


class Chaos:
    """Strikes a share `rate` of the requests; `only`: with these blows alone, by their keys below. Thread-safe.

    `struck` counts what has befallen requests so far.
    """

    def __init__(self, rate: float, seed: int, *, only: Collection[str] = ()) -> None:
        unknown = set(only) - {*_EVERY, *_GITHUB, *_GRAPHQL, *_REST, *_ELSEWHERE, *_NOT_GRAPHQL, *_ONE}
        if unknown:
            raise ValueError(f"no such blow: {', '.join(sorted(unknown))}")
        self.rate = rate
        self.struck: Counter[str] = Counter()
        self._only = only
        self._dice = random.Random(seed)  # noqa: S311  # mischief, not a secret
        self._lock = threading.Lock()

    def strike(self, asked: Asked) -> tuple[Reply | None, list[Spoil]]:
        """What a request gets, as `Faults.strike` tells it; mostly nothing."""
        wholes = _wholes(asked)
        names = sorted(min(names) for names in asked.subjects.values() if names) if asked.kind == "graphql" else []
        with self._lock:
            blows = [blow for blow in (*wholes, *(_ONE if names else ())) if not self._only or blow in self._only]
            if not blows or self._dice.random() >= self.rate:
                return None, []
            blow = self._dice.choice(blows)
            self.struck[blow] += 1
            if blow in wholes:
                return wholes[blow](), []
            name = self._dice.choice(names)
            at = [self._dice.choice(_NULLABLE)] if blow in _ON_A_FIELD else []
            return None, [_ONE[blow](name, *at)]


def _wholes(asked: Asked) -> Blows:
    """What can befall the whole of a request."""
    if asked.kind == "graphql":
        return _EVERY | _GITHUB | _GRAPHQL
    blows = _EVERY | _NOT_GRAPHQL | (_GITHUB | _REST if asked.kind == "rest" else _ELSEWHERE)
    if asked.conditional:
        # No client could tell that it is a lie: an old figure would pass for a new one.
        del blows["304"]
    return blows


def _soon() -> int:
    return round(time.time()) + 1


def _html_page(status: int) -> Reply:
    return replies.html_reply(status, HTTPStatus(status).phrase)


_EVERY: Blows = {
    **{f"{status} json": partial(faults.server_error, status) for status in (500, 502, 503, 504)},
    **{f"{status} html": partial(_html_page, status) for status in (500, 502, 503, 504)},
    "503 retry-after": partial(replies.message_reply, 503, "Service Unavailable", retry_after="1"),
    "reset": faults.reset,
    "truncated": faults.truncated,
    "malformed": faults.malformed_json,
    "html at 200": faults.wrong_type,
    "empty": faults.empty,
    "408": partial(replies.message_reply, 408, "We couldn't respond to your request in time. Sorry about that."),
    "error_500": partial(Reply, 400, b'<html><body id="error_500"><h1>Whoa there!</h1></body></html>', HTML_TYPE),
    "passing 401": partial(replies.message_reply, 401, "Requires authentication"),
}
_GITHUB: Blows = {f"secondary {status}": partial(replies.secondary_limit, status, 1) for status in (403, 429)}
_GRAPHQL: Blows = {
    "secondary 200": partial(replies.secondary_limit, 200, 1),
    "rate limited": lambda: replies.rate_limited(_soon()),
    "went wrong at 200": partial(faults.something_went_wrong, 200),
    "went wrong at 502": partial(faults.something_went_wrong, 502),
    "validation timeout": faults.validation_timeout,
}
_REST: Blows = {
    "primary 403": lambda: replies.rest_rate_limited(403, _soon()),
    "primary 429": lambda: replies.rest_rate_limited(429, _soon()),
}
_ELSEWHERE: Blows = {"429": partial(replies.message_reply, 429, "Too many requests", retry_after="1")}
_NOT_GRAPHQL: Blows = {"202": faults.computing, "304": faults.not_modified}
_ONE: dict[str, Callable[..., Spoil]] = {
    "resource limits": faults.resource_limits,
    "resource limits on a field": faults.resource_limits,
    "repository went wrong": faults.went_wrong,
    "vanished": faults.vanished,
}
_ON_A_FIELD = frozenset({"resource limits on a field"})
_NULLABLE = ("defaultBranchRef", "languages", "latestRelease", "licenseInfo", "primaryLanguage")
"""Fields of a repository that GitHub's schema allows to be null."""
