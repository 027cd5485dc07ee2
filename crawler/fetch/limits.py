"""Limits as the host tells them: where each stands, and when asking may go on."""

from __future__ import annotations

import time
from collections.abc import Mapping

from crawler.fetch.answers import Verdict
from crawler.model import Quota

SECONDARY_WAIT_SECONDS = 60.0
"""GitHub's floor where a secondary limit names no time; doubled at each strike in a row."""
MAX_STRIKES = 4
MAX_WAIT_SECONDS = 3700.0
"""No limit of GitHub's lasts longer than an hour."""
LAST_SECOND = 253_402_300_799
"""Of the year 9999, as epoch seconds."""

REST_BURST = 420
"""REST requests that may go out at once, and as many again in each minute: GitHub allows 900 in any minute."""


def read_quota(headers: Mapping[str, str]) -> tuple[str, Quota] | None:
    """The resource and its quota from an answer's headers; None where they are missing or malformed."""
    try:
        return headers["x-ratelimit-resource"], Quota(
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


class Limits:
    """The limits of one identity: pauses hold for all of its requests, as GitHub asks.

    Moments are those of the monotonic clock.
    """

    def __init__(self) -> None:
        self.quotas: dict[str, Quota] = {}
        self._resume: dict[str, float] = {}
        self._strikes: dict[str, int] = {}
        self._struck: dict[str, float] = {}

    def pause_left(self, resource: str) -> float:
        """Seconds until the resource may be asked again."""
        until = max(self._resume.get(resource, 0.0), self._resume.get("", 0.0))
        return max(0.0, until - time.monotonic())

    def pause(self, resource: str, verdict: Verdict, *, sent: float) -> bool:
        """Note what a limit demands of a request sent at `sent`; False when it struck too often in a row to go on.

        A secondary limit holds the whole identity, a primary one its resource.
        """
        if sent >= self._struck.get(resource, sent):
            # Of requests that were under way together the limit strikes all at once: that is one strike.
            self._strikes[resource] = self._strikes.get(resource, 0) + 1
            self._struck[resource] = time.monotonic()
        seconds = verdict.wait
        if seconds is None:
            seconds = SECONDARY_WAIT_SECONDS * 2 ** max(0, self._strikes[resource] - 1)
        self.pause_for("" if verdict.secondary else resource, seconds)
        return self._strikes[resource] <= MAX_STRIKES

    def pause_for(self, resource: str, seconds: float) -> None:
        """Ask the resource ("" for all) nothing for so many seconds."""
        self._resume[resource] = max(self._resume.get(resource, 0.0), time.monotonic() + seconds)

    def clear_strikes(self, resource: str, *, sent: float) -> None:
        """An answer came to a request sent at `sent`: the next limit counts as the first in a row."""
        if sent >= self._struck.get(resource, sent):
            self._strikes[resource] = 0
