"""Simulated days at GitHub: the events are exactly what happened, once, whatever came in between."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, resource_limits, saml, server_error
from crawler.sandbox.world import License

ONE, TWO, THREE, FOUR = (f"acme-00/widget-{number}" for number in range(4))
MIT, OTHER = License("mit", "MIT License", "MIT"), License("busl-1.1", "Business Source License 1.1", "BUSL-1.1")
GITHUB = ("--source", "github")


class Pulse:
    """A landscape on days of its own, and what it has told since one asked last."""

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.landscape.now = landscape.now.replace(hour=6, minute=0, second=0)
        self.world = landscape.world
        self._seen = 0
        for repository in self.world:
            repository.stars, repository.license, repository.is_archived = 900, MIT, False
            repository.default_branch = "main"
            repository.push(1, self.text)

    @property
    def text(self) -> str:
        """The time, as GitHub writes it."""
        return self.landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def refresh(self, *options: object, code: int | None = 0) -> list[tuple[Any, ...]]:
        """Refresh GitHub alone; the new events by kind, name, before and after."""
        self.landscape.refresh(*GITHUB, *options, code=code)
        return [row[:4] for row in self.told()]

    def told(self) -> list[tuple[Any, ...]]:
        """The new events: kind, repository or project, before, after, at, detail, source and page."""
        rows = self.landscape.rows(
            "SELECT c.kind, coalesce(r.name_with_owner, c.project_id, c.organization_id), c.before, c.after, c.at,"
            " c.detail, c.source, c.source_url, c.id FROM changes c"
            " LEFT JOIN repositories r ON r.id = c.repository_id WHERE c.id > ? ORDER BY c.id",
            self._seen,
        )
        self._seen = max([self._seen, *(row[-1] for row in rows)])
        return [(*row[:5], json.loads(row[5]) if row[5] else None, *row[6:8]) for row in rows]

    def tomorrow(self, *options: object, code: int | None = 0, days: int = 1) -> list[tuple[Any, ...]]:
        """Refresh so many days later."""
        self.landscape.later(days=days)
        return self.refresh(*options, code=code)


@pytest.fixture
def pulse(landscape: Landscape) -> Pulse:
    """The first four repositories, asked about once."""
    landscape.seed(ONE, TWO, THREE, FOUR)
    pulse = Pulse(landscape)
    assert pulse.refresh() == []
    return pulse


def test_everything_that_can_happen_in_a_day(pulse: Pulse) -> None:
    one, two, three, four = (pulse.world[name] for name in (ONE, TWO, THREE, FOUR))
    assert pulse.tomorrow() == []
    pulse.landscape.later(days=1)
    one.release("v9.0.0", pulse.text)
    one.license = OTHER
    two.is_archived, two.archived_at = True, "2026-01-02T03:04:05Z"
    two.default_branch = "trunk"
    pulse.world.rename(THREE, "acme-00/gadget")
    pulse.world.rename(FOUR, "elsewhere/gizmo")
    three.stars = 999
    four.stars = 12_000
    pulse.landscape.refresh(*GITHUB)
    now, page = pulse.text, ("github", f"https://github.com/{ONE}")
    level, turn = {"level": "major"}, {"open_source": "left"}
    gadget, gizmo = "acme-00/gadget", "elsewhere/gizmo"
    pages = {name: ("github", f"https://github.com/{name}") for name in (TWO, gadget, gizmo)}
    told = pulse.told()
    (burst,) = (event for event in told if event[0] == "star_burst")
    assert burst[2:4] == ("900", "12000") and burst[5]["gained"] == 11_100 and burst[5]["usual"] < 100
    assert [event for event in told if event is not burst] == [
        ("license_changed", ONE, "MIT", "BUSL-1.1", now, turn, *page),
        ("release", ONE, None, "v9.0.0", now, level, "github", f"https://github.com/{ONE}/releases/tag/v9.0.0"),
        ("archived", TWO, None, None, "2026-01-02T03:04:05Z", None, *pages[TWO]),
        ("default_branch_changed", TWO, "main", "trunk", now, None, *pages[TWO]),
        ("renamed", gadget, THREE, gadget, now, None, *pages[gadget]),
        ("transferred", gizmo, FOUR, gizmo, now, None, *pages[gizmo]),
        ("star_milestone", gizmo, "900", "12000", now, {"milestone": 10_000}, *pages[gizmo]),
    ]
    assert pulse.tomorrow() == pulse.tomorrow(days=8) == []
    two.is_archived, two.archived_at = False, None
    one.license = None
    three.stars = 1_001
    four.stars = 9_000
    assert pulse.tomorrow() == [
        ("license_changed", ONE, "BUSL-1.1", "NONE"),
        ("revived", TWO, None, None),
        ("star_milestone", gadget, "999", "1001"),
    ]
    four.stars = 10_001
    assert pulse.tomorrow() == [], "it has had more before: each milestone is told once ever"


def test_deleted_and_back_replaced_and_back_blocked_and_back(pulse: Pulse) -> None:
    one, two, three = (pulse.world[name] for name in (ONE, TWO, THREE))
    pulse.world.delete(ONE)
    assert pulse.tomorrow() == [], "missing once is not gone"
    assert pulse.tomorrow() == [("gone", ONE, None, "gone")]
    assert pulse.tomorrow() == []
    pulse.world.add(one)
    other = pulse.world.replace(TWO)
    three.blocked = True
    assert pulse.tomorrow() == [
        ("back", ONE, "gone", None),
        ("replaced", TWO, str(two.database_id), str(other.database_id)),
        ("gone", THREE, None, "blocked"),
    ]
    assert pulse.tomorrow() == []
    pulse.world.delete(ONE)
    assert pulse.tomorrow() == []
    pulse.world.add(one)
    assert pulse.tomorrow() == [], "missing for a day, and nothing else"
    pulse.world.delete(TWO)
    pulse.world.add(two)
    three.blocked, three.is_archived = False, True
    assert pulse.tomorrow() == [
        ("back", TWO, "replaced", None),
        ("back", THREE, "blocked", None),
        ("archived", THREE, None, None),
    ]


def test_nothing_happens_in_an_outage_and_all_of_it_after(pulse: Pulse) -> None:
    pulse.landscape.later(days=1)
    pulse.world[ONE].is_archived = True
    pulse.world[TWO].default_branch = "trunk"
    pulse.landscape.strike(Fault(server_error(503)))
    assert pulse.refresh(code=4) == []
    pulse.landscape.strike(Fault(saml(ONE)))
    assert pulse.tomorrow(code=3) == [("default_branch_changed", TWO, "main", "trunk")]
    pulse.landscape.strike()
    assert pulse.tomorrow() == [("archived", ONE, None, None)]


def test_a_partial_answer_tells_nothing_and_the_whole_one_all(pulse: Pulse) -> None:
    one = pulse.world[ONE]
    one.push(5, pulse.text)
    one.is_archived, one.stars, one.license = True, 5_000, OTHER
    one.release("v9.1.0", pulse.text)
    pulse.landscape.strike(Fault(resource_limits(ONE, "defaultBranchRef", "target", "recent")))
    assert pulse.tomorrow(code=3) == []
    assert pulse.landscape.repository(ONE)["stars"] == 5_000
    one.is_archived = False
    pulse.landscape.strike()
    kinds = ["license_changed", "release", "star_burst", "star_milestone"]
    assert sorted(kind for kind, *_ in pulse.tomorrow()) == kinds
    assert pulse.tomorrow() == []


def test_a_clock_that_goes_back_and_comes_again_tells_nothing_twice(pulse: Pulse) -> None:
    one = pulse.world[ONE]
    one.stars = 1_200
    one.release("v9.1.0", pulse.text)
    assert len(pulse.tomorrow(days=10)) == 3
    pulse.landscape.later(days=-12)
    assert pulse.refresh("--force") == []
    one.is_archived = True
    assert [kind for kind, *_ in pulse.refresh("--force")] == ["archived"]
    for _ in range(2):
        assert pulse.tomorrow("--force", days=8) == []


def test_a_clock_far_ahead_and_right_again_resumes_nothing(pulse: Pulse) -> None:
    stopped = {("activity_stopped", name) for name in (ONE, TWO, THREE, FOUR)}
    assert {event[:2] for event in pulse.tomorrow(days=400)} == stopped
    assert pulse.tomorrow("--force", days=-399) == []


def test_what_only_time_does_is_told_and_what_nobody_asked_is_not(pulse: Pulse) -> None:
    two = pulse.world[TWO]
    two.is_archived = True
    assert pulse.tomorrow() == [("archived", TWO, None, None)]
    pulse.landscape.later(days=370)
    before = pulse.text
    pulse.world[ONE].push(1, before)
    last = pulse.landscape.repository(THREE)["latest_commit_at"]
    # Only what was asked about can have stopped; of an archived one that is no news.
    assert pulse.refresh("--only", TWO, "--only", THREE) == [("activity_stopped", THREE, last, None)]
    assert pulse.refresh() == [("activity_stopped", FOUR, last, None)]
    pulse.world[THREE].push(1, before)
    assert pulse.tomorrow() == [("activity_resumed", THREE, None, before)]


def test_only_some_then_the_others(pulse: Pulse) -> None:
    for name in (ONE, TWO):
        pulse.world[name].is_archived = True
    assert pulse.tomorrow("--only", ONE) == [("archived", ONE, None, None)]
    assert pulse.refresh() == [("archived", TWO, None, None)]


def test_a_refresh_that_never_closes_loses_nothing(pulse: Pulse) -> None:
    one, two = pulse.world[ONE], pulse.world[TWO]
    one.is_archived = True
    one.release("v9.1.0", pulse.text)
    pulse.landscape.change(
        "CREATE TRIGGER full BEFORE UPDATE OF exit_code ON runs BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    assert pulse.tomorrow(code=None) == []
    assert pulse.landscape.value("SELECT count(*) FROM repositories WHERE is_archived") == 1
    two.release("v9.1.1", pulse.text)
    one.release("v9.1.1", pulse.text)
    assert pulse.tomorrow(code=None) == []
    pulse.landscape.change("DROP TRIGGER full")
    assert pulse.refresh("--only", FOUR) == [
        ("archived", ONE, None, None),
        ("release", ONE, None, "v9.1.0"),
        ("release", ONE, None, "v9.1.1"),
        ("release", TWO, None, "v9.1.1"),
    ]
    assert pulse.tomorrow() == []


def test_seeds_come_and_go_and_a_recording_in_between_swallows_none(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO)
    pulse = Pulse(landscape)
    landscape.strike(Fault(server_error(500)))
    assert pulse.refresh(code=4) == []
    landscape.seed(ONE, THREE)
    landscape.refresh("--sandbox", *GITHUB, code=None)
    assert pulse.told() == []
    landscape.strike()
    assert pulse.tomorrow() == [
        ("seed_removed", "widget-1", "widget-1", None),
        ("seed_added", "widget-2", None, "widget-2"),
    ]
    landscape.seed(THREE)
    assert pulse.tomorrow() == [("seed_removed", "widget-0", "widget-0", None)]
    landscape.seed(ONE, THREE)
    pulse.world[ONE].is_archived = True
    assert pulse.tomorrow() == [("seed_added", "widget-0", None, "widget-0"), ("archived", ONE, None, None)]


def test_what_was_never_there_is_neither_gone_nor_back(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO, THREE)
    pulse = Pulse(landscape)
    one, two, three = (pulse.world[name] for name in (ONE, TWO, THREE))
    one.hidden = two.blocked = three.is_private = True
    assert pulse.refresh() == pulse.tomorrow() == []
    one.hidden = two.blocked = three.is_private = False
    assert pulse.tomorrow() == []
    one.is_archived = True
    assert pulse.tomorrow() == [("archived", ONE, None, None)]


MONEY = """
organizations:
  - name: Big
  - name: Small
    {parent}
    figures:
      - {{measure: market_cap, amount: {cap}, currency: USD, as_of: "{day}", source_url: https://example.org/cap/{cap}}}
{figures}
categories: [{{name: Run, subcategories: [{{name: All, items: [
  {{name: widget-0, repo_url: https://github.com/acme-00/widget-0, organization: small}}]}}]}}]
"""
ROUND = """
      - measure: funding_round
        kind: series_b
        amount: 25000000
        currency: EUR
        as_of: "{day}"
        source_url: https://example.org/round
"""


def test_money_of_the_list(landscape: Landscape) -> None:
    pulse = Pulse(landscape)
    today = landscape.now.date().isoformat()

    def write(cap: int, figures: str = "", parent: str = "homepage: https://small.example") -> None:
        text = MONEY.format(cap=cap, day=today, figures=figures, parent=parent)
        landscape.seeds.write_text(text, encoding="utf-8")

    write(1_000_000_000)
    assert pulse.refresh() == []
    write(1_040_000_000)
    assert pulse.tomorrow() == []
    write(1_080_000_000, ROUND.format(day=today))
    pulse.landscape.later(days=1)
    pulse.landscape.refresh(*GITHUB)
    (raised, moved) = pulse.told()
    assert raised == (
        "funding_round", "small", None, "25000000 EUR", today, {"kind": "series_b"}, "seeds", "https://example.org/round"
    )  # fmt: skip
    price = {"price": "40000000", "fx": "0", "coverage": "0", "method": "0"}
    assert moved[:4] == ("value_moved", None, "500000000", "540000000")
    assert moved[5:] == ({"currency": "USD", "causes": price}, None, None)
    write(1_080_000_000, ROUND.format(day=today), f'parents: [{{organization: big, since: "{today}"}}]')
    assert pulse.tomorrow()[0] == ("acquired", "small", None, "big")
    assert pulse.tomorrow() == []
