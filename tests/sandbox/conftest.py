"""Servers and clients for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from crawler.sandbox import SandboxServer, made_up_world, recorded_world
from crawler.sandbox.faults import Fault


class Served:
    """A running server and a client of it."""

    def __init__(self, server: SandboxServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """A GraphQL request."""
        return self.client.post(self.server.graphql_url, json=body)

    def data(self, body: dict[str, Any]) -> dict[str, Any]:
        """The data of a GraphQL answer without errors."""
        answer = self.post(body).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A REST request; a header `if_none_match` is sent as `if-none-match`."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.get(self.server.api_url + path, headers=named)

    def strike(self, *faults: Fault) -> None:
        """What goes wrong from here on."""
        self.server.faults.replace(*faults)


def served(server: SandboxServer, **client: Any) -> Iterator[Served]:
    """Both, closed afterwards."""
    with server, httpx.Client(timeout=10, **client) as running:
        yield Served(server, running)


@pytest.fixture(scope="module")
def recorded() -> Iterator[Served]:
    """The recorded world, as `--sandbox` serves it."""
    yield from served(SandboxServer(recorded_world()))


@pytest.fixture
def made_up() -> Iterator[Served]:
    """A made-up world of 40 behind a token, which the client has."""
    world = made_up_world(40)
    yield from served(SandboxServer(world, token="let-me-in"), headers={"authorization": "Bearer let-me-in"})
