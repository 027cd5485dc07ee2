"""Tells a receiver of events: JSON by POST, signed as https://www.standardwebhooks.com says (specification 1.0).

Every event is sent at least once, in the order of the ids. What fails is sent again in the next run, in the same
requests under the same `webhook-id`, so that a receiver can drop what it has.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import cached_property, partial
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import httpx
from msgspec import Struct
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity import wait_exponential_jitter as growing

from crawler import clock
from crawler.export.json_text import to_json
from crawler.fetch.answers import Raw, retry_after
from crawler.fetch.redact import short_error
from crawler.fetch.transport import LOOPBACK, user_agent
from crawler.news.event import Event, event_data
from crawler.news.reading import birth, read_after
from crawler.news.words import link, words
from crawler.settings import Settings
from crawler.store.database import commit_patiently, transaction
from crawler.store.webhooks import begin_webhook, find_webhook, webhook_failed, webhook_took
from crawler.webhook_settings import Webhook

MOST_EVENTS = 100
"""So many in one request."""
ANSWER_SECONDS = 15.0
"""A receiver has so long to answer: the specification asks senders for 15 to 30 s."""
ATTEMPTS = 3
"""So many in one run."""
LONGEST_WAIT = 30.0
"""Seconds that a run waits for a receiver that asks for it; a longer wait is left to the next run."""
LONGEST_RUN = 120.0
"""Seconds after which no further request is begun: a refresh holds its lock meanwhile."""
GONE = "it answered 410 Gone; nothing more is sent until CRAWLER_WEBHOOK_URL is another one"
"""Also the mark of a receiver that has said so."""
PASSING = frozenset({408, 425, 429})
"""Of the answers from 400 to 499 those that may be others in a moment."""
KIND = "landscape.changes"
Sleep = Callable[[float], Awaitable[None]]


class Told(Struct, frozen=True):
    """How many events the receiver has taken in this run, and why it has not taken all; "": it has."""

    events: int
    fault: str = ""

    @property
    def message(self) -> str:
        """What to say of the fault."""
        return f"the webhook has not taken all events: {self.fault}"


class Request(Struct, frozen=True):
    """One request: what it is called, its body, and the last event in it."""

    id: str
    body: bytes
    events: int
    last: int


class _NotTaken(Exception):
    """The receiver has not taken a request, and will not in this run."""


class _NotYet(_NotTaken):
    """The same, but it may in a moment, not before so many seconds."""

    def __init__(self, fault: str, wait: float = 0.0) -> None:
        super().__init__(fault)
        self.wait = wait


async def tell_of_run(
    connection: sqlite3.Connection, settings: Settings, run_id: int, say: Callable[[str], None]
) -> None:
    """Tell whom the settings name of a refresh that has ended; that this fails is one line, and nothing else."""
    if settings.webhook is None:
        return
    try:
        told = await tell(connection, settings.webhook, contact=settings.contact, run_id=run_id)
    except sqlite3.Error as error:
        say(f"crawler: the webhook was not told: the database failed ({error})")
        return
    if told.fault:
        say(f"crawler: {told.message}")


async def tell(
    connection: sqlite3.Connection,
    webhook: Webhook,
    *,
    contact: str | None,
    run_id: int | None = None,
    include_restricted: bool = False,
    sleep: Sleep = asyncio.sleep,
) -> Told:
    """Send the receiver all events that it has not taken, and note how far it has got.

    A receiver that is new is told of the events of the run `run_id`, None: of those to come, and never of the past.
    """
    endpoint = hashlib.sha256(webhook.url.reveal().encode()).hexdigest()
    standing = find_webhook(connection, endpoint)
    if standing is None:
        await _commit(connection, partial(begin_webhook, connection, endpoint, run_id))
        standing = find_webhook(connection, endpoint)
        assert standing is not None
    if standing.error == GONE:
        return Told(0, GONE)
    events = [
        event for event in read_after(connection, standing.change_id) if include_restricted or not event.is_restricted
    ]
    taken, end = 0, time.monotonic() + LONGEST_RUN
    async with aclosing(_Receiver(webhook, contact, sleep)) as receiver:
        for request in requests(events, birth(connection)):
            if time.monotonic() > end:
                return Told(taken, "it is slow; the next run goes on")
            try:
                await receiver.post(request)
            except _NotTaken as refusal:
                fault, now = str(refusal), clock.to_text(clock.now())
                await _commit(connection, partial(webhook_failed, connection, endpoint, fault, now=now))
                return Told(taken, fault)
            now = clock.to_text(clock.now())
            await _commit(connection, partial(webhook_took, connection, endpoint, request.last, now=now))
            taken += request.events
    return Told(taken)


def requests(events: Sequence[Event], born: tuple[str, str]) -> Iterator[Request]:
    """The requests that tell of the events, in their order.

    What was noticed at different times is never in one: so a request that failed stays the same when there is more.
    """
    for _, noticed in groupby(events, lambda event: event.observed_at):
        together = list(noticed)
        for first in range(0, len(together), MOST_EVENTS):
            yield _request(together[first : first + MOST_EVENTS], born)


def _request(events: Sequence[Event], born: tuple[str, str]) -> Request:
    # Nothing of it is ever written anew; names and words may change between two tries.
    named = "\n".join([*born, events[0].observed_at, *(str(event.id) for event in events)])
    body = {
        "type": KIND,
        "timestamp": events[0].observed_at,
        "data": {"events": [_told(event) for event in events]},
    }
    identity = f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
    return Request(identity, to_json(body).encode(), len(events), events[-1].id)


def _told(event: Event) -> dict[str, Any]:
    return event_data(event) | {"text": words(event).sentence, "url": link(event)}


def signature(key: bytes, request_id: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`, version 1."""
    signed = b".".join([request_id.encode(), str(timestamp).encode(), body])
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


