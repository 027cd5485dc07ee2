"""Asks upstreams for sources: who signs, what may be spent, and what becomes of a question that fails."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property, partial
from typing import Any, TypeVar

import httpx
from msgspec import Struct
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity import wait_exponential_jitter as growing

from crawler.errors import LimitReached, NoToken, RetryLater, Skip, Stop, TooBig, UsageFault
from crawler.fetch import app
from crawler.fetch.answers import GraphQLAnswer, Raw, RestAnswer, graphql_errors
from crawler.fetch.asking import SOON_SECONDS, Asking
from crawler.fetch.events import Log, Value, no_log
from crawler.fetch.hosts import Host
from crawler.fetch.identities import AppItself, Identity, identities
from crawler.fetch.ledger import points_of
from crawler.fetch.limits import MAX_WAIT_SECONDS
from crawler.fetch.redact import Secrets
from crawler.fetch.request import Forgetful, Memory, Request, Terms
from crawler.fetch.signing import Signing
from crawler.fetch.transport import Broken, Silent, Transport
from crawler.fetch.verdicts import REDIRECTS, judge_graphql, judge_rest
from crawler.fetch.waits import ROUNDING
from crawler.secret import Secret
from crawler.settings import AppKey
from crawler.spending import Counts

API_VERSION = "2022-11-28"
MAX_ATTEMPTS = 4
MAX_FAILURES_IN_A_ROW = 16
"""REST questions without an answer, each of them asked several times: the host itself is in trouble."""
MAX_MISSING_IN_A_ROW = 20
"""Then the token is looked at once: one that has lost its rights sees 404 everywhere."""
MAX_REDIRECTS = 3
REST_BURST = 420
"""REST requests that may go out at once, and as many again in each minute: GitHub allows 900 in any minute."""
GITHUB = Host(
    name="github",
    spoken="GitHub",
    per_minute=REST_BURST,
    longest_wait=MAX_WAIT_SECONDS + ROUNDING,
    headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION},
    longest_silence=20.0,
    most_bytes=32 * 1024 * 1024,
)
T = TypeVar("T")
_OPERATION = re.compile(r"(?:query|mutation)\s+(\w+)")


class Endpoint(Struct, frozen=True):
    """Base addresses of GitHub's two APIs, without a trailing slash; of other hosts by name."""

    api_url: str
    graphql_url: str
    others: Mapping[str, str] = {}


