"""The hosts that sources ask: how each wants to be asked, and what is known of it in this run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta

from aiolimiter import AsyncLimiter
from msgspec import Struct, field

from crawler.errors import Stop
from crawler.fetch.limits import Pauses, QueryGate

MAX_CONNECT_FAILURES = 2
MAX_SILENCES = 3
"""Questions in a row that ended without an answer in time, each of them asked several times."""
TOGETHER_SECONDS = 0.9
"""A second try comes a second after the first."""
POINTS_PER_MINUTE = 900
"""GraphQL points, as many at once and again in each minute: GitHub allows 2,000 in any minute."""
LEFT_ALONE = timedelta(hours=1)
"""How long a host other than GitHub is left alone that could not be reached."""


class Host(Struct, frozen=True, kw_only=True):
    """How an upstream wants to be asked.

    In any minute at most `per_minute` and a `burst` more requests go out; `longest_wait` is how many
    seconds of waiting for a limit a run sits out. `spoken` is its name in messages.
    """

    name: str
    spoken: str
    per_minute: int
    longest_wait: float
    burst: int = 0
    """Requests that may go out at once; 0: as many as in a minute."""
    headers: Mapping[str, str] = field(default_factory=dict)
    key_header: str = ""
    """In which header the host wants our key."""
    longest_silence: float = 30.0
    """How many seconds it may send nothing before an answer is given up."""
    most_bytes: int = 8 * 1024 * 1024
    """No larger answer is read to its end; deps.dev's are the largest, of a few million."""


class Door:
    """What a run knows of a host: pauses, pace, outages."""

    def __init__(self, host: Host, *, is_paced: bool = True) -> None:
        self.host = host
        self.pauses = Pauses()
        self.gate = QueryGate()
        self.turn = asyncio.Condition()
        """Told whenever a query ends."""
        self.probe = asyncio.Lock()
        """Held by the one request that goes out first after a limit has struck."""
        burst = host.burst or host.per_minute
        self.pace = AsyncLimiter(burst, 60 * burst / host.per_minute if is_paced else 1e-6)
        self.points = AsyncLimiter(POINTS_PER_MINUTE, 60)
        self.failures_in_a_row = 0
        self.skew = timedelta()
        """By how much its clock is ahead of ours."""
        self.closed = ""
        """Why it is not asked any more; "" while it is."""
        self._silences = 0
        self._connect_failures = 0
        self._last_failure = float("-inf")
        self._told_until = 0.0
        self._told_of_gaps = False

    def reached(self) -> None:
        """An answer came, whatever it says."""
        self._connect_failures = 0

    def answered(self) -> None:
        """A question came to its end with an answer."""
        self.failures_in_a_row = self._silences = 0

    def failed(self, error: Exception, *, is_silence: bool) -> None:
        """Count a question that ended without an answer; Stop where so many in a row got none in time."""
        self.failures_in_a_row += 1
        self._silences = self._silences + 1 if is_silence else 0
        if self._silences >= MAX_SILENCES:
            self.closed = f"{self.host.spoken} does not answer ({error})"
            raise Stop(self.closed) from error

    def unreachable(self, error: Exception, *, sent: float) -> None:
        """Count a connect failure of a request sent at `sent`; Stop where the host is given up.

        Requests that were under way together, or queued behind each other, count as one.
        """
        if sent >= self._last_failure + TOGETHER_SECONDS:
            self._connect_failures += 1
            self._last_failure = time.monotonic()
        if self._connect_failures >= MAX_CONNECT_FAILURES:
            self.closed = str(error)
            raise Stop(self.closed) from error

    def is_news(self, seconds: float) -> bool:
        """Whether a wait of so many seconds from now has not been told of yet."""
        until = time.monotonic() + seconds
        if until <= self._told_until + 1:
            return False
        self._told_until = until
        return True

    def is_first_gap(self) -> bool:
        """Whether nobody was told yet that requests are spread over time."""
        first, self._told_of_gaps = not self._told_of_gaps, True
        return first
