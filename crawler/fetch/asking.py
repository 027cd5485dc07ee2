"""Sends requests under the rules of their host: waits its turn, signs, judges the answer, does what the table says."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from tenacity import RetryCallState

from crawler import clock
from crawler.errors import LimitReached, NoToken, RetryLater, Stop, TooBig
from crawler.fetch.answers import Raw, retry_after, server_time, until_reset
from crawler.fetch.events import Event, Log, Value
from crawler.fetch.hosts import Door, Host
from crawler.fetch.identities import AppIdentity, Identity, sso_hint
from crawler.fetch.ledger import Ledger
from crawler.fetch.limits import read_quota
from crawler.fetch.redact import Secrets
from crawler.fetch.request import Memory, Request, Terms
from crawler.fetch.transport import Transport, Unreachable
from crawler.fetch.verdicts import Verdict, in_context
from crawler.fetch.waits import Waits
from crawler.model import Validator
from crawler.spending import Counts

LOGGED_HEADERS = ("x-github-request-id", "deprecation", "sunset")
"""What GitHub's support asks for, and what announces the end of an API version."""
SOON_SECONDS = 4.0
"""GitHub ends a query after 10 s: what fails sooner was not too big for that."""
ANONYMOUS_WAIT_SECONDS = 60.0
"""Without a token the limit is an hour's: a run does not sit that out."""


