"""Waits that were announced: whatever status says so, for every identity, in this run and in later ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock, Notebook, collect

from crawler.errors import FetchError, Stop
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.fetch.verdicts import Verdict
from crawler.sandbox import Credential, Elsewhere, SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply
from crawler.secret import Secret
from crawler.spending import Wait

SECOND = "github_pat_Second0Second0Second0Second0ab"
BOTH = (Secret(TOKEN), Secret(SECOND))
NOBODY = "http://127.0.0.1:9"
REST = [
    replies.message_reply(502, "Bad Gateway", retry_after="30"),
    replies.message_reply(503, "Service Unavailable", retry_after="30"),
    replies.message_reply(504, "Gateway Time-out", retry_after="30"),
    replies.message_reply(500, "Server Error", retry_after="30"),
    replies.message_reply(408, "Too slow", retry_after="30"),
    replies.message_reply(403, "Forbidden", retry_after="30"),
    replies.secondary_limit(403, 30),
    replies.secondary_limit(429, 30),
    replies.message_reply(429, "Slow down", retry_after="30"),
    replies.json_reply(202, {}, retry_after="30"),
    Reply(503, b"<html>down</html>", replies.HTML_TYPE, {"retry-after": "30"}),
]
GRAPHQL = [*REST, replies.secondary_limit(200, 30)]


@pytest.fixture
def pair(clock: Clock) -> Iterator[Asker]:
    """An engine behind two tokens of two accounts; REST is open to nobody, too."""
    known = [Credential(TOKEN, "first", account=1), Credential(SECOND, "second", account=2)]
    with SandboxServer(made_up_world(40), credentials=known, anonymous=True) as server:
        yield Asker(server, clock)


async def whatever_comes(engine: Engine, api: str) -> None:
    try:
        await (engine.rest(PATH) if api == "rest" else engine.graphql(QUERY, {}))
    except FetchError as error:
        assert not isinstance(error, Stop), error


def names(replies_: list[Reply]) -> list[str]:
    return [f"{reply.status} {reply.body[:30].decode()}" for reply in replies_]


# --- in this run ---


@pytest.mark.parametrize(
    ("api", "reply"),
    [("rest", reply) for reply in REST] + [("graphql", reply) for reply in GRAPHQL],
    ids=[f"rest {name}" for name in names(REST)] + [f"graphql {name}" for name in names(GRAPHQL)],
)
def test_nobody_asks_before_an_announced_wait_is_over(pair: Asker, notebook: Notebook, api: str, reply: Reply) -> None:
    pair.server.faults.replace(Fault(reply, times=1))

    async def ask(engine: Engine) -> None:
        refused = {"acme-01": "policy"}
        engine.note_places(engine.identities[0].key, admitted=[], refused=refused | {"acme-02": "policy"})
        engine.note_places(engine.identities[1].key, admitted=[], refused={"acme-02": "policy"})
        await whatever_comes(engine, api)
        # The other token, nobody, and the other API.
        await engine.rest("/repos/acme-01/widget-10", place="acme-01/widget-10")
        await engine.rest("/repos/acme-02/widget-20", place="acme-02/widget-20")
        await whatever_comes(engine, "graphql" if api == "rest" else "rest")

    pair.run(ask, tokens=BOTH, log=notebook.log)
    first, *later = notebook.request_times
    assert len(later) >= 3
    assert min(later) >= first + 30
    assert {seen.credential for seen in pair.server.log} == {"first", "second", ""}


def test_requests_that_wait_already_wait_for_what_is_announced_meanwhile(pair: Asker, notebook: Notebook) -> None:
    pair.server.faults.replace(Fault(replies.secondary_limit(403, 30), after=1, times=1))

    async def ask(engine: Engine) -> int:
        await engine.rest(PATH)
        pair.pauses.begin("core", 10.0)
        answers, _ = await collect(together([PATH] * 8, engine.rest))
        return len(answers)

    assert pair.run(ask, log=notebook.log) == 8
    struck = next(moment for moment, event in notebook.events if event.fields.get("status") == 403)
    # Those that went out together with the one that was struck could not know.
    assert all(moment <= struck + 0.01 or moment >= struck + 30 for moment in notebook.request_times)


def test_after_a_limit_one_goes_out_to_see(pair: Asker) -> None:
    pair.server.latency = 0.1

    async def ask(engine: Engine) -> int:
        await engine.rest(PATH)
        pair.pauses.strike("core", Verdict("secondary limit"), sent=pair.clock.now)
        answers, _ = await collect(together([PATH] * 8, engine.rest))
        return len(answers)

    assert pair.run(ask) == 8
    _, probe, *later = pair.server.log
    assert all(seen.started >= probe.started + probe.seconds for seen in later)
    assert max(seen.started for seen in later) < min(seen.started + seen.seconds for seen in later)


@pytest.mark.parametrize("retry_after", ["0", "-1", "-0.0", "nan", "-inf"])
@pytest.mark.parametrize(("api", "status"), [("rest", 403), ("rest", 429), ("graphql", 200), ("graphql", 403)])
def test_a_wait_of_nothing_is_a_minute_and_doubles(pair: Asker, api: str, status: int, retry_after: str) -> None:
    text = replies.SECONDARY_LIMIT
    reply = (
        replies.errors_reply(200, {"message": text}, retry_after=retry_after)
        if status == 200
        else replies.message_reply(status, text, retry_after=retry_after)
    )
    pair.server.faults.replace(Fault(reply, times=3))
    pair.run(lambda engine: whatever_comes(engine, api))
    assert pair.clock.long_waits == [60, 120, 240]


@pytest.mark.parametrize("retry_after", ["0", "-1", "nan", "tomorrow", "", "5, 5", "1 2"])
def test_a_wait_that_makes_no_sense_does_not_keep_an_outage_from_passing(pair: Asker, retry_after: str) -> None:
    pair.server.faults.replace(Fault(replies.message_reply(503, "Down", retry_after=retry_after), times=3))
    assert pair.rest().status == 200
    assert pair.clock.long_waits == []


@pytest.mark.parametrize("seconds", ["2.5", " 2.5 ", "2.5e0"])
def test_a_wait_may_be_a_fraction(pair: Asker, seconds: str) -> None:
    pair.server.faults.replace(Fault(replies.message_reply(429, "Slow down", retry_after=seconds), times=1))
    assert pair.rest().status == 200
    assert pair.clock.waits == [pytest.approx(2.5, abs=0.01)]


# --- in later runs ---


class Killed(Exception):
    """The run ends at once."""


async def be_killed(_seconds: float) -> None:
    raise Killed


SOON = int(datetime.now(UTC).timestamp()) + 1800


@pytest.mark.parametrize(
    ("api", "reply", "resource", "seconds"),
    [
        ("rest", replies.secondary_limit(403, 300), "", 300),
        ("rest", replies.secondary_limit(403), "", 60),
        ("graphql", replies.secondary_limit(200, 300), "", 300),
        ("rest", replies.message_reply(503, "Down", retry_after="300"), "", 300),
        ("rest", replies.rest_rate_limited(403, SOON), "core", 0),
        ("graphql", replies.rate_limited(SOON), "graphql", 0),
    ],
)
def test_a_wait_holds_in_the_next_run_of_the_same_token(
    pair: Asker, notebook: Notebook, api: str, reply: Reply, resource: str, seconds: int
) -> None:
    pair.server.faults.replace(Fault(reply, times=1))
    with pytest.raises(Killed):
        pair.run(lambda engine: whatever_comes(engine, api), memory=notebook, sleep=be_killed)
    key = pair.engine.identities[0].key
    assert {(wait.identity, wait.resource) for wait in notebook.kept} == {(key, resource)}
    assert TOKEN not in repr(notebook.kept)

    pair.server.log.clear()
    pair.run(lambda engine: whatever_comes(engine, api), memory=notebook)
    left = seconds or SOON - time.time()
    (wait,) = pair.clock.long_waits
    assert left - 1 <= wait <= left + 4
    # The waits are the token's own.
    pair.clock.waits.clear()
    pair.run(lambda engine: whatever_comes(engine, api), memory=notebook, token=Secret(SECOND))
    assert pair.clock.waits == []


@pytest.mark.parametrize(("api", "waits"), [("rest", 0), ("graphql", 1)])
def test_a_used_up_hour_of_one_api_is_kept_for_that_one(pair: Asker, notebook: Notebook, api: str, waits: int) -> None:
    pair.server.faults.replace(Fault(replies.rate_limited(SOON), times=1))
    with pytest.raises(Killed):
        pair.graphql(memory=notebook, sleep=be_killed)
    pair.run(lambda engine: whatever_comes(engine, api), memory=notebook)
    assert len(pair.clock.long_waits) == waits


def test_the_hour_of_nobody_is_kept_and_holds_nobody_alone(clock: Clock, notebook: Notebook) -> None:
    known = [Credential(TOKEN, "first")]
    with SandboxServer(made_up_world(40), credentials=known, anonymous=True, enforce_limits=True) as server:
        server.limits.anonymous_per_hour["core"] = 1
        asker = Asker(server, clock)
        asker.rest(token=None, memory=notebook)
        with pytest.raises(Stop, match="the hourly limit without a token is used up"):
            asker.rest(token=None, memory=notebook)
        assert asker.rest(memory=notebook).status == 200
        assert asker.graphql(memory=notebook).data["r0"]
    assert [seen.credential for seen in server.log] == ["", "first", "first"]
    assert clock.waits == []


@pytest.mark.parametrize(("minutes", "waits"), [(-1, 0), (0, 0), (1, 1), (61, 1), (60 * 24 * 365, 0)])
def test_a_wait_that_is_over_or_none_of_githubs_holds_nobody(
    pair: Asker, notebook: Notebook, minutes: int, waits: int
) -> None:
    pair.rest()
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    notebook.keep_wait(Wait(pair.engine.identities[0].key, "", f"{until:%Y-%m-%dT%H:%M:%SZ}", "secondary"))
    pair.rest(memory=notebook)
    assert len(pair.clock.long_waits) == waits


def test_a_wait_of_hours_is_not_sat_out_but_obeyed_by_the_next_run(pair: Asker, notebook: Notebook) -> None:
    pair.server.faults.replace(Fault(replies.secondary_limit(retry_after=7200), times=1))
    for expected in (1, 1):
        with pytest.raises(Stop, match="longer than any of its limits lasts"):
            pair.rest(memory=notebook)
        assert len(pair.server.log) == expected
    assert pair.clock.waits == []


# --- hosts that cannot be reached ---

HOST = Host(name="depsdev", spoken="deps.dev", per_minute=30, longest_wait=120.0)


def fetched(asker: Asker, address: str, notebook: Notebook) -> str:
    """What became of a question to another host."""

    async def ask(engine: Engine) -> str:
        try:
            answer = await engine.fetch(HOST, "/v3alpha/projectbatch", json={"requests": []})
        except Stop as stop:
            return str(stop)
        return str(answer.status)

    return asker.run(ask, others={"depsdev": address}, memory=notebook)


def test_a_host_that_cannot_be_reached_is_left_alone_for_an_hour(
    pair: Asker, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Elsewhere(pair.server.world) as elsewhere:
        assert "cannot be reached" in fetched(pair, NOBODY, notebook)
        assert pair.engine.counts.requests == 2
        assert "cannot be reached" in fetched(pair, elsewhere.depsdev_url, notebook)
        assert "it is left alone until" in fetched(pair, elsewhere.depsdev_url, notebook)
        assert elsewhere.log == []
        assert pair.engine.counts.requests == 0
        monkeypatch.setattr("crawler.clock.now", lambda: datetime.now(UTC) + timedelta(minutes=61))
        assert fetched(pair, elsewhere.depsdev_url, notebook) == "200"


def test_other_hosts_are_asked_while_one_is_left_alone(pair: Asker, notebook: Notebook) -> None:
    fetched(pair, NOBODY, notebook)
    assert pair.rest(memory=notebook).status == 200

    async def ask(engine: Engine) -> int:
        host = Host(name="ecosystems", spoken="ecosyste.ms", per_minute=30, longest_wait=120.0)
        return (await engine.fetch(host, "/none")).status

    with Elsewhere(pair.server.world) as elsewhere:
        assert pair.run(ask, others={"ecosystems": elsewhere.ecosystems_url}, memory=notebook) == 404


def test_github_is_asked_again_in_the_next_run(pair: Asker, notebook: Notebook) -> None:
    with pytest.raises(Stop, match="cannot be reached"):
        pair.rest(endpoint=lambda: Endpoint(NOBODY, NOBODY), memory=notebook)
    assert notebook.kept == []
    assert pair.rest(memory=notebook).status == 200


def test_a_wait_of_another_host_is_kept_for_that_host(pair: Asker, notebook: Notebook) -> None:
    with Elsewhere(pair.server.world) as elsewhere:
        slow = replies.message_reply(429, "Too many requests", retry_after="100")
        elsewhere.faults.replace(Fault(slow, times=1))

        async def ask(engine: Engine) -> int:
            return (await engine.fetch(HOST, "/v3alpha/projectbatch", json={"requests": []})).status

        others = {"depsdev": elsewhere.depsdev_url}
        with pytest.raises(Killed):
            pair.run(ask, others=others, memory=notebook, sleep=be_killed)
        assert pair.rest(memory=notebook).status == 200
        assert pair.clock.waits == []
        assert pair.run(ask, others=others, memory=notebook) == 200
        assert pair.clock.long_waits == [pytest.approx(100, abs=3)]
        elsewhere.faults.replace(Fault(replies.message_reply(429, "Too many", retry_after="121")))
        assert "longer than any of its limits lasts" in fetched(pair, elsewhere.depsdev_url, notebook)


def test_a_connection_that_breaks_is_no_reason_to_leave_a_host_alone(pair: Asker, notebook: Notebook) -> None:
    with Elsewhere(pair.server.world, faults=[Fault(faults.reset(), times=2)]) as elsewhere:
        assert fetched(pair, elsewhere.depsdev_url, notebook) == "200"
    assert notebook.kept == []


# --- announced where nobody expects it ---

ELSEWHERE_THAN_LIMITS = [
    ("rest", replies.message_reply(401, "Something odd", retry_after="30")),
    ("rest", replies.message_reply(404, "Not Found", retry_after="30")),
    ("rest", replies.message_reply(422, "Unprocessable", retry_after="30")),
    ("rest", Reply(400, b"<html>error_500</html>", replies.HTML_TYPE, {"retry-after": "30"})),
    ("rest", Reply(200, b"<html>", replies.HTML_TYPE, {"retry-after": "30"})),
    ("rest", replies.json_reply(301, {}, location="/repos/acme-00/widget-1", retry_after="30")),
    ("graphql", replies.message_reply(401, "Something odd", retry_after="30")),
    ("graphql", replies.errors_reply(200, {"message": replies.SOMETHING_WENT_WRONG}, retry_after="30")),
    ("graphql", replies.errors_reply(200, {"message": "Odd"}, retry_after="30")),
    ("graphql", replies.json_reply(200, [], retry_after="30")),
]


@pytest.mark.parametrize(("api", "reply"), ELSEWHERE_THAN_LIMITS)
def test_an_announced_wait_holds_whatever_the_status(pair: Asker, notebook: Notebook, api: str, reply: Reply) -> None:
    pair.server.faults.replace(Fault(reply, times=1))

    async def ask(engine: Engine) -> None:
        await whatever_comes(engine, api)
        await whatever_comes(engine, api)

    pair.run(ask, log=notebook.log)
    first, *later = notebook.request_times
    assert min(later) >= first + 30


def test_the_longest_wait_holds_in_the_next_run_too(pair: Asker, notebook: Notebook) -> None:
    pair.server.faults.replace(Fault(replies.secondary_limit(403, 3700), times=1))
    with pytest.raises(Killed):
        pair.rest(memory=notebook, sleep=be_killed)
    pair.rest(memory=notebook)
    assert len(pair.clock.long_waits) == 1


def test_a_time_of_day_without_a_zone_is_utc(pair: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        until = datetime.now(UTC) + timedelta(seconds=41)
        limit = replies.secondary_limit(403)
        text = f"{until:%a, %d %b %Y %H:%M:%S} -0000"
        pair.server.faults.replace(Fault(Reply(403, limit.body, headers={"retry-after": text}), times=1))
        pair.rest()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert pair.clock.long_waits == [pytest.approx(41, abs=2)]


def test_a_used_up_hour_of_another_host_is_waited_for(pair: Asker, notebook: Notebook) -> None:
    host = Host(name="ecosystems", spoken="ecosyste.ms", per_minute=30, longest_wait=120.0)
    path = "/api/v1/hosts/GitHub/repositories/acme-00%2Fwidget-0"

    async def ask(engine: Engine) -> None:
        await engine.fetch(host, path)
        with pytest.raises(Stop, match="asks to wait"):
            await engine.fetch(host, path)

    with Elsewhere(pair.server.world) as elsewhere:
        elsewhere.limits.per_hour["core"] = 1
        pair.run(ask, others={"ecosystems": elsewhere.ecosystems_url}, memory=notebook)
        assert [seen.status for seen in elsewhere.log] == [200]
