"""The real scheduler over simulated months: exactly the due runs, whatever happens to the machine meanwhile."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from simulated import BEGIN, WELL, World

from crawler.errors import UsageFault
from crawler.scheduling.scheduler import Ended
from crawler.store.database import open_reader, open_writer
from crawler.store.lock import hold_lock
from crawler.store.schedule import Job, read_jobs, write_job

USUAL = {"github": "17 5 * * *", "contributors": "7d", "first_commit": "1d", "wikidata": "30d"}
LATE = timedelta(minutes=20)
"""The jitter, and runs that another one had to wait for."""


def days(times: list[datetime]) -> list[int]:
    return [(time - BEGIN).days for time in times]


def test_three_months_with_a_restart_and_an_outage(world: World) -> None:
    world.schedule = USUAL
    world.live(timedelta(days=30, hours=2))
    world.live(timedelta(days=30))  # a restart in the middle changes nothing
    assert days(world.times("first_commit")) == list(range(61))
    assert [time.date() for time in world.times("github")] == [(BEGIN + timedelta(days=n)).date() for n in range(1, 61)]
    assert all(timedelta(0) <= time - time.replace(hour=5, minute=17) < LATE for time in world.times("github"))
    assert days(world.times("contributors")) == [0, 7, 14, 21, 28, 35, 42, 49, 56]
    assert days(world.times("wikidata")) == [0, 30, 60]
    world.runs.clear()
    world.now += timedelta(days=3)  # nobody is there for three days
    back = world.now
    world.live(timedelta(minutes=30))
    assert [source for _, source in world.runs] == ["github", "contributors", "first_commit"]  # once each, in order
    assert world.runs[0][0] == back
    world.runs.clear()
    world.live(timedelta(days=27))
    assert world.counts() == Counter(github=27, first_commit=27, contributors=3, wikidata=1)
    assert world.said == []


def test_a_run_that_another_process_blocks_is_made_up_for_once(world: World) -> None:
    world.schedule = {"github": "0 12 * * *", "contributors": "0 12 * * *"}
    world.jitter = timedelta()

    async def cron() -> None:
        await asyncio.sleep(3600)
        with hold_lock(world.database):
            await asyncio.sleep(2 * 3600)

    world.live(timedelta(days=1), cron)
    at = BEGIN.replace(hour=13)
    assert [source for _, source in world.runs] == ["github", "contributors"]
    assert all(at <= time <= at + timedelta(minutes=10) for time, _ in world.runs)
    with open_reader(world.database) as connection:
        noon = BEGIN.replace(hour=12) + timedelta(days=1)
        assert {job.next_run_at for job in read_jobs(connection).values()} == {noon}


async def after_the_second_run(world: World, step: timedelta) -> None:
    await asyncio.sleep(86_400 + 1800)
    world.set_by = step


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param(-1, [5, 6, 7, 8, 9], id="back by an hour"),
        pytest.param(1, [5, 6, 7, 8, 9, 10], id="on by an hour"),
        pytest.param(72, [5, 6, 9, 10, 11, 12], id="on by three days"),
    ],
)
def test_a_clock_that_is_set(world: World, hours: int, expected: list[int]) -> None:
    world.schedule, world.jitter = {"github": "20 10 * * *"}, timedelta()
    world.live(timedelta(days=5), lambda: after_the_second_run(world, timedelta(hours=hours)))
    assert [time.day for time in world.times("github")] == expected
    assert world.said == []


def test_a_clock_that_was_ten_years_ahead(world: World) -> None:
    """Neither ten years of silence, nor all their runs at once."""
    world.schedule, world.jitter = {"github": "20 10 * * *"}, timedelta()
    world.live(timedelta(days=5), lambda: after_the_second_run(world, timedelta(days=-3650)))
    assert [time.year for time in world.times("github")] == [2026, 2026, 2016, 2016, 2016]
    assert world.said == ["crawler: the clock went back: github is planned anew"]


def test_a_frozen_clock_runs_what_is_due_and_nothing_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRAWLER_NOW", "2020-02-02T02:02:02Z")
    world.schedule = {"github": "1d", "contributors": "7d"}
    world.live(timedelta(days=40))
    assert world.runs == [(datetime(2020, 2, 2, 2, 2, 2, tzinfo=UTC), "github")]


def test_failures_end_nothing_and_are_tried_again_the_next_day(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d", "contributors": "7d", "wikidata": "30d"}, timedelta()
    secret = "ghp_" + "s3cret" * 6
    ill = Ended(exit_code=3, is_whole=False, message="in part")

    def result(source: str) -> Ended:
        if source == "github":
            raise RuntimeError(secret)
        in_time = (world.clock() - BEGIN).days in {7, 8}
        return ill if source == "contributors" and in_time else Ended(exit_code=0, is_whole=True, message="")

    world.result = result
    world.live(timedelta(days=20))
    assert days(world.times("contributors")) == [0, 7, 8, 9, 16]
    assert world.counts()["github"] == 20
    assert sum("this is a bug" in line for line in world.said) == 20
    assert not any(secret in line for line in world.said)
    assert "crawler: contributors: in part" in world.said


def test_a_stopped_run_is_due_again_at_the_next_start(world: World) -> None:
    world.schedule = {"github": "1d"}
    world.live(timedelta(seconds=30))
    with open_reader(world.database) as connection:
        job = read_jobs(connection)["github"]
    assert (job.next_run_at, job.exit_code) == (BEGIN, 130)
    assert job.ended_at == BEGIN + timedelta(seconds=30)
    world.live(timedelta(minutes=5))
    assert len(world.runs) == 2


def test_other_settings_after_a_restart(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d", "contributors": "7d", "wikidata": "30d"}, timedelta()
    world.live(timedelta(days=2, hours=1))
    world.runs.clear()
    world.schedule = {"github": "1d", "contributors": "3d", "sponsors": "7d"}
    world.live(timedelta(days=2))
    assert days(world.times("contributors")) == [3]
    assert days(world.times("sponsors")) == [2]
    with open_reader(world.database) as connection:
        assert list(read_jobs(connection)) == ["contributors", "github", "sponsors"]


def test_a_database_that_cannot_be_written_stops_no_run(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d"}, timedelta()

    async def newer() -> None:
        await asyncio.sleep(3600)
        with open_writer(world.database) as connection:
            connection.execute("PRAGMA user_version = 99")

    world.live(timedelta(days=3), newer)
    assert len(world.runs) == 3
    assert all("was written by a newer crawler" in line for line in world.said) and world.said


def test_memory_does_not_grow(world: World) -> None:
    world.schedule = {"github": "6h"}
    sizes = []

    async def measuring() -> None:
        await asyncio.sleep(5 * 86_400)
        tracemalloc.start()
        for _ in range(3):
            await asyncio.sleep(10 * 86_400)
            world.runs.clear()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])

    try:
        world.live(timedelta(days=36), measuring)
    finally:
        tracemalloc.stop()
    # Forty runs between two measures: an alarm or a job of each that stays would be more.
    assert sizes[2] - sizes[1] < 20_000


def test_a_run_that_cancels_itself_ends_nothing(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d"}, timedelta()

    def result(source: str) -> Ended:
        raise asyncio.CancelledError

    world.result = result
    world.live(timedelta(days=3))
    assert len(world.runs) == 3
    assert world.said == ["crawler: github: the run was cancelled from within"] * 3


def test_a_plan_that_a_wrong_clock_has_made_is_made_anew_at_the_start(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d", "contributors": "0 12 * * *"}, timedelta()
    with open_writer(world.database) as connection:
        for source, text in world.schedule.items():
            write_job(connection, Job(source=source, cadence=text, next_run_at=BEGIN + timedelta(days=3650)))
    world.live(timedelta(days=2))
    assert days(world.times("github")) == [1] and days(world.times("contributors")) == [0, 1]


def test_what_a_person_has_to_mend_is_said_once_and_tried_again_within_the_hour(world: World) -> None:
    world.schedule, world.jitter = {"github": "1d", "sponsors": "7d"}, timedelta()
    fault = "the list has a fault"

    def result(source: str) -> Ended:
        if fault:
            raise UsageFault(fault)
        return WELL

    world.result = result
    world.live(timedelta(hours=5))
    assert world.counts()["github"] == 5 and world.counts()["sponsors"] == 5
    assert world.said == ["crawler: github: the list has a fault"]
    fault = ""
    world.live(timedelta(hours=5))
    assert world.counts()["github"] == world.counts()["sponsors"] == 6
    fault = "another one"
    world.live(timedelta(days=1))
    assert world.said[1:] == ["crawler: github: another one"]
