"""GitHub's rate limits: an hour's quota for each API, and the secondary ones over a minute."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

from crawler.sandbox.replies import Reply, rate_limited, rest_rate_limited, secondary_limit

Resource = Literal["graphql", "core"]


@dataclass(frozen=True)
class Quota:
    """Where an hour's quota stands; `reset` is in epoch seconds."""

    limit: int
    remaining: int
    used: int
    reset: int


class Limits:
    """Counts always, refuses only when `enforced`; the numbers are attributes so that tests can lower them.

    Not enforced, a used-up hour is followed by a new one at once, so that nobody is told to wait for nothing.
    """

    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self.per_hour: dict[Resource, int] = {"graphql": 5000, "core": 5000}
        """Points and requests."""
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
        self.in_flight = 0
        self._used: dict[Resource, int] = {"graphql": 0, "core": 0}
        self._reset: dict[Resource, float] = {}
        self._requests: dict[str, deque[float]] = {}
        self._work: deque[tuple[float, float]] = deque()
        self._lock = threading.Lock()

    def enter(self) -> None:
        """A request begins."""
        with self._lock:
            self.in_flight += 1

    def leave(self) -> None:
        """A request has been answered."""
        with self._lock:
            self.in_flight -= 1

    def refusal(self, resource: Resource, endpoint: str) -> Reply | None:
        """The answer to a request that goes beyond a limit, or None; the request is counted for the minute."""
        now = time.monotonic()
        with self._lock:
            times = self._requests.setdefault(endpoint, deque())
            times.append(now)
            while times[0] < now - self.minute:
                times.popleft()
            while self._work and self._work[0][0] < now - self.minute:
                self._work.popleft()
            if not self.enforced:
                return None
            allowed = self.graphql_per_minute if resource == "graphql" else self.rest_per_minute
            worked = resource == "graphql" and sum(spent for _, spent in self._work) > self.graphql_seconds_per_minute
            if self.in_flight > self.concurrent or len(times) > allowed or worked:
                return secondary_limit(retry_after=self.retry_after)
            quota = self._quota(resource)
        if quota.remaining > 0:
            return None
        return rate_limited(quota.reset) if resource == "graphql" else rest_rate_limited(reset_at=quota.reset)

    def worked(self, seconds: float) -> None:
        """A GraphQL answer took that long."""
        with self._lock:
            self._work.append((time.monotonic(), seconds))

    def charge(self, resource: Resource, points: int) -> None:
        """Takes points from the hour's quota."""
        with self._lock:
            quota = self._quota(resource)
            if not self.enforced and quota.used + points > quota.limit:
                self._used[resource] = 0
            self._used[resource] += points

    def quota(self, resource: Resource) -> Quota:
        """Where the hour's quota stands."""
        with self._lock:
            return self._quota(resource)

    def _quota(self, resource: Resource) -> Quota:
        now = time.time()
        if now >= self._reset.get(resource, 0.0):
            self._reset[resource], self._used[resource] = now + self.hour, 0
        limit, used = self.per_hour[resource], self._used[resource]
        return Quota(limit, max(0, limit - used), min(used, limit), int(self._reset[resource]))
