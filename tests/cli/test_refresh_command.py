"""`crawler refresh` as scripts and cron see it: exit codes, streams, messages and data."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from crawling import COMPUTED, TOKEN, Landscape, command

from crawler.sandbox.faults import Fault, saml
from crawler.sandbox.replies import bad_credentials, secondary_limit

ONE = "acme-00/widget-0"


@pytest.fixture
def closed() -> dict[str, str]:
    """The address of a host where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {"GITHUB_API_URL": f"http://127.0.0.1:{port}", "GITHUB_GRAPHQL_URL": f"http://127.0.0.1:{port}/graphql"}


def test_success_prints_the_headline_and_tells_how_it_went(landscape: Landscape) -> None:
    done = landscape.refresh()
    assert done.out.startswith("1 category · 6 projects · ") and done.out.count("\n") == 1
    assert done.err.splitlines()[:4] == [
        "github           6 of 6 answered: 6 ok",
        "contributors     6 of 6 answered: 6 ok",
        "first_commit     6 of 6 answered: 6 ok",
        "sponsors         1 of 1 answered: 1 ok",
    ]
    assert f"crawler stats --db {landscape.database}" in done.err


def test_quiet_is_silent_on_success_and_only_then(landscape: Landscape, closed: dict[str, str]) -> None:
    assert landscape.refresh("-q", code=4, **closed).err != ""
    done = landscape.refresh("-q")
    assert (done.out, done.err) == ("", "")
    landscape.later(days=1)
    landscape.strike(Fault(saml(ONE)))
    done = landscape.refresh("--quiet", code=3)
    assert done.out == "" and ONE in done.err


def test_verbose_tells_of_each_batch_and_everybody_but_quiet_of_waits(landscape: Landscape, waits: list[float]) -> None:
    done = landscape.refresh("-v")
    assert "begin source=github due=6\n" in done.err and "stored source=contributors outcomes=6\n" in done.err
    assert "request source=github host=github what=CoreByName status=200 kind=answer " in done.err
    landscape.strike(Fault(secondary_limit(retry_after=30), kind="graphql", times=1))
    waits.clear()
    done = landscape.refresh("--force")
    assert "GitHub asks to wait: going on in 30 s\n" in done.err
    assert 29 < max(waits) <= 30
    landscape.strike(Fault(secondary_limit(retry_after=30), kind="graphql", times=1))
    assert landscape.refresh("--force", "--quiet").err == ""


def test_data_is_the_run_in_the_names_of_its_columns(landscape: Landscape) -> None:
    landscape.strike(Fault(saml(ONE)))
    done = landscape.refresh("--json", code=3)
    data = json.loads(done.out)
    sources = {source["source"]: source for source in data.pop("sources")}
    assert data.pop("second_hand") == {}
    (notice,) = data.pop("notices")
    assert notice.startswith("acme-00/widget-0 refuses the token of an unknown type …ests: Resource protected by")
    (run,) = landscape.rows(f"SELECT {', '.join(data)} FROM runs")
    assert tuple(data.values()) == run
    assert list(data)[:5] == ["id", "mode", "recorded_on", "outcome", "exit_code"]
    assert data["outcome"] == "in part"
    github = sources["github"]
    assert (github["due"], github["answered"], github["failed"], github["statuses"]) == (6, 5, 1, {"ok": 5})
    assert [failure["subject"] for failure in github["failures"]] == [ONE]
    assert set(github["failures"][0]) == {"subject", "error"}
    assert sources["contributors"]["due"] == 5


def test_no_network_is_told_with_a_cure_and_loses_nothing(landscape: Landscape, closed: dict[str, str]) -> None:
    done = landscape.refresh(code=4, **closed)
    last = done.err.splitlines()[-1]
    assert (
        last.startswith("crawler: nothing could be fetched: 127.0.0.1 cannot be reached") and "crawler doctor" in last
    )
    assert landscape.value("SELECT count(*) FROM projects") == 6
    landscape.refresh()
    before = landscape.dump("fetches", "runs", "run_sources", "quotas", *COMPUTED)
    landscape.later(days=8)
    landscape.refresh(code=4, **closed)
    assert landscape.dump("fetches", "runs", "run_sources", "quotas", *COMPUTED) == before


