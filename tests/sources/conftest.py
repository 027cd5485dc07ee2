"""A GitHub on loopback and an engine for it."""

from asking import asker, clock, own_asker, shared_server

__all__ = ["asker", "clock", "own_asker", "shared_server"]