class Asking:
    """All hosts of a run, and what the run has spent so far."""

    def __init__(
        self,
        transport: Transport,
        secrets: Secrets,
        terms: Terms,
        memory: Memory,
        say: Callable[[str], None],
        log: Log,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.sleep = sleep
        self._terms = terms
        self.ledger = Ledger(terms)
        self._transport = transport
        self._secrets = secrets
        self._memory = memory
        self._waits = Waits(memory, secrets)
        self._say = say
        self._log = log
        self._doors: dict[str, Door] = {}
        self._strangers: dict[str, Identity] = {}

    def door(self, host: Host) -> Door:
        """What is known of a host."""
        if host.name not in self._doors:
            self._doors[host.name] = Door(host, is_paced=self._terms.is_paced)
        return self._doors[host.name]

    def nobody(self, host: Host) -> Identity:
        """Who asks a host that gets no token of ours."""
        if host.name not in self._strangers:
            self._strangers[host.name] = Identity(host.name, host.name, 0.0)
            self.take_up_waits(host, [self._strangers[host.name]])
        return self._strangers[host.name]

    def take_up_waits(self, host: Host, identities: Iterable[Identity]) -> None:
        """Go on with the waits that the host announced to these identities in earlier runs."""
        self._waits.take_up(self.door(host), identities)

    def server_now(self, host: Host) -> datetime:
        """The present moment by the clock of a host, as its last answer told it."""
        return clock.now() + self.door(host).skew

    async def ask(self, request: Request, counts: Counts, source: str) -> tuple[Raw, Identity]:
        """The first answer that is to be read, and who got it. Raises what its verdict asks for, or Broken."""
        door = self.door(request.host)
        while True:
            identity = request.signer()
            try:
                await identity.prepare()
            except NoToken as error:
                identity.drop(str(error), "core", "graphql")
                self.note("set aside", source=source, identity=identity.label, reason=str(error))
                continue
            async with self._turn(door, request, identity):
                await self._gate(door, request, identity, counts)
                if request.signer() is not identity or not identity.is_ready:
                    continue
                signed = identity.headers()
                raw, verdict = await self._send(door, request, identity, signed, counts, source)
            reason = self._secrets.describe(verdict.reason)
            match verdict.action:
                case "take":
                    return raw, identity
                case "halve":
                    raise TooBig(reason, by_chance=verdict.kind != "too heavy" and raw.elapsed < SOON_SECONDS)
                case "retry":
                    raise RetryLater(reason)
                case "wait":
                    continue
                case "change" if request.place and not identity.is_anonymous:
                    identity.refuse(request.place, reason + sso_hint(raw))
                    self.note("refused", source=source, identity=identity.label, place=request.place, reason=reason)
                case "change":
                    return raw, identity
                case "drop":
                    self._drop(identity, signed, verdict, request.resource, reason, source)
                case "stop":
                    raise Stop(reason)

    def note_retry(self, counts: Counts, source: str, state: RetryCallState) -> None:
        """A failure in passing is followed by another try."""
        self.ledger.count(counts, retries=1)
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        self.note("retry", source=source, attempt=state.attempt_number, pause=round(pause, 1), error=str(error))

    @asynccontextmanager
    async def _turn(self, door: Door, request: Request, identity: Identity) -> AsyncIterator[None]:
        """Hold a place among the requests that may be under way at once: alone after a limit, and before any answer."""
        lane = _lane(request, identity)
        is_probe = door.pauses.is_struck(lane) or not identity.is_known
        if is_probe:
            await door.probe.acquire()
            if identity.is_known and not door.pauses.is_struck(lane):
                door.probe.release()
                is_probe = False
        try:
            if request.resource != "graphql":
                yield
                return
            async with door.turn:
                await door.turn.wait_for(lambda: door.gate.under_way < door.gate.width)
                door.gate.under_way += 1
            try:
                yield
            finally:
                door.gate.under_way -= 1
                async with door.turn:
                    door.turn.notify_all()
        finally:
            if is_probe:
                door.probe.release()

    async def _gate(self, door: Door, request: Request, identity: Identity, counts: Counts) -> None:
        """Return when the request may go out; Stop or Skip where it may not."""
        is_query = request.resource == "graphql"
        await (door.points.acquire(min(request.cost, door.points.max_rate)) if is_query else door.pace.acquire())
        lane, meter = _lane(request, identity), identity.meters.get(request.resource)
        while True:
            expected = self.ledger.expected.get(request.resource, 0)
            if door.closed:
                raise Stop(door.closed)
            self.ledger.check(request)
            asked, own = door.pauses.left(lane), 0.0 if meter is None else meter.until_reset(request.cost)
            pause, why = max(asked, own), "asks to wait" if asked >= own else "has only the reserve left"
            if pause > 0:
                self._check_pause(door, lane, pause, why, may_skip=identity.is_anonymous, counts=counts)
            elif is_query:
                pause = door.gate.rest()
            if pause <= 0 and meter is not None and not identity.is_anonymous:
                pause = meter.gap(request.cost, expected=expected, horizon=self.ledger.end)
                if pause > 0:
                    self.note("pace", host=door.host.name, resource=lane, seconds=round(pause, 1))
                if pause > 0 and door.is_first_gap():
                    self._say("quota is short: what is left is spread over the time to its reset")
            if pause <= 0:
                return
            await self.sleep(pause)

    def _check_pause(self, door: Door, lane: str, pause: float, why: str, *, may_skip: bool, counts: Counts) -> None:
        """Say once that a wait begins; Stop where this run cannot sit it out, Skip where only this question cannot."""
        name = door.host.spoken
        if self.ledger.end is not None and time.monotonic() + pause > self.ledger.end:
            raise Stop(f"{name} {why}, {pause:.0f} s, which is past the deadline")
        if may_skip and pause > ANONYMOUS_WAIT_SECONDS:
            raise LimitReached("the hourly limit without a token is used up")
        if pause > door.host.longest_wait:
            raise Stop(f"{name} asks to wait {pause:.0f} s, which is longer than any of its limits lasts")
        if door.is_news(pause):
            self.ledger.count(counts, waits=1, waited_seconds=math.ceil(pause))
            self.note("wait", host=door.host.name, resource=lane, seconds=math.ceil(pause))
            self._say(f"{name} {why}: going on in {pause:.0f} s")

    async def _send(
        self,
        door: Door,
        request: Request,
        identity: Identity,
        signed: Mapping[str, str],
        counts: Counts,
        source: str,
    ) -> tuple[Raw, Verdict]:
        """One request and its verdict, with all that the answer tells taken note of."""
        validator = None
        if request.condition:
            validator = self._memory.find_validator(identity.validator_key, request.condition)
        headers = {**request.host.headers, **request.headers, **signed, **_conditions(validator)}
        lane = _lane(request, identity)
        self.ledger.sent(request, identity)
        self.ledger.count(counts, requests=1, conditional=int(validator is not None))
        sent = time.monotonic()
        try:
            raw = await self._transport.send(
                request.method, request.url, request.host, headers=headers, json=request.json, form=request.form
            )
        except Unreachable as error:
            self.note("request", source=source, host=door.host.name, what=request.told, kind="unreachable")
            self._give_up(door, error, sent)
            raise
        except RetryLater as error:
            self.ledger.charge_unanswered(request, counts)
            told: dict[str, Value] = {"source": source, "host": door.host.name, "what": request.told}
            self.note("request", **told, kind="broken", error=str(error))
            raise
        finally:
            self.ledger.ended(request, identity)
            if request.resource == "graphql":
                door.gate.answered(time.monotonic() - sent - self._transport.latency(request.url))
        door.reached()
        identity.see(raw)
        door.skew = timedelta(seconds=server_time(raw) - clock.now().timestamp())
        verdict = in_context(
            request.judge(raw), raw, is_signed=not identity.is_anonymous, is_conditional=validator is not None
        )
        self.ledger.charge(raw, request, identity, counts)
        self.note(
            "request",
            source=source,
            host=door.host.name,
            what=request.told,
            status=raw.status,
            kind=verdict.kind,
            seconds=round(raw.elapsed, 3),
            **{name: raw.headers[name] for name in LOGGED_HEADERS if name in raw.headers},
        )
        self._heed(door, request, identity, raw, verdict, sent)
        if verdict.action == "take":
            door.pauses.clear(lane, sent=sent)
            identity.is_known = True
            if verdict.kind == "answer" and request.place:
                identity.admit(request.place)
        elif door.pauses.is_hopeless(lane):
            raise Stop(f"{door.host.spoken} keeps asking to wait ({self._secrets.describe(verdict.reason)})")
        return raw, verdict

    def _heed(self, door: Door, request: Request, identity: Identity, raw: Raw, verdict: Verdict, sent: float) -> None:
        """Begin the wait that an answer asks for, and keep it for later runs: the secondary one holds the identity."""
        lane = _lane(request, identity)
        if verdict.action == "wait":
            held = "" if verdict.holds_all else lane
            self._waits.begin(door, identity, held, door.pauses.strike(lane, verdict, sent=sent), verdict.reason)
        elif (seconds := retry_after(raw)) is not None:
            self._waits.begin(door, identity, "", seconds, verdict.reason)
        told = read_quota(raw.headers, request.resource)
        if told and told[1].remaining == 0 and (seconds := until_reset(raw)) is not None:
            self._waits.begin(door, identity, lane, seconds, "the hourly limit is used up")

    def _give_up(self, door: Door, error: Unreachable, sent: float) -> None:
        """Count a connect failure; a host other than GitHub is then left alone in later runs, too."""
        try:
            door.unreachable(error, sent=sent)
        except Stop:
            if door.host.name in self._strangers:
                self._waits.leave_alone(door)
            raise

    def _drop(
        self,
        identity: Identity,
        signed: Mapping[str, str],
        verdict: Verdict,
        resource: str,
        reason: str,
        source: str,
    ) -> None:
        """Use the identity no more: not at all where it was refused, not for this API where it lacks a scope."""
        if verdict.kind in {"bad credentials", "shut out"}:
            if isinstance(identity, AppIdentity) and identity.renew(signed):
                return
            if identity.is_anonymous:
                reason = f"GitHub wants a token here: set GITHUB_TOKEN ({reason})"
            identity.drop(reason, "core", "graphql")
        else:
            identity.drop(reason, resource)
        self.note("set aside", source=source, identity=identity.label, reason=reason)

    def note(self, name: str, **fields: Value) -> None:
        """Log an event, with every secret taken out."""
        describe = self._secrets.describe
        self._log(Event(name, {key: describe(text) if isinstance(text, str) else text for key, text in fields.items()}))


def _lane(request: Request, identity: Identity) -> str:
    """What a limit holds: an API, for nobody its own."""
    return f"{request.resource} anonymous" if identity.is_anonymous else request.resource


def _conditions(validator: Validator | None) -> dict[str, str]:
    if validator and validator.etag:
        return {"If-None-Match": validator.etag}
    if validator and validator.last_modified:
        return {"If-Modified-Since": validator.last_modified}
    return {}
