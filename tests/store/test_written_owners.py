"""Accounts in the database: what they ask for, and what an organisation's goal or cheapest tier says of its income."""

from __future__ import annotations

from typing import Any

import pytest
from crawling import yaml

from crawler.model import Outcome, Owner, Subject

SEEDS = f"""{yaml("acme/widget")}
organizations:
  - {{id: acme-org, name: Acme, github_login: ACME}}
  - {{id: other, name: Other, github_login: other}}
"""
MONTHLY: dict[str, Any] = {"goal_kind": "MONTHLY_SPONSORSHIP_AMOUNT", "goal_percent": 42, "goal_target": 1000}
FIGURES = (
    "SELECT organization_id, amount, low, high, currency, method FROM figures WHERE superseded_by IS NULL ORDER BY id"
)


def tell(store: Any, origin: str = "live", **fields: Any) -> None:
    known: dict[str, Any] = {"login": "acme", "type": "Organization", "has_sponsors_listing": True} | fields
    outcome = Outcome(subject=Subject(source="sponsors", name="acme"), status="ok", record=Owner(**known))
    store.write([outcome], source="sponsors", origin=origin)


@pytest.mark.parametrize(
    ("told", "figure"),
    [
        (MONTHLY, ("420", "415", "425", "USD", "gh_goal")),
        (MONTHLY | {"goal_percent": 0}, ("0", "0", "5", "USD", "gh_goal")),
        (MONTHLY | {"goal_percent": 100}, ("1000", "995", None, "USD", "gh_goal")),
        (MONTHLY | {"goal_percent": 33, "goal_target": 45}, ("14.85", "14.625", "15.075", "USD", "gh_goal")),
        (MONTHLY | {"sponsors": 9, "lowest_monthly_tier": "5.00"}, ("420", "415", "425", "USD", "gh_goal")),
        ({"sponsors": 9, "lowest_monthly_tier": "5.50"}, ("49.5", "49.5", None, "USD", "gh_tier_floor")),
        (
            {"sponsors": 9, "lowest_monthly_tier": "5.00", "goal_kind": "TOTAL_SPONSORS_COUNT"}
            | {"goal_percent": 90, "goal_target": 10},
            ("45", "45", None, "USD", "gh_tier_floor"),
        ),
        ({"sponsors": 0, "lowest_monthly_tier": "5.00"}, None),
        ({"sponsors": 9, "lowest_monthly_tier": None}, None),
        ({"sponsors": 9}, None),
        ({"lowest_monthly_tier": "5.00"}, None),
        (MONTHLY | {"type": "User"}, None),
        ({"type": "User", "sponsors": 9, "lowest_monthly_tier": "5.00"}, None),
    ],
)
def test_the_income_of_an_organisation_is_a_range_and_of_a_person_nothing(store: Any, told: Any, figure: Any) -> None:
    store.sync(SEEDS)
    tell(store, **told)
    assert store.rows(FIGURES) == ([("acme-org", *figure)] if figure else [])


def test_a_figure_has_its_day_and_page_and_stands_once_a_day(store: Any) -> None:
    store.sync(SEEDS)
    tell(store, **MONTHLY)
    tell(store, **MONTHLY)
    store.later(days=7)
    tell(store, **MONTHLY)
    page = "https://github.com/sponsors/acme"
    assert store.rows("SELECT measure, as_of, source, source_url, licence_class FROM figures") == [
        ("sponsors_monthly_income", day, "sponsors", page, "public") for day in ("2026-03-01", "2026-03-08")
    ]


def test_what_is_not_told_stays_and_what_is_none_goes(store: Any) -> None:
    store.sync(SEEDS)
    asks = "SELECT lowest_monthly_tier, goal_kind, goal_percent, goal_target, sponsors FROM owners"
    tell(store, sponsors=3, lowest_monthly_tier="5.00", **MONTHLY)
    tell(store, sponsors=4)
    assert store.rows(asks) == [("5.00", *MONTHLY.values(), 4)]
    # An answer that tells of no goal makes no figure of the older one.
    assert len(store.rows(FIGURES)) == 1
    tell(store, lowest_monthly_tier=None, goal_kind=None, goal_percent=None, goal_target=None)
    assert store.rows(asks) == [(None, None, None, None, 4)]
    tell(store, origin="sandbox")
    assert store.rows(asks) == [(None,) * 5]
