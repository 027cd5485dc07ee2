"""A refresh that is cut off leaves a valid database, keeps what was committed, and the next one goes on."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from crawling import Landscape, check

from crawler.sandbox.faults import Fault, dripping
from crawler.store import open_reader

HANGING = Fault(dripping(30.0), after=1)
"""The first request is answered; the second waits until the refresh is cut off there."""

pytestmark = pytest.mark.parametrize("landscape", [33], indirect=True)


@contextmanager
def at_work(landscape: Landscape, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A refresh of its own; whatever a test finds, it does not outlive it."""
    process = landscape.start(*options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(landscape: Landscape, process: subprocess.Popen[str], requests: int) -> None:
    """Return when the server has been asked so often; fail where the process ends before."""
    while len(landscape.server.log) < requests:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.005)


def known(landscape: Landscape) -> int:
    return int(landscape.value("SELECT count(*) FROM repositories WHERE status IS NOT NULL"))


def goes_on(landscape: Landscape, before: int) -> None:
    """The next run asks for the rest, and for that alone."""
    landscape.strike()
    asked = {name for (name,) in landscape.rows("SELECT name_with_owner FROM repositories WHERE status IS NULL")}
    assert len(asked) == 33 - before
    landscape.refresh()
    core = [seen.names for seen in landscape.server.log if seen.operation in {"CoreByName", "CoreById"}]
    assert set().union(*core) == asked
    assert known(landscape) == 33
    landscape.refresh()
    assert landscape.asked == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_what_was_committed(landscape: Landscape, number: signal.Signals) -> None:
    landscape.strike(HANGING)
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err == "crawler: interrupted; everything that was answered is kept\n"
    check(landscape.database)
    before = known(landscape)
    assert 0 < before <= 30
    assert landscape.rows("SELECT outcome, exit_code, ended_at IS NULL, requests, answered FROM runs") == [
        ("interrupted", 130, 0, 2, before)
    ]
    assert landscape.total("repositories") == 33
    goes_on(landscape, before)


def test_a_signal_while_rest_and_graphql_are_asked_side_by_side(landscape: Landscape) -> None:
    landscape.refresh("--source", "github")
    landscape.server.log.clear()
    landscape.strike(Fault(dripping(30.0), kind="rest", after=20))
    with at_work(landscape) as process:
        wait_for(landscape, process, 30)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    check(landscape.database)
    assert landscape.value("SELECT outcome FROM runs ORDER BY id DESC LIMIT 1") == "interrupted"
    assert 0 < landscape.value("SELECT count(*) FROM fetches WHERE source = 'contributors'") < 33
    landscape.strike()
    landscape.refresh()
    assert landscape.value("SELECT count(*) FROM fetches WHERE source = 'contributors'") == 33


def test_a_killed_run_is_closed_by_the_next(landscape: Landscape) -> None:
    landscape.strike(HANGING)
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    check(landscape.database)
    assert landscape.rows("SELECT outcome, ended_at FROM runs") == [(None, None)]
    before = known(landscape)
    assert 0 < before <= 30
    goes_on(landscape, before)
    assert landscape.rows("SELECT outcome, ended_at IS NULL FROM runs ORDER BY id LIMIT 2") == [
        ("killed", 0),
        ("done", 0),
    ]


def test_another_refresh_of_the_same_file_is_refused_at_once(landscape: Landscape) -> None:
    landscape.strike(HANGING)
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        done = landscape.refresh(code=75)
        assert done.err.startswith(
            f"crawler: another refresh is at work on {landscape.database} (process {process.pid} since "
        )
        assert (done.out, landscape.asked) == ("", 0)
        # Everything that only reads goes on.
        landscape.run("plan")
        with closing(open_reader(landscape.database)) as reader:
            assert reader.execute("SELECT count(*) FROM projects").fetchone()[0] == 33
        process.terminate()
        process.communicate(timeout=20)
    landscape.strike()
    landscape.refresh()


def test_readers_do_not_hold_a_refresh_back(landscape: Landscape) -> None:
    landscape.refresh("--only", "widget-1")
    with closing(open_reader(landscape.database)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(stars) FROM repositories").fetchone()[0] == 1
        landscape.refresh()
        assert reader.execute("SELECT count(stars) FROM repositories").fetchone()[0] == 1
    assert known(landscape) == 33
