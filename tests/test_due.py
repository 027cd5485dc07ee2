"""The plan: what a refresh would ask, and that what it then costs lies in the range that was foretold."""

from __future__ import annotations

import json

import pytest
from crawling import Landscape

from crawler.sandbox.accounts import Owner
from crawler.sandbox.faults import Fault, saml

LINES = dict[str, dict[str, float]]


def plan(landscape: Landscape, *options: object) -> LINES:
    """The lines of the plan by source; it must not ask anything."""
    lines = json.loads(landscape.run("plan", "--json", *options).out)
    assert landscape.asked == 0
    return {line["source"]: line for line in lines}


def subjects(landscape: Landscape, *options: object) -> list[int]:
    return [int(line["subjects"]) for line in plan(landscape, *options).values()]


def outcome(landscape: Landscape, *options: object) -> LINES:
    """What a refresh then asked, by source."""
    landscape.refresh(*options)
    told = {
        "Sponsors": "sponsors",
        "FundingFiles": "funding_json",
        "CommitCounts": "first_commit",
        "FirstCommits": "first_commit",
        "OlderReleases": "release_history",
    }
    lines: LINES = {}
    for seen in landscape.server.log:
        source = told.get(seen.operation or "", "contributors" if seen.kind == "rest" else "github")
        line = lines.setdefault(source, {"requests": 0, "points": 0, "rest_counted": 0})
        line["requests"] += 1
        line["points"] += seen.points
        line["rest_counted"] += seen.counted
    return lines


@pytest.mark.parametrize("landscape", [1, 6, 31, 120], indirect=True)
def test_the_first_run_costs_what_the_plan_foretold(landscape: Landscape) -> None:
    # No plan can know of those that turn out to be empty and leave no more to ask.
    ordinary = [repository.name_with_owner for repository in landscape.world if repository.commit_count > 1]
    landscape.seed(*ordinary)
    foretold = plan(landscape)
    assert list(foretold) == ["github", "contributors", "first_commit", "sponsors", "funding_json", "release_history"]
    assert [line["subjects"] for line in foretold.values()] == [
        *[len(ordinary)] * 3,
        len({name.partition("/")[0] for name in ordinary}),
        *[len(ordinary)] * 2,
    ]
    for source, spent in outcome(landscape).items():
        line = foretold[source]
        assert line["points_low"] <= spent["points"] <= line["points_high"], source
        assert spent["rest_counted"] <= line["rest_counted"], source
        assert line["minutes"] > 0
    assert sum(line["points_high"] for line in foretold.values()) < 4 * landscape.server.points + 4


@pytest.mark.parametrize("landscape", [45], indirect=True)
def test_a_forced_run_costs_what_the_plan_foretold(landscape: Landscape) -> None:
    landscape.refresh()
    foretold = plan(landscape, "--force")
    assert foretold["first_commit"]["subjects"] == foretold["first_commit"]["points_high"] == 0
    for source, spent in outcome(landscape, "--force").items():
        assert foretold[source]["points_low"] <= spent["points"] <= foretold[source]["points_high"], source
        assert spent["requests"] <= foretold[source]["requests"], source


def test_nothing_is_due_after_a_run(landscape: Landscape) -> None:
    landscape.refresh()
    assert subjects(landscape) == [0, 0, 0, 0, 0, 0]
    assert landscape.run("plan").out.endswith("\nnothing is due\n")
    landscape.later(days=1)
    assert subjects(landscape) == [6, 0, 0, 0, 0, 0]
    landscape.later(days=7)
    assert subjects(landscape) == [6, 6, 0, 1, 0, 0]


def test_the_plan_sees_what_a_whole_refresh_will_ask_and_no_more(landscape: Landscape) -> None:
    landscape.world.delete("acme-00/widget-0")
    landscape.strike(Fault(saml("acme-00/widget-1")))
    landscape.refresh(code=3)
    # Missing is an answer. What failed may turn out to be fine, and then the others ask about it, too.
    assert subjects(landscape) == [1, 1, 1, 0, 1, 1]


def test_options_narrow_the_plan_as_they_narrow_the_refresh(landscape: Landscape) -> None:
    assert subjects(landscape, "--only", "widget-1", "--only", "*-3") == [2, 2, 2, 1, 2, 2]
    assert list(plan(landscape, "--source", "github")) == ["github"]
    landscape.refresh()
    landscape.later(hours=2)
    assert subjects(landscape, "--max-age", "1h") == [6, 6, 0, 1, 6, 0]
    assert subjects(landscape, "--max-age", "3h") == [0, 0, 0, 0, 0, 0]
    assert subjects(landscape, "--force", "--source", "contributors") == [6]


def test_a_list_that_changed_is_planned_before_it_is_stored(landscape: Landscape) -> None:
    landscape.seed("acme-00/widget-0")
    landscape.refresh()
    before = landscape.dump()
    landscape.world.owners["else"] = Owner("else")
    landscape.seed("acme-00/widget-0", "acme-00/widget-1", "else/where")
    assert subjects(landscape) == [2, 2, 2, 1, 2, 2]
    assert landscape.dump() == before
