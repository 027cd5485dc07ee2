"""Servers and a client for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from sandbox_client import Served

from crawler.sandbox import SandboxServer, made_up_world, recorded_world


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One client for all: to make one takes longer than most tests."""
    # No connection is kept: the next server may listen where one has just ended.
    with httpx.Client(timeout=10, limits=httpx.Limits(max_keepalive_connections=0)) as opened:
        yield opened


@pytest.fixture(scope="module")
def recorded(client: httpx.Client) -> Iterator[Served]:
    """The recorded world, as `--sandbox` serves it."""
    with SandboxServer(recorded_world()) as server:
        yield Served(server, client)


@pytest.fixture
def made_up(client: httpx.Client) -> Iterator[Served]:
    """A made-up world of 40 behind a token."""
    with SandboxServer(made_up_world(40), token="let-me-in") as server:
        yield Served(server, client)
