"""GitHub's rate limits, each account for itself: an hour's quota for each API, and the secondary ones over a minute."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Literal

from crawler.sandbox.replies import Reply, rate_limited, rest_rate_limited, secondary_limit

Resource = Literal["graphql", "core"]
NOBODY = 0
"""The account of those who ask without a token."""


@dataclass(frozen=True)
class Quota:
    """Where an hour's quota stands; `reset` is in epoch seconds."""

    limit: int
    remaining: int
    used: int
    reset: int


@dataclass
class _Account:
    """What one account has used up."""

    used: dict[Resource, int] = field(default_factory=lambda: {"graphql": 0, "core": 0})
    reset: dict[Resource, float] = field(default_factory=dict)
    requests: dict[str, deque[float]] = field(default_factory=dict)
    work: deque[tuple[float, float]] = field(default_factory=deque)
    in_flight: int = 0


class Limits:
    """Counts always, refuses only when `enforced`; the numbers are attributes so that tests can lower them.

    Not enforced, a used-up hour is followed by a new one at once, so that nobody is told to wait for nothing.
    """

    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self.per_hour: dict[Resource, int] = {"graphql": 5000, "core": 5000}
        """Points and requests."""
        self.anonymous_per_hour: dict[Resource, int] = {"graphql": 0, "core": 60}
        """The same for those who ask without a token."""
        self.hour = 3600.0
        self.minute = 60.0
        """Seconds that the secondary limits look back."""
        self.concurrent = 100
        self.graphql_per_minute = 2000
        """Requests; a query counts as one."""
        self.rest_per_minute = 900
        """Requests to one endpoint."""
        self.graphql_seconds_per_minute = 60.0
        """Summed time of answering."""
        self.retry_after = 60
        self._accounts: defaultdict[int, _Account] = defaultdict(_Account)
        self._lock = threading.Lock()

    def enter(self, account: int) -> None:
        """A request begins."""
        with self._lock:
            self._accounts[account].in_flight += 1

    def leave(self, account: int) -> None:
        """A request has been answered."""
        with self._lock:
            self._accounts[account].in_flight -= 1

    def refusal(self, resource: Resource, endpoint: str, account: int) -> Reply | None:
        """The answer to a request that goes beyond a limit, or None; the request is counted for the minute."""
        now = time.monotonic()
        with self._lock:
            held = self._accounts[account]
            times = held.requests.setdefault(endpoint, deque())
            times.append(now)
            while times[0] < now - self.minute:
                times.popleft()
            while held.work and held.work[0][0] < now - self.minute:
                held.work.popleft()
            if not self.enforced:
                return None
            allowed = self.graphql_per_minute if resource == "graphql" else self.rest_per_minute
            worked = resource == "graphql" and sum(spent for _, spent in held.work) > self.graphql_seconds_per_minute
            if held.in_flight > self.concurrent or len(times) > allowed or worked:
                return secondary_limit(retry_after=self.retry_after)
            quota = self._quota(resource, account)
        if quota.remaining > 0:
            return None
        return rate_limited(quota.reset) if resource == "graphql" else rest_rate_limited(reset_at=quota.reset)

    def worked(self, seconds: float, account: int) -> None:
        """A GraphQL answer took that long."""
        with self._lock:
            self._accounts[account].work.append((time.monotonic(), seconds))

    def charge(self, resource: Resource, points: int, account: int = 1) -> None:
        """Takes points from the hour's quota."""
        with self._lock:
            quota = self._quota(resource, account)
            held = self._accounts[account]
            if not self.enforced and quota.used + points > quota.limit:
                held.used[resource] = 0
            held.used[resource] += points

    def quota(self, resource: Resource, account: int = 1) -> Quota:
        """Where the hour's quota stands."""
        with self._lock:
            return self._quota(resource, account)

    def _quota(self, resource: Resource, account: int) -> Quota:
        now, held = time.time(), self._accounts[account]
        if now >= held.reset.get(resource, 0.0):
            held.reset[resource], held.used[resource] = now + self.hour, 0
        limit = (self.anonymous_per_hour if account == NOBODY else self.per_hour)[resource]
        used = held.used[resource]
        return Quota(limit, max(0, limit - used), min(used, limit), int(held.reset[resource]))
