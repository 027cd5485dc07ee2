"""Sends one request and reads its answer: bounded in size and time, and with the secret taken out."""

from __future__ import annotations

import asyncio
import time
from functools import cached_property
from typing import Any

import httpx
import msgspec

from crawler import __version__
from crawler.errors import RetryLater, Stop
from crawler.fetch.answers import Raw, read_json
from crawler.fetch.redact import REPLACEMENT, short_error
from crawler.model import Validator

API_VERSION = "2022-11-28"
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_ANSWER_SECONDS = 60.0
"""No answer takes longer: GitHub ends a request after 10 s."""
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")
SHORTEST_SECRET = 8
"""A shorter token may well stand in somebody's description by chance; GitHub's own have 40 characters and more."""


class Unreachable(RetryLater):
    """Raised when no connection could be made."""


class Broken(RetryLater):
    """Raised when a connection ended, or ran out of time or bounds, before the answer was whole."""


class Transport:
    """One HTTP client that sends `secret` ("" for none) as token and `contact` in its User-Agent."""

    def __init__(self, *, secret: str, contact: str | None) -> None:
        self._secret = secret
        agent = f"landscape-crawler/{__version__}" + (f" (+{contact})" if contact else "")
        self._fixed_headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": agent,
            "X-GitHub-Api-Version": API_VERSION,
        }
        if secret:
            self._fixed_headers["Authorization"] = f"Bearer {secret}"

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        try:
            return httpx.AsyncClient(
                http2=True,
                timeout=TIMEOUT,
                headers=self._fixed_headers,
                mounts=dict.fromkeys(LOOPBACK),
                limits=httpx.Limits(max_connections=20),
            )
        except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
            reason = f"no connection can be set up ({self._describe(error)})"
            raise Stop(reason, cure="check the proxy variables and SSL_CERT_FILE") from error

    async def aclose(self) -> None:
        """Close the client; one that nothing was asked of was never made."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def send(self, method: str, url: str, *, json: Any = None, validator: Validator | None = None) -> Raw:
        """The whole answer. Raises Unreachable, Broken, or Stop where the address is none."""
        started = time.monotonic()
        try:
            request = self._client.build_request(method, url, json=json, headers=_conditions(validator))
            async with asyncio.timeout(MAX_ANSWER_SECONDS):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _bounded_body(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreachable(f"{httpx.URL(url).host} cannot be reached ({self._describe(error)})") from error
        except httpx.RequestError as error:
            raise Broken(self._describe(error)) from error
        except TimeoutError as error:
            raise Broken(f"no whole answer within {MAX_ANSWER_SECONDS:.0f} s") from error
        except httpx.InvalidURL as error:
            raise Stop(f"the address of the API cannot be used ({self._describe(error)})") from error
        return self._read(response, body, time.monotonic() - started)

    def _read(self, response: httpx.Response, body: bytes, elapsed: float) -> Raw:
        """The answer as data. A host that echoes the token must not bring it into a message or the database."""
        headers = response.headers
        if len(self._secret) < SHORTEST_SECRET:
            return Raw(response.status_code, headers, body, read_json(headers, body), elapsed)
        secret, hidden = self._secret.encode(), REPLACEMENT.encode()
        headers = httpx.Headers([(name, value.replace(secret, hidden)) for name, value in headers.raw])
        body = body.replace(secret, hidden)
        payload = read_json(headers, body)
        if b"\\" in body and secret in (plain := msgspec.json.encode(payload)):
            # JSON can spell any letter as an escape.
            payload = read_json(headers, plain.replace(secret, hidden))
        return Raw(response.status_code, headers, body, payload, elapsed)

    def _describe(self, error: Exception) -> str:
        return short_error(f"{type(error).__name__} {error}", self._secret)


def _conditions(validator: Validator | None) -> dict[str, str]:
    if validator and validator.etag:
        return {"If-None-Match": validator.etag}
    if validator and validator.last_modified:
        return {"If-Modified-Since": validator.last_modified}
    return {}


async def _bounded_body(response: httpx.Response) -> bytes:
    if "," in response.headers.get("content-encoding", ""):
        # Packed twice, a few bytes unfold to more than any memory before their size can be seen.
        raise httpx.DecodingError("the answer is compressed more than once")
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise httpx.ReadError(f"the answer is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body)
