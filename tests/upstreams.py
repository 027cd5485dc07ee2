"""An upstream of money in a small server of its own, for tests of sources: what it is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from crawler.sandbox.replies import Reply
from crawler.sandbox.wire import Loopback

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Upstream(Loopback):
    """Answers each request with `reply`: a Reply, JSON for 200, or what such a function makes of path and body."""

    def __init__(self) -> None:
        super().__init__()
        self.reply: Any = Reply(404)
        self.asked: list[tuple[str, Mapping[str, str], bytes]] = []
        """Path, headers and body of each request."""

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The next answer."""
        self.asked.append((path, headers, body))
        reply = self.reply(path, body) if isinstance(self.reply, Callable) else self.reply  # type: ignore[arg-type]
        return reply if isinstance(reply, Reply) else Reply(200, _encode(reply))
