"""A running sandbox and a client of it, in one hand."""

from __future__ import annotations

from typing import Any

import httpx

from crawler.sandbox import SandboxServer
from crawler.sandbox.faults import Fault


class Served:
    """A running server and a client of it, which sends the server's token where it has one."""

    def __init__(self, server: SandboxServer, client: httpx.Client) -> None:
        self.server = server
        self.client = client
        self.headers = {"authorization": f"Bearer {server.token}"} if server.token else {}

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """A GraphQL request."""
        return self.client.post(self.server.graphql_url, json=body, headers=self.headers)

    def data(self, body: dict[str, Any]) -> dict[str, Any]:
        """The data of a GraphQL answer without errors."""
        answer = self.post(body).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A REST request; a header `if_none_match` is sent as `if-none-match`."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        address = path if path.startswith("http") else self.server.api_url + path
        return self.client.get(address, headers=self.headers | named)

    def strike(self, *faults: Fault) -> None:
        """What goes wrong from here on."""
        self.server.faults.replace(*faults)
