"""A request that fails means no new figure, and nothing else: no zero, no deletion, no older value thrown away."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from crawling import COMPUTED, Landscape

from crawler.sandbox import faults
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import (
    bad_credentials,
    html_reply,
    json_reply,
    rate_limited,
    secondary_limit,
)

ONE = "acme-00/widget-0"
OWN_ROWS = ("fetches", "runs", "run_sources", "quotas", "waits", *COMPUTED)
TROUBLES = {
    "no token": Fault(bad_credentials()),
    "gateway": Fault(html_reply(502, "Bad Gateway")),
    "server error": Fault(faults.server_error(500)),
    "resource limits": Fault(faults.validation_timeout()),
    "scopes": Fault(faults.insufficient_scopes()),
    "reset": Fault(faults.reset()),
    "truncated": Fault(faults.truncated()),
    "empty": Fault(faults.empty()),
    "a text": Fault(json_reply(200, "All is well.")),
    "secondary limit": Fault(secondary_limit(retry_after=1)),
    "hourly limit": Fault(rate_limited()),
    "computing": Fault(faults.computing()),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_at_github_changes_nothing_that_is_known(landscape: Landscape, name: str) -> None:
    landscape.seed(ONE, "acme-00/widget-1")
    landscape.refresh()
    before = landscape.dump(*OWN_ROWS)
    fresh = landscape.rows("SELECT source, subject, fetched_at, fresh_until, answered_for_oid FROM fetches")
    landscape.world[ONE].stars += 1
    landscape.strike(TROUBLES[name])
    landscape.later(days=8)
    done = landscape.refresh(code=4)
    assert "what was fetched before is unchanged" in done.err
    assert landscape.dump(*OWN_ROWS) == before
    assert landscape.rows("SELECT source, subject, fetched_at, fresh_until, answered_for_oid FROM fetches") == fresh
    assert landscape.rows("SELECT outcome, exit_code, answered FROM runs ORDER BY id")[1] == ("nothing fetched", 4, 0)
    assert done.out.startswith("1 category · 2 projects · ") and "fetched 8 days ago" in done.out
    landscape.strike()
    landscape.refresh()
    assert landscape.repository(ONE)["stars"] == landscape.world[ONE].stars
    assert landscape.rows("SELECT DISTINCT status, error, attempts FROM fetches") == [("ok", None, 1)]


@pytest.mark.parametrize(
    "fault", [faults.saml(ONE), faults.forbidden_token(ONE), faults.went_wrong(ONE), faults.resource_limits(ONE)]
)
def test_one_failing_repository_leaves_its_neighbours_fresh(landscape: Landscape, fault: faults.Spoil) -> None:
    landscape.refresh()
    before = landscape.repository(ONE)
    for repository in landscape.world:
        repository.stars += 1
    landscape.strike(Fault(fault))
    landscape.later(days=1)
    landscape.refresh(code=3)
    assert landscape.repository(ONE) == before
    stale = landscape.rows("SELECT subject, attempts FROM fetches WHERE source = 'github' AND status = 'failed'")
    assert stale == [(ONE, 1)]
    for repository in landscape.world:
        stars = repository.stars - (repository.name_with_owner == ONE)
        assert landscape.repository(repository.name_with_owner)["stars"] == stars


@pytest.mark.parametrize("room", [0, 60], ids=["at the start", "in the middle"])
def test_a_full_disk_is_told_and_keeps_what_was_committed(
    landscape: Landscape, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """SQLite's own limit on pages stands in for the disk; `room` is what it leaves free."""
    landscape.refresh("--source", "github")
    before = landscape.dump(*OWN_ROWS)
    pages = landscape.value("PRAGMA page_count")

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = real(*arguments, **options)
        connection.execute(f"PRAGMA max_page_count = {pages + room}")
        return connection

    real = sqlite3.connect
    with monkeypatch.context() as patch:
        patch.setattr("crawler.store.database.sqlite3.connect", connect)
        for repository in landscape.world:
            repository.description = "x" * 4_000
            repository.funding_links = [("CUSTOM", f"https://{number}.example/{'x' * 4_000}") for number in range(30)]
        landscape.later(days=1)
        landscape.seed(*(repository.name_with_owner for repository in landscape.world), "acme-00/" + "m" * 5000)
        done = landscape.refresh(code=2)
    assert "full" in done.err and done.err.count("\n") == 1
    assert bool(landscape.asked) == bool(room)
    assert landscape.dump(*OWN_ROWS)["repositories"][: len(before["repositories"])] == before["repositories"]
    runs = landscape.rows("SELECT outcome, exit_code FROM runs ORDER BY id")
    assert runs == ([("done", 0)] if room == 0 else [("done", 0), ("killed", None)])
    landscape.refresh()
    assert len(landscape.repository(ONE)["description"]) == 4_000


def test_a_fault_while_two_sources_are_stored_is_one_message(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.change(
        "CREATE TRIGGER full BEFORE UPDATE OF contributors ON repositories"
        " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    # Other sources have stored their answers: done in part.
    done = landscape.refresh(code=3)
    assert done.err.startswith("crawler: ") and "disk is full" in done.err and done.err.count("\n") == 1
    landscape.change("DROP TRIGGER full")
    landscape.refresh()
    assert landscape.repository(ONE)["contributors"] == landscape.world[ONE].contributors


def test_a_damaged_file_is_told_of_and_not_made_worse(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    whole = landscape.database.read_bytes()
    landscape.database.write_bytes(whole[:4096] + b"\xff" * 40_960 + whole[45_056:])
    damaged = landscape.database.read_bytes()
    landscape.is_whole = False
    done = landscape.refresh(code=2)
    assert done.out == ""
    assert done.err.startswith("crawler: ") and "malformed" in done.err
    assert landscape.database.read_bytes() == damaged


def test_hostile_text_is_stored_as_text_and_shown_harmlessly(landscape: Landscape) -> None:
    hostile = "\x1b]0;pwned\x07\x1b[2J'; DROP TABLE repositories; --"
    landscape.world[ONE].description = hostile
    landscape.world[ONE].topics = [hostile, "<script>alert(1)</script>"]
    landscape.world[ONE].releases[0].tag_name = hostile
    landscape.strike(Fault(faults.Spoil("acme-00/widget-1", f"no {hostile}", "FORBIDDEN")))
    done = landscape.refresh(code=3)
    assert "DROP TABLE" in done.err
    assert not set("\x1b\x07") & set(done.out + done.err)
    assert "DROP TABLE" in landscape.repository(ONE)["description"]
    assert landscape.value("SELECT count(*) FROM repositories") == 6
