"""The table of answers, row by row, over real HTTP: what is taken, asked again, halved, waited for, or the end."""

from __future__ import annotations

import gzip

import pytest
from asking import Asker

from crawler.errors import FetchError, RetryLater, Stop, TooBig
from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply, json_reply, message_reply

ERROR_PAGE = Reply(400, b"<html>error_500</html>", replies.HTML_TYPE)
DEEP = Reply(200, b"[" * 100_000)
NOT_UTF8 = Reply(200, b'{"data": "\xff\xfe"}')
NOT_GZIP = Reply(200, b'{"data": {}}', headers={"content-encoding": "gzip"})
TWICE_GZIP = Reply(200, gzip.compress(gzip.compress(b"[]")), headers={"content-encoding": "gzip, gzip"})


def graphql_errors(*errors: object, data: object = None) -> Reply:
    return json_reply(200, {"data": data, "errors": list(errors)})


@pytest.mark.parametrize(
    ("reply", "status", "message"),
    [
        (Reply(204), 204, ""),
        (message_reply(403, "Resource protected by organization SAML enforcement."), 403, "Resource protected"),
        (replies.user_agent_required(), 403, ""),
        (replies.not_found(), 404, "Not Found"),
        (message_reply(409, "Git Repository is empty."), 409, "Git Repository is empty."),
        (message_reply(410, "Gone"), 410, "Gone"),
        (message_reply(422, "Unprocessable"), 422, "Unprocessable"),
        (replies.blocked(), 451, "Repository access blocked"),
        (json_reply(200, ["anything"]), 200, ""),
        (json_reply(404, {"message": {"odd": 1}}), 404, ""),
        (faults.redirect(""), 301, "Moved Permanently"),
    ],
)
def test_definite_rest_answers_are_taken(asker: Asker, reply: Reply, status: int, message: str) -> None:
    asker.server.faults.replace(Fault(reply))
    answer = asker.rest()
    assert answer.status == status
    assert answer.message.startswith(message)
    assert (len(asker.server.log), asker.clock.waits) == (1, [])
    assert asker.engine.counts.rest_counted == 1


PASSING = [
    (faults.server_error(500), "HTTP 500 Server Error"),
    (faults.server_error(503), "HTTP 503 Server Error"),
    (replies.html_reply(500, "Oops"), "HTTP 500"),
    (faults.computing(), "HTTP 202"),
    (message_reply(408, "Request timed out"), "HTTP 408 Request timed out"),
    (ERROR_PAGE, "HTTP 400"),
    (message_reply(401, "Something odd"), "HTTP 401 Something odd"),
    (faults.malformed_json(), "the answer is no JSON"),
    (faults.wrong_type(), "the answer is no JSON"),
    (faults.empty(), "the answer is no JSON"),
    (faults.not_modified(), "HTTP 304 to a question without a condition"),
    (DEEP, "the answer is no JSON"),
    (NOT_UTF8, "the answer is no JSON"),
]
REST_ALONE = [
    (replies.html_reply(502, "Bad Gateway"), "HTTP 502"),
    (faults.something_went_wrong(504), "HTTP 504"),
    (faults.reset(), "ReadError"),
    (faults.truncated(), "RemoteProtocolError"),
    (NOT_GZIP, "DecodingError"),
    (TWICE_GZIP, "packed in a way that was not asked for"),
]
GRAPHQL_ALONE = [(json_reply(200, [1, 2]), "no JSON object")]


@pytest.mark.parametrize(("reply", "reason"), PASSING + REST_ALONE)
def test_passing_rest_trouble_is_asked_again_four_times(asker: Asker, reply: Reply, reason: str) -> None:
    asker.server.faults.replace(Fault(reply))
    with pytest.raises(RetryLater, match=reason):
        asker.rest()
    assert len(asker.server.log) == 4
    first, second, third = asker.clock.waits
    assert 1 <= first < second < third <= 11


@pytest.mark.parametrize("reply", [reply for reply, _ in PASSING + REST_ALONE])
def test_passing_rest_trouble_passes(asker: Asker, reply: Reply) -> None:
    asker.server.faults.replace(Fault(reply, times=3))
    assert asker.rest().payload["full_name"] == "acme-00/widget-0"


