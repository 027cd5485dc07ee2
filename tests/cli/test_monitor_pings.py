"""What a monitor hears of a refresh and of the scheduler, and that nobody else hears its address."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import Landscape
from msgspec import structs
from upstreams import Upstream

from crawler.errors import UsageFault
from crawler.notify import Notifier, notify_address
from crawler.sandbox.faults import Fault, dripping, saml
from crawler.sandbox.replies import Reply
from crawler.scheduling.cadences import read_cadence
from crawler.scheduling.scheduler import Ended, Scheduler
from crawler.secret import Secret
from crawler.store.database import open_writer
from crawler.store.lock import hold_lock
from crawler.store.schedule import Job, read_jobs, write_job

ID = "0b5f8f0c-9d1e-4c61-8a52-1c9d4f7e2a33"


@pytest.fixture
def monitor() -> Iterator[Upstream]:
    """A monitor that takes every ping."""
    with Upstream() as server:
        server.reply = Reply(200, b"OK")
        yield server


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.notify.PAUSE_SECONDS", 0.0)


def url(monitor: Upstream) -> str:
    return f"{monitor.base_url}/{ID}"


def heard(monitor: Upstream) -> list[tuple[str, str]]:
    """The pings so far: what they say, and with which words."""
    return [(path.removeprefix(f"/{ID}"), body.decode()) for path, _, body in monitor.asked]


def test_start_and_success(landscape: Landscape, monitor: Upstream) -> None:
    done = landscape.refresh("-q", "--notify-url", url(monitor))
    assert (done.out, done.err) == ("", "")
    (start, end) = heard(monitor)
    assert start == ("/start", "")
    assert end[0] == "" and end[1].startswith("done (exit 0): github 6 of 6 answered; contributors 6 of 6 answered; ")
    assert ID.encode() not in landscape.database.read_bytes()


def test_trouble_is_told_with_its_reason(landscape: Landscape, monitor: Upstream) -> None:
    landscape.strike(Fault(saml("acme-00/widget-0")))
    environment = {"CRAWLER_NOTIFY_URL": url(monitor)}
    done = landscape.refresh(code=3, **environment)
    landscape.refresh("--force", code=4, **environment, GITHUB_TOKEN="ghp_" + "wrong1" * 6)
    landscape.seeds.write_text("categories: [")
    done_2 = landscape.refresh(code=2, **environment)
    told = heard(monitor)
    assert [signal for signal, _ in told] == ["/start", "/fail", "/start", "/fail", "/fail"]
    assert told[1][1].startswith("in part (exit 3): github 5 of 6 answered")
    assert told[3][1].startswith("nothing fetched (exit 4): github 0 of 6 answered, stopped: the token was refused")
    assert told[4][1].startswith("exit 2: ") and "\n" not in told[4][1]
    assert not any("wrong1" in words for _, words in told)
    assert ID not in done.err + done_2.err


def test_a_refresh_that_finds_the_lock_held_says_nothing(landscape: Landscape, monitor: Upstream) -> None:
    with hold_lock(landscape.database):
        landscape.refresh("--notify-url", url(monitor), code=75)
    assert monitor.asked == []


def test_neither_a_plan_nor_the_sandbox_is_a_run_to_tell_of(landscape: Landscape, monitor: Upstream) -> None:
    landscape.refresh("--dry-run", "--notify-url", url(monitor))
    recorded = ["--db", landscape.database.with_name("sandbox.db"), "--sandbox", "--source", "sponsors"]
    landscape.refresh(*recorded, CRAWLER_NOTIFY_URL=url(monitor))
    assert monitor.asked == []
    landscape.refresh(*recorded, "--notify-url", url(monitor))
    assert [signal for signal, _ in heard(monitor)] == ["/start", ""]


def test_an_interrupted_refresh_is_told_of(landscape: Landscape, monitor: Upstream) -> None:
    landscape.strike(Fault(dripping(30.0), after=1))
    process = landscape.start("-q", "--notify-url", url(monitor))
    try:
        while len(landscape.server.log) < 2:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.002)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130 and ID not in err
    assert heard(monitor) == [("/start", ""), ("/fail", "interrupted (exit 130)")]


@pytest.mark.parametrize(
    ("reply", "told"), [(Reply(404), "HTTP 404"), (Reply(302, headers={"location": "http://127.0.0.1:9/"}), "HTTP 302")]
)
def test_a_ping_that_fails_is_a_line_and_no_more(
    landscape: Landscape, monitor: Upstream, reply: Reply, told: str
) -> None:
    monitor.reply = reply
    done = landscape.refresh("-q", "--notify-url", url(monitor))
    line = f"crawler: the monitor could not be told ({told}); check --notify-url and the network\n"
    assert done.err == line
    assert len(monitor.asked) == 4  # a start is tried once, how it ended three times


def test_nobody_at_home_and_one_who_never_answers(monitor: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    Notifier(Secret(f"http://127.0.0.1:9/{ID}"), said.append).ping_now("fail", "trouble")
    assert len(said) == 1 and "ConnectError" in said[0] and ID not in said[0]
    monkeypatch.setattr("crawler.notify.HURRIED_SECONDS", 0.05)
    monitor.reply = Reply(200, b"slowly", manner="dripping", pause=30.0)
    began = time.monotonic()
    Notifier(Secret(url(monitor)), said.append).ping_now("fail", "trouble", hurried=True)
    assert time.monotonic() - began < 2


def test_a_monitor_that_comes_back_and_goes_again_is_told_of_twice(monitor: Upstream) -> None:
    said: list[str] = []
    notifier = Notifier(Secret(url(monitor)), said.append)
    for status in (404, 404, 200, 404, 404):
        monitor.reply = Reply(status)
        notifier.ping_now("success", hurried=True)
    assert len(said) == 2


def test_the_words_are_short_and_hold_no_secret(monitor: Upstream) -> None:
    notifier = Notifier(Secret(f"{url(monitor)}?create=1"), print)
    notifier.ping_now("fail", f"{url(monitor)} {ID} ghp_{'s3cret' * 6} " + "é" * 20_000)
    ((path, _, body),) = monitor.asked
    assert path == f"/{ID}/fail?create=1"
    assert len(body) == 10_000 and b"s3cret" not in body and ID.encode() not in body


@pytest.mark.parametrize(
    "text",
    [
        "http://hc-ping.com/x",
        "hc-ping.com/x",
        "ftp://x/y",
        "https:///x/y",
        "https://a:b@x/y",
        "https://x/y#z",
        "https://[/",
        "https://x/ä",
    ],
)
def test_an_address_that_anybody_could_hear_is_refused_unseen(text: str) -> None:
    with pytest.raises(UsageFault) as caught:
        notify_address(text)
    assert text.removeprefix("https://") not in str(caught.value)


def test_a_refused_address_is_a_usage_error(landscape: Landscape) -> None:
    done = landscape.refresh(code=2, CRAWLER_NOTIFY_URL=f"http://example.org/{ID}")
    assert "it is no https address" in done.err and ID not in done.err
    assert landscape.asked == 0


def test_a_scheduler_does_not_begin_with_faulty_rules(landscape: Landscape, monitor: Upstream) -> None:
    rules = landscape.seeds.with_name("mine.yml")
    rules.write_text("health: {recency: {good: 9999, bad: 3}}\n")
    environment = {"CRAWLER_RULES": str(rules), "CRAWLER_NOTIFY_URL": url(monitor)}
    done = landscape.run("schedule", landscape.seeds, code=2, **environment)
    assert "mine.yml:1:" in done.err and not landscape.database.exists()
    assert [signal for signal, _ in heard(monitor)] == ["/fail"]


def test_the_scheduler_tells_of_success_only_while_every_source_is_well(tmp_path: Path, monitor: Upstream) -> None:
    database = tmp_path / "landscape.db"
    codes = {"github": 4, "contributors": 0}

    def overdue(*sources: str) -> None:
        with closing(open_writer(database)) as connection:
            for source in sources:
                long_ago = datetime(2020, 1, 1, tzinfo=UTC)
                kept = read_jobs(connection).get(source, Job(source=source, cadence="1d", next_run_at=long_ago))
                write_job(connection, structs.replace(kept, next_run_at=long_ago))

    async def run(source: str) -> Ended:
        return Ended(exit_code=codes[source], is_whole=codes[source] == 0, message=f"exit {codes[source]}")

    async def serve(runs: int) -> None:
        before = len(monitor.asked)
        scheduler = Scheduler(
            database,
            {name: read_cadence("1d") for name in codes},
            run,
            jitter=timedelta(),
            notifier=Notifier(Secret(url(monitor)), print),
            say=lambda line: None,
        )
        task = asyncio.create_task(scheduler.serve())
        while len(monitor.asked) < before + 2 * runs:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.005)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    overdue("github", "contributors")
    asyncio.run(serve(2))
    codes["github"] = 0
    overdue("github")
    asyncio.run(serve(1))
    assert [told for told in heard(monitor) if told[0] != "/start"] == [
        ("/fail", "github: exit 4"),
        ("/fail", "contributors: exit 0; failing: github (exit 4)"),
        ("", "github: exit 0"),
    ]
