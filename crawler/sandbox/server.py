"""A GitHub on loopback: HTTP in front of a world, with GitHub's headers, limits, prices and, if asked, faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from itertools import count
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawler.sandbox import replies
from crawler.sandbox.faults import Asked, Fault, Faults, Spoil
from crawler.sandbox.graphql_api import GraphQLApi, Query
from crawler.sandbox.limits import Limits, Resource
from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.rest_api import RestApi, conditional, rate_limit
from crawler.sandbox.wire import Listener
from crawler.sandbox.world import World

API_VERSIONS = ("2022-11-28", "2026-03-10")
_LOGGED_HEADERS = frozenset(
    {"accept", "content-type", "if-modified-since", "if-none-match", "user-agent", "x-github-api-version"}
)


class Seen(msgspec.Struct, kw_only=True):
    """A request as the log keeps it: everything that a test may ask about, never a secret."""

    kind: str
    """`graphql` or `rest`."""
    method: str
    path: str
    """With the query string."""
    headers: dict[str, str]
    """In lower case; `authorization` is not among them."""
    authorized: bool
    """Whether it carried the server's token; any will do for a server without one."""
    started: float
    """By the monotonic clock."""
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


class _Body(msgspec.Struct, rename="camel"):
    """What is posted to `/graphql`."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class SandboxServer:
    """Serves `world` on a free port of 127.0.0.1 while it is entered.

    token: what `Authorization` must carry; None: nothing is needed. latency: seconds before each answer.
    work_seconds_per_unit: more seconds for each unit of GraphQL work (see `pricing`). enforce_limits: refuse what goes
    beyond a rate limit of `limits`, whose numbers may be changed. faults: what goes wrong, see `faults`.
    """

    def __init__(
        self,
        world: World,
        *,
        token: str | None = None,
        latency: float = 0.0,
        work_seconds_per_unit: float = 0.0,
        enforce_limits: bool = False,
        faults: Iterable[Fault] = (),
    ) -> None:
        self.world = world
        self.token = token
        self.latency = latency
        self.work_seconds_per_unit = work_seconds_per_unit
        self.time_limit = 10.0
        """A GraphQL query with more work than so many seconds is answered by 502 after them."""
        self.limits = Limits(enforced=enforce_limits)
        self.faults = Faults(faults)
        self.log: list[Seen] = []
        self.closing = threading.Event()
        self._listener = Listener(self.answer, self.closing)
        self.api_url = f"http://127.0.0.1:{self._listener.port}"
        self.graphql_url = f"{self.api_url}/graphql"
        self._rest = RestApi(world, self.api_url)
        self._graphql = GraphQLApi(world)
        self._request_ids = count(1)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), name="sandbox", daemon=True)

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.close_connections()
        self._listener.server_close()

    @property
    def points(self) -> int:
        """GraphQL points charged so far."""
        return sum(seen.points for seen in list(self.log))

    @property
    def rest_counted(self) -> int:
        """REST requests that the hour's quota has counted so far."""
        return sum(seen.counted for seen in list(self.log))

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer to one request, after the time that it takes; logs it. Header names are in lower case."""
        kind = "graphql" if urlsplit(path).path == "/graphql" else "rest"
        authorization = headers.get("authorization", "")
        scheme, _, credentials = authorization.partition(" ")
        matches = scheme.lower() in {"bearer", "token"} and credentials == self.token
        answered = self._graphql_answer if kind == "graphql" else self._rest_answer
        seen = Seen(
            kind=kind,
            method=method,
            path=path,
            headers={name: text for name, text in headers.items() if name in _LOGGED_HEADERS},
            authorized=self.token is None or matches,
            started=time.monotonic(),
        )
        self.log.append(seen)
        self.limits.enter()
        try:
            reply = answered(seen, authorization, body)
        finally:
            self.limits.leave()
        seen.status = reply.status
        seen.seconds = time.monotonic() - seen.started
        if kind == "graphql":
            self.limits.worked(seen.seconds)
        return self._with_headers(reply, seen)

    def _graphql_answer(self, seen: Seen, authorization: str, body: bytes) -> Reply:
        query: Query | None = None
        try:
            asked = msgspec.json.decode(body, type=_Body)
        except msgspec.DecodeError:
            asked = None
        if asked:
            seen.query, seen.variables = asked.query, asked.variables or {}
            query = self._graphql.read(seen.query, seen.variables, asked.operation_name)
            seen.operation = query.operation_name
        what = Asked("graphql", seen.path, query.subjects if query else {})
        seen.names = what.names
        refusal, spoils = self._refuse(seen, what, authorization)
        if refusal:
            return refusal
        if seen.method != "POST":
            return replies.not_found()
        if query is None:
            return replies.message_reply(400, "Problems parsing JSON")
        work = self.work_seconds_per_unit * query.price.work
        self.closing.wait(min(work, self.time_limit))
        if work > self.time_limit:
            return replies.timed_out()
        seen.points = query.price.points
        self.limits.charge("graphql", seen.points)
        return json_reply(200, self._graphql.run(query, self.limits.quota("graphql"), spoils))

    def _rest_answer(self, seen: Seen, authorization: str, _body: bytes) -> Reply:
        repository = self._rest.repository(seen.path)
        asked_name = "/".join(urlsplit(seen.path).path.split("/")[2:4]) if seen.path.startswith("/repos/") else ""
        names = {asked_name, repository.name_with_owner if repository else ""} - {""}
        what = Asked("rest", seen.path, {("repository",): frozenset(map(str.casefold, names))} if names else {})
        seen.names = what.names
        refusal, _ = self._refuse(seen, what, authorization)
        if refusal:
            return refusal
        if seen.method not in {"GET", "HEAD"}:
            return replies.not_found()
        version = seen.headers.get("x-github-api-version", API_VERSIONS[0])
        if version not in API_VERSIONS:
            return replies.message_reply(400, f'Version "{version}" is not supported.')
        if urlsplit(seen.path).path == "/rate_limit":
            return rate_limit(self.limits.quota("graphql"), self.limits.quota("core"), version)
        reply = conditional(self._rest.answer(seen.path), seen.headers, authorization)
        if reply.status != 304:
            seen.counted = True
            self.limits.charge("core", 1)
        return reply

    def _refuse(self, seen: Seen, asked: Asked, authorization: str) -> tuple[Reply | None, list[Spoil]]:
        """The reply to a request that does not get as far as its question; else what shall be spoilt of its answer."""
        self.closing.wait(self.latency)
        struck, spoils = self.faults.strike(asked)
        if struck:
            seen.struck = True
            return struck, []
        if not seen.headers.get("user-agent"):
            return replies.user_agent_required(), []
        if not seen.authorized and asked.kind == "graphql" and not authorization:
            return replies.authentication_required(), []
        if not seen.authorized:
            return replies.bad_credentials(), []
        resource: Resource = "graphql" if asked.kind == "graphql" else "core"
        endpoint = "graphql" if asked.kind == "graphql" else self._rest.endpoint(seen.path)
        return self.limits.refusal(resource, endpoint), spoils

    def _with_headers(self, reply: Reply, seen: Seen) -> Reply:
        """The reply with what GitHub puts on every answer; a gateway's own page has none of it."""
        if reply.content_type != replies.JSON_TYPE:
            return reply
        resource: Resource = "graphql" if seen.kind == "graphql" else "core"
        quota = self.limits.quota(resource)
        common = {
            "x-ratelimit-limit": str(quota.limit),
            "x-ratelimit-remaining": str(quota.remaining),
            "x-ratelimit-used": str(quota.used),
            "x-ratelimit-reset": str(quota.reset),
            "x-ratelimit-resource": resource,
            "x-github-request-id": f"SANDBOX:{next(self._request_ids):06X}",
            "x-github-media-type": "github.v3; format=json",
            "x-github-api-version-selected": seen.headers.get("x-github-api-version", API_VERSIONS[0]),
        }
        return Reply(
            reply.status, reply.body, reply.content_type, common | dict(reply.headers), reply.manner, reply.pause
        )
