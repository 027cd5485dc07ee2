"""Asks GitHub's two APIs: one identity, every wait, retry and refusal decided here."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from aiolimiter import AsyncLimiter
from msgspec import Struct
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from crawler.errors import RetryLater, Skip, Stop, TooBig
from crawler.fetch.answers import (
    GraphQLAnswer,
    Raw,
    RestAnswer,
    Verdict,
    graphql_errors,
    judge_graphql,
    judge_rest,
    until_reset,
)
from crawler.fetch.limits import MAX_WAIT_SECONDS, REST_BURST, Limits, read_quota
from crawler.fetch.redact import short_error
from crawler.fetch.transport import Broken, Transport, Unreachable
from crawler.model import Counts, Validator
from crawler.settings import Secret

MAX_ATTEMPTS = 4
MAX_CONNECT_FAILURES = 2
MAX_FAILURES_IN_A_ROW = 16
"""REST questions without an answer, each of them asked several times: the host itself is in trouble."""
MAX_REDIRECTS = 3
MAX_ANONYMOUS_WAIT_SECONDS = 60.0
"""Without a token the limit is an hour's: a run does not sit that out."""
REDIRECTS = {301, 302, 307, 308}
CHARGED = {200, 502, 504}
"""Statuses of queries that GitHub charges: it counts those that it had to end, too."""
MAX_COST = 1_000_000
T = TypeVar("T")


class Endpoint(Struct, frozen=True):
    """Base addresses of GitHub's two APIs, without a trailing slash."""

    api_url: str
    graphql_url: str


class _Outage(Struct):
    """Connect failures in a row; requests that were under way together count as one."""

    failures: int = 0
    last: float = 0.0
    reason: str = ""


