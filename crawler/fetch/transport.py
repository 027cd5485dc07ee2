"""Sends one request and reads its answer: bounded in size and time, and with every secret taken out."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx
import msgspec

from crawler import __version__
from crawler.errors import RetryLater, Stop
from crawler.fetch.answers import Raw, read_json
from crawler.fetch.hosts import Host
from crawler.fetch.redact import REPLACEMENT, Secrets

MAX_ANSWER_SECONDS = 60.0
"""No answer takes longer: GitHub ends a request after 10 s."""
CONNECT_SECONDS = 5.0
LOOPBACK = ("all://127.0.0.1", "all://localhost", "all://[::1]")


def user_agent(contact: str | None) -> str:
    """Who we are, and where the people behind this run can be reached if they say so."""
    return f"landscape-crawler/{__version__}" + (f" (+{contact})" if contact else "")


class Unreachable(RetryLater):
    """Raised when no connection could be made."""


class Broken(RetryLater):
    """Raised when a connection ended, or ran out of time or bounds, before the answer was whole."""


class Silent(Broken):
    """Raised when no answer, or no whole one, came in time."""


class Transport:
    """One HTTP client for all hosts, with `contact` in its User-Agent; no credentials but those of each request."""

    def __init__(self, *, secrets: Secrets, contact: str | None) -> None:
        self._secrets = secrets
        self._agent = user_agent(contact)
        self._latency: dict[str, float] = {}

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        try:
            return httpx.AsyncClient(
                http2=True,
                headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
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

    def latency(self, url: str) -> float:
        """Seconds that the way to the host takes and no work of its own: the shortest connect that was seen."""
        return self._latency.get(httpx.URL(url).host, 0.0)

    async def send(
        self,
        method: str,
        url: str,
        host: Host,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Raw:
        """The whole answer of `host`. Raises Unreachable, Broken, or Stop where the address is none."""
        started = time.monotonic()
        timeout = httpx.Timeout(host.longest_silence, connect=CONNECT_SECONDS)
        try:
            request = self._client.build_request(method, url, json=json, data=form, headers=headers, timeout=timeout)
            request.extensions["trace"] = _Stopwatch(self._latency, request.url.host)
            async with asyncio.timeout(MAX_ANSWER_SECONDS):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _bounded_body(response, host.most_bytes)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreachable(f"{httpx.URL(url).host} cannot be reached ({self._describe(error)})") from error
        except httpx.ReadTimeout as error:
            raise Silent(self._describe(error)) from error
        except httpx.RequestError as error:
            raise Broken(self._describe(error)) from error
        except TimeoutError as error:
            raise Silent(f"no whole answer within {MAX_ANSWER_SECONDS:.0f} s") from error
        except httpx.InvalidURL as error:
            raise Stop(f"the address of the API cannot be used ({self._describe(error)})") from error
        return self._read(response, body, time.monotonic() - started)

    def _read(self, response: httpx.Response, body: bytes, elapsed: float) -> Raw:
        """The answer as data. A host that echoes a token must not bring it into a message or the database."""
        headers = response.headers
        for text in self._secrets.echoed:
            secret, hidden = text.encode(), REPLACEMENT.encode()
            headers = httpx.Headers([(name, value.replace(secret, hidden)) for name, value in headers.raw])
            body = body.replace(secret, hidden)
        payload = read_json(headers, body)
        if payload is not None and b"\\" in body:
            # JSON can spell any letter as an escape.
            plain = msgspec.json.encode(payload)
            cleared = plain
            for text in self._secrets.echoed:
                cleared = cleared.replace(text.encode(), REPLACEMENT.encode())
            payload = read_json(headers, cleared) if cleared != plain else payload
        return Raw(response.status_code, headers, body, payload, elapsed)

    def _describe(self, error: Exception) -> str:
        return self._secrets.describe(f"{type(error).__name__} {error}")


class _Stopwatch:
    """Times the connects to a host; httpx calls it at each step of a request."""

    def __init__(self, latency: dict[str, float], host: str) -> None:
        self._latency = latency
        self._host = host
        self._began = 0.0

    async def __call__(self, step: str, _info: Mapping[str, Any]) -> None:
        if step == "connection.connect_tcp.started":
            self._began = time.monotonic()
        elif step == "connection.connect_tcp.complete":
            took = time.monotonic() - self._began
            self._latency[self._host] = min(took, self._latency.get(self._host, took))


async def _bounded_body(response: httpx.Response, most: int) -> bytes:
    """The body, unpacked here and no further than `most` bytes: httpx unfolds what came before its size is seen."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise httpx.DecodingError("the answer is packed in a way that was not asked for")
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    received, body = 0, bytearray()
    async for part in response.aiter_raw():
        received += len(part)
        try:
            body += part if gzip is None else gzip.decompress(part, most + 1 - len(body))
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
        if max(received, len(body)) > most:
            raise httpx.ReadError(f"the answer is larger than {most} bytes")
    return bytes(body)
