"""The waits that hosts ask for: begun at once, and kept for later runs, which may be the next second."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from crawler import clock
from crawler.fetch.hosts import LEFT_ALONE, Door
from crawler.fetch.identities import Identity
from crawler.fetch.redact import Secrets
from crawler.fetch.request import Memory
from crawler.spending import Wait

UNREACHABLE = "unreachable"
"""In place of a resource: the host could not be reached, and is left alone for a while."""


ROUNDING = 2.0
"""Waits are kept in whole seconds, rounded up."""


LONGEST_KEPT = 7 * 86_400.0
"""A run does not sit out a wait of days, but later ones obey it; what is longer than a week is no wait in earnest."""


class Waits:
    """What is announced in this run, and what was in former ones."""

    def __init__(self, memory: Memory, secrets: Secrets) -> None:
        self._memory = memory
        self._secrets = secrets

    def take_up(self, door: Door, identities: Iterable[Identity]) -> None:
        """Go on with the waits that were announced to these identities in earlier runs."""
        keys = {identity.key for identity in identities}
        for wait in self._memory.waits():
            left = (clock.from_text(wait.until) - clock.now()).total_seconds()
            if wait.identity not in keys or not 0 < left <= LONGEST_KEPT:
                continue
            if wait.resource == UNREACHABLE:
                door.closed = f"{wait.reason}; it is left alone until {wait.until}"
            else:
                door.pauses.begin(wait.resource, left)

    def begin(self, door: Door, identity: Identity, resource: str, seconds: float, reason: str) -> None:
        """Ask a resource of the host ("" for all of it) nothing for so many seconds."""
        door.pauses.begin(resource, seconds)
        if seconds <= LONGEST_KEPT:
            until = clock.to_text(clock.now() + timedelta(seconds=math.ceil(seconds) + 1))
            self._memory.keep_wait(Wait(identity.key, resource, until, self._secrets.describe(reason)))

    def leave_alone(self, door: Door) -> None:
        """Ask a host that cannot be reached nothing for an hour."""
        until = clock.to_text(clock.now() + LEFT_ALONE)
        self._memory.keep_wait(Wait(door.host.name, UNREACHABLE, until, door.closed))