class Engine:
    """One identity's door to GitHub. Use as an async context manager.

    `endpoint` is called at the first request, so that a run with nothing to ask starts nothing. `budget` is in quota
    units, `deadline` in seconds from now; past either, and where a limit cannot be waited for, `Stop` is raised. `say`
    receives a line when a wait begins, `find_validator` finds what an identity's last answer from a path left.
    """

    def __init__(
        self,
        *,
        endpoint: Callable[[], Endpoint],
        token: Secret | None,
        contact: str | None = None,
        budget: int | None = None,
        deadline: float | None = None,
        find_validator: Callable[[str, str], Validator | None] = lambda identity, path: None,
        say: Callable[[str], None] = lambda line: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.counts = Counts()
        self.limits = Limits()
        self.identity = _identity(token)
        self.is_anonymous = token is None
        self.sleep = sleep
        self._find_endpoint = endpoint
        self._secret = token.reveal() if token else ""
        self._transport = Transport(secret=self._secret, contact=contact)
        self._budget = budget
        self._deadline = None if deadline is None else time.monotonic() + deadline
        self._find_validator = find_validator
        self._say = say
        self._told_until = 0.0
        self._pace = AsyncLimiter(REST_BURST, 60)
        self._set_aside = 0
        self._rest_failures = 0
        self._outages: dict[str, _Outage] = {}
        self._refused = ""

    @cached_property
    def _endpoint(self) -> Endpoint:
        return self._find_endpoint()

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self._transport.aclose()

    async def graphql(self, query: str, variables: dict[str, Any], *, points: int = 1) -> GraphQLAnswer:
        """The answer to a query that costs at most so many `points`.

        Raises TooBig, RetryLater or Stop; errors with a path are left in the answer.
        """
        body = {"query": query, "variables": variables}

        async def once() -> GraphQLAnswer:
            try:
                url = self._endpoint.graphql_url
                raw = await self._ask("POST", url, "graphql", judge_graphql, json=body, cost=points)
            except Broken as error:
                # A connection that breaks during a query mostly means that the query ran too long.
                raise TooBig(str(error)) from error
            return GraphQLAnswer(raw.payload["data"], graphql_errors(raw.payload), _cost(raw), raw.elapsed)

        return await self._retrying(once)

    async def rest(self, path: str, *, conditional: bool = False) -> RestAnswer:
        """The answer to GET `path`; renamed subjects are followed on the same host. Raises RetryLater, Skip or Stop.

        With `conditional`, what this identity's last answer left as validator is sent along: 304 costs nothing.

        Definite statuses such as 404 or 451 are answers; the caller reads `status`.
        """

        async def once() -> RestAnswer:
            validator = self._find_validator(self.identity, path) if conditional else None
            url, hops = self._endpoint.api_url + path, 0
            while True:
                raw = await self._ask("GET", url, "core", judge_rest, validator=validator)
                target = raw.headers.get("location")
                if raw.status not in REDIRECTS or not target or hops == MAX_REDIRECTS:
                    return RestAnswer(raw.status, raw.payload, raw.headers)
                url, hops = self._same_host(url, target), hops + 1

        try:
            answer = await self._retrying(once)
        except (RetryLater, Skip) as error:
            self._rest_failures += 1
            if self._rest_failures >= MAX_FAILURES_IN_A_ROW:
                raise Stop(f"GitHub fails at every request ({error})") from error
            raise
        self._rest_failures = 0
        return answer

    async def _ask(
        self,
        method: str,
        url: str,
        resource: str,
        judge: Callable[[Raw], Verdict],
        *,
        json: Any = None,
        validator: Validator | None = None,
        cost: int = 1,
    ) -> Raw:
        """The first answer that is no limit. Raises what its verdict asks for, or Broken."""
        while True:
            await self._gate(url, resource, cost)
            self._set_aside += cost
            self.counts.requests += 1
            sent = time.monotonic()
            try:
                raw = await self._transport.send(method, url, json=json, validator=validator)
            except Unreachable as error:
                self._note_outage(url, error, sent)
                raise
            finally:
                self._set_aside -= cost
            self._outages.pop(_host(url), None)
            self._count(raw, resource)
            if raw.status == 304 and validator is None:
                raise RetryLater("HTTP 304 to a question without a condition")
            verdict = judge(raw)
            reason = short_error(verdict.reason, self._secret)
            match verdict.action:
                case "take":
                    self.limits.clear_strikes(resource, sent=sent)
                    return raw
                case "halve":
                    raise TooBig(reason)
                case "retry":
                    raise RetryLater(reason)
                case "stop":
                    if raw.status == 401 and self.is_anonymous:
                        reason = f"GitHub wants a token here: set GITHUB_TOKEN ({reason})"
                    if raw.status == 401:
                        # GitHub locks out who goes on with a token that it has refused.
                        self._refused = reason
                    raise Stop(reason)
                case "wait":
                    if not self.limits.pause(resource, verdict, sent=sent):
                        raise Stop(f"GitHub keeps asking to wait ({reason})")

    async def _gate(self, url: str, resource: str, cost: int) -> None:
        """Return when a request of at most that cost may go out; Stop where none may go out."""
        if resource == "core":
            await self._pace.acquire()
        while (pause := self.limits.pause_left(resource)) > 0:
            self._check_pause(pause)
            await self.sleep(pause)
        outage = self._outages.get(_host(url), _Outage())
        if outage.failures >= MAX_CONNECT_FAILURES:
            raise Stop(outage.reason)
        if self._refused:
            raise Stop(self._refused)
        if self._budget is not None and self.counts.spent + self._set_aside + cost > self._budget:
            left = self._budget - self.counts.spent - self._set_aside
            raise Stop(
                f"the budget of {self._budget} points is used up: {left} left, the next question may cost {cost}"
            )
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise Stop("the deadline is reached")

    def _check_pause(self, pause: float) -> None:
        """Say once that a wait begins; Stop where this run cannot sit it out."""
        until = time.monotonic() + pause
        if self._deadline is not None and until > self._deadline:
            raise Stop(f"GitHub asks to wait {pause:.0f} s, which is past the deadline")
        if self.is_anonymous and pause > MAX_ANONYMOUS_WAIT_SECONDS:
            raise Stop("the hourly limit without a token is used up")
        if pause > MAX_WAIT_SECONDS:
            raise Stop(f"GitHub asks to wait {pause:.0f} s, which is longer than any of its limits lasts")
        if until > self._told_until + 1:
            self._told_until = until
            self._say(f"GitHub asks to wait: going on in {pause:.0f} s")

    def _note_outage(self, url: str, error: Unreachable, sent: float) -> None:
        """Count a connect failure; Stop where the host is given up."""
        outage = self._outages.setdefault(_host(url), _Outage())
        if sent >= outage.last:
            outage.failures, outage.last, outage.reason = outage.failures + 1, time.monotonic(), str(error)
        if outage.failures >= MAX_CONNECT_FAILURES:
            raise Stop(outage.reason) from error

    def _count(self, raw: Raw, resource: str) -> None:
        """Keep what the answer cost and what it tells of the limits."""
        if resource == "graphql":
            self.counts.graphql_points += _cost(raw) if raw.status in CHARGED else 0
        elif raw.status == 304:
            self.counts.not_modified += 1
        else:
            self.counts.rest_counted += 1
        if told := read_quota(raw.headers):
            self.limits.quotas[told[0]] = told[1]
            if told[1].remaining == 0 and (seconds := until_reset(raw)) is not None:
                self.limits.pause_for(resource, seconds)

    async def _retrying(self, once: Callable[[], Awaitable[T]]) -> T:
        """The result of `once`, sent again with growing waits while it fails in passing."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(RetryLater),
            stop=stop_after_attempt(MAX_ATTEMPTS),
            wait=wait_exponential_jitter(initial=1, max=10, jitter=1),
            sleep=self.sleep,
            reraise=True,
        )
        return await retrying(once)

    def _same_host(self, url: str, target: str) -> str:
        """The absolute target of a redirect. Skip where it leads to another host: no token goes there."""
        try:
            here, there = httpx.URL(url), httpx.URL(url).join(target)
        except httpx.InvalidURL as error:
            raise Skip(short_error(f"a redirect leads nowhere ({error})", self._secret)) from error
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Skip(short_error(f"a redirect leads to another host ({there.host})", self._secret))
        return str(there)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _cost(raw: Raw) -> int:
    """Points of a query, as GitHub tells them; each query costs at least one."""
    data = raw.payload.get("data") if isinstance(raw.payload, dict) else None
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) and 1 <= cost <= MAX_COST else 1


def _identity(token: Secret | None) -> str:
    """A name for the token that tells nothing of it: GitHub ties validators to the token that got them."""
    if token is None:
        return "anonymous"
    return hashlib.sha256(b"landscape-crawler identity " + token.reveal().encode()).hexdigest()[:16]
