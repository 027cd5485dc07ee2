"""Every switch of what can go wrong does what it says, and strikes whom it is meant for."""

from __future__ import annotations

import time

import httpx
import pytest
from sandbox_client import Served
from sandbox_queries import by_id, by_name

from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault

FIRST, SECOND, THIRD = (f"acme-00/widget-{number}" for number in range(3))
CORE = f"/repos/{FIRST}"

WHOLE = [
    (replies.html_reply(502, "Bad Gateway"), 502, "502 Bad Gateway"),
    (replies.timed_out(), 502, "502 Bad Gateway"),
    (replies.html_reply(504, "Gateway Time-out"), 504, "504 Gateway Time-out"),
    (faults.server_error(500), 500, "Server Error"),
    (faults.server_error(503), 503, "Server Error"),
    (faults.something_went_wrong(502), 502, "Something went wrong while executing your query"),
    (faults.something_went_wrong(200), 200, "Something went wrong while executing your query"),
    (faults.validation_timeout(), 200, "Timeout on validation of query"),
    (faults.insufficient_scopes(), 200, "INSUFFICIENT_SCOPES"),
    (replies.secondary_limit(), 403, "secondary rate limit"),
    (replies.secondary_limit(429), 429, "secondary rate limit"),
    (replies.secondary_limit(200), 200, "secondary rate limit"),
    (replies.rate_limited(), 200, "RATE_LIMITED"),
    (replies.rest_rate_limited(429), 429, "API rate limit exceeded"),
    (replies.bad_credentials(), 401, "Bad credentials"),
    (replies.message_reply(403, "Although you appear to have access, no."), 403, "Although you appear"),
    (replies.not_found(), 404, "Not Found"),
    (replies.blocked(), 451, "dmca"),
    (faults.computing(), 202, "{}"),
    (faults.not_modified(), 304, ""),
    (faults.empty(), 200, ""),
    (faults.malformed_json(), 200, "nope"),
    (faults.wrong_type(), 200, "<html>"),
    (faults.huge(2), 200, "padding"),
    (faults.redirect("https://elsewhere.example/"), 301, "elsewhere.example"),
]


@pytest.mark.parametrize(("reply", "status", "text"), WHOLE)
def test_a_whole_answer_is_replaced(made_up: Served, reply: replies.Reply, status: int, text: str) -> None:
    made_up.strike(Fault(reply))
    for answer in (made_up.post(by_name([FIRST])), made_up.get(CORE)):
        assert answer.status_code == status
        assert text in answer.text
        assert answer.headers.get("content-type", reply.content_type) == reply.content_type
    assert [seen.struck for seen in made_up.server.log] == [True, True]
    assert (made_up.server.points, made_up.server.rest_counted) == (0, 0)


def test_headers_of_limits(made_up: Served) -> None:
    made_up.strike(Fault(replies.secondary_limit(retry_after=7), times=1), Fault(replies.rate_limited(1_900_000_000)))
    first, second = made_up.post(by_name([FIRST])), made_up.post(by_name([FIRST]))
    assert (first.headers["retry-after"], first.headers["x-ratelimit-remaining"]) == ("7", "5000")
    assert (second.headers["x-ratelimit-remaining"], second.headers["x-ratelimit-reset"]) == ("0", "1900000000")


def test_a_redirect_names_its_host(made_up: Served) -> None:
    made_up.strike(Fault(faults.redirect("https://elsewhere.example/x")))
    assert made_up.get(CORE).headers["location"] == "https://elsewhere.example/x"


def test_a_truncated_body(made_up: Served) -> None:
    made_up.strike(Fault(faults.truncated(), times=1))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        made_up.post(by_name([FIRST]))
    assert made_up.post(by_name([FIRST])).status_code == 200


def test_a_reset_connection(made_up: Served) -> None:
    made_up.strike(Fault(faults.reset(), times=1))
    with pytest.raises(httpx.ReadError):
        made_up.get(CORE)
    assert made_up.server.log[0].status == 0
    assert made_up.get(CORE).status_code == 200


