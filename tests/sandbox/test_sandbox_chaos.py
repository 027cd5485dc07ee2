"""Random mischief is mixed, just as likely as it says, and the same for the same seed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_name

from crawler.sandbox import Chaos, SandboxServer, made_up_world
from crawler.sandbox.faults import Asked, Fault, server_error

FIRST, SECOND = "acme-00/widget-0", "acme-00/widget-1"
CORE = f"/repos/{FIRST}"
BATCH = Asked("graphql", "/graphql", {("r0",): frozenset({FIRST}), ("r1",): frozenset({SECOND})})
REST = Asked("rest", CORE, {("repository",): frozenset({FIRST})})
CONDITIONAL = Asked("rest", CORE, {("repository",): frozenset({FIRST})}, conditional=True)
OWNERS = Asked("graphql", "/graphql")
FEED = Asked("web", "/web/a/b/tags.atom")
EVERY = {
    *(f"{status} {kind}" for status in (500, 502, 503, 504) for kind in ("json", "html")),
    *("503 retry-after", "reset", "truncated", "malformed", "html at 200", "empty", "408", "error_500", "passing 401"),
}
GITHUB = {"secondary 403", "secondary 429"}
GRAPHQL = {"secondary 200", "rate limited", "went wrong at 200", "went wrong at 502", "validation timeout"}
ONE = {"resource limits", "resource limits on a field", "repository went wrong", "vanished"}
KINDS = [
    (BATCH, EVERY | GITHUB | GRAPHQL | ONE),
    (OWNERS, EVERY | GITHUB | GRAPHQL),
    (REST, EVERY | GITHUB | {"primary 403", "primary 429", "202", "304"}),
    (CONDITIONAL, EVERY | GITHUB | {"primary 403", "primary 429", "202"}),
    (FEED, EVERY | {"429", "202", "304"}),
]


@pytest.mark.parametrize(("asked", "blows"), KINDS)
def test_every_kind_of_request_gets_its_own_mix(asked: Asked, blows: set[str]) -> None:
    chaos = Chaos(1.0, seed=1)
    for _ in range(800):
        reply, spoils = chaos.strike(asked)
        assert (reply is None) == (len(spoils) == 1)
    assert set(chaos.struck) == blows
    assert min(chaos.struck.values()) > 5


def test_the_share_is_kept_and_a_seed_decides_all() -> None:
    def story(seed: int) -> list[str]:
        chaos = Chaos(0.2, seed)
        blows = [repr(chaos.strike(asked)) for asked in (BATCH, REST) * 1000]
        return [re.sub(r"\d{10}", "the reset", blow) for blow in blows]

    once, again, other = story(3), story(3), story(4)
    assert once == again
    assert once != other
    assert 300 < sum(one != "(None, [])" for one in once) < 500


def test_no_mischief_and_unknown_mischief() -> None:
    assert all(Chaos(0.0, 1).strike(BATCH) == (None, []) for _ in range(100))
    with pytest.raises(ValueError, match="no such blow: earthquake"):
        Chaos(1.0, 1, only={"reset", "earthquake"})
    chaos = Chaos(1.0, 1, only={"vanished"})
    assert chaos.strike(REST) == (None, []), "there is none of it for REST"
    _, (spoil,) = chaos.strike(BATCH)
    assert spoil.name in {FIRST, SECOND}


@pytest.fixture
def served(client: httpx.Client) -> Iterator[Served]:
    with SandboxServer(made_up_world(3), token="let-me-in") as server:
        yield Served(server, client)


@pytest.mark.parametrize(
    ("blow", "status", "text", "retry_after"),
    [
        ("500 json", 500, "Server Error", None),
        ("504 html", 504, "<h1>504 Gateway Timeout</h1>", None),
        ("503 retry-after", 503, "Service Unavailable", "1"),
        ("error_500", 400, "error_500", None),
        ("408", 408, "in time", None),
        ("passing 401", 401, "Requires authentication", None),
        ("secondary 200", 200, "secondary rate limit", "1"),
        ("secondary 429", 429, "secondary rate limit", "1"),
        ("rate limited", 200, "RATE_LIMITED", None),
        ("validation timeout", 200, "Timeout on validation", None),
        ("resource limits", 200, "RESOURCE_LIMITS_EXCEEDED", None),
        ("repository went wrong", 200, "Something went wrong", None),
        ("vanished", 200, '"r0":null', None),
    ],
)
def test_a_blow_as_it_arrives(served: Served, blow: str, status: int, text: str, retry_after: str | None) -> None:
    served.server.chaos = Chaos(1.0, 1, only={blow})
    answer = served.post(by_name([FIRST]))
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, retry_after)
    assert text in answer.text
    if blow == "passing 401":
        assert "Bad credentials" not in answer.text
    served.server.chaos = None
    assert served.data(by_name([FIRST]))["r0"]["nameWithOwner"] == FIRST


def test_a_used_up_hour_ends_within_two_seconds(served: Served) -> None:
    for blow in ("primary 403", "primary 429"):
        served.server.chaos = Chaos(1.0, 1, only={blow})
        answer = served.get(CORE)
        assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (int(blow[-3:]), "0")
        assert 0 < int(answer.headers["x-ratelimit-reset"]) - time.time() + 0.1 < 1.7


def test_a_field_is_lost_and_nothing_else(served: Served) -> None:
    served.server.chaos = Chaos(1.0, 1, only={"resource limits on a field"})
    answer = served.post(by_name([FIRST])).json()
    (error,) = answer["errors"]
    key, field = error["path"]
    assert (key, error["type"], answer["data"]["r0"][field]) == ("r0", "RESOURCE_LIMITS_EXCEEDED", None)
    assert answer["data"]["r0"]["nameWithOwner"] == FIRST


def test_a_conditional_request_is_never_lied_to(served: Served) -> None:
    served.server.chaos = Chaos(1.0, 1, only={"304"})
    assert served.get(CORE).status_code == 304
    assert served.get(CORE, if_none_match='"old"').status_code == 200
    assert served.get(CORE, if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT").status_code == 200


def test_faults_go_before_mischief(served: Served) -> None:
    served.server.chaos = Chaos(1.0, 1, only={"500 html"})
    served.strike(Fault(server_error(503), times=1))
    assert [served.get(CORE).status_code for _ in range(2)] == [503, 500]
    assert served.server.chaos.struck == {"500 html": 1}
