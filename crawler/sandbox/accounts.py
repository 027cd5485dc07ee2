"""The accounts of the sandbox's GitHub, and what they offer to sponsors."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tier:
    """A published tier of a sponsors listing; the price is in US cents."""

    monthly_price_in_cents: int
    is_one_time: bool = False


@dataclass(frozen=True)
class Goal:
    """The active goal of a sponsors listing: `target` US dollars a month or sponsors, by its kind."""

    kind: str
    percent_complete: int
    target: int


@dataclass
class Owner:
    """An account; `sponsors` are the public active ones, private and past ones come on top."""

    login: str
    type: str = "Organization"
    has_sponsors_listing: bool = False
    sponsors: int = 0
    private_sponsors: int = 0
    past_sponsors: int = 0
    tiers: list[Tier] = field(default_factory=list)
    goal: Goal | None = None
    hides_listing: bool = False
    """The listing is there, and null to all but its maintainer."""
