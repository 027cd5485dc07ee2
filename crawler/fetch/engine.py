"""Sends requests to GitHub's two APIs: one client, one identity, every wait and retry decided here."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx
from aiolimiter import AsyncLimiter
from msgspec import Struct
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential_jitter

from crawler import __version__
from crawler.errors import RetryLater, Stop, TooBig
from crawler.fetch.answers import (
    GraphQLAnswer,
    Raw,
    RestAnswer,
    Verdict,
    graphql_errors,
    judge_graphql,
    judge_rest,
    read_json,
    until_reset,
)
from crawler.fetch.limits import REST_BURST, Limits, read_quota
from crawler.fetch.redact import short_error
from crawler.model import Counts, Validator
from crawler.settings import Secret

API_VERSION = "2022-11-28"
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_ANSWER_SECONDS = 60.0
"""No answer takes longer: GitHub ends a request after 10 s."""
MAX_ATTEMPTS = 4
MAX_CONNECT_ATTEMPTS = 2
MAX_REDIRECTS = 3
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
MAX_ANONYMOUS_WAIT_SECONDS = 60.0
"""Without a token the limit is an hour's: a run does not sit that out."""
REDIRECTS = {301, 302, 307, 308}
CHARGED = {200, 502, 504}
"""Statuses of queries that GitHub charges: it counts those that it had to end, too."""
T = TypeVar("T")
LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


class Endpoint(Struct, frozen=True):
    """Base addresses of GitHub's two APIs, without a trailing slash."""

    api_url: str
    graphql_url: str


class _Again(RetryLater):
    """Raised inside to have the same request sent once more."""


