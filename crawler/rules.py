"""The user's own thresholds: what counts as an event, and what makes a project healthy.

`rules_file.py` reads them from the user's file, `rules.yml` beside this module is the file to start from.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Whole = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Weight = Annotated[int, Meta(ge=0, le=1_000)]


class EventRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on something is an event. Percentages are whole numbers."""

    star_milestones: tuple[Positive, ...] = (100, 500, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 200_000)
    burst_stars: Positive = 100
    """A burst is at least so many stars in seven days,"""
    burst_percent: Whole = 5
    """and at least such a share of the stars before,"""
    burst_times: Whole = 4
    """and at least so many times what is usual in seven days."""
    inactive_days: Positive = 365
    """Without a commit for longer a project's activity has stopped."""
    value_percent: Positive = 5
    """A total value has moved when it differs so much from what was told last."""


class Scale(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an input of the health is scored: 100 at `good` and beyond, 0 at `bad` and beyond, and evenly in between.

    Which of the two is the greater number says in which direction the input is better.
    """

    weight: Weight
    good: Whole
    bad: Whole


class Weighed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weight of an input whose scores need no thresholds."""

    weight: Weight


class HealthRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much each input of a project's health weighs, and what is good. An input that weighs 0 is left out."""

    recency: Scale = Scale(weight=20, good=30, bad=365)
    """Days since the latest commit on the default branch."""
    latest_release: Scale = Scale(weight=10, good=90, bad=730)
    """Days since the newest release, or tag where there is no release."""
    release_cadence: Scale = Scale(weight=10, good=30, bad=365)
    """Median days between the releases of two years."""
    commits: Scale = Scale(weight=10, good=52, bad=0)
    """Commits of a year."""
    commit_trend: Scale = Scale(weight=5, good=100, bad=25)
    """The commits of the last year in percent of those of the year before."""
    contributors: Scale = Scale(weight=15, good=20, bad=1)
    issues_closed: Scale = Scale(weight=10, good=80, bad=30)
    """Closed issues in percent of all."""
    issue_trend: Scale = Scale(weight=5, good=100, bad=200)
    """Open issues in percent of those a year before."""
    licence: Weighed = Weighed(weight=10)
    security_policy: Weighed = Weighed(weight=5)
    scorecard: Scale = Scale(weight=10, good=8, bad=3)
    """Points of OpenSSF Scorecard, of 10."""
    archived_at_most: Percent = 10
    """The score of an archived project is no higher."""
    known_at_least: Percent = 50
    """Where less of all weights is known there is no score."""

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each input that has one, by name, in the order above."""
        named = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: one.weight for name, one in named if isinstance(one, Scale | Weighed) and one.weight}

    @property
    def fingerprint(self) -> str:
        """A short hash that tells these rules from others."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:12]


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All thresholds."""

    events: EventRules = EventRules()
    health: HealthRules = HealthRules()