@pytest.mark.parametrize(("reply", "reason"), PASSING + GRAPHQL_ALONE)
def test_passing_graphql_trouble_is_asked_again_four_times(asker: Asker, reply: Reply, reason: str) -> None:
    asker.server.faults.replace(Fault(reply))
    with pytest.raises(RetryLater, match=reason):
        asker.graphql()
    assert len(asker.server.log) == 4
    asker.server.faults.replace(Fault(reply, times=3))
    assert asker.graphql().data["r0"] == {"nameWithOwner": "acme-00/widget-0"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (replies.html_reply(502, "Bad Gateway"), "HTTP 502"),
        (replies.html_reply(504, "Gateway Time-out"), "HTTP 504"),
        (faults.something_went_wrong(502), "HTTP 502"),
        (json_reply(502, {"data": "null", "errors": [{}]}), "HTTP 502"),
        (faults.something_went_wrong(200), "Something went wrong while executing"),
        (faults.validation_timeout(), "Timeout on validation"),
        (graphql_errors({"message": "timedout"}), "timedout"),
        (graphql_errors({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Too much."}), "Too much."),
        (graphql_errors({"message": "Odd", "type": "INTERNAL"}, data={"r0": None}), "Odd"),
        (graphql_errors({"message": "At r0", "path": ["r0"]}), "At r0"),
        (graphql_errors({"message": "Odd", "path": "r0"}, data={"r0": None}), "Odd"),
        (graphql_errors("a bare text", data={}), "a bare text"),
        (json_reply(200, {"data": {}, "errors": "no list"}), "no list"),
        (json_reply(200, {"data": None}), "holds no data"),
        (json_reply(200, {"data": "null"}), "holds no data"),
        (json_reply(200, {}), "holds no data"),
        (faults.reset(), "ReadError"),
        (faults.truncated(), "RemoteProtocolError"),
        (NOT_GZIP, "DecodingError"),
    ],
)
def test_what_was_too_much_for_graphql_is_not_sent_again(asker: Asker, reply: Reply, reason: str) -> None:
    asker.server.faults.replace(Fault(reply))
    with pytest.raises(TooBig, match=reason):
        asker.graphql()
    assert (len(asker.server.log), asker.clock.waits) == (1, [])


REFUSED = [
    (faults.insufficient_scopes(), "required scopes"),
    (graphql_errors({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "Too many nodes"}), "Too many nodes"),
    (graphql_errors({"message": "No field x", "extensions": {"code": "undefinedField"}}), "No field x"),
    (message_reply(403, "Although you appear to have access"), "HTTP 403 Although"),
    (replies.not_found(), "HTTP 404"),
    (message_reply(422, "No."), "HTTP 422"),
    (faults.redirect("http://127.0.0.1:1/"), "HTTP 301"),
]


@pytest.mark.parametrize(("reply", "reason"), REFUSED)
def test_a_refused_query_ends_the_asking(asker: Asker, reply: Reply, reason: str) -> None:
    asker.server.faults.replace(Fault(reply))
    with pytest.raises(Stop, match=reason):
        asker.graphql()
    assert len(asker.server.log) == 1


def test_a_query_that_the_schema_refuses_ends_the_asking(asker: Asker) -> None:
    with pytest.raises(Stop, match="Field 'nonsense' doesn't exist"):
        asker.graphql("query Wrong { rateLimit { nonsense } }")


def test_a_401_without_the_two_words_is_no_proof_against_a_token(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.authentication_required(), times=3))
    assert asker.rest().status == 200
    assert [seen.credential for seen in asker.server.log] == ["token"] * 4


def test_a_refused_token_is_not_shown_again(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.bad_credentials(), times=1))

    async def ask_twice(engine: object) -> list[str]:
        reasons = []
        for question in (asker.engine.rest("/rate_limit"), asker.engine.graphql("query Q { rateLimit { cost } }", {})):
            with pytest.raises(Stop, match="the token was refused") as raised:
                await question
            reasons.append(str(raised.value))
        return reasons

    assert len(set(asker.run(ask_twice))) == 1
    assert [seen.credential for seen in asker.server.log] == ["token", ""]


def test_errors_with_a_path_are_left_to_the_source(asker: Asker) -> None:
    asker.server.faults.replace(Fault(faults.saml("acme-00/widget-0")))
    answer = asker.graphql()
    assert answer.data["r0"] is None
    assert [(error.type, error.path) for error in answer.errors] == [("FORBIDDEN", ("r0",))]


def test_messages_of_the_host_are_one_short_printable_line(asker: Asker) -> None:
    loud = "line\nbreak \x1b[31mred" + "x" * 5000
    asker.server.faults.replace(Fault(graphql_errors({"message": loud, "path": ["r0"]}, data={"r0": None}), times=1))
    (error,) = asker.graphql().errors
    asker.server.faults.replace(Fault(message_reply(500, loud)))
    with pytest.raises(FetchError) as raised:
        asker.rest()
    asker.server.faults.replace(Fault(message_reply(404, loud)))
    for told in (error.message, str(raised.value), asker.rest().message):
        assert "line break �[31mred" in told
        assert told.isprintable()
        assert len(told) <= 300
