"""Where the token goes and where it never does: foreign hosts, messages, records, `repr`."""

from __future__ import annotations

import json
from traceback import format_exception

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Clock

from crawler import __version__
from crawler.errors import FetchError, Skip, Stop
from crawler.fetch.engine import GITHUB, Endpoint, Engine
from crawler.fetch.redact import Secrets
from crawler.fetch.transport import Transport
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply
from crawler.secret import Secret

MOVED = "/repositories/1000000"


def test_a_renamed_repository_is_followed_on_the_same_host(own_asker: Asker) -> None:
    own_asker.server.world.rename("acme-00/widget-0", "acme-00/gadget")
    answer = own_asker.rest()
    assert (answer.status, answer.payload["full_name"]) == (200, "acme-00/gadget")
    assert [(seen.path, seen.authorized) for seen in own_asker.server.log] == [(PATH, True), (MOVED, True)]
    assert own_asker.engine.counts.rest_counted == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_relative_redirect_is_followed(asker: Asker, status: int) -> None:
    asker.server.faults.replace(Fault(faults.redirect("/repos/acme-00/widget-1", status), path=f"{PATH}$"))
    assert asker.rest().payload["full_name"] == "acme-00/widget-1"


def test_a_circle_of_redirects_ends(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.redirect(PATH)))
    assert asker.rest().status == 301
    assert len(asker.server.log) == 4


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_token_goes_to_another_host(asker: Asker, status: int) -> None:
    with SandboxServer(made_up_world(1), token=TOKEN) as foreign:
        for address in (foreign.api_url, foreign.api_url.replace("127.0.0.1", "localhost")):
            asker.server.faults.replace(Fault(faults.redirect(f"{address}{PATH}", status)))
            with pytest.raises(Skip, match=r"a redirect leads to another host \((127.0.0.1|localhost)\)"):
                asker.rest()
            with pytest.raises(Stop, match=f"HTTP {status}"):
                asker.graphql()
        assert foreign.log == []
    assert len(asker.server.log) == 4


@pytest.mark.parametrize(
    "location", ["http://[::1", "//[", "http://xn--☃/".encode().decode("latin-1"), "/" + "x" * 70_000]
)
def test_a_redirect_to_nowhere_is_no_answer(asker: Asker, location: str) -> None:
    asker.server.faults.replace(Fault(faults.redirect(location)))
    with pytest.raises(FetchError):
        asker.rest()


def test_https_is_not_left_for_http(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.redirect(asker.server.api_url.replace("http:", "https:"))))
    with pytest.raises(Skip, match="another host"):
        asker.rest()


def test_foreign_redirects_in_a_row_are_an_outage(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.redirect("https://login.example/")))

    async def ask(engine: Engine) -> int:
        for number in range(100):
            try:
                await engine.rest(PATH)
            except Skip:
                continue
            except Stop:
                return number + 1
        return 0

    assert asker.run(ask) == len(asker.server.log) == 16


def test_who_asks_says_who_it_is(asker: Asker) -> None:
    asker.rest(contact="mailto:landscape@example.org")
    asker.graphql()
    agents = [seen.headers["user-agent"] for seen in asker.server.log]
    bare = f"landscape-crawler/{__version__}"
    assert agents == [f"{bare} (+mailto:landscape@example.org)", bare]
    assert {seen.headers["x-github-api-version"] for seen in asker.server.log} == {"2022-11-28"}
    assert {seen.headers["accept"] for seen in asker.server.log} == {"application/vnd.github+json"}


def test_without_a_token_none_is_sent(asker: Asker) -> None:
    with pytest.raises(Stop, match=r"GitHub wants a token here: set GITHUB_TOKEN .*Bad credentials"):
        asker.rest(token=None)
    assert [seen.authorized for seen in asker.server.log] == [False]
    assert asker.engine.identities[0].key == "anonymous"


def test_loopback_is_asked_without_a_proxy(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxServer(made_up_world(1)) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.api_url)
            monkeypatch.setenv(name.lower(), proxy.api_url)
        port = asker.server.api_url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost"):
            address = f"http://{host}:{port}"
            assert asker.rest(endpoint=lambda address=address: Endpoint(address, f"{address}/graphql")).status == 200
        assert proxy.log == []
        # Elsewhere the proxy variables hold.
        asker.run(ask_elsewhere)
        assert [seen.path for seen in proxy.log] == ["http://api.example/repos/acme-00/widget-0"]


async def ask_elsewhere(_engine: Engine) -> None:
    transport = Transport(secrets=Secrets(), contact=None)
    await transport.send("GET", f"http://api.example{PATH}", GITHUB, headers={})
    await transport.aclose()


# --- a host that says the token aloud ---

ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)


@pytest.mark.parametrize("spelling", [TOKEN, ESCAPED], ids=["plain", "escaped"])
def test_an_echoed_token_reaches_nobody(asker: Asker, spelling: str) -> None:
    body = f'{{"message": "You sent {spelling}", "list": ["{spelling}"]}}'.encode()
    headers = {"etag": f'"{TOKEN}"', "x-ratelimit-resource": TOKEN}
    asker.server.faults.replace(Fault(Reply(404, body, headers=headers)))
    answer = asker.rest()
    assert answer.message == "You sent …"
    assert answer.payload["list"] == ["…"]
    assert TOKEN not in repr((answer, asker.engine.quotas, asker.engine, asker.engine._transport))


@pytest.mark.parametrize("spelling", [TOKEN, ESCAPED], ids=["plain", "escaped"])
def test_an_echoed_token_is_in_no_error(asker: Asker, spelling: str) -> None:
    body = f'{{"message": "{spelling}", "errors": [{{"message": "{spelling}"}}]}}'.encode()
    for status in (200, 401, 403, 500, 503):
        asker.server.faults.replace(Fault(Reply(status, body), kind="graphql"))
        with pytest.raises(FetchError) as raised:
            asker.graphql()
        assert "…" in str(raised.value)
        assert TOKEN not in "".join(format_exception(raised.value))


def test_a_redirect_to_a_host_named_after_the_token_does_not_tell_it(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.redirect(f"https://{TOKEN}.example/")))
    with pytest.raises(Skip) as raised:
        asker.rest()
    assert TOKEN.casefold() not in str(raised.value).casefold()


def test_a_short_token_does_not_spoil_the_figures(clock: Clock) -> None:
    with SandboxServer(made_up_world(1), token="widget") as server:
        answer = Asker(server, clock).rest(token=Secret("widget"))
    assert answer.payload["full_name"] == "acme-00/widget-0"


def test_identities_tell_tokens_apart_and_nothing_of_them(asker: Asker) -> None:
    asker.rest()
    mine = asker.engine.identities[0].key
    asker.server.faults.replace(Fault(replies.json_reply(200, [])))
    asker.rest(token=Secret(f"{TOKEN}x"))
    other = asker.engine.identities[0].key
    assert mine != other
    assert not any(part in mine + other for part in (TOKEN, TOKEN[:6], TOKEN[-6:]))
    assert len(mine) == 16


def test_the_query_travels_as_variables_and_text(asker: Asker) -> None:
    asker.run(lambda engine: engine.graphql("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ['a"b']}))
    (seen,) = asker.server.log
    assert seen.variables == {"ids": ['a"b']}
    assert json.dumps(seen.query) == json.dumps("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }")
    assert QUERY not in str(seen.query)