class _Unreachable(_Again):
    """Raised inside when no connection could be made."""


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
        self._find_endpoint = endpoint
        self._secret = token.reveal() if token else ""
        self._budget = budget
        self._deadline = None if deadline is None else time.monotonic() + deadline
        self._find_validator = find_validator
        self._say = say
        self._sleep = sleep
        self._pace = AsyncLimiter(REST_BURST, 60)
        self._last_cost = 1
        agent = f"landscape-crawler/{__version__}" + (f" (+{contact})" if contact else "")
        self._fixed_headers = {"User-Agent": agent, "X-GitHub-Api-Version": API_VERSION}

    @cached_property
    def _endpoint(self) -> Endpoint:
        return self._find_endpoint()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            http2=True,
            timeout=TIMEOUT,
            headers=self._fixed_headers,
            mounts=dict.fromkeys(LOOPBACK),
            limits=httpx.Limits(max_connections=20),
        )

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        # A run with nothing to ask never made a client.
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def graphql(self, query: str, variables: dict[str, Any]) -> GraphQLAnswer:
        """The answer to a query. Raises TooBig, RetryLater or Stop; errors with a path are left in the answer."""
        body = {"query": query, "variables": variables}

        async def once() -> GraphQLAnswer:
            try:
                raw = await self._ask("POST", self._endpoint.graphql_url, "graphql", judge_graphql, json=body)
            except httpx.TransportError as error:
                # A connection that breaks during a query mostly means that the query ran too long.
                raise TooBig(self._describe(error)) from error
            return GraphQLAnswer(raw.payload["data"], graphql_errors(raw.payload), _cost(raw), raw.elapsed)

        return await self._retrying(once)

    async def rest(self, path: str, *, conditional: bool = False) -> RestAnswer:
        """The answer to GET `path`; renamed subjects are followed on the same host. Raises RetryLater or Stop.

        With `conditional`, what this identity's last answer left as validator is sent along: 304 costs nothing.

        Definite statuses such as 404 or 451 are answers; the caller reads `status`.
        """

        async def once() -> RestAnswer:
            validator = self._find_validator(self.identity, path) if conditional else None
            url, hops = self._endpoint.api_url + path, 0
            try:
                while True:
                    raw = await self._ask("GET", url, "core", judge_rest, validator=validator)
                    target = raw.headers.get("location")
                    if raw.status not in REDIRECTS or not target or hops == MAX_REDIRECTS:
                        return RestAnswer(raw.status, raw.payload, raw.headers)
                    url, hops = self._same_host(url, target), hops + 1
            except httpx.TransportError as error:
                raise _Again(self._describe(error)) from error

        return await self._retrying(once)

    async def _ask(
        self,
        method: str,
        url: str,
        resource: str,
        judge: Callable[[Raw], Verdict],
        *,
        json: Any = None,
        validator: Validator | None = None,
    ) -> Raw:
        """The first answer that is no limit. Raises what its verdict asks for, or httpx.TransportError."""
        while True:
            await self._gate(resource)
            request = self._client.build_request(method, url, json=json, headers=self._headers(validator))
            raw = await self._send(request)
            self._count(raw, resource)
            verdict = judge(raw)
            reason = short_error(verdict.reason, self._secret)
            match verdict.action:
                case "take":
                    self.limits.clear_strikes()
                    return raw
                case "halve":
                    raise TooBig(reason)
                case "retry":
                    raise _Again(reason)
                case "stop":
                    raise Stop(reason)
                case "wait":
                    if not self.limits.pause(resource, verdict):
                        raise Stop(f"GitHub keeps asking to wait ({reason})")

    def _headers(self, validator: Validator | None = None) -> dict[str, str]:
        headers = {"Accept": "application/vnd.github+json"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        if validator and validator.etag:
            headers["If-None-Match"] = validator.etag
        elif validator and validator.last_modified:
            headers["If-Modified-Since"] = validator.last_modified
        return headers

    async def _gate(self, resource: str) -> None:
        """Return when a request may go out; Stop where budget, deadline or a missing token forbid it."""
        while (pause := self.limits.pause_left(resource)) > 0:
            if self._deadline is not None and time.monotonic() + pause > self._deadline:
                raise Stop(f"GitHub asks to wait {pause:.0f} s, which is past the deadline")
            if self.is_anonymous and pause > MAX_ANONYMOUS_WAIT_SECONDS:
                raise Stop("the hourly limit without a token is used up")
            self._say(f"GitHub asks to wait: going on in {pause:.0f} s")
            await self._sleep(pause)
        if resource == "core":
            await self._pace.acquire()
        cost = self._last_cost if resource == "graphql" else 1
        if self._budget is not None and self.counts.spent + cost > self._budget:
            raise Stop(f"the budget of {self._budget} points is used up")
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise Stop("the deadline is reached")

    async def _send(self, request: httpx.Request) -> Raw:
        """Send once and read the body within its bounds."""
        self.counts.requests += 1
        started = time.monotonic()
        try:
            async with asyncio.timeout(MAX_ANSWER_SECONDS):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _bounded_body(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise _Unreachable(f"{request.url.host} cannot be reached ({self._describe(error)})") from error
        except TimeoutError as error:
            raise httpx.ReadTimeout(f"no whole answer within {MAX_ANSWER_SECONDS:.0f} s") from error
        if self._secret:
            # A host that echoes the token must not bring it into a message or the database.
            body = body.replace(self._secret.encode(), "…".encode())
        payload = read_json(response.headers, body)
        return Raw(response.status_code, response.headers, body, payload, time.monotonic() - started)

    def _count(self, raw: Raw, resource: str) -> None:
        """Keep what the answer cost and what it tells of the limits."""
        if resource == "graphql":
            self._last_cost = _cost(raw)
            self.counts.graphql_points += self._last_cost if raw.status in CHARGED else 0
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
            retry=retry_if_exception_type(_Again),
            stop=_enough,
            wait=wait_exponential_jitter(initial=1, max=10, jitter=1),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return await retrying(once)
        except _Unreachable as error:
            raise Stop(str(error)) from error

    def _same_host(self, url: str, target: str) -> str:
        """The absolute target of a redirect. Stop where it leads to another host: no token goes there."""
        absolute = urljoin(url, target)
        if urlsplit(absolute)[:2] != urlsplit(self._endpoint.api_url)[:2]:
            raise Stop(f"a redirect leads to another host ({urlsplit(absolute).netloc})")
        return absolute

    def _describe(self, error: Exception) -> str:
        return short_error(f"{type(error).__name__} {error}", self._secret)


def _enough(state: RetryCallState) -> bool:
    """Whether an attempt was the last: a host that cannot be reached is given up sooner."""
    failure = state.outcome.exception() if state.outcome else None
    return state.attempt_number >= (MAX_CONNECT_ATTEMPTS if isinstance(failure, _Unreachable) else MAX_ATTEMPTS)


async def _bounded_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise httpx.ReadError(f"the answer is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _cost(raw: Raw) -> int:
    """Points of a query, as GitHub tells them; each query costs at least one."""
    data = raw.payload.get("data") if isinstance(raw.payload, dict) else None
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) else 1


def _identity(token: Secret | None) -> str:
    """A name for the token that tells nothing of it: GitHub ties validators to the token that got them."""
    if token is None:
        return "anonymous"
    return hashlib.sha256(b"landscape-crawler identity " + token.reveal().encode()).hexdigest()[:16]
