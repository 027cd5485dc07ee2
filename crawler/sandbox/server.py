"""A GitHub on loopback: HTTP in front of a world, with GitHub's headers, limits, prices and, if asked, faults."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from crawler.sandbox import refusals, replies
from crawler.sandbox.chaos import Chaos
from crawler.sandbox.credentials import ANONYMOUS, EVERYBODY, Credential, identify, user
from crawler.sandbox.faults import AliasPath, Asked, Fault, Faults, Spoil, insufficient_scopes
from crawler.sandbox.graphql_api import GraphQLApi, Query
from crawler.sandbox.limits import Limits, Resource
from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.request_log import LOGGED_HEADERS, Announced, Seen, Waits
from crawler.sandbox.rest_api import RestApi, conditional, rate_limit
from crawler.sandbox.wire import Loopback
from crawler.sandbox.world import World

if TYPE_CHECKING:
    from crawler.sandbox.github_app import App, AppRegistration

API_VERSIONS = ("2022-11-28", "2026-03-10")


class _Body(msgspec.Struct, rename="camel"):
    """What is posted to `/graphql`."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class SandboxServer(Loopback):
    """Serves `world` on a free port of 127.0.0.1 while it is entered.

    token: what `Authorization` must carry, short for a credential of that name. credentials: those that it may carry.
    app: a GitHub App, which mints more of them. anonymous: REST is open to those who carry none, 60 an hour. Without
    any of these four nothing is needed and everything goes. latency: seconds before each answer.
    work_seconds_per_unit: more seconds for each unit of GraphQL work (see `pricing`). enforce_limits: refuse what goes
    beyond a rate limit of `limits`, whose numbers may be changed. faults: what goes wrong, see `faults`. chaos: what
    goes wrong at random beside them, to be taken away at any time.
    """

    def __init__(
        self,
        world: World,
        *,
        token: str | None = None,
        credentials: Iterable[Credential] = (),
        anonymous: bool = False,
        app: AppRegistration | None = None,
        latency: float = 0.0,
        work_seconds_per_unit: float = 0.0,
        enforce_limits: bool = False,
        faults: Iterable[Fault] = (),
        chaos: Chaos | None = None,
    ) -> None:
        super().__init__()
        self.world = world
        self.credentials = [*([Credential(token, "token")] if token else []), *credentials]
        self.anonymous = anonymous
        self.app = _app(app) if app else None
        self.latency = latency
        self.work_seconds_per_unit = work_seconds_per_unit
        self.time_limit = 10.0
        """A GraphQL query with more work than so many seconds is answered by 502 after them."""
        self.limits = Limits(enforced=enforce_limits)
        self.faults = Faults(faults)
        self.chaos = chaos
        self.log: list[Seen] = []
        self.waits = Waits(attrgetter("credential"))
        self.api_url = self.base_url
        self.graphql_url = f"{self.api_url}/graphql"
        self._rest = RestApi(world, self.api_url)
        self._graphql = GraphQLApi(world)
        self._request_ids = count(1)

    @property
    def token(self) -> str | None:
        """The token of the first credential."""
        return self.credentials[0].token if self.credentials else None

    @token.setter
    def token(self, token: str | None) -> None:
        self.credentials = [Credential(token, "token")] if token else []

    @property
    def announced(self) -> list[Announced]:
        """Every wait that an answer has asked for."""
        return self.waits.announced

    def broken_waits(self) -> list[Seen]:
        """The requests of the log that began inside a wait that had been announced to their credential."""
        return self.waits.broken(list(self.log))

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
        route = urlsplit(path).path
        authorization = headers.get("authorization", "")
        credential = self._who(route, authorization)
        seen = Seen(
            kind="graphql" if route == "/graphql" else "rest",
            method=method,
            path=path,
            headers={name: text for name, text in headers.items() if name in LOGGED_HEADERS},
            authorized=credential.alive and credential is not ANONYMOUS,
            started=time.monotonic(),
            credential=credential.name,
        )
        self.log.append(seen)
        self.limits.enter(credential.account)
        try:
            answered = self._graphql_answer if seen.kind == "graphql" else self._rest_answer
            reply = answered(seen, credential, authorization, body)
        finally:
            self.limits.leave(credential.account)
        seen.status = reply.status
        seen.seconds = time.monotonic() - seen.started
        if seen.kind == "graphql":
            self.limits.worked(seen.seconds, credential.account)
        reply = self._with_headers(reply, seen, credential)
        if reply.manner != "reset":
            self.waits.note(seen, reply.headers)
        return replace(reply, sent=seen.mark_sent)

    def _who(self, route: str, authorization: str) -> Credential:
        if self.app and route.startswith("/app/"):
            return self.app.JWT
        if not (self.credentials or self.app or self.anonymous):
            return EVERYBODY
        return identify(authorization, [*self.credentials, *(self.app.minted if self.app else ())])

    def _graphql_answer(self, seen: Seen, credential: Credential, authorization: str, body: bytes) -> Reply:
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
        refusal, spoils = self._refuse(seen, what, credential, authorization)
        if refusal:
            return refusal
        if seen.method != "POST":
            return replies.not_found()
        if query is None:
            return replies.message_reply(400, "Problems parsing JSON")
        if credential.under_scoped:
            return insufficient_scopes()
        work = self.work_seconds_per_unit * query.price.work
        self.closing.wait(min(work, self.time_limit))
        if work > self.time_limit:
            return replies.timed_out()
        seen.points = query.price.points
        self.limits.charge("graphql", seen.points, credential.account)
        spoils += refusals.in_graphql(credential, what.names.union(*query.owners.values()), self.world)
        return json_reply(200, self._graphql.run(query, self.limits.quota("graphql", credential.account), spoils))

    def _rest_answer(self, seen: Seen, credential: Credential, authorization: str, _body: bytes) -> Reply:
        route, repository = urlsplit(seen.path).path, self._rest.repository(seen.path)
        asked_name = "/".join(route.split("/")[2:4]) if route.startswith("/repos/") else ""
        names = {asked_name, repository.name_with_owner if repository else ""} - {""}
        subjects: dict[AliasPath, frozenset[str]] = {}
        if names:
            subjects[("repository",)] = frozenset(map(str.casefold, names))
        what = Asked("rest", seen.path, subjects, conditional=seen.conditional)
        seen.names = what.names
        refusal, _ = self._refuse(seen, what, credential, authorization)
        if refusal:
            return refusal
        if self.app and credential is self.app.JWT:
            return self.app.answer(seen.method, route)
        if seen.method not in {"GET", "HEAD"}:
            return replies.not_found()
        version = seen.headers.get("x-github-api-version", API_VERSIONS[0])
        if version not in API_VERSIONS:
            return replies.message_reply(400, f'Version "{version}" is not supported.')
        account = credential.account
        if route == "/rate_limit":
            return rate_limit(self.limits.quota("graphql", account), self.limits.quota("core", account), version)
        reply = user(credential) if route == "/user" else self._rest.answer(seen.path)
        if repository and reply.status not in {301, 404}:
            reply = refusals.in_rest(credential, repository.name_with_owner) or reply
        reply = conditional(reply, seen.headers, authorization)
        # An unchanged answer is free of charge for those alone who say who they are.
        if reply.status != 304 or credential is ANONYMOUS:
            seen.counted = True
            self.limits.charge("core", 1, account)
        return reply

    def _refuse(
        self, seen: Seen, asked: Asked, credential: Credential, authorization: str
    ) -> tuple[Reply | None, list[Spoil]]:
        """The reply to a request that does not get as far as its question; else what shall be spoilt of its answer."""
        self.closing.wait(self.latency)
        struck, spoils = self.faults.strike(asked)
        if self.chaos and not struck:
            struck, more = self.chaos.strike(asked)
            spoils += more
        if struck:
            seen.struck = True
            return struck, []
        if not seen.headers.get("user-agent"):
            return replies.user_agent_required(), []
        if credential is ANONYMOUS and asked.kind == "graphql":
            return replies.authentication_required(), []
        if not credential.alive or (credential is ANONYMOUS and not self.anonymous):
            return replies.bad_credentials(), []
        refusal = self.app.refusal(authorization) if self.app and credential is self.app.JWT else None
        if refusal:
            seen.authorized = False
            return refusal, []
        resource: Resource = "graphql" if asked.kind == "graphql" else "core"
        endpoint = "graphql" if asked.kind == "graphql" else self._rest.endpoint(seen.path)
        return self.limits.refusal(resource, endpoint, credential.account), spoils

    def _with_headers(self, reply: Reply, seen: Seen, credential: Credential) -> Reply:
        """The reply with what GitHub puts on every answer; a gateway's own page has none of it."""
        if reply.content_type != replies.JSON_TYPE:
            return reply
        resource: Resource = "graphql" if seen.kind == "graphql" else "core"
        quota = self.limits.quota(resource, credential.account)
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
        headers = common | credential.headers | dict(reply.headers)
        return Reply(reply.status, reply.body, reply.content_type, headers, reply.manner, reply.pause)


def _app(registration: AppRegistration) -> App:
    """Imported when there is one: cryptography takes long to load."""
    from crawler.sandbox.github_app import App

    return App(registration)
