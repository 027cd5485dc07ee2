"""A GitHub of our own on loopback: recorded answers for `--sandbox`, made-up ones and faults for the tests."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crawler.sandbox.made_up import made_up_world
from crawler.sandbox.recording import RECORDED_ON, recorded_world
from crawler.sandbox.world import World

if TYPE_CHECKING:
    from crawler.sandbox.chaos import Chaos
    from crawler.sandbox.credentials import Credential
    from crawler.sandbox.elsewhere import Elsewhere
    from crawler.sandbox.github_app import AppRegistration
    from crawler.sandbox.server import SandboxServer

__all__ = [
    "RECORDED_ON",
    "AppRegistration",
    "Chaos",
    "Credential",
    "Elsewhere",
    "SandboxServer",
    "World",
    "made_up_world",
    "recorded_world",
]

_LATER = {
    "AppRegistration": "crawler.sandbox.github_app",
    "Chaos": "crawler.sandbox.chaos",
    "Credential": "crawler.sandbox.credentials",
    "Elsewhere": "crawler.sandbox.elsewhere",
    "SandboxServer": "crawler.sandbox.server",
}


def __getattr__(name: str) -> Any:
    """These are imported when they are first asked for: what they need takes longer to load than most commands."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
