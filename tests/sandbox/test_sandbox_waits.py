"""What answers ask to wait for, and who does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_name

from crawler.sandbox import Credential, SandboxServer, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.request_log import Announced, Seen, Waits

FIRST = "acme-00/widget-0"
CORE = f"/repos/{FIRST}"


@pytest.fixture
def served(client: httpx.Client) -> Iterator[Served]:
    credentials = [Credential("one", "first"), Credential("two", "second")]
    with SandboxServer(made_up_world(2), credentials=credentials, anonymous=True) as server:
        server.waits.grace = 0.0
        yield Served(server, client)


def announced(served: Served) -> Announced:
    (one,) = served.server.announced
    return one


def test_retry_after_stops_the_whole_identity(served: Served) -> None:
    served.strike(Fault(replies.secondary_limit(retry_after=30), times=1))
    served.get(CORE)
    wait = announced(served)
    assert (wait.credential, wait.resource, round(wait.until - wait.since, 3)) == ("first", "", 30)
    seen = served.server.log[0]
    assert wait.since == seen.started + seen.seconds
    assert served.server.broken_waits() == [], "it asked before it was told"
    served.get(CORE)
    served.post(by_name([FIRST]))
    served.get("/rate_limit")
    assert served.server.broken_waits() == served.server.log[1:]


def test_others_need_not_wait(served: Served) -> None:
    served.strike(Fault(replies.secondary_limit(429, retry_after=30), times=1))
    served.get(CORE)
    served.get(CORE, authorization="Bearer two")
    served.headers = {}
    served.get(CORE)
    assert [seen.credential for seen in served.server.log] == ["first", "second", ""]
    assert served.server.broken_waits() == []


def test_a_used_up_hour_stops_one_resource_but_not_the_look_at_it(served: Served) -> None:
    served.strike(Fault(replies.rate_limited(int(time.time()) + 30), times=1))
    served.post(by_name([FIRST]))
    wait = announced(served)
    assert (wait.credential, wait.resource) == ("first", "graphql")
    assert 28 < wait.until - time.monotonic() <= 30
    served.get(CORE)
    assert served.server.broken_waits() == []
    served.post(by_name([FIRST]))
    assert served.server.broken_waits() == served.server.log[2:]
    served.server.log.clear()
    served.strike(Fault(replies.rest_rate_limited(403, int(time.time()) + 30), times=1))
    served.get(CORE)
    served.get("/rate_limit")
    assert served.server.broken_waits() == []
    served.get(CORE)
    assert served.server.broken_waits() == served.server.log[2:]


def test_a_good_answer_with_none_remaining_announces_too(served: Served) -> None:
    served.server.limits.enforced = True
    served.server.limits.per_hour["core"] = 1
    assert served.get(CORE).status_code == 200
    assert announced(served).resource == "core"
    served.get(CORE)
    assert served.server.broken_waits() == served.server.log[1:]


@pytest.mark.parametrize(
    ("reply", "least", "most"),
    [
        (replies.message_reply(503, "no", retry_after=formatdate(time.time() + 3600, usegmt=True)), 3000, 3601),
        (replies.Reply(503, b"<html>", replies.HTML_TYPE, {"Retry-After": "7"}), 6.9, 7.1),
    ],
)
def test_every_form_of_retry_after_counts(served: Served, reply: replies.Reply, least: float, most: float) -> None:
    served.strike(Fault(reply))
    served.get(CORE)
    assert least < announced(served).until - announced(served).since < most


@pytest.mark.parametrize(
    "reply",
    [
        replies.message_reply(503, "no", retry_after="0"),
        replies.message_reply(503, "no", retry_after="soon"),
        replies.message_reply(503, "no", retry_after=formatdate(0, usegmt=True)),
        replies.rate_limited(1),
        replies.message_reply(403, "no", x_ratelimit_remaining="0", x_ratelimit_reset="later"),
        replies.authentication_required(),
        replies.secondary_limit(),
        replies.Reply(0, headers={"retry-after": "9"}, manner="reset"),
    ],
)
def test_what_names_no_time_ahead_announces_nothing(served: Served, reply: replies.Reply) -> None:
    served.strike(Fault(reply))
    try:
        served.get(CORE)
    except httpx.TransportError:
        assert reply.manner == "reset"
    assert served.server.announced == []


def seen(started: float, credential: str = "first") -> Seen:
    return Seen(
        kind="rest", method="GET", path="/x", headers={}, authorized=True, started=started, credential=credential
    )


def test_what_was_under_way_and_what_came_after_are_no_breach() -> None:
    waits = Waits(lambda one: one.credential)
    answer = seen(100.0)
    waits.note(answer, {"retry-after": "1"})
    assert waits.announced == [Announced("first", "", 100.0, 101.0, answer)]
    assert waits.broken([seen(100.5)]) == [], "the answer is not sent yet"
    answer.sent = 100.0
    log = [seen(at) for at in (99.0, 100.0, 100.04, 100.06, 100.99, 101.0, 102.0)]
    assert [one.started for one in waits.broken(log)] == [100.06, 100.99]
    assert waits.broken([seen(100.5, "second")]) == []
    waits.lived = lambda since, until: until - since - 0.9
    assert [one.started for one in waits.broken(log)] == [100.99], "who asks was asleep until then"
