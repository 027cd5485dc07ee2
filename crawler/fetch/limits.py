"""When asking may go on: what hosts have announced, and how much of an hour's quota a run may take.

Moments are those of the monotonic clock.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping

from crawler.fetch.verdicts import Verdict
from crawler.spending import Quota

SECONDARY_WAIT_SECONDS = 60.0
"""GitHub's floor where a secondary limit names no time; doubled at each strike in a row."""
MAX_STRIKES = 4
MAX_WAIT_SECONDS = 3700.0
"""No limit of GitHub's lasts longer than an hour."""
SAME_HOUR = 2
"""Seconds by which resets of the same hour differ."""
LAST_SECOND = 253_402_300_799
"""Of the year 9999, as epoch seconds."""


def read_quota(headers: Mapping[str, str], resource: str) -> tuple[str, Quota] | None:
    """The resource and its quota from an answer's headers; None where they are missing or malformed.

    `resource`: what they are about where they do not say.
    """
    try:
        return headers.get("x-ratelimit-resource", resource), Quota(
            limit=_whole(headers["x-ratelimit-limit"]),
            remaining=_whole(headers["x-ratelimit-remaining"]),
            reset=_whole(headers["x-ratelimit-reset"]),
        )
    except (KeyError, ValueError):
        return None


def _whole(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LAST_SECOND:
        raise ValueError("no number that a limit can have")
    return number


class Pauses:
    """What a host has asked to wait for: a resource of it, or ("") all of it."""

    def __init__(self) -> None:
        self._resume: dict[str, float] = {}
        self._strikes: dict[str, int] = {}
        self._struck: dict[str, float] = {}
        self._all_struck: float | None = None
        """When a limit struck last that holds all of the host; None once an answer has come after it."""

    def left(self, resource: str) -> float:
        """Seconds until the resource may be asked again."""
        until = max(self._resume.get(resource, 0.0), self._resume.get("", 0.0))
        return max(0.0, until - time.monotonic())

    def begin(self, resource: str, seconds: float) -> None:
        """Ask the resource ("" for all) nothing for so many seconds."""
        self._resume[resource] = max(self._resume.get(resource, 0.0), time.monotonic() + seconds)

    def strike(self, resource: str, verdict: Verdict, *, sent: float) -> float:
        """Seconds to wait by a verdict on a request that was sent at `sent`; 60 doubling where it names no time."""
        if sent >= self._struck.get(resource, sent):
            # Of requests that were under way together the limit strikes all at once: that is one strike.
            self._strikes[resource] = self._strikes.get(resource, 0) + 1
            self._struck[resource] = time.monotonic()
        if verdict.holds_all:
            self._all_struck = time.monotonic()
        seconds = verdict.wait
        return SECONDARY_WAIT_SECONDS * 2 ** max(0, self._strikes[resource] - 1) if seconds is None else seconds

    def is_struck(self, resource: str) -> bool:
        """Whether the last that was heard of the resource was a limit, or one that holds all of the host."""
        return self._strikes.get(resource, 0) > 0 or self._all_struck is not None

    def is_hopeless(self, resource: str) -> bool:
        """Whether it struck too often in a row to go on."""
        return self._strikes.get(resource, 0) > MAX_STRIKES

    def clear(self, resource: str, *, sent: float) -> None:
        """An answer came to a request sent at `sent`: the next limit counts as the first in a row."""
        if sent >= self._struck.get(resource, sent):
            self._strikes[resource] = 0
        if self._all_struck is not None and sent >= self._all_struck:
            self._all_struck = None


class Meter:
    """One limit of one identity as the answers tell it; `reserve` is the share that is left to others."""

    def __init__(self, reserve: float) -> None:
        self._reserve = reserve
        self._reset_at = 0.0
        self._last = 0.0
        self.quota: Quota | None = None
        self.under_way = 0
        """What requests without an answer yet may cost."""

    def see(self, quota: Quota, seconds_to_reset: float) -> None:
        """An answer told where the limit stands. Of those about the same hour the one that leaves least is the last."""
        if seconds_to_reset > MAX_WAIT_SECONDS + 1:
            return  # no hour of GitHub's lasts so long
        known = self.quota if self.quota and time.monotonic() < self._reset_at else None
        if known is not None and known.reset - quota.reset > SAME_HOUR:
            return
        if known is not None and abs(known.reset - quota.reset) <= SAME_HOUR and quota.remaining > known.remaining:
            return
        self.quota = quota
        self._reset_at = time.monotonic() + seconds_to_reset

    def sent(self, cost: int) -> None:
        """A request goes out that may cost so much."""
        self.under_way += cost
        self._last = time.monotonic()

    def spare(self) -> int | None:
        """What may be spent before the reset; None where nothing is known of the running hour."""
        if self.quota is None or time.monotonic() >= self._reset_at:
            return None
        return self.quota.remaining - self.under_way - int(self.quota.limit * self._reserve)

    def until_reset(self, cost: int) -> float:
        """Seconds to wait where a request of that cost would touch the reserve: until the reset, else 0."""
        spare = self.spare()
        return 0.0 if spare is None or spare >= cost else self._reset_at - time.monotonic()

    def gap(self, cost: int, *, expected: int, horizon: float | None) -> float:
        """Seconds to wait where what the run is `expected` to need would not fit into what is left, else 0.

        What is left is spread over the time to the reset, or to `horizon` where the run ends earlier.
        """
        spare, now = self.spare(), time.monotonic()
        if not spare or expected <= spare or not self._last:
            return 0.0
        end = self._reset_at if horizon is None else min(self._reset_at, horizon)
        return max(0.0, self._last + (end - now) * cost / spare - now)


class QueryGate:
    """How many queries may run at once: GitHub allows 60 s of GraphQL work in a minute, and answers 10 s late at most.

    Work is judged by the time to the answer less the connection's own latency. One query at a time, two while the
    last answers were quick.
    """

    QUICK_SECONDS = 3.0
    QUICK_ANSWERS = 3
    WINDOW = 60.0
    WORK_FOR_TWO = 40.0
    """More work than this in the last minute leaves no room for a second query."""
    MOST_WORK = 55.0

    def __init__(self) -> None:
        self.under_way = 0
        self._quick = 0
        self._work: deque[tuple[float, float]] = deque()

    @property
    def width(self) -> int:
        """How many queries may run at once now."""
        return 2 if self._quick >= self.QUICK_ANSWERS and self._spent() < self.WORK_FOR_TWO else 1

    def rest(self) -> float:
        """Seconds until the work of the last minute leaves room for one more query."""
        spent, now = self._spent(), time.monotonic()
        for ended, seconds in self._work:
            if spent < self.MOST_WORK:
                return 0.0
            spent -= seconds
            if spent < self.MOST_WORK:
                return max(0.0, ended + self.WINDOW - now)
        return 0.0

    def answered(self, seconds: float) -> None:
        """A query ended after so many seconds of the host's work."""
        self._work.append((time.monotonic(), max(0.0, seconds)))
        self._quick = self._quick + 1 if seconds < self.QUICK_SECONDS else 0

    def _spent(self) -> float:
        begin = time.monotonic() - self.WINDOW
        while self._work and self._work[0][0] < begin:
            self._work.popleft()
        return sum(seconds for _, seconds in self._work)