def test_a_dripping_body(client: httpx.Client) -> None:
    with SandboxServer(made_up_world(1), faults=[Fault(faults.dripping(0.02, b"[1,2]"))]) as server:
        started = time.monotonic()
        assert client.get(server.api_url + CORE).json() == [1, 2]
        assert time.monotonic() - started >= 0.1
        server.faults.replace(Fault(faults.dripping(30.0)))
        with pytest.raises(httpx.ReadTimeout):
            client.get(server.api_url + CORE, timeout=0.1)


SPOILS = [
    (faults.resource_limits(SECOND), "RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded."),
    (faults.saml(SECOND), "FORBIDDEN", "SAML"),
    (faults.forbidden_token(SECOND), "FORBIDDEN", "personal access token (classic)"),
    (faults.went_wrong(SECOND), None, "Something went wrong"),
]


@pytest.mark.parametrize(("spoil", "kind", "text"), SPOILS)
def test_one_repository_of_a_batch_is_lost(made_up: Served, spoil: faults.Spoil, kind: str | None, text: str) -> None:
    made_up.strike(Fault(spoil))
    answer = made_up.post(by_name([FIRST, SECOND])).json()
    (error,) = answer["errors"]
    assert (answer["data"]["r0"]["nameWithOwner"], answer["data"]["r1"]) == (FIRST, None)
    assert (error.get("type"), error["path"]) == (kind, ["r1"])
    assert text in error["message"]
    by_ids = made_up.post(by_id([made_up.server.world[name].node_id for name in (FIRST, SECOND)])).json()
    assert (by_ids["data"]["nodes"][1], by_ids["errors"][0]["path"]) == (None, ["nodes", 1])


def test_a_field_below_a_repository_is_lost(made_up: Served) -> None:
    made_up.strike(
        Fault(faults.saml(FIRST, "owner")), Fault(faults.resource_limits(FIRST, "defaultBranchRef", "target"))
    )
    answer = made_up.post(by_name([FIRST])).json()
    assert answer["data"]["r0"]["owner"] is None
    assert answer["data"]["r0"]["defaultBranchRef"] == {"name": "main", "target": None}
    assert [error["path"] for error in answer["errors"]] == [["r0", "owner"], ["r0", "defaultBranchRef", "target"]]
    assert answer["errors"][0]["extensions"] == {"saml_failure": True}


def test_a_repository_vanishes_without_an_error(made_up: Served) -> None:
    made_up.strike(Fault(faults.vanished(FIRST)))
    answer = made_up.post(by_name([FIRST, SECOND])).json()
    assert answer["data"]["r0"] is None
    assert "errors" not in answer


def statuses(made_up: Served, count: int) -> list[int]:
    return [made_up.get(CORE).status_code for _ in range(count)]


def test_faults_are_counted(made_up: Served) -> None:
    made_up.strike(Fault(faults.server_error(500), after=1, times=2))
    assert statuses(made_up, 5) == [200, 500, 500, 200, 200]
    made_up.strike(Fault(faults.server_error(500), times=1), Fault(faults.server_error(503), times=1))
    assert statuses(made_up, 3) == [500, 503, 200]
    made_up.strike()
    assert statuses(made_up, 1) == [200]


def test_faults_choose_their_requests(made_up: Served) -> None:
    made_up.strike(Fault(faults.server_error(500), kind="graphql"))
    assert (made_up.post(by_name([FIRST])).status_code, made_up.get(CORE).status_code) == (500, 200)
    made_up.strike(Fault(faults.server_error(500), path=r"/contributors\?per_page=1"))
    assert (made_up.get(f"{CORE}/contributors?per_page=1").status_code, made_up.get(CORE).status_code) == (500, 200)
    made_up.strike(Fault(replies.timed_out(), larger_than=2))
    assert made_up.post(by_name([FIRST, SECOND])).status_code == 200
    assert made_up.post(by_name([FIRST, SECOND, THIRD])).status_code == 502
    assert made_up.post(by_id([made_up.server.world[FIRST].node_id] * 3)).status_code == 502
    made_up.strike(Fault(faults.server_error(500), name=SECOND.upper()))
    assert made_up.post(by_name([FIRST, SECOND])).status_code == 500
    assert made_up.get(f"/repos/{SECOND}").status_code == 500
    assert made_up.get(f"/repositories/{made_up.server.world[SECOND].database_id}").status_code == 500
    assert made_up.get(CORE).status_code == 200
