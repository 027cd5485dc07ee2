"""What a refresh tells of itself: in `runs`, on screen, as data, as events, and in `crawler status`."""

from __future__ import annotations

import json

import pytest
from crawling import FIRST_HAND, Landscape

from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.replies import message_reply, secondary_limit

ONE = "acme-00/widget-0"
SPENT = (
    "requests",
    "graphql_points",
    "rest_counted",
    "conditional",
    "not_modified",
    "retries",
    "waits",
    "waited_seconds",
)
SOURCES = {None: "contributors", "CoreByName": "github", "CoreById": "github", "MorePages": "github"} | {
    "CommitCounts": "first_commit",
    "FirstCommits": "first_commit",
    "Sponsors": "sponsors",
    "FundingFiles": "funding_json",
    "OlderReleases": "release_history",
}

pytestmark = pytest.mark.parametrize("landscape", [33], indirect=True)


def test_what_the_sources_spent_adds_up_to_the_run_and_to_what_github_saw(landscape: Landscape) -> None:
    landscape.strike(
        Fault(secondary_limit(retry_after=7), kind="graphql", times=1),
        Fault(message_reply(500, "Server Error"), kind="rest", after=3, times=2),
    )
    for options in ((), ("--force",)):
        landscape.refresh(*options)
        run = landscape.rows(f"SELECT {', '.join(SPENT)} FROM runs ORDER BY id DESC LIMIT 1")[0]
        sums = ", ".join(f"sum({name})" for name in SPENT)
        assert landscape.rows(f"SELECT {sums} FROM run_sources WHERE run_id = (SELECT max(id) FROM runs)") == [run]
        log = landscape.server.log
        spent = dict(zip(SPENT, run, strict=True))
        assert spent["requests"] == len(log)
        assert spent["not_modified"] == sum(seen.status == 304 for seen in log)
        assert spent["conditional"] == sum(seen.conditional for seen in log)
        by_source = dict.fromkeys(FIRST_HAND, 0)
        for seen in log:
            by_source[SOURCES[seen.operation]] += 1
        told = dict(
            landscape.rows("SELECT source, requests FROM run_sources WHERE run_id = (SELECT max(id) FROM runs)")
        )
        assert {source: told.get(source, 0) for source in by_source} == by_source
    first = dict(zip(SPENT, landscape.rows(f"SELECT {', '.join(SPENT)} FROM runs ORDER BY id LIMIT 1")[0], strict=True))
    assert (first["waits"], first["waited_seconds"], first["retries"]) == (1, 7, 2)


def test_points_and_counted_requests_are_those_that_github_charged(landscape: Landscape) -> None:
    landscape.refresh()
    row = landscape.rows("SELECT graphql_points, rest_counted FROM runs")
    assert row == [(landscape.server.points, landscape.server.rest_counted)]


def test_the_summary_tells_how_much_was_unchanged(landscape: Landscape) -> None:
    landscape.refresh()
    done = landscape.refresh("--force", "--json")
    # Of an empty one, and one whose list is too large, there is nothing to compare with.
    assert ", 30 of 30 unchanged (100 %)" in done.err
    data = json.loads(done.out)
    assert (data["conditional"], data["not_modified"]) == (30, 30)


def test_every_event_is_an_object_of_its_own(landscape: Landscape) -> None:
    landscape.strike(
        Fault(secondary_limit(retry_after=7), kind="graphql", times=1),
        Fault(message_reply(500, 'Server "Error"\n\x1b[2J'), kind="rest", times=1),
    )
    done = landscape.refresh("--log-json", "-q")
    events = [json.loads(line) for line in done.err.splitlines()]
    assert all(list(event)[:2] == ["at", "event"] for event in events)
    kinds = {event["event"] for event in events}
    assert kinds >= {"begin", "request", "wait", "say", "retry", "stored"}
    assert sum(event["event"] == "request" for event in events) == landscape.asked
    assert {event["source"] for event in events if event["event"] == "request"} == set(FIRST_HAND)
    assert done.out == ""


def test_quiet_prints_nothing_on_success_whatever_befell(landscape: Landscape) -> None:
    landscape.strike(Fault(secondary_limit(retry_after=7), kind="graphql", times=1))
    done = landscape.refresh("-q")
    assert (done.out, done.err) == ("", "")


def test_status_says_what_fails_and_why(landscape: Landscape) -> None:
    landscape.refresh()
    landscape.strike(Fault(saml(ONE)))
    landscape.later(days=1)
    landscape.refresh(code=3)
    landscape.later(days=1)
    landscape.refresh(code=3)
    (failure,) = json.loads(landscape.run("status", "--json").out)["failures"]
    assert (failure["source"], failure["subject"], failure["status"], failure["attempts"]) == (
        "github",
        ONE,
        "failed",
        2,
    )
    assert "SAML" in failure["error"]
    assert ONE in landscape.run("status").out
