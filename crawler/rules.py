"""The user's own thresholds: what counts as an event, and what makes a project healthy, in one YAML file."""

from __future__ import annotations

from msgspec import Struct


class EventRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on something is an event. Percentages are whole numbers."""

    star_milestones: tuple[int, ...] = (100, 500, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 200_000)
    burst_stars: int = 100
    """A burst is at least so many stars in seven days,"""
    burst_percent: int = 5
    """and at least such a share of the stars before,"""
    burst_times: int = 4
    """and at least so many times what is usual in seven days."""
    inactive_days: int = 365
    """Without a commit for longer a project's activity has stopped."""
    value_percent: int = 5
    """A total value has moved when it differs so much from what was told last."""


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All thresholds."""

    events: EventRules = EventRules()
