"""Simulated time."""

from __future__ import annotations

from simulated import folder, world

__all__ = ["folder", "world"]
