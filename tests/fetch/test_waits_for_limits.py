"""Limits: how long the engine waits for which of them, whom the wait holds, and when it does not go on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate

import httpx
import pytest
from asking import PATH, TOKEN, Asker, Clock, collect

from crawler.errors import Stop
from crawler.fetch.answers import Raw, until_reset
from crawler.fetch.engine import Engine
from crawler.fetch.together import together
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply

SECONDARY = [
    replies.secondary_limit(403),
    replies.secondary_limit(429),
    replies.secondary_limit(200),
    replies.message_reply(429, "Slow down, please"),
    replies.message_reply(403, "You have triggered an abuse detection mechanism."),
]


@pytest.mark.parametrize("reply", SECONDARY)
def test_a_secondary_limit_without_a_time_doubles_from_a_minute(asker: Asker, reply: Reply) -> None:
    asker.server.faults.replace(Fault(reply, times=3))
    ask = asker.graphql if reply.status == 200 else asker.rest
    ask()
    assert asker.clock.long_waits == [60, 120, 240]
    assert asker.said == [f"GitHub asks to wait: going on in {seconds} s" for seconds in (60, 120, 240)]


@pytest.mark.parametrize("status", [200, 403, 429])
def test_retry_after_is_obeyed(asker: Asker, status: int) -> None:
    asker.server.faults.replace(Fault(replies.secondary_limit(status, retry_after=17), times=2))
    assert asker.graphql().data["r0"]
    assert asker.clock.long_waits == [17, 17]


def test_retry_after_is_obeyed_where_the_host_is_down_for_maintenance(asker: Asker) -> None:
    down = replies.message_reply(503, "Maintenance", retry_after="33")
    asker.server.faults.replace(Fault(down, times=1))
    assert asker.rest().status == 200
    asker.server.faults.replace(Fault(down, times=1))
    assert asker.graphql().data["r0"]
    assert asker.clock.long_waits == [33, 33]


def test_a_limit_that_never_ends_is_given_up(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.secondary_limit()))
    with pytest.raises(Stop, match=r"keeps asking to wait .*secondary rate limit"):
        asker.rest()
    assert asker.clock.long_waits == [60, 120, 240, 480]
    assert len(asker.server.log) == 5


def test_retry_after_may_be_a_date(asker: Asker) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=41), usegmt=True)
    limit = replies.message_reply(403, "secondary rate limit", retry_after=moment)
    asker.server.faults.replace(Fault(limit, times=1))
    asker.rest()
    (wait,) = asker.clock.long_waits
    assert wait in {40, 41}


@pytest.mark.parametrize("retry_after", ["0", "-3", "nan"])
def test_a_wait_of_nothing_is_no_endless_loop(asker: Asker, retry_after: str) -> None:
    asker.server.faults.replace(Fault(replies.message_reply(403, "rate limit", retry_after=retry_after)))
    with pytest.raises(Stop, match="keeps asking to wait"):
        asker.rest()
    assert len(asker.server.log) == 5


@pytest.mark.parametrize("retry_after", ["1e300", "inf", "100000"])
def test_a_wait_beyond_all_limits_is_not_sat_out(asker: Asker, retry_after: str) -> None:
    asker.server.faults.replace(Fault(replies.message_reply(403, "rate limit", retry_after=retry_after)))
    with pytest.raises(Stop, match="longer than any of its limits lasts"):
        asker.rest()
    assert asker.clock.waits == []


def test_an_answer_in_between_starts_the_doubling_anew(asker: Asker) -> None:
    async def ask(engine: Engine) -> None:
        for _ in range(2):
            asker.server.faults.replace(Fault(replies.secondary_limit(), times=2))
            await engine.rest(PATH)

    asker.run(ask)
    assert asker.clock.long_waits == [60, 120, 60, 120]


def test_requests_that_are_struck_together_are_one_strike(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.secondary_limit(), after=1, times=16))
    paths = [f"/repos/acme-00/widget-{number}" for number in range(10)] * 2

    async def ask(engine: Engine) -> tuple[list[object], Stop | None]:
        # The very first request goes out alone.
        await engine.rest(PATH)
        return await collect(together(paths[:16], engine.rest))

    async def when_all_are_struck(seconds: float) -> None:
        while asker.engine.counts.rest_counted < 17:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        await asker.clock.sleep(seconds)

    answers, stop = asker.run(ask, sleep=when_all_are_struck)
    assert (len(answers), stop) == (16, None)
    assert set(asker.clock.long_waits) == {60}


def test_a_wait_is_told_once_however_many_wait(asker: Asker) -> None:
    async def ask(engine: Engine) -> int:
        asker.pauses.begin("core", 60.0)
        answers, _ = await collect(together([PATH] * 10, engine.rest))
        return len(answers)

    assert asker.run(ask) == 10
    assert asker.said == ["GitHub asks to wait: going on in 60 s"]


@pytest.mark.parametrize(
    ("reply", "rest_waits"),
    [
        (replies.secondary_limit(retry_after=50), 50),
        (replies.secondary_limit(200), 60),
        (replies.rate_limited(int(time.time()) + 1800), 0),
        (replace(replies.secondary_limit(), headers=replies.rate_limited(int(time.time()) + 1800).headers), 60),
    ],
    ids=["secondary", "secondary at 200", "primary", "both"],
)
def test_a_secondary_limit_holds_both_apis_and_a_primary_one_its_own(
    asker: Asker, reply: Reply, rest_waits: int
) -> None:
    asker.server.faults.replace(Fault(reply, kind="graphql", times=1))
    left: list[float] = []

    async def look(seconds: float) -> None:
        left.append(asker.pauses.left("core"))
        await asker.clock.sleep(seconds)

    asker.graphql(sleep=look)
    assert left[0] == pytest.approx(rest_waits, abs=0.01)
    assert asker.clock.waits[0] >= 49


def test_a_primary_limit_is_waited_for_until_its_reset(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.rate_limited(int(time.time()) + 1800), times=1))
    assert asker.graphql().data["r0"]
    asker.server.faults.replace(Fault(replies.rest_rate_limited(reset_at=int(time.time()) + 600), times=1))
    assert asker.rest().status == 200
    first, second = asker.clock.long_waits
    assert (first, second) == (pytest.approx(1801, abs=2), pytest.approx(601, abs=2))


RESET = 1_000_000_300


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (formatdate(RESET - 300, usegmt=True), 301),
        (formatdate(RESET + 300, usegmt=True), 1),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 1),
        ("yesterday", 1),
        ("", 1),
    ],
)
def test_the_reset_is_measured_by_the_hosts_own_clock(date: str, seconds: float) -> None:
    headers = httpx.Headers({"x-ratelimit-reset": str(RESET), "date": date})
    assert until_reset(Raw(200, headers, b"", None, 0.1)) == seconds


def test_the_last_unit_of_an_hour_is_followed_by_a_wait_not_by_a_refusal(clock: Clock) -> None:
    with SandboxServer(made_up_world(10), token=TOKEN, enforce_limits=True) as server:
        server.limits.per_hour["core"] = 2
        asker = Asker(server, clock)

        async def ask(engine: Engine) -> list[int]:
            statuses = [(await engine.rest(PATH)).status for _ in range(2)]
            server.limits.per_hour["core"] = 5000
            return [*statuses, (await engine.rest(PATH)).status]

        assert asker.run(ask) == [200, 200, 200]
    assert clock.long_waits == [pytest.approx(3600, abs=3)]
    assert [seen.status for seen in server.log] == [200, 200, 200]
    assert asker.quotas["core"].limit == 5000


def test_a_limit_without_any_header_is_a_limit_all_the_same(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.message_reply(403, "API rate limit exceeded for user ID 1."), times=1))
    assert asker.rest().status == 200
    assert asker.clock.long_waits == [60]


def test_a_wait_past_the_deadline_is_not_begun(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.secondary_limit(retry_after=200)))
    with pytest.raises(Stop, match="GitHub asks to wait, 200 s, which is past the deadline"):
        asker.rest(deadline=100.0)
    assert asker.clock.waits == []


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "many"},
        {"x-ratelimit-limit": "9" * 5000},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 30},
        {"x-ratelimit-reset": "-1"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"},
    ],
)
def test_headers_that_make_no_sense_are_left_aside(asker: Asker, headers: dict[str, str]) -> None:
    asker.server.faults.replace(Fault(Reply(200, b"[]", headers=headers)))
    assert asker.rest().payload == []
    assert asker.quotas == {}
    assert asker.clock.waits == []


def test_a_token_that_may_do_less_is_not_mistaken_for_a_limit(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.saml("acme-00/widget-0")))
    assert asker.graphql().data["r0"] is None
    assert asker.clock.waits == []
