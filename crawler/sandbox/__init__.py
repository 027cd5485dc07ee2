"""A GitHub of our own on loopback: recorded answers for `--sandbox`, made-up ones and faults for the tests."""

from crawler.sandbox.made_up import made_up_world
from crawler.sandbox.recording import RECORDED_ON, recorded_world
from crawler.sandbox.server import SandboxServer
from crawler.sandbox.world import World

__all__ = ["RECORDED_ON", "SandboxServer", "World", "made_up_world", "recorded_world"]
