"""The scheduler over a real GitHub on loopback: runs, lists that change, a process with signals."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

import pytest
from crawling import NOWHERE, Landscape, check

from crawler.cli.schedule import Runner
from crawler.notify import Notifier
from crawler.sandbox.faults import Fault, dripping
from crawler.scheduling.cadences import read_cadence
from crawler.scheduling.scheduler import Ended, Scheduler
from crawler.settings import read_settings

ONLY_GITHUB = "default=off; github=1d"


def live(landscape: Landscape, runs: int, before: Callable[[int], None]) -> list[str]:
    """A scheduler refreshes GitHub's answers daily for so many days, each of which `before` may begin; what it says."""
    said: list[str] = []
    cadences = {"github": read_cadence("1d")}
    settings = read_settings(NOWHERE | landscape.environment)
    runner = Runner(
        landscape.database, landscape.seeds, settings, cadences, say=said.append, is_quiet=True, is_verbose=False
    )
    count = 0

    async def run(source: str) -> Ended:
        nonlocal count
        count += 1
        before(count)
        try:
            return await runner.run(source)
        finally:
            # After the last one no other is due, and the scheduler sleeps.
            landscape.later(days=1 if count < runs else 0)
            if count == runs:
                asyncio.get_running_loop().call_later(0.01, task.cancel)

    scheduler = Scheduler(
        landscape.database,
        cadences,
        run,
        jitter=timedelta(),
        notifier=Notifier(None, said.append),
        say=said.append,
    )

    async def main() -> None:
        nonlocal task
        task = asyncio.current_task()  # type: ignore[assignment]
        await scheduler.serve()

    task: asyncio.Task[None]
    with patch("crawler.clock.now", lambda: landscape.now), suppress(asyncio.CancelledError):
        asyncio.run(main())
    check(landscape.database)
    return said


def test_each_run_takes_the_list_as_it_is_and_survives_a_faulty_one(landscape: Landscape) -> None:
    names = [repository.name_with_owner for repository in landscape.world]
    known: list[int] = []

    def before(run: int) -> None:
        if run > 1:
            known.append(landscape.value("SELECT count(*) FROM repositories WHERE status = 'ok'"))
        if run == 4:
            landscape.seeds.write_text("categories: [")
        else:
            landscape.seed(*names[:run])

    said = live(landscape, 6, before)
    assert known == [1, 2, 3, 3, 5]
    assert len(said) == 1 and "crawler: github: " in said[0] and "seeds.yml" in said[0]
    assert landscape.rows("SELECT outcome, answered FROM runs") == [("done", count) for count in (1, 2, 3, 5, 6)]


def test_an_outage_is_told_and_the_next_run_goes_on(landscape: Landscape) -> None:
    def before(run: int) -> None:
        landscape.strike(*([Fault(dripping(30.0, b""))] if run == 99 else []))
        landscape.server.token = "another" if run == 2 else None

    landscape.server.token = None
    said = live(landscape, 3, before)
    codes = [code for (code,) in landscape.rows("SELECT exit_code FROM runs ORDER BY id")]
    assert codes[1] == 4 and codes[2] != 4
    assert "crawler: github: nothing fetched (exit 4)" in "\n".join(said)
    assert landscape.value("SELECT exit_code FROM schedule_jobs") == codes[2]


@pytest.mark.parametrize("landscape", [1], indirect=True)
def test_refreshes_leave_nothing_behind(landscape: Landscape) -> None:
    sizes = []

    def before(run: int) -> None:
        landscape.server.log.clear()
        if run == 4:
            tracemalloc.start()
        if run in {6, 10, 14}:
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])

    try:
        live(landscape, 14, before)
    finally:
        tracemalloc.stop()
    assert landscape.value("SELECT count(*) FROM runs WHERE outcome = 'done' AND answered = 1") == 14
    # Four runs: an engine, connection or report of each that stays is more. The server, too, is in this process.
    assert sizes[2] - sizes[1] < 40_000


@contextmanager
def scheduler(landscape: Landscape, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A scheduler as a process of its own; whatever a test finds, it does not outlive it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "schedule", str(landscape.seeds), "--db", str(landscape.database), *options],
        env=os.environ | NOWHERE | landscape.environment | {"CRAWLER_SCHEDULE": ONLY_GITHUB},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """The line with that text."""
    assert process.stderr
    for line in process.stderr:
        if text in line:
            return line
    raise AssertionError(f"it ended without a word of {text!r}")


def test_a_process_that_serves_metrics_is_listed_and_ends_politely(landscape: Landscape) -> None:
    with scheduler(landscape, "--listen", "127.0.0.1:0") as process:
        address = read_until(process, "metrics at ").split()[-1]
        read_until(process, "github: next run at ")
        (job,) = json.loads(landscape.run("schedule", "--list", "--json", CRAWLER_SCHEDULE=ONLY_GITHUB).out)
        assert job["exit_code"] == 0 and job["next_run_at"] > job["ended_at"] >= job["started_at"]
        with urllib.request.urlopen(address) as answer:
            assert b'landscape_repositories{status="ok"} 6.0\n' in answer.read()
        refused = landscape.run("schedule", landscape.seeds, code=75, CRAWLER_SCHEDULE=ONLY_GITHUB)
        assert "another scheduler is at work" in refused.err
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "crawler: stopped; everything that was answered is kept\n")


def test_a_signal_ends_the_run_as_it_ends_a_refresh(landscape: Landscape) -> None:
    landscape.strike(Fault(dripping(30.0), after=1))
    with scheduler(landscape, "-q") as process:
        while len(landscape.server.log) < 2:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.002)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (0, "")
    assert landscape.rows("SELECT outcome, exit_code FROM runs") == [("interrupted", 130)]
    ((due, began, code),) = landscape.rows("SELECT next_run_at, started_at, exit_code FROM schedule_jobs")
    assert due <= began and code == 130
    check(landscape.database)


def test_a_signal_is_heard_while_another_program_writes(landscape: Landscape) -> None:
    landscape.refresh()
    lock = landscape.database.with_name(f"{landscape.database.name}.scheduler.lock")
    with closing(sqlite3.connect(landscape.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with scheduler(landscape, "-q") as process:
            while not (lock.is_file() and str(process.pid) in lock.read_text(encoding="utf-8")):
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.01)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
