"""SIGINT and SIGTERM end a refresh within three seconds, whatever it is at; another writer is waited for."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from at_work import at_work, goes_on, held, read_until, wait_for
from crawling import Landscape, check

from crawler.sandbox.faults import Fault, dripping
from crawler.sandbox.replies import secondary_limit

INT, TERM = signal.SIGINT, signal.SIGTERM
SOON = 3.0

pytestmark = pytest.mark.parametrize("landscape", [33], indirect=True)


def ends_soon(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """What it says at its end."""
    began = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - began < SOON
    assert process.returncode == 130, err
    assert "Traceback" not in err
    return err


def has_lock(landscape: Landscape, process: subprocess.Popen[str]) -> bool:
    with suppress(FileNotFoundError):
        return f"process {process.pid} " in Path(f"{landscape.database}.lock").read_text(encoding="utf-8")
    return False


@pytest.mark.parametrize("number", [INT, TERM])
def test_while_it_waits_for_a_limit(landscape: Landscape, number: signal.Signals) -> None:
    landscape.strike(Fault(secondary_limit(retry_after=300), after=1))
    with at_work(landscape) as process:
        read_until(process, "going on in 300 s")
        assert ends_soon(process, number) == "crawler: interrupted; everything that was answered is kept\n"
    check(landscape.database)
    assert landscape.rows("SELECT outcome, exit_code, answered > 0, waits FROM runs") == [("interrupted", 130, 1, 1)]


def test_while_a_body_drips(landscape: Landscape) -> None:
    landscape.strike(Fault(dripping(0.2, b'{"data":{' + b" " * 500 + b"}}"), after=1))
    with at_work(landscape) as process:
        wait_for(landscape, process, 2)
        assert ends_soon(process, TERM) == "crawler: interrupted; everything that was answered is kept\n"
    check(landscape.database)


def test_while_it_waits_for_another_writer_before_it_begins(landscape: Landscape) -> None:
    landscape.refresh("--only", "widget-1")
    before = landscape.dump()
    with held(landscape.database), at_work(landscape) as process:
        while not has_lock(landscape, process):
            goes_on(process)
        goes_on(process, 0.3)
        assert ends_soon(process, TERM).strip() == "crawler: interrupted"
    assert landscape.dump() == before


def test_while_it_waits_for_another_writer_with_an_answer_in_hand(landscape: Landscape) -> None:
    landscape.strike(Fault(dripping(0.05), after=1))
    with at_work(landscape, "-v") as process, ExitStack() as stack:
        wait_for(landscape, process, 1)
        stack.enter_context(held(landscape.database))
        read_until(process, "request source=github")
        assert "interrupted" in ends_soon(process, INT).splitlines()[-1]
    check(landscape.database)
    landscape.strike()
    landscape.refresh()
    assert landscape.rows("SELECT outcome FROM runs ORDER BY id")[-1] == ("done",)


def test_another_writer_is_waited_for(landscape: Landscape) -> None:
    with at_work(landscape, "-v") as process:
        wait_for(landscape, process, 1)
        with held(landscape.database):
            read_until(process, "request source=github")
            goes_on(process, 2.0)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert landscape.value("SELECT count(*) FROM fetches WHERE source = 'github' AND status IN ('ok', 'empty')") == 33
