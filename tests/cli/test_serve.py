"""`crawler serve` as a person meets it: a real process, a real socket, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from crawler.cli import cli
from crawler.errors import UsageFault
from crawler.store import open_writer


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "landscape.db"
    open_writer(path).close()
    return path


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running `crawler serve` and the address that it printed; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with process:
        assert process.stderr is not None
        try:
            announced = process.stderr.readline()
            address = re.search(r"http://\S+", announced)
            assert address, announced + process.stderr.read()
            yield address[0], process
        finally:
            if process.poll() is None:
                process.kill()


def restrict(database: Path) -> None:
    with closing(open_writer(database)) as connection:
        connection.execute("INSERT INTO organizations (id, name, declared, position) VALUES ('a', 'A', 1, 0)")
        connection.execute(
            "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method,"
            " licence_class) VALUES ('a', 'market_cap', '1', 'USD', '2026', '2026', 'yahoo', 'reported', 'restricted')"
        )


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["serve", *arguments])


def test_a_page_that_is_not_found_prints_no_traceback(database: Path) -> None:
    with serving("--db", str(database)) as (url, process):
        assert httpx.get(f"{url}landscape/no-such-table", trust_env=False).status_code == 404
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
    assert "Traceback" not in output + errors
    assert "locals" not in output + errors


def test_serves_until_ctrl_c_and_ends_without_a_traceback(database: Path) -> None:
    with serving("--db", str(database)) as (url, process):
        assert "No figures yet" in httpx.get(url, trust_env=False).text
        assert httpx.get(f"{url}landscape/landscape", trust_env=False).status_code == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == ""
    assert err == "stopped\n"


def test_open_leads_the_browser_to_the_site(database: Path, tmp_path: Path) -> None:
    visited = tmp_path / "visited"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{visited}.part" && mv "{visited}.part" "{visited}"\n')
    browser.chmod(0o755)
    with serving("--db", str(database), "--open", BROWSER=f"{browser} %s") as (url, _):
        deadline = time.monotonic() + 20
        while not visited.exists():
            assert time.monotonic() < deadline, "no browser was opened"
            time.sleep(0.02)
    assert visited.read_text().strip() == url


def test_a_port_in_use_is_a_clear_fault(database: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        fault = invoke("--db", str(database), "--port", str(port)).exception
    assert isinstance(fault, UsageFault)
    assert str(fault) == f"port {port} of 127.0.0.1 is in use; end the other program, or choose another with --port"


def test_an_address_that_is_not_ours_is_a_clear_fault(database: Path) -> None:
    fault = invoke("--db", str(database), "--host", "192.0.2.1", "--port", "0").exception
    assert isinstance(fault, UsageFault)
    assert "cannot listen on port 0 of 192.0.2.1" in str(fault)


def test_others_see_no_restricted_figures_unless_told(database: Path) -> None:
    restrict(database)
    # An address of documentation, which is nobody's: the fault of it comes only after the first.
    others = ["serve", "--db", str(database), "--host", "192.0.2.1"]
    refused = CliRunner().invoke(cli, others)
    assert isinstance(refused.exception, UsageFault)
    assert "what yahoo only told you" in str(refused.exception)
    allowed = CliRunner().invoke(cli, [*others, "--include-restricted"])
    assert "cannot listen" in str(allowed.exception)


def test_your_own_machine_is_told_what_is_closed(database: Path) -> None:
    restrict(database)
    with serving("--db", str(database)) as (url, process):
        assert process.stderr is not None
        assert "--include-restricted opens them" in process.stderr.readline()
        closed = httpx.get(f"{url}landscape/figures", trust_env=False)
        assert closed.status_code == 403
        assert "crawler db publishable" in closed.text
    with serving("--db", str(database), "--include-restricted") as (url, _):
        assert "market_cap" in httpx.get(f"{url}landscape/figures", trust_env=False).text


def test_a_database_that_is_not_there_is_a_clear_fault(tmp_path: Path) -> None:
    fault = invoke("--db", str(tmp_path / "none.db")).exception
    assert isinstance(fault, UsageFault)
    assert "crawler refresh" in str(fault)


def test_without_the_extra_it_says_what_to_install(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.site.needed.find_spec", lambda name: None if name == "datasette" else object())
    fault = invoke("--db", str(database)).exception
    assert isinstance(fault, UsageFault)
    assert "pip install 'landscape-crawler[site]'" in str(fault)