class Engine(Signing):
    """The one door to all upstreams. Use as an async context manager.

    `endpoint` is called at the first request, so that a run with nothing to ask starts nothing; `others` are the base
    addresses of other hosts by name, `keys` what they know us by. `terms` say what the run may spend and how long it
    may take: past that, and where a limit cannot be waited for, `Stop` is raised. `memory` keeps what must outlast the
    run, `say` receives a line when a wait begins, `log` every event.
    """

    def __init__(
        self,
        *,
        endpoint: Callable[[], Endpoint],
        tokens: Sequence[Secret] = (),
        app_key: AppKey | None = None,
        others: Mapping[str, str] | None = None,
        keys: Mapping[str, Secret] | None = None,
        contact: str | None = None,
        terms: Terms | None = None,
        memory: Memory | None = None,
        say: Callable[[str], None] = lambda line: None,
        log: Log = no_log,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.counts = Counts()
        self.source = ""
        self.by_source: dict[str, Counts] = {}
        terms = terms or Terms()
        secrets = Secrets()
        self._keys = dict(keys or {})
        for token in (*tokens, *self._keys.values()):
            secrets.add(token.reveal())
        super().__init__(identities(tokens, app_key, self._mint, terms.reserve))
        self._find_endpoint = endpoint
        self._others = dict(others or {})
        self._secrets = secrets
        self._transport = Transport(secrets=secrets, contact=contact)
        self._asking = Asking(self._transport, secrets, terms, memory or Forgetful(), say, log, sleep)
        self._asking.take_up_waits(GITHUB, self.identities)
        self._missing = {"in a row": 0, "checked": 0}
        self._told: dict[str, None] = {}

    @cached_property
    def _endpoint(self) -> Endpoint:
        return self._find_endpoint()

    async def __aenter__(self) -> Engine:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self._transport.aclose()

    def for_source(self, name: str) -> Engine:
        """The same engine, whose costs are counted for that source."""
        view = copy(self)
        view.source, view.counts = name, self.by_source.setdefault(name, Counts())
        return view

    def expect(self, *, graphql: int, rest: int) -> None:
        """Say what is still to be asked, in points and REST requests: the pace is set by it where quota is short."""
        self._asking.ledger.expected = {"graphql": graphql, "core": rest}

    @property
    def total(self) -> Counts:
        """What all sources have spent together."""
        return self._asking.ledger.total

    @property
    def sleep(self) -> Callable[[float], Awaitable[None]]:
        """Waits so many seconds; tests give one of their own."""
        return self._asking.sleep

    @sleep.setter
    def sleep(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._asking.sleep = sleep

    def note(self, name: str, **fields: Value) -> None:
        """Log an event of the pipeline."""
        self._asking.note(name, **fields)

    def tell(self, notice: str) -> None:
        """Have the run's report say something, once however often it is told."""
        self._told[self._secrets.describe(notice)] = None

    @property
    def notices(self) -> list[str]:
        """What the run's report is to say: of the identities, and what sources have told."""
        return [*super().notices, *self._told]

    async def graphql(
        self, query: str, variables: dict[str, Any], *, points: int = 1, places: Iterable[str] = ()
    ) -> GraphQLAnswer:
        """The answer to a query about these places, that costs at most so many `points`.

        Raises TooBig, RetryLater, NoToken or Stop; errors with a path are left in the answer.
        """
        wanted = list(places)
        operation = _OPERATION.search(query)

        def signer() -> Identity:
            identity = self.signed(wanted)
            if identity is None:
                raise NoToken(self.no_token())
            return identity

        async def once() -> GraphQLAnswer:
            began = time.monotonic()
            request = Request(
                method="POST",
                url=self._endpoint.graphql_url,
                host=GITHUB,
                resource="graphql",
                judge=judge_graphql,
                signer=signer,
                json={"query": query, "variables": variables},
                cost=points,
                told=operation[1] if operation else "query",
            )
            try:
                raw, identity = await self._asking.ask(request, self.counts, self.source)
            except Broken as error:
                # A connection that breaks during a query mostly means that the query ran too long.
                raise TooBig(str(error), by_chance=time.monotonic() - began < SOON_SECONDS) from error
            cost = points_of(raw)
            return GraphQLAnswer(raw.payload["data"], graphql_errors(raw.payload), cost, raw.elapsed, identity.key)

        return await self._retrying(once)

    async def rest(self, path: str, *, conditional: bool = False, place: str = "") -> RestAnswer:
        """The answer to GET `path` about a place (`owner/name`); renamed subjects are followed on the same host.

        With `conditional`, what the last answer left as validator is sent along: 304 costs nothing where a token signs.
        Definite statuses such as 404 or 451 are answers; the caller reads `status`. Raises RetryLater, Skip or Stop.
        """
        request = Request(
            method="GET",
            url="",
            host=GITHUB,
            resource="core",
            judge=judge_rest,
            signer=lambda: self.any_identity(place),
            place=place,
            condition=path if conditional else "",
            told=path,
        )
        answer = await self._get(request, lambda: self._endpoint.api_url + path)
        await self._mind_missing(answer)
        return answer

    async def fetch(
        self,
        host: Host,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
        expects_json: bool = True,
    ) -> RestAnswer:
        """The answer of another host to GET `path`, or to POST where there is `json` or a `form`.

        No token of GitHub's goes there; the host's own key does, where there is one. Raises RetryLater, Skip or Stop.
        """
        base = self._others.get(host.name) or self._endpoint.others.get(host.name)
        if base is None:
            raise Stop(f"the address of {host.name} is not known")
        identity = self._asking.nobody(host)
        request = Request(
            method="GET" if json is None and form is None else "POST",
            url="",
            host=host,
            resource=host.name,
            judge=partial(judge_rest, expects_json=expects_json, is_github=False),
            signer=lambda: identity,
            json=json,
            form=form,
            headers=dict(headers or {}) | self._key_of(host),
            condition=path if conditional else "",
            told=path,
        )
        return await self._get(request, lambda: base + path)

    def hide(self, secret: str) -> None:
        """Keep a text that a host has given us out of every log and message."""
        self._secrets.add(secret)

    def has_key(self, host: Host) -> bool:
        """Whether there is a key of ours for the host."""
        return host.name in self._keys

    def _key_of(self, host: Host) -> dict[str, str]:
        key = self._keys.get(host.name)
        return {host.key_header: key.reveal()} if key and host.key_header else {}

    async def _get(self, request: Request, address: Callable[[], str]) -> RestAnswer:
        """The answer to a question, redirects followed on its host."""
        door = self._asking.door(request.host)

        async def once() -> RestAnswer:
            if door.failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                raise Stop(f"{request.host.spoken} fails at every request")
            request.url, hops = address(), 0
            while True:
                raw, identity = await self._asking.ask(request, self.counts, self.source)
                target = raw.headers.get("location")
                if raw.status not in REDIRECTS or not target or hops == MAX_REDIRECTS:
                    signed = identity.validator_key
                    return RestAnswer(raw.status, raw.payload, raw.headers, raw.body, signed, is_moved=hops > 0)
                request.url, hops = self._same_host(request.url, target), hops + 1

        try:
            answer = await self._retrying(once)
        except LimitReached as error:
            if request.host is GITHUB and not any(one.serves("core") for one in self.identities[:-1]):
                raise Stop(str(error)) from error
            raise
        except (RetryLater, Skip) as error:
            door.failed(error, is_silence=isinstance(error, Silent) and request.host is not GITHUB)
            if door.failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
                raise Stop(f"{request.host.spoken} fails at every request ({error})") from error
            raise
        door.answered()
        return answer

    async def _mind_missing(self, answer: RestAnswer) -> None:
        """Look at the token once where all is missing: one that has lost its rights proves nothing gone."""
        missing = self._missing
        missing["in a row"] = missing["in a row"] + 1 if answer.status == 404 else 0
        if missing["in a row"] >= MAX_MISSING_IN_A_ROW and not missing["checked"] and not self.is_anonymous:
            missing["checked"] = 1
            await self.rest("/rate_limit")

    async def _mint(self, key: AppKey) -> app.InstallationToken:
        """A new installation token. Raises NoToken where the host does not give one, Stop where it may not be asked."""
        itself = AppItself(key, lambda: self._asking.server_now(GITHUB), self._secrets)
        path = f"/app/installations/{key.installation_id}/access_tokens"

        def signer() -> Identity:
            if itself.set_aside:
                raise NoToken("; ".join(set(itself.set_aside.values())))
            return itself

        async def once() -> Raw:
            request = Request(
                method="POST",
                url=self._endpoint.api_url + path,
                host=GITHUB,
                resource="mint",
                judge=judge_rest,
                signer=signer,
                told=path,
            )
            raw, _ = await self._asking.ask(request, self.counts, self.source)
            return raw

        try:
            raw = await self._retrying(once)
        except (RetryLater, UsageFault) as error:
            raise NoToken(f"the GitHub App got no token ({self._secrets.describe(str(error))})") from error
        minted = app.read_token(raw.payload, self._asking.server_now(GITHUB)) if raw.status == 201 else None
        if minted is None:
            raise NoToken(f"the GitHub App got no token (HTTP {raw.status} {self._secrets.describe(raw.message)})")
        self._secrets.add(minted.secret.reveal())
        return minted

    async def _retrying(self, once: Callable[[], Awaitable[T]]) -> T:
        """The result of `once`, sent again with growing waits while it fails in passing."""

        def note(state: RetryCallState) -> None:
            self._asking.note_retry(self.counts, self.source, state)

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(RetryLater),
            stop=stop_after_attempt(MAX_ATTEMPTS),
            wait=growing(initial=1, max=10, jitter=1),
            sleep=self.sleep,
            before_sleep=note,
            reraise=True,
        )
        return await retrying(once)

    def _same_host(self, url: str, target: str) -> str:
        """The absolute target of a redirect. Skip where it leads to another host: no token goes there."""
        try:
            here, there = httpx.URL(url), httpx.URL(url).join(target)
        except httpx.InvalidURL as error:
            raise Skip(self._secrets.describe(f"a redirect leads nowhere ({error})")) from error
        if (here.scheme, here.netloc) != (there.scheme, there.netloc) or there.userinfo:
            raise Skip(self._secrets.describe(f"a redirect leads to another host ({there.host})"))
        return str(there)
