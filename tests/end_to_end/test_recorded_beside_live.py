"""Recorded and live figures never mix in one database, whichever came first and however a run ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import Landscape

from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.replies import bad_credentials

RECORDED, OTHER, UNKNOWN = "bytecodealliance/wasmtime", "wasmedge/wasmedge", "acme-00/widget-0"


@pytest.fixture
def recorded(landscape: Landscape) -> Landscape:
    """A database of three repositories after a sandbox refresh; the live GitHub knows all three, with other figures."""
    for number, name in ((1, RECORDED), (2, OTHER)):
        landscape.world.rename(f"acme-00/widget-{number}", name)
    landscape.seed(RECORDED, OTHER, UNKNOWN)
    landscape.refresh("--sandbox")
    assert landscape.asked == 0
    return landscape


def origins(landscape: Landscape) -> set[tuple[str, str]]:
    """Where the rows of each table come from."""
    tables = ("repositories", "totals", "value_lines")
    return {(table, origin) for table in tables for (origin,) in landscape.rows(f"SELECT DISTINCT origin FROM {table}")}


def test_a_live_refresh_takes_nothing_from_a_recording(recorded: Landscape) -> None:
    assert recorded.rows("SELECT DISTINCT origin FROM fetches") == [("sandbox",)]
    recorded.refresh()
    assert origins(recorded) - {("value_lines", "live")} == {
        ("repositories", "live"),
        ("totals", "live"),
    }
    assert recorded.rows("SELECT * FROM changes") == []
    assert recorded.rows("SELECT count(*) FROM history WHERE day = '2023-09-25'") == [(0,)]
    for name in (RECORDED, OTHER, UNKNOWN):
        row, truth = recorded.repository(name), recorded.world[name]
        assert (row["stars"], row["forks"], row["database_id"]) == (truth.stars, truth.forks, truth.database_id)
        assert row["first_commit_at"] == truth.first.committed_at
        assert dict(recorded.rows("SELECT language, bytes FROM languages WHERE repository_id = ?", row["id"])) == (
            truth.languages
        )
    assert recorded.rows("SELECT count(*), count(DISTINCT day) FROM history") == [(3, 1)]
    # The past is switched off here: what was answered of it stays an answer of the sandbox, its weeks are gone.
    assert recorded.rows("SELECT DISTINCT origin FROM fetches WHERE source <> 'commit_weeks'") == [("live",)]
    assert recorded.rows("SELECT count(*) FROM commit_weeks") == [(0,)]
    assert recorded.total("stars") == sum(recorded.world[name].stars for name in (RECORDED, OTHER, UNKNOWN))
    recorded.refresh()
    assert recorded.asked == 0
    # What follows is compared with live figures, as ever.
    recorded.world[RECORDED].is_archived = not recorded.world[RECORDED].is_archived
    recorded.later(days=1)
    recorded.refresh()
    assert len(recorded.rows("SELECT * FROM changes")) == 1


def test_what_a_live_refresh_did_not_reach_stays_recorded_and_is_not_counted(recorded: Landscape) -> None:
    stars = recorded.repository(OTHER)["stars"]
    recorded.strike(Fault(saml(OTHER)))
    done = recorded.refresh(code=3)
    row = recorded.repository(OTHER)
    assert (row["origin"], row["stars"], row["database_id"]) == ("sandbox", stars, None)
    assert recorded.repository(RECORDED)["origin"] == "live"
    assert recorded.total("stars") == recorded.world[RECORDED].stars + recorded.world[UNKNOWN].stars
    assert "2 of 3 repositories known" in done.out and "recorded" not in done.out
    recorded.strike()
    recorded.refresh()
    assert recorded.repository(OTHER)["stars"] == recorded.world[OTHER].stars


@pytest.mark.parametrize("befall", ["hidden", "blocked"])
def test_a_live_answer_without_figures_leaves_no_recorded_ones(recorded: Landscape, befall: str) -> None:
    setattr(recorded.world[RECORDED], befall, True)
    recorded.refresh()
    row = recorded.repository(RECORDED)
    assert (row["origin"], row["stars"], row["contributors"], row["node_id"]) == ("live", None, None, None)
    for table in ("languages", "history"):
        assert recorded.rows(f"SELECT * FROM {table} WHERE repository_id = ?", row["id"]) == []


@pytest.mark.parametrize("failure", ["closed port", "bad token"])
def test_a_live_refresh_that_gets_nothing_leaves_the_recorded_figures(recorded: Landscape, failure: str) -> None:
    before = recorded.dump("fetches", "runs", "run_sources", "quotas", "waits", "remembered")
    headline = recorded.run("stats").out.splitlines()[0]
    assert "recorded 2023-09-25" in headline
    if failure == "bad token":
        recorded.strike(Fault(bad_credentials()))
        recorded.refresh(code=4)
    else:
        recorded.refresh(code=4, GITHUB_API_URL="http://127.0.0.1:9", GITHUB_GRAPHQL_URL="http://127.0.0.1:9/graphql")
    assert recorded.dump("fetches", "runs", "run_sources", "quotas", "waits", "remembered") == before
    assert recorded.run("stats").out.splitlines()[0] == headline
    assert recorded.rows("SELECT mode, recorded_on, exit_code FROM runs ORDER BY id") == [
        ("sandbox", "2023-09-25", 0),
        ("live", None, 4),
    ]
    recorded.refresh("--sandbox")
    assert recorded.run("stats").out.splitlines()[0] == headline
    recorded.strike()
    recorded.refresh()
    assert recorded.repository(RECORDED)["stars"] == recorded.world[RECORDED].stars


def test_a_sandbox_refresh_over_live_figures_is_refused(landscape: Landscape, tmp_path: Path) -> None:
    landscape.refresh("--source", "github")
    before = landscape.database.read_bytes(), landscape.database.stat().st_mtime_ns
    done = landscape.refresh("--sandbox", code=2)
    assert "this database holds live figures" in done.err and "--db sandbox.db" in done.err
    assert (landscape.database.read_bytes(), landscape.database.stat().st_mtime_ns) == before


def test_a_sandbox_refresh_after_a_live_one_that_got_nothing(landscape: Landscape) -> None:
    landscape.seed(RECORDED)
    landscape.strike(Fault(bad_credentials()))
    landscape.refresh(code=4)
    done = landscape.refresh("--sandbox")
    assert "recorded 2023-09-25" in done.out
    assert landscape.rows("SELECT DISTINCT origin, day FROM totals") == [("sandbox", "2023-09-25")]
    assert landscape.repository(RECORDED)["stars"] > 0
