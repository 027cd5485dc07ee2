"""Killed at any moment: the file is sound, holds what was committed, and the next run asks next to nothing again."""

from __future__ import annotations

import random
import signal
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from at_work import at_work, copy_of, read_until, wait_for
from crawling import TOKEN, Landscape

from crawler import clock
from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import secondary_limit
from crawler.sandbox.request_log import Seen

COUNT = 80
KILLS, MOST_KILLS = 10, 25
BATCH = {"github": 40, "contributors": 16, "first_commit": 25}
KEPT = (
    "repositories",
    "releases",
    "languages",
    "funding_links",
    "owners",
    "fetches",
    "history",
    "validators",
    "changes",
)
SOURCES = {None: "contributors", "CoreByName": "github", "CoreById": "github", "CommitCounts": "first_commit"}


@pytest.fixture
def landscape(tmp_path: Path) -> Iterator[Landscape]:
    with SandboxServer(made_up_world(COUNT), token=TOKEN, latency=0.01) as server:
        yield Landscape(tmp_path, server)


def known(landscape: Landscape) -> dict[tuple[str, object], dict[str, Any]]:
    """Every cell that is no gap, by table and key."""
    cells = {}
    for table in KEPT:
        columns = landscape.rows(f"SELECT name, pk FROM pragma_table_info('{table}')")
        for row in landscape.rows(f"SELECT * FROM {table}"):
            named = dict(zip((name for name, _ in columns), row, strict=True))
            key = tuple(named[name] for name, place in columns if place)
            cells[table, key] = {name: value for name, value in named.items() if value is not None}
    return cells


def asked(log: list[Seen], *, answered: bool) -> dict[str, set[str]]:
    """The repositories that each source asked about."""
    names = defaultdict(set)
    for seen in log:
        if (source := SOURCES.get(seen.operation)) and (seen.status == 200 or not answered):
            names[source] |= seen.names
    return names


def stored(landscape: Landscape, source: str) -> set[str]:
    if not landscape.value("SELECT count(*) FROM sqlite_master WHERE name = 'fetches'"):
        return set()
    return {name for (name,) in landscape.rows("SELECT subject FROM fetches WHERE source = ?", source)}


def test_many_kills_in_a_row_lose_nothing(landscape: Landscape) -> None:
    dice = random.Random(1)
    before: dict[tuple[str, object], dict[str, Any]] = {}
    had = {source: set[str]() for source in BATCH}
    for kill in range(MOST_KILLS):
        if kill >= KILLS and had["contributors"]:
            break  # a busy machine gets less done between two kills
        landscape.server.log.clear()
        with at_work(landscape) as process:
            requests = dice.randint(1, 3 if kill < 3 else 14)
            while len(landscape.server.log) < requests and process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.002)
            with suppress(subprocess.TimeoutExpired):
                process.wait(dice.uniform(0, 0.03))
            process.send_signal(signal.SIGKILL)
            if process.wait(5) != -signal.SIGKILL:
                break  # there was not so much left to ask
        log = list(landscape.server.log)
        left = copy_of(landscape)
        after = known(left)
        for place, cells in before.items():
            assert after[place].items() >= cells.items()
        for source, size in BATCH.items():
            has = stored(left, source)
            assert not asked(log, answered=False)[source] & had[source], "what was stored is not asked for again"
            assert len(asked(log, answered=True)[source] - has) <= size, "no more than a batch is lost"
            assert has >= had[source]
            had[source] = has
        before = after
    assert kill >= 5
    assert len(had["contributors"]) > 0
    landscape.server.log.clear()
    landscape.refresh()
    assert not any(asked(landscape.server.log, answered=False)[source] & had[source] for source in BATCH)
    empty = sum(bool(repository.is_empty) for repository in landscape.world)
    assert [len(stored(landscape, source)) for source in BATCH] == [COUNT, COUNT, COUNT - empty]
    outcomes = landscape.rows("SELECT outcome, count(*), sum(ended_at IS NULL) FROM runs GROUP BY outcome")
    assert {outcome: left for outcome, _, left in outcomes} == {"done": 0, "killed": 0}
    landscape.refresh()
    assert landscape.asked == 0


def test_a_copy_that_is_taken_at_work_is_sound_and_can_be_worked_on(landscape: Landscape) -> None:
    with at_work(landscape) as process:
        for requests in (2, 6, 20, 45):
            wait_for(landscape, process, requests)
            process.send_signal(signal.SIGSTOP)
            copy = copy_of(landscape)
            process.send_signal(signal.SIGCONT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    done = {name for (name,) in copy.rows("SELECT subject FROM fetches WHERE source = 'github'")}
    assert len(done) == COUNT
    copy.refresh()
    assert not any(seen.operation in {"CoreByName", "CoreById"} for seen in landscape.server.log)
    assert copy.rows(
        "SELECT name_with_owner, stars, contributors, first_commit_oid FROM repositories"
    ) == landscape.rows("SELECT name_with_owner, stars, contributors, first_commit_oid FROM repositories")


def test_a_wait_that_was_announced_before_a_kill_holds_after_it(landscape: Landscape, waits: list[float]) -> None:
    landscape.strike(Fault(secondary_limit(retry_after=300), kind="graphql", after=1, times=1))
    with at_work(landscape) as process:
        read_until(process, "GitHub asks to wait: going on in 300 s")
        process.kill()
        process.communicate()
    (announced,) = landscape.server.announced
    landscape.now = clock.now()
    landscape.refresh("--source", "github")
    assert 280 < waits[0] <= 302
    # All of GitHub was asked to be left alone: nothing went out before.
    assert announced.resource == "" and landscape.asked > 0
    waits.clear()
    landscape.later(minutes=6)
    landscape.refresh("--force", "--source", "github")
    assert [seconds for seconds in waits if seconds > 12] == []
