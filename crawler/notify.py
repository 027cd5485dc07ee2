"""Tells a monitor how runs go, as healthchecks.io and its like take it: `URL/start`, `URL` for success, `URL/fail`.

The address holds an id that lets anybody report in our name, so it is a secret: no message and no error shows it.
Protocol: https://healthchecks.io/docs/http_api/ (start, success and failure by UUID or by slug).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import httpx

from crawler.errors import UsageFault
from crawler.fetch.redact import SHORTEST_KNOWN, redact, short_error
from crawler.fetch.transport import LOOPBACK, user_agent
from crawler.secret import Secret, is_safe_address

TIMEOUT_SECONDS = 10.0
HURRIED_SECONDS = 2.0
"""Whoever interrupts us does not wait long."""
TRIES = 3
PAUSE_SECONDS = 1.0
MOST_BYTES = 10_000
Signal = Literal["start", "success", "fail"]


def notify_address(text: str) -> Secret:
    """The address as a secret. UsageFault, which does not show it, where it is none or anybody could listen."""
    text = text.strip()
    if not is_safe_address(text):
        raise UsageFault("it is no https address", cure="copy the ping URL of the check, such as https://hc-ping.com/…")
    return Secret(text)


class Notifier:
    """Sends pings to one address, or nothing where there is none. Pings that fail are one line, and nothing else."""

    def __init__(self, address: Secret | None, say: Callable[[str], None]) -> None:
        self._address = address
        self._say = say
        self._is_silent = False
        """Whether it was said already that the monitor cannot be told."""

    async def ping(self, signal: Signal, message: str = "", *, hurried: bool = False) -> None:
        """Tell of a run's start, success or failure, with one message; `hurried` tries only once, and not for long."""
        if self._address is None:
            return
        url = _with_path(self._address.reveal(), "" if signal == "success" else f"/{signal}")
        body = redact(" ".join(message.split()), *self._hidden).encode()[:MOST_BYTES]
        reason = ""
        # A start that is lost is no trouble, and the run waits for it.
        for attempt in range(1 if hurried or signal == "start" else TRIES):
            if attempt:
                await asyncio.sleep(PAUSE_SECONDS)
            reason = await self._send(url, body, HURRIED_SECONDS if hurried else TIMEOUT_SECONDS)
            if not reason:
                self._is_silent = False
                return
        if self._is_silent:
            return
        self._is_silent = True
        self._say(f"crawler: the monitor could not be told ({reason}); check --notify-url and the network")

    def ping_now(self, signal: Signal, message: str = "", *, hurried: bool = False) -> None:
        """The same where no event loop runs."""
        if self._address is not None:
            asyncio.run(self.ping(signal, message, hurried=hurried))

    async def _send(self, url: str, body: bytes, seconds: float) -> str:
        """Why the ping did not arrive; "" where it did."""
        try:
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient(
                    headers={"User-Agent": user_agent(None)},
                    mounts=dict.fromkeys(LOOPBACK),
                    timeout=seconds,
                ) as client,
                client.stream("POST", url, content=body) as response,
            ):
                return "" if response.is_success else f"HTTP {response.status_code}"
        except TimeoutError:
            return f"no answer within {seconds:.0f} s"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
            return short_error(f"{type(error).__name__} {error}", *self._hidden)

    @property
    def _hidden(self) -> tuple[str, ...]:
        """The address, and its parts that would give it away."""
        address = self._address.reveal() if self._address else ""
        parts = urlsplit(address)
        return (address, *(part for part in (*parts.path.split("/"), parts.query) if len(part) >= SHORTEST_KNOWN))


def _with_path(url: str, addition: str) -> str:
    """`url` with something added to its path, in front of a query."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/") + addition).geturl() if addition else url
