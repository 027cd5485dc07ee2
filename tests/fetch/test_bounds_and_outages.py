"""What a broken, endless or absent host costs: bounded time, bounded memory, a bounded number of requests."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import httpx
import pytest
from asking import PATH, TOKEN, Asker, Clock, collect
from msgspec import structs

from crawler.errors import RetryLater, Skip, Stop, TooBig
from crawler.fetch import engine, transport
from crawler.fetch.answers import Raw
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.hosts import Host
from crawler.fetch.together import AT_ONCE, together
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply
from crawler.spending import Counts

NOBODY = "http://127.0.0.1:9"


class Silent:
    """A server that takes connections into its queue and never a word more."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


def test_a_dripping_answer_is_given_up(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_SECONDS", 0.1)
    asker.server.faults.replace(Fault(faults.dripping(0.03, b'{"data":' + b" " * 1000)))
    with pytest.raises(TooBig, match="no whole answer within"):
        asker.graphql()
    with pytest.raises(RetryLater, match="no whole answer within"):
        asker.rest()
    assert len(asker.server.log) == 1 + 4


def test_a_silent_server_is_given_up(asker: Asker, silent: Silent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_SECONDS", 0.05)
    with pytest.raises(RetryLater, match="no whole answer within"):
        asker.rest(endpoint=lambda: Endpoint(silent.address, silent.address))


def test_a_huge_answer_is_not_read_to_its_end(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "GITHUB", structs.replace(engine.GITHUB, most_bytes=1 << 20))
    asker.server.faults.replace(Fault(faults.huge(2)))
    with pytest.raises(TooBig, match="larger than 1048576 bytes"):
        asker.graphql()
    with pytest.raises(RetryLater, match="larger than 1048576 bytes"):
        asker.rest()
    asker.server.faults.replace(Fault(faults.huge(0)))
    assert asker.rest().payload == {"data": {"padding": ""}}


def test_a_packed_answer_is_not_unfolded_past_its_bound(asker: Asker) -> None:
    host = Host(name="bomb", spoken="Bomb", per_minute=600, longest_wait=5)
    assert host.most_bytes == 8 << 20
    small = structs.replace(host, most_bytes=1 << 20)
    bomb = gzip.compress(b" " * (16 << 20))
    asker.server.faults.replace(Fault(Reply(200, bomb, headers={"content-encoding": "gzip"})))
    tracemalloc.start()
    try:
        with pytest.raises(RetryLater, match="larger than 1048576 bytes"):
            asker.run(lambda engine: engine.fetch(small, PATH), others={"bomb": asker.server.api_url})
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


def test_what_is_packed_is_read_whole(asker: Asker) -> None:
    packed = gzip.compress(b'{"data": "' + bytes(range(97, 123)) * 20_000 + b'"}')
    for encoding in ("gzip", "GZIP", "x-gzip"):
        asker.server.faults.replace(Fault(Reply(200, packed, headers={"content-encoding": encoding})))
        assert len(asker.rest().payload["data"]) == 26 * 20_000


def test_a_host_that_cannot_be_reached_is_given_up_after_two_connect_failures(asker: Asker) -> None:
    async def ask(engine: Engine) -> list[str]:
        reasons = []
        for question in (engine.graphql("query Q { rateLimit { cost } }", {}), engine.rest(PATH), engine.rest(PATH)):
            with pytest.raises(Stop) as raised:
                await question
            reasons.append(str(raised.value))
        return reasons

    reasons = asker.run(ask, endpoint=lambda: Endpoint(NOBODY, f"{NOBODY}/graphql"))
    assert set(reasons) == {reasons[0]}
    assert reasons[0].startswith("127.0.0.1 cannot be reached (ConnectError")
    assert asker.engine.counts.requests == 2
    assert len(asker.clock.waits) == 1


def test_another_host_that_answers_nothing_is_given_up_after_three_questions(asker: Asker, silent: Silent) -> None:
    host = Host(name="mute", spoken="Mute", per_minute=600, longest_wait=5, longest_silence=0.02)

    async def ask(engine: Engine) -> list[str]:
        reasons = []
        for kind in (RetryLater, RetryLater, Stop, Stop):
            with pytest.raises(kind) as raised:
                await engine.fetch(host, "/")
            reasons.append(str(raised.value))
        return reasons

    reasons = asker.run(ask, others={"mute": silent.address})
    assert reasons[2:] == ["Mute does not answer (ReadTimeout)"] * 2
    assert asker.engine.counts.requests == 3 * 4


def test_an_answer_in_between_forgets_that_a_host_was_silent(asker: Asker, silent: Silent) -> None:
    host = Host(name="mute", spoken="Mute", per_minute=600, longest_wait=5, longest_silence=0.02)
    others = {"mute": silent.address}

    async def ask(engine: Engine) -> None:
        for _ in range(2):
            engine._others = {"mute": silent.address}
            for _ in range(2):
                with pytest.raises(RetryLater):
                    await engine.fetch(host, "/")
            engine._others = {"mute": asker.server.api_url}
            assert (await engine.fetch(host, PATH)).status == 401

    asker.run(ask, others=others)


def test_connect_failures_of_requests_under_way_together_are_one(clock: Clock) -> None:
    with SandboxServer(made_up_world(40), token=TOKEN) as server:
        names = [repository.name_with_owner for repository in server.world]
        addresses = iter([NOBODY])

        async def reachable_later(seconds: float) -> None:
            # While all wait for their second try the host comes back.
            engine.__dict__["_endpoint"] = Endpoint(server.api_url, server.graphql_url)
            await clock.sleep(seconds)

        asker = Asker(server, clock)
        engine: Engine

        async def ask(opened: Engine) -> list[int]:
            nonlocal engine
            engine = opened
            engine.identities[0].is_known = True  # before its first answer only one would be under way
            answers, stop = await collect(together(names[:12], lambda name: opened.rest(f"/repos/{name}")))
            assert stop is None
            return [answer.status for answer in answers]

        statuses = asker.run(ask, sleep=reachable_later, endpoint=lambda: Endpoint(next(addresses), ""))
    assert statuses == [200] * 12


def test_an_answer_in_between_forgets_a_connect_failure(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    send, is_down = transport.Transport.send, cycle([True, False])

    async def send_every_other_time(self: transport.Transport, *request: Any, **options: Any) -> Raw:
        if next(is_down):
            raise transport.Unreachable("down")
        return await send(self, *request, **options)

    monkeypatch.setattr(transport.Transport, "send", send_every_other_time)

    async def ask(engine: Engine) -> list[int]:
        return [(await engine.rest(PATH)).status for _ in range(3)]

    assert asker.run(ask) == [200, 200, 200]


def test_a_rest_outage_ends_after_a_bounded_number_of_requests(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.server_error(500), kind="rest"))
    paths = [f"/repos/acme-00/widget-{number}" for number in range(1000)]

    async def ask(engine: Engine) -> tuple[list[object], Stop | None]:
        async def one(path: str) -> object:
            try:
                return await engine.rest(path)
            except (RetryLater, Skip) as error:
                return str(error)

        return await collect(together(paths, one))

    failures, stop = asker.run(ask)
    assert 15 <= len(failures) < 15 + AT_ONCE
    assert str(stop) == "GitHub fails at every request (HTTP 500 Server Error)"
    # Those that were under way with the last straw end at their next try.
    assert len(asker.server.log) <= (16 + AT_ONCE // 2) * 4


def test_failures_with_answers_between_them_are_no_outage(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.server_error(500), path="widget-0"))

    async def ask(engine: Engine) -> int:
        for _ in range(20):
            with pytest.raises(RetryLater):
                await engine.rest(PATH)
            assert (await engine.rest("/repos/acme-00/widget-1")).status == 200
        return len(asker.server.log)

    assert asker.run(ask) == 20 * 5


@pytest.mark.parametrize("address", ["http://a..b", f"http://{'a' * 70}.test", "http://xn--☃"])
def test_an_address_that_is_none_ends_the_asking(asker: Asker, address: str) -> None:
    with pytest.raises(Stop, match=r"address of the API cannot be used|cannot be reached"):
        asker.rest(endpoint=lambda: Endpoint(address, address))


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "nonsense://proxy"), ("HTTP_PROXY", "socks5://proxy")],
)
def test_a_proxy_that_is_none_ends_the_asking(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Stop, match="no connection can be set up") as raised:
        asker.rest()
    assert raised.value.cure == "check the proxy variables and SSL_CERT_FILE"


