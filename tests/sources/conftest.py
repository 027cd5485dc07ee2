"""A GitHub on loopback and an engine for it."""

from asking import asker, clock, notebook, own_asker, shared_server

__all__ = ["asker", "clock", "notebook", "own_asker", "shared_server"]
