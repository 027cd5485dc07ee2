"""Set-ups that tests of several rooms share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from crawling import TOKEN, Landscape

from crawler.fetch.engine import Engine
from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer

# Every command makes a client, and every client reads the machine's certificates: once is enough for plain HTTP.
httpx._transports.default.create_ssl_context = cache(httpx._transports.default.create_ssl_context)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of every refresh in this process: noted, not waited for; the clock of the limits goes on by as much."""
    noted: list[float] = []

    async def note(seconds: float) -> None:
        assert len(noted) < 1000, "the refresh waits for ever"
        noted.append(seconds)

    def engine(**settings: object) -> Engine:
        return Engine(**settings, sleep=note)  # type: ignore[arg-type]

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + sum(noted))
    for module in ("asking", "hosts", "ledger", "limits"):
        monkeypatch.setattr(f"crawler.fetch.{module}.time", clock)
    monkeypatch.setattr("crawler.running.Engine", engine)
    return noted


@pytest.fixture
def landscape(tmp_path: Path, waits: list[float], request: pytest.FixtureRequest) -> Iterator[Landscape]:
    """Six made-up repositories of one owner, or as many as the test asks for by `indirect` parameter, not yet asked."""
    with SandboxServer(made_up_world(getattr(request, "param", 6)), token=TOKEN) as server:
        yield Landscape(tmp_path, server)
