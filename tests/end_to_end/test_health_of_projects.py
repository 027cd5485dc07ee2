"""From a refresh to the health of projects: stored by day, explained, by the user's rules, with Scorecard's ratings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crawling import Landscape, command

from crawler.figures.health.scoring import ARCHIVED
from crawler.rules import HealthRules
from crawler.sandbox import Elsewhere
from crawler.sandbox.faults import Fault, server_error

ONE, ARCHIVE = "acme-00/widget-0", "acme-00/widget-5"
RATED = {"Maintained": 10, "Packaging": -1, "License": 6}


def explained(landscape: Landscape, project: str, **environment: str) -> dict[str, Any]:
    """What `crawler health PROJECT --json` says of the one project; its shares add up."""
    (found,) = json.loads(landscape.run("health", project, "--json", **environment).out)
    if found["score"] is not None:
        assert sum(one["share"] or 0 for one in found["health_inputs"]) == found["score"]
    return found | {one["input"]: one for one in found["health_inputs"]}


def healths(landscape: Landscape) -> list[tuple[Any, ...]]:
    return landscape.rows(
        "SELECT day, score, known, total, rules FROM health WHERE project_id = 'widget-0' ORDER BY day"
    )


def test_a_refresh_scores_every_project_and_says_why(landscape: Landscape) -> None:
    landscape.refresh("--source", "github", "--source", "contributors")
    found = explained(landscape, "widget-0")
    truth = landscape.world[ONE]
    assert found["repository"] == ONE and found["rules"] == HealthRules().fingerprint
    assert found["known"] == 8 and found["total"] == 11
    assert found["commits"]["value"] == f"{sum(truth.weekly_commits):,}"
    assert found["issues_closed"]["reason"].startswith(
        f"{truth.closed_issues:,} of {truth.open_issues + truth.closed_issues:,} issues are closed"
    )
    assert (found["security_policy"]["value"], found["security_policy"]["score"]) == ("yes", 100)
    assert (found["recency"]["source"], found["recency"]["source_url"]) == ("github", truth.url)
    assert found["contributors"]["source"] == "contributors" and found["contributors"]["observed_at"]
    unknown = ("commit_trend", "issue_trend", "scorecard")
    assert [found[name]["score"] for name in unknown] == [None] * 3 and found["scorecard"]["source"] is None
    archived = explained(landscape, ARCHIVE)
    assert archived["score"] <= 10 and archived[ARCHIVED]["share"] < 0
    page = landscape.run("health", "widget-0").out
    assert f"Widget-0 (widget-0, {ONE}): {found['score']} of 100".lower() in page.lower()
    assert page.count("not known") >= 3
    table = landscape.run("health").out
    assert table.count("| widget-") == len(landscape.world)
    worst = landscape.run("health", "--worst", 1).out
    lowest = landscape.value("SELECT min(score) FROM health WHERE score IS NOT NULL")
    assert f"| {lowest} |" in " ".join(worst.split()) and "archived" in worst


def test_a_day_has_a_row_only_where_something_differs(landscape: Landscape) -> None:
    github = ("--source", "github")
    landscape.refresh(*github)
    landscape.refresh(*github)
    assert len(healths(landscape)) == 1
    landscape.later(days=1)
    truth = landscape.world[ONE]
    truth.push(1, f"{landscape.now:%Y-%m-%dT%H:%M:%SZ}")
    landscape.refresh(*github)
    before = healths(landscape)
    assert len(before) == 1
    landscape.later(days=1)
    truth.is_archived = True
    landscape.refresh(*github)
    (first, second) = healths(landscape)
    assert first == before[0] and second[1] <= 10 < first[1]
    # A clock that goes back rewrites no day before: what comes counts as of the newest.
    landscape.later(days=-1)
    landscape.refresh(*github, "--force")
    assert healths(landscape) == [first, second]
    truth.is_archived = False
    landscape.refresh(*github, "--force")
    assert healths(landscape) == [first], "the newest day is again as the one before"
    assert explained(landscape, "widget-0")[ARCHIVED]["value"] == "no"


def test_a_repository_that_is_gone_has_no_score_and_keeps_its_past(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.world[ONE].hidden = True
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert [row[1] is None for row in healths(landscape)] == [False, True]
    found = explained(landscape, "widget-0")
    assert (found["score"], found["recency"]["reason"]) == (None, "the repository cannot be found")


def test_a_failed_call_changes_no_score(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    before = landscape.rows("SELECT * FROM health ORDER BY 1")
    landscape.strike(Fault(server_error()))
    landscape.refresh("--source", "github", "--force", code=None)
    assert landscape.rows("SELECT * FROM health ORDER BY 1") == before


def test_trends_compare_with_the_history_of_a_year_before(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.later(days=370)
    landscape.world[ONE].open_issues *= 2
    landscape.refresh("--source", "github")
    found = explained(landscape, "widget-0")
    assert (found["issue_trend"]["value"], found["issue_trend"]["score"]) == ("200%", 0)
    assert found["commit_trend"]["score"] is not None
    # What others kept serves where our own history does not reach.
    landscape.change("DELETE FROM history")
    landscape.change(
        "INSERT INTO imported_counts (repository_id, day, source, open_issues, licence_class, imported_at)"
        " SELECT id, date(?, '-400 days'), 'csv', open_issues, 'public', ? FROM repositories WHERE name_with_owner = ?",
        landscape.now.isoformat()[:10],
        landscape.now.isoformat(),
        ONE,
    )
    landscape.refresh("--source", "github", "--force")
    found = explained(landscape, "widget-0")
    assert (found["issue_trend"]["value"], found["commit_trend"]["value"]) == ("100%", None)


def test_the_users_rules_decide(landscape: Landscape) -> None:
    rules = landscape.seeds.with_name("mine.yml")
    rules.write_text(
        "health:\n  known_at_least: 0\n"
        + "".join(f"  {name}: {{weight: {int(name == 'security_policy')}}}\n" for name in HealthRules().weights),
        encoding="utf-8",
    )
    landscape.refresh("--source", "github", CRAWLER_RULES=str(rules))
    scores = dict(landscape.rows("SELECT project_id, score FROM health"))
    assert scores["widget-0"] == 100 and scores["widget-1"] == 0
    assert "The rules have changed since" not in landscape.run("health", CRAWLER_RULES=str(rules)).out
    assert "The rules have changed since" in landscape.run("health").out
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert len({row[4] for row in healths(landscape)}) == 2


def test_recorded_scores_go_with_the_first_live_answer(landscape: Landscape) -> None:
    landscape.world.rename(ONE, "bytecodealliance/wasmtime")
    landscape.seed("bytecodealliance/wasmtime", "wasmedge/wasmedge", "acme-00/widget-1")
    landscape.refresh("--sandbox", "--source", "github", "--source", "contributors")
    found = explained(landscape, "wasmtime")
    assert (found["day"], found["score"] is None, found["recency"]["observed_at"]) == (
        "2023-09-25",
        False,
        "2023-09-25",
    )
    assert landscape.value("SELECT score FROM health WHERE project_id = 'widget-1'") is None
    assert explained(landscape, "wasmedge")["score"] is not None
    landscape.refresh("--source", "github", "--only", "bytecodealliance/*")
    assert landscape.value("SELECT count(*) FROM health WHERE day = '2023-09-25'") == 0
    assert landscape.value("SELECT count(*) FROM health") == 3
    # What is still recorded counts as never asked.
    assert [explained(landscape, one)["score"] is None for one in ("wasmtime", "wasmedge")] == [False, True]


def test_a_project_is_named_by_id_or_pattern_and_a_wrong_name_says_which_was_meant(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    assert len(json.loads(landscape.run("health", "ACME-00/widget-[01]", "widget-2", "--json").out)) == 3
    done = landscape.run("health", "widgte-1", "nobody", code=2)
    assert "there is no project widgte-1, nobody; perhaps one of these:" in done.err and "widget-1" in done.err
    assert landscape.run("health", "widget-0", "--worst", 3, code=2).err
    landscape.change("DELETE FROM health")
    assert "no health is computed yet" in landscape.run("health", code=2).err


@pytest.fixture
def rated(landscape: Landscape, elsewhere: Elsewhere) -> dict[str, str]:
    """The environment of a refresh that asks a Scorecard that knows one repository."""
    elsewhere.ratings = {ONE.upper(): dict(RATED)}
    return {"CRAWLER_SCORECARD": "1", "CRAWLER_SCORECARD_URL": elsewhere.hosts["scorecard"]}


def test_ratings_are_asked_for_weekly_by_those_who_want_them(
    landscape: Landscape, elsewhere: Elsewhere, rated: dict[str, str]
) -> None:
    landscape.seed(ONE, ARCHIVE)
    both = ("--source", "github", "--source", "scorecard")
    assert "CRAWLER_SCORECARD=1" in landscape.refresh("--source", "scorecard", code=2).err
    assert "no rating is recorded" in landscape.refresh("--sandbox", "--source", "scorecard", code=2).err
    landscape.refresh()
    assert elsewhere.log == []
    landscape.refresh(*both, **rated)
    assert len(elsewhere.log) == 2 and not any(seen.authorized for seen in elsewhere.log)
    assert landscape.rows("SELECT status FROM fetches WHERE source = 'scorecard' ORDER BY subject") == [
        ("ok",),
        ("unknown",),
    ]
    assert landscape.rows("SELECT score, json_extract(checks, '$.Packaging'), origin FROM scorecards") == [
        ("8", -1, "live")
    ]
    found = explained(landscape, "widget-0")["scorecard"]
    assert (found["value"], found["score"], found["source"]) == ("8 of 10", 100, "scorecard")
    assert "CDLA-Permissive-2.0" in landscape.run("health", "widget-0").out
    landscape.later(days=1)
    landscape.refresh(*both, **rated)
    assert len(elsewhere.log) == 2
    # In a week: a failure keeps the older rating, and costs no exit code; "not rated" takes it away.
    landscape.later(days=7)
    elsewhere.faults.replace(Fault(server_error(), kind="scorecard"))
    landscape.refresh(*both, **rated)
    assert landscape.value("SELECT count(*) FROM scorecards") == 1
    elsewhere.faults.replace()
    elsewhere.ratings.clear()
    landscape.later(days=1)
    landscape.refresh(*both, **rated)
    assert landscape.value("SELECT count(*) FROM scorecards") == 0


def test_the_rules_can_be_printed_without_a_database(tmp_path: Any) -> None:
    assert command("health", "--db", tmp_path / "none.db", "--print-rules").out.startswith("# What counts as an event")
