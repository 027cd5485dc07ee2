"""Only what is stale is asked for, in the order in which it presses."""

from __future__ import annotations

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, saml

ONE, TWO, THREE = (f"acme-00/widget-{number}" for number in range(3))
OPERATIONS = {
    "CoreByName": "github",
    "CoreById": "github",
    "MorePages": "github",
    "CommitCounts": "first_commit",
    "FirstCommits": "first_commit",
    "Sponsors": "sponsors",
    "FundingFiles": "funding_json",
    "OlderReleases": "release_history",
    None: "contributors",
}


def sources(landscape: Landscape) -> set[str]:
    """The sources that the last command asked."""
    return {OPERATIONS[seen.operation] for seen in landscape.server.log}


def names(landscape: Landscape) -> set[str]:
    """The repositories that the last command asked about."""
    return {name for seen in landscape.server.log for name in seen.names}


def test_the_second_run_asks_nothing(landscape: Landscape) -> None:
    landscape.refresh()
    assert sources(landscape) == {"github", "contributors", "first_commit", "sponsors", "funding_json"}
    before = landscape.dump("runs")
    done = landscape.refresh()
    assert landscape.asked == 0
    assert done.err.count("nothing was due") == 6
    assert landscape.dump("runs") == before
    assert landscape.rows("SELECT outcome, exit_code, requests FROM runs ORDER BY id")[1] == ("done", 0, 0)


def test_each_source_has_an_age_of_its_own(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.later(hours=21, minutes=59)
    landscape.refresh()
    assert sources(landscape) == set()
    landscape.later(minutes=1)
    landscape.refresh()
    assert sources(landscape) == {"github"}
    landscape.later(days=6)
    landscape.refresh()
    assert sources(landscape) == {"github", "contributors", "sponsors"}
    landscape.later(days=23)
    landscape.refresh()
    assert sources(landscape) == {"github", "contributors", "sponsors", "funding_json"}
    landscape.later(days=3650)
    landscape.refresh()
    assert sources(landscape) == {"github", "contributors", "sponsors", "funding_json"}


def test_a_daily_cron_job_that_starts_a_little_early_still_refreshes(landscape: Landscape) -> None:
    landscape.refresh()
    for _ in range(3):
        landscape.later(hours=23, minutes=58)
        landscape.refresh()
        assert "github" in sources(landscape)


def test_max_age_asks_what_is_older(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.later(minutes=30)
    landscape.refresh("--max-age", "31m")
    assert landscape.asked == 0
    landscape.refresh("--max-age", "30m")
    assert sources(landscape) == {"github", "contributors", "sponsors", "funding_json"}
    # It also keeps what a source of its own would ask again.
    landscape.later(days=8)
    landscape.refresh("--max-age", "2w")
    assert landscape.asked == 0


def test_force_asks_all_but_first_commits(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.refresh("--force")
    assert sources(landscape) == {"github", "contributors", "sponsors", "funding_json"}
    assert {seen.status for seen in landscape.server.log if seen.kind == "rest"} == {304}
    row = landscape.rows("SELECT requests, graphql_points, rest_counted, not_modified FROM runs ORDER BY id")[1]
    assert row == (landscape.asked, landscape.server.points, 0, len(landscape.world))


def test_contributors_are_asked_in_full_where_the_branch_has_moved(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.world[ONE].push(1, landscape.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    landscape.world[ONE].contributors += 1
    landscape.later(days=8)
    landscape.refresh()
    assert landscape.repository(ONE)["contributors"] == landscape.world[ONE].contributors
    rest = {min(seen.names): seen.status for seen in landscape.server.log if seen.kind == "rest"}
    assert rest.pop(ONE) == 200
    assert set(rest.values()) == {304}


@pytest.mark.parametrize("pattern", ["acme-00/widget-1", "ACME-00/Widget-1", "*-1", "widget-1", "*/widget-[1]"])
def test_only_asks_about_what_matches(landscape: Landscape, pattern: str) -> None:
    landscape.refresh("--only", pattern)
    assert names(landscape) == {TWO}
    assert landscape.rows("SELECT name_with_owner FROM repositories WHERE status IS NOT NULL") == [(TWO,)]
    assert sources(landscape) == {"github", "contributors", "first_commit", "sponsors", "funding_json"}


def test_only_may_be_given_more_than_once_and_knows_old_names(landscape: Landscape) -> None:
    landscape.refresh("--only", ONE, "--only", "widget-2")
    assert names(landscape) == {ONE, THREE}
    landscape.world.rename(ONE, "elsewhere/gadget")
    for pattern in (ONE, "elsewhere/*", "widget-0"):
        landscape.later(days=1)
        landscape.refresh("--only", pattern)
        assert "elsewhere/gadget" in names(landscape)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(["github"], {"github"}), (["contributors"], set()), (["github", "sponsors"], {"github", "sponsors"})],
)
def test_source_asks_only_those(landscape: Landscape, chosen: list[str], expected: set[str]) -> None:
    """What the others can ask about, the first one has to answer first."""
    landscape.refresh(*(option for name in chosen for option in ("--source", name)))
    assert sources(landscape) == expected
    landscape.refresh("--source", "first_commit")
    assert sources(landscape) == ({"first_commit"} if expected else set())


def test_a_failure_is_asked_again_at_once_and_nothing_else(landscape: Landscape) -> None:
    landscape.strike(Fault(saml(TWO)))
    landscape.refresh(code=3)
    landscape.strike()
    landscape.refresh()
    assert names(landscape) == {TWO}
    assert landscape.repository(TWO)["stars"] == landscape.world[TWO].stars
    landscape.refresh()
    assert landscape.asked == 0


def test_a_project_new_in_the_list_is_asked_alone(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO)
    landscape.refresh()
    landscape.seed(ONE, TWO, THREE)
    landscape.refresh()
    assert names(landscape) == {THREE}
    # Its owner was asked before.
    assert "sponsors" not in sources(landscape)


@pytest.mark.parametrize("landscape", [45], indirect=True)
def test_the_most_pressing_come_first(landscape: Landscape) -> None:
    """Never asked before failed before oldest; of those that failed, the one that waits longest."""
    known = [repository.name_with_owner for repository in landscape.world]
    fresh, failing, old, older = known[:10], known[10:13], known[13:35], known[35:]
    github = ("--source", "github")
    landscape.seed(*older)
    landscape.refresh(*github)
    landscape.later(hours=1)
    landscape.seed(*old, *failing)
    landscape.refresh(*github)
    landscape.later(days=1)
    landscape.strike(*(Fault(saml(name)) for name in failing))
    for name in reversed(failing):
        landscape.later(seconds=1)
        landscape.refresh(*github, "--only", name, code=3)
    landscape.strike()
    landscape.seed(*known)
    landscape.refresh(*github)
    asked = [seen for seen in landscape.server.log if seen.operation in {"CoreByName", "CoreById"}]
    assert asked[0].names == set(fresh)
    ids = [node_id for seen in asked[1:] for node_id in (seen.variables or {})["ids"]]
    assert [landscape.world.by_node_id(one).name_with_owner for one in ids] == [*reversed(failing), *older, *old]