def test_certificates_that_are_not_there_end_the_asking(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("httpx._transports.default.create_ssl_context", httpx.create_ssl_context)
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    with pytest.raises(Stop, match="no connection can be set up"):
        asker.rest()


def test_what_was_sent_is_counted(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.html_reply(502, "Bad Gateway"), times=1, kind="graphql"))

    async def ask(engine: Engine) -> Counts:
        with pytest.raises(TooBig):
            await engine.graphql("query Q { rateLimit { cost } }", {})
        await engine.graphql("query Q { rateLimit { cost } }", {})
        await engine.rest(PATH)
        return engine.counts

    counts = asker.run(ask)
    # GitHub charges for a query that it had to end, too.
    assert counts == Counts(requests=3, graphql_points=2, rest_counted=1)
    assert counts.spent == 3


def test_nothing_is_started_where_nothing_is_asked(asker: Asker) -> None:
    async def nothing(engine: Engine) -> None:
        return None

    def no_endpoint() -> Endpoint:
        raise AssertionError("the address is asked for with the first request")

    asker.run(nothing, endpoint=no_endpoint)


@pytest.mark.parametrize("cost", [-5, 10**30, "7", True, None])
def test_a_cost_that_is_none_counts_as_one_point(asker: Asker, cost: object) -> None:
    asker.server.faults.replace(Fault(replies.json_reply(200, {"data": {"rateLimit": {"cost": cost}}})))
    assert asker.graphql().cost == 1
    assert asker.engine.counts.graphql_points == 1
