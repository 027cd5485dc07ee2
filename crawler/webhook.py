"""Tells the webhook's receiver of events: which ones, in which requests, and how far it has got.

Every event is sent at least once, in the order of the ids. What fails is sent again in the next run, in the same
requests under the same `webhook-id`, so that a receiver can drop what it has.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from functools import partial
from itertools import groupby

from msgspec import Struct

from crawler import clock
from crawler.export.json_text import to_json
from crawler.news.data import event_data
from crawler.news.event import Event
from crawler.news.reading import birth, read_after
from crawler.settings import Settings
from crawler.store.database import commit_patiently, transaction
from crawler.store.webhooks import begin_webhook, find_webhook, webhook_failed, webhook_took
from crawler.webhook_receiver import GONE, NotTaken, Receiver, Request, Sleep
from crawler.webhook_settings import Webhook

MOST_EVENTS = 100
"""So many in one request."""
LONGEST_RUN = 120.0
"""Seconds after which no further request is begun: a refresh holds its lock meanwhile."""
KIND = "landscape.changes"


class Told(Struct, frozen=True):
    """How many events the receiver has taken in this run, and why it has not taken all; "": it has."""

    events: int
    fault: str = ""

    @property
    def message(self) -> str:
        """What to say of the fault."""
        return f"the webhook has not taken all events: {self.fault}"


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
    sleep: Sleep = asyncio.sleep,
) -> Told:
    """Send the receiver all events that it has not taken, and note how far it has got.

    A receiver that is new is told of the events of the run `run_id`, None: of those to come, and never of the past.
    """
    endpoint = webhook.endpoint
    begin = partial(begin_webhook, connection, endpoint, run_id, takes_restricted=webhook.takes_restricted)
    await _commit(connection, begin)
    standing = find_webhook(connection, endpoint)
    if standing.error == GONE:
        return Told(0, GONE)
    events = [
        event
        for event in read_after(connection, standing.change_id)
        if webhook.takes_restricted or not event.is_restricted
    ]
    if not events:
        return Told(0)
    taken, end = 0, time.monotonic() + LONGEST_RUN
    async with aclosing(Receiver(webhook, contact, sleep)) as receiver:
        for request in requests(events, birth(connection)):
            if time.monotonic() > end:
                return Told(taken, "it is slow; the next run goes on")
            try:
                await receiver.post(request)
            except NotTaken as refusal:
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
        "data": {"events": [event_data(event) for event in events]},
    }
    identity = f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"
    return Request(identity, to_json(body).encode(), len(events), events[-1].id)


async def _commit(connection: sqlite3.Connection, write: Callable[[], None]) -> None:
    def work() -> None:
        with transaction(connection):
            write()

    await commit_patiently(connection, work)
