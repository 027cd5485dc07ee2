"""`crawler status` and `crawler doctor` as a person meets them, on a real file and a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import NOWHERE

from crawler.sandbox import SandboxServer, made_up_world
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import message_reply
from crawler.store import open_writer

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(made_up_world(4), token=TOKEN) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    items = "".join(
        f"          - name: Widget {n}\n            repo_url: https://github.com/acme-00/widget-{n}\n" for n in range(4)
    )
    head = "categories:\n  - name: Made up\n    subcategories:\n      - name: Widgets\n        items:\n"
    (tmp_path / "seeds.yml").write_text(head + items, encoding="utf-8")
    return tmp_path


def run(
    folder: Path, server: SandboxServer | None, *arguments: str, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "CRAWLER_"))}
    environment |= NOWHERE
    environment["GITHUB_API_URL"] = server.api_url if server else "http://127.0.0.1:1"
    if token:
        environment["GITHUB_TOKEN"] = token
    return subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_status_names_what_failed_and_what_is_fresh(folder: Path, server: SandboxServer) -> None:
    server.faults.replace(Fault(message_reply(403, "Not today."), kind="rest", name="acme-00/widget-2"))
    assert run(folder, server, "refresh").returncode == 3
    state = json.loads(run(folder, None, "status", "--json").stdout)
    sources = {row["source"]: row for row in state["sources"]}
    assert (sources["github"]["subjects"], sources["github"]["fresh"], sources["github"]["failed"]) == (4, 4, 0)
    assert (sources["contributors"]["fresh"], sources["contributors"]["failed"]) == (3, 1)
    assert [(row["source"], row["subject"], row["status"]) for row in state["failures"]] == [
        ("contributors", "acme-00/widget-2", "failed")
    ]
    assert "HTTP 403 Not today." in state["failures"][0]["error"]
    assert state["runs"][0]["exit_code"] == 3
    assert {row["resource"] for row in state["quotas"]} == {"core", "graphql"}
    table = run(folder, None, "status").stdout
    assert "acme-00/widget-2" in table


def test_status_alarm_goes_off_by_age_and_for_what_was_never_answered(folder: Path, server: SandboxServer) -> None:
    run(folder, server, "refresh", "--only", "acme-00/widget-0")
    alarm = run(folder, None, "status", "--max-stale", "1h")
    assert alarm.returncode == 3
    assert "3 repositories were never answered" in alarm.stderr
    run(folder, server, "refresh")
    assert run(folder, None, "status", "--max-stale", "1h").returncode == 0
    connection = open_writer(folder / "landscape.db")
    connection.execute("UPDATE fetches SET fetched_at = '2020-01-01T00:00:00Z' WHERE subject = 'acme-00/widget-3'")
    connection.close()
    alarm = run(folder, None, "status", "--max-stale", "1h")
    assert alarm.returncode == 3
    assert "2020-01-01" in alarm.stderr


def test_status_without_a_database_is_one_message(folder: Path) -> None:
    done = run(folder, None, "status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "crawler refresh" in done.stderr


def test_doctor_finds_all_well_and_shows_no_token(folder: Path, server: SandboxServer) -> None:
    done = run(folder, server, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BAD" not in done.stdout
    assert "classic personal access token …wxyz" in done.stdout
    assert TOKEN[4:-4] not in done.stdout + done.stderr
    assert (server.points, server.rest_counted) == (1, 0)


def test_doctor_names_each_trouble_with_a_cure(folder: Path, server: SandboxServer) -> None:
    (folder / "landscape.db").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    (folder / "seeds.yml").write_text("categories: 3\n", encoding="utf-8")
    done = run(folder, server, "doctor", token="wrong")
    assert done.returncode == 3
    bad = [line for line in done.stdout.splitlines() if line.startswith("BAD")]
    assert [line.split()[1].rstrip(":") for line in bad] == ["seeds", "database", "token"]
    assert all("; " in line for line in bad)
    assert "Traceback" not in done.stderr


def test_doctor_without_network_says_which_host(folder: Path) -> None:
    done = run(folder, None, "doctor")
    assert done.returncode == 3
    assert "127.0.0.1 cannot be reached" in done.stdout


def test_doctor_says_each_cure_once(folder: Path) -> None:
    (folder / "seeds.yml").unlink()
    (folder / "landscape.db").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    lines = run(folder, None, "doctor").stdout.splitlines()
    (seeds,) = (line for line in lines if line.startswith("BAD  seeds"))
    (database,) = (line for line in lines if line.startswith("BAD  database"))
    assert seeds.endswith("or begin with 'crawler init'")
    assert database.count("landscape.db") == 1
    assert database.endswith("name another with --db")


def test_piped_status_folds_nothing(folder: Path, server: SandboxServer) -> None:
    reason = "Not today, nor tomorrow, " * 12
    server.faults.replace(Fault(message_reply(403, reason), kind="rest", name="acme-00/widget-2"))
    run(folder, server, "refresh")
    lines = run(folder, None, "status").stdout.splitlines()
    (failure,) = (line for line in lines if "widget-2" in line)
    assert reason.strip() in failure
    assert [line for line in lines if line != line.rstrip()] == []
