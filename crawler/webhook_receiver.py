"""Posts requests to the webhook's receiver, signed as https://www.standardwebhooks.com says (specification 1.0).

What fails in passing is repeated; no message shows the address.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx
from msgspec import Struct
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity import wait_exponential_jitter as growing

from crawler import clock
from crawler.fetch.answers import Raw, retry_after
from crawler.fetch.redact import short_error
from crawler.fetch.transport import LOOPBACK, user_agent
from crawler.webhook_settings import Webhook

ANSWER_SECONDS = 15.0
"""A receiver has so long to answer: the specification asks senders for 15 to 30 s."""
ATTEMPTS = 3
"""So many in one run."""
LONGEST_WAIT = 30.0
"""Seconds that a run waits for a receiver that asks for it; a longer wait is left to the next run."""
GONE = "it answered 410 Gone; nothing more is sent until CRAWLER_WEBHOOK_URL is another one"
"""Also the mark of a receiver that has said so."""
PASSING = frozenset({408, 425, 429})
"""Of the answers from 400 to 499 those that may be others in a moment."""
Sleep = Callable[[float], Awaitable[None]]


class Request(Struct, frozen=True):
    """One request: what it is called, its body, and the last event in it."""

    id: str
    body: bytes
    events: int
    last: int


class NotTaken(Exception):
    """The receiver has not taken a request, and will not in this run."""


class _NotYet(NotTaken):
    """The same, but it may in a moment, not before so many seconds."""

    def __init__(self, fault: str, wait: float = 0.0) -> None:
        super().__init__(fault)
        self.wait = wait


def signature(key: bytes, request_id: str, timestamp: int, body: bytes) -> str:
    """What stands in `webhook-signature`: HMAC-SHA256 over `id.timestamp.body`, version 1."""
    signed = b".".join([request_id.encode(), str(timestamp).encode(), body])
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


class Receiver:
    """One address."""

    def __init__(self, webhook: Webhook, contact: str | None, sleep: Sleep) -> None:
        self._webhook = webhook
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            http2=True,
            headers={"User-Agent": user_agent(contact)},
            mounts=dict.fromkeys(LOOPBACK),
            timeout=ANSWER_SECONDS,
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def post(self, request: Request) -> None:
        """Have the request taken, if need be by a second or third try. Raises NotTaken."""
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
    """Nothing where it is taken. Raises NotTaken or _NotYet."""
    status = response.status_code
    if response.is_success:
        return
    if status == httpx.codes.GONE:
        raise NotTaken(GONE)
    if status < httpx.codes.INTERNAL_SERVER_ERROR and status not in PASSING:
        moved = "; redirects are not followed, correct CRAWLER_WEBHOOK_URL" if response.is_redirect else ""
        raise NotTaken(f"it answered {status}{moved}")
    wait = retry_after(Raw(status, response.headers, b"", None, 0.0)) or 0.0
    if wait > LONGEST_WAIT:
        raise NotTaken(f"it answered {status} and asks to wait {wait:.0f} s; the next run tries again")
    raise _NotYet(f"it answered {status}", wait)


_growing = growing(initial=1.0, max=8.0, jitter=1.0)


def _wait(state: RetryCallState) -> float:
    fault = state.outcome.exception() if state.outcome else None
    return max(_growing(state), fault.wait if isinstance(fault, _NotYet) else 0.0)