def test_a_refused_token_is_told_without_showing_it(landscape: Landscape) -> None:
    wrong = "ghp_" + "s3cret" * 6
    done = landscape.refresh(code=4, GITHUB_TOKEN=wrong)
    assert "the token was refused" in done.err and wrong not in done.err + done.out
    landscape.strike(Fault(bad_credentials()))
    done = landscape.refresh(code=4)
    assert wrong.encode() not in landscape.database.read_bytes()
    assert TOKEN.encode() not in landscape.database.read_bytes()
    assert len(landscape.server.log) <= 2


def test_without_a_token_it_says_so_and_goes_as_far_as_it_can(landscape: Landscape) -> None:
    landscape.server.token = None
    done = landscape.refresh(code=3, GITHUB_TOKEN="")
    assert done.err.startswith("no GITHUB_TOKEN: ")
    assert landscape.repository(ONE)["stars"] == landscape.world[ONE].stars
    assert landscape.repository(ONE)["first_commit_at"] is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--force", "--max-age", "1d"], "--force asks for all of any age"),
        (["--budget", "0"], "--budget"),
        (["--deadline", "1 hour"], "30m, 12h or 7d"),
        (["--source", "github2"], "--source"),
        (["--only", "nobody/*"], "no project of the list matches nobody/*"),
        (["--db", "/"], "--db"),
        (["--db", "no/such/place.db"], "there is no directory no/such"),
    ],
)
def test_wrong_usage_fetches_and_writes_nothing(landscape: Landscape, options: list[str], told: str) -> None:
    done = landscape.refresh(*options, code=2)
    assert told in done.err and done.out == ""
    assert landscape.asked == 0
    assert [path.name for path in landscape.seeds.parent.iterdir()] == ["seeds.yml"]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"GITHUB_API_URL": "api.github.com"}, "GITHUB_API_URL"),
        ({"GITHUB_GRAPHQL_URL": "ftp://x/graphql"}, "GITHUB_GRAPHQL_URL"),
        ({"GITHUB_TOKEN": "two words"}, "GITHUB_TOKEN"),
    ],
)
def test_a_wrong_setting_is_named(landscape: Landscape, environment: dict[str, str], told: str) -> None:
    done = landscape.refresh(code=2, **environment)
    assert told in done.err and "two words" not in done.err
    assert (landscape.asked, landscape.database.exists()) == (0, False)


def test_every_fault_of_the_list_is_told_and_no_database_made(landscape: Landscape) -> None:
    landscape.seeds.write_text(
        "categories:\n  - name: A\n    subcategories:\n      - name: B\n        items:\n"
        "          - {name: One}\n          - {name: One}\n          - {homepage_url: 'https://x.example'}\n",
        encoding="utf-8",
    )
    done = landscape.refresh(code=2)
    assert [line.removeprefix(f"{landscape.seeds}:")[:2] for line in done.err.splitlines()[:2]] == ["7:", "8:"]
    assert not landscape.database.exists()


def test_no_list_and_a_list_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "there is no seeds.yml" in command("refresh").err
    done = command("refresh", "other.yml")
    assert (done.code, done.err) == (2, "crawler: other.yml is no file; check the path of the seeds file\n")
    assert command("refresh", CRAWLER_SEEDS="mine.yml").err.startswith("crawler: mine.yml is no file")
    assert list(tmp_path.iterdir()) == []


def test_the_environment_names_list_and_database(landscape: Landscape) -> None:
    other = landscape.database.with_name("other.db")
    done = command("refresh", CRAWLER_SEEDS=str(landscape.seeds), CRAWLER_DB=str(other), **landscape.environment)
    assert done.code == 0 and other.is_file() and not landscape.database.exists()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a directory where not even root can make a file")
def test_a_place_where_nothing_can_be_written(landscape: Landscape) -> None:
    done = landscape.refresh("--db", "/proc/landscape.db", code=2)
    assert "/proc/landscape.db" in done.err and "--db" in done.err
    assert landscape.asked == 0


def test_at_a_terminal_there_are_bars_and_elsewhere_none(landscape: Landscape) -> None:
    parent, child = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", "refresh", str(landscape.seeds), "--db", str(landscape.database)],
            env=os.environ | landscape.environment | {"TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=child,
        )
        os.close(child)
        shown = b""
        while chunk := _read(parent):
            shown += chunk
        out, _ = process.communicate(timeout=20)
    finally:
        os.close(parent)
    assert process.returncode == 0
    assert b"\x1b[" in shown and b"github" in shown
    assert b"\x1b" not in out
    elsewhere = landscape.refresh("--force")
    assert "\x1b" not in elsewhere.out + elsewhere.err


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""
