"""Rate limits that refuse, and the time that answers take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_name

from crawler.sandbox import SandboxServer, made_up_world

FIRST = "acme-00/widget-0"


@pytest.fixture
def limited(client: httpx.Client) -> Iterator[Served]:
    with SandboxServer(made_up_world(5), enforce_limits=True) as server:
        yield Served(server, client)


def test_used_up_points_are_an_error_at_200(limited: Served) -> None:
    limited.server.limits.per_hour["graphql"] = 1
    assert limited.data(by_name([FIRST]))["rateLimit"]["remaining"] == 0
    answer = limited.post(by_name([FIRST]))
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "0")
    assert answer.json()["errors"][0]["type"] == "RATE_LIMITED"
    assert int(answer.headers["x-ratelimit-reset"]) > time.time()
    assert limited.get(f"/repos/{FIRST}").status_code == 200, "the quotas are apart"


def test_a_new_hour_brings_new_points(limited: Served) -> None:
    limited.server.limits.per_hour["core"] = 1
    limited.server.limits.hour = 0.05
    assert limited.get(f"/repos/{FIRST}").status_code == 200
    answer = limited.get(f"/repos/{FIRST}")
    deadline = time.monotonic() + 5
    while answer.status_code == 403 and time.monotonic() < deadline:
        assert "API rate limit exceeded" in answer.json()["message"]
        answer = limited.get(f"/repos/{FIRST}")
    assert answer.status_code == 200


def is_secondary(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 403
        and "secondary rate limit" in answer.json()["message"]
        and answer.headers["retry-after"] == "60"
        and answer.headers["x-ratelimit-remaining"] != "0"
    )


def test_requests_a_minute_are_counted_by_endpoint(limited: Served) -> None:
    limited.server.limits.rest_per_minute = 2
    limited.server.limits.graphql_per_minute = 1
    answers = [limited.get(f"/repos/acme-00/widget-{number}") for number in range(3)]
    assert [is_secondary(answer) for answer in answers] == [False, False, True]
    assert limited.get(f"/repos/{FIRST}/contributors").status_code == 200
    assert [is_secondary(limited.post(by_name([FIRST]))) for _ in range(2)] == [False, True]


def test_graphql_time_a_minute_is_limited(limited: Served) -> None:
    limited.server.limits.graphql_seconds_per_minute = 0.0
    assert [is_secondary(limited.post(by_name([FIRST]))) for _ in range(2)] == [False, True]


def test_too_many_at_once_are_refused(limited: Served) -> None:
    limited.server.limits.concurrent = 3
    limited.server.latency = 0.3
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: limited.get(f"/repos/{FIRST}"), range(8)))
    assert any(is_secondary(answer) for answer in answers)
    limited.server.latency = 0.0
    assert limited.get(f"/repos/{FIRST}").status_code == 200


def test_latency_and_work_take_time(client: httpx.Client) -> None:
    with SandboxServer(made_up_world(5), latency=0.05, work_seconds_per_unit=0.01) as server:
        served = Served(server, client)
        served.get(f"/repos/{FIRST}")
        served.data(by_name([FIRST] * 2))
    rest, graphql = server.log
    assert rest.seconds >= 0.05
    # A repository of the query has 12 connections and 1 list of objects: 26 units of work.
    assert graphql.seconds >= 0.05 + 0.26


def test_too_much_work_is_a_bad_gateway_after_the_time_limit(client: httpx.Client) -> None:
    with SandboxServer(made_up_world(5)) as server:
        served = Served(server, client)
        server.time_limit = 0.1
        small = served.post(by_name([FIRST]))
        server.work_seconds_per_unit = 60.0
        large = served.post(by_name([FIRST]))
    assert (small.status_code, large.status_code) == (200, 502)
    assert large.headers["content-type"].startswith("text/html")
    assert 0.1 <= server.log[1].seconds < 10
    assert server.log[1].points == 0


def test_leaving_ends_requests_under_way(client: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        with SandboxServer(made_up_world(1), latency=60.0) as server:
            waiting = pool.submit(client.get, f"{server.api_url}/repos/{FIRST}", timeout=30)
            while not server.log:
                time.sleep(0.005)
            started = time.monotonic()
        assert time.monotonic() - started < 10
        assert waiting.exception(timeout=10) is None or isinstance(waiting.exception(), httpx.TransportError)


def test_a_batch_is_answered_fast_enough_for_every_day(client: httpx.Client) -> None:
    """Five batches of thirty: their text is read once."""
    world = made_up_world(150)
    names = [repository.name_with_owner for repository in world]
    with SandboxServer(world) as server:
        served = Served(server, client)
        started = time.process_time()
        for start in range(0, 150, 30):
            served.post(by_name(names[start : start + 30]))
        assert time.process_time() - started < 2
    assert [seen.status for seen in server.log] == [200] * 5