class _Receiver:
    """Sends requests to one address and repeats what fails in passing; no message shows the address."""

    def __init__(self, webhook: Webhook, contact: str | None, sleep: Sleep) -> None:
        self._webhook = webhook
        self._sleep = sleep
        self._agent = user_agent(contact)

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            http2=True, headers={"User-Agent": self._agent}, mounts=dict.fromkeys(LOOPBACK), timeout=ANSWER_SECONDS
        )

    async def aclose(self) -> None:
        """Close the client; one that nothing was sent with was never made."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def post(self, request: Request) -> None:
        """Have the request taken. Raises _NotTaken."""
        again = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            retry=retry_if_exception_type(_NotYet),
            sleep=self._sleep,
            reraise=True,
        )
        await again(self._post_once, request)

    async def _post_once(self, request: Request) -> None:
        sent_at = int(clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": request.id,
            "webhook-timestamp": str(sent_at),
            "webhook-signature": signature(self._webhook.key_bytes, request.id, sent_at, request.body),
        }
        url = self._webhook.url.reveal()
        try:
            # The answer's body is nobody's business, so it is not read: a receiver may send what it likes.
            async with (
                asyncio.timeout(ANSWER_SECONDS),
                self._client.stream("POST", url, content=request.body, headers=headers) as response,
            ):
                _judge(response)
        except TimeoutError:
            raise _NotYet(f"no answer within {ANSWER_SECONDS:.0f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _NotYet(self._describe(error)) from None

    def _describe(self, error: Exception) -> str:
        parts = urlsplit(self._webhook.url.reveal())
        hidden = (self._webhook.url.reveal(), parts.path.strip("/"), parts.query, parts.netloc, parts.hostname or "")
        return short_error(f"{type(error).__name__} {error}", self._webhook.key.reveal(), *hidden)


def _judge(response: httpx.Response) -> None:
    """Nothing where it is taken. Raises _NotTaken or _NotYet."""
    status = response.status_code
    if response.is_success:
        return
    if status == httpx.codes.GONE:
        raise _NotTaken(GONE)
    if status < httpx.codes.INTERNAL_SERVER_ERROR and status not in PASSING:
        moved = "; redirects are not followed, correct CRAWLER_WEBHOOK_URL" if response.is_redirect else ""
        raise _NotTaken(f"it answered {status}{moved}")
    wait = retry_after(Raw(status, response.headers, b"", None, 0.0)) or 0.0
    if wait > LONGEST_WAIT:
        raise _NotTaken(f"it answered {status} and asks to wait {wait:.0f} s; the next run tries again")
    raise _NotYet(f"it answered {status}", wait)


_growing = growing(initial=1.0, max=8.0, jitter=1.0)


def _wait(state: RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    return max(_growing(state), fault.wait if isinstance(fault, _NotYet) else 0.0)


async def _commit(connection: sqlite3.Connection, write: Callable[[], None]) -> None:
    def work() -> None:
        with transaction(connection):
            write()

    await commit_patiently(connection, work)
