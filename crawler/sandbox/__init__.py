"""A GitHub of our own on loopback: recorded answers for `--sandbox`, made-up ones and faults for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.sandbox.made_up import made_up_world
from crawler.sandbox.recording import RECORDED_ON, recorded_world
from crawler.sandbox.world import World

if TYPE_CHECKING:
    from crawler.sandbox.server import SandboxServer

__all__ = ["RECORDED_ON", "SandboxServer", "World", "made_up_world", "recorded_world"]


def __getattr__(name: str) -> Any:
    """The server is imported when it is first asked for: graphql-core takes longer to load than most commands."""
    if name == "SandboxServer":
        from crawler.sandbox.server import SandboxServer

        return SandboxServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
