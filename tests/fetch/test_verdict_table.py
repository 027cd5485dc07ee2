"""The table of verdicts: each of its rows is met by an answer, and no answer is judged by a row that is not there."""

from __future__ import annotations

import pytest
from asking import PATH, QUERY, Asker, Notebook

from crawler.errors import FetchError
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.hosts import Host
from crawler.fetch.verdicts import ACTIONS, TABLE
from crawler.model import Validator
from crawler.sandbox import faults, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply, errors_reply, json_reply, message_reply

NOBODY = "http://127.0.0.1:9"
OTHER = Host(name="other", spoken="Other", per_minute=30, longest_wait=5)
PAGE = Reply(400, b'<html><body id="error_500">', replies.HTML_TYPE)
CASES: list[tuple[str, str, Reply | None]] = [
    ("answer", "rest", None),
    ("answer", "rest", Reply(204)),
    ("answer", "graphql", None),
    ("not modified", "conditional", Reply(304)),
    *(("moved", "rest", faults.redirect("/repos/acme-00/widget-1", status)) for status in (301, 302, 307, 308)),
    ("missing", "rest", replies.not_found()),
    ("missing", "rest", message_reply(410, "Gone")),
    ("conflict", "rest", message_reply(409, "Git Repository is empty.")),
    ("conflict", "rest", message_reply(422, "Unprocessable")),
    ("blocked", "rest", replies.blocked()),
    ("blocked", "rest", message_reply(403, "Repository access blocked")),
    ("forbidden", "rest", message_reply(403, "The history or contributor list is too large")),
    ("forbidden", "rest", replies.user_agent_required()),
    ("key refused", "other", message_reply(401, "Bad credentials")),
    ("forbidden", "other", message_reply(403, "Your account was suspended.")),
    ("partial", "graphql", json_reply(200, {"data": {}, "errors": [{"message": "x", "path": ["r0"]}]})),
    ("computing", "rest", faults.computing()),
    *(("server trouble", api, faults.server_error(500)) for api in ("rest", "graphql")),
    *(("server trouble", api, PAGE) for api in ("rest", "graphql")),
    *(("server trouble", api, message_reply(408, "Too slow")) for api in ("rest", "graphql")),
    *(("server trouble", "rest", replies.html_reply(status, "Oops")) for status in (502, 503, 504, 599)),
    *(("odd 401", api, message_reply(401, "Something odd")) for api in ("rest", "graphql")),
    *(("odd 401", api, replies.authentication_required()) for api in ("rest", "graphql")),
    *(("unreadable", api, faults.wrong_type()) for api in ("rest", "graphql")),
    ("unreadable", "graphql", json_reply(200, [])),
    *(("unasked 304", api, Reply(304)) for api in ("rest", "graphql")),
    *(("broken", api, faults.reset()) for api in ("rest", "graphql")),
    ("broken", "rest", faults.truncated()),
    *(("unreachable", api, None) for api in ("nowhere", "nowhere graphql")),
    *(("too slow", "graphql", replies.html_reply(status, "Bad Gateway")) for status in (502, 504)),
    ("too slow", "graphql", faults.something_went_wrong(200)),
    ("too slow", "graphql", faults.validation_timeout()),
    ("too heavy", "graphql", errors_reply(200, {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"})),
    ("suspect", "graphql", errors_reply(200, {"message": "Odd"})),
    ("suspect", "graphql", json_reply(200, {"data": None})),
    *(("primary limit", "rest", replies.rest_rate_limited(status)) for status in (403, 429)),
    *(("primary limit", "graphql", replies.rest_rate_limited(status)) for status in (403, 429)),
    ("primary limit", "graphql", replies.rate_limited()),
    *(("secondary limit", api, replies.secondary_limit(403)) for api in ("rest", "graphql")),
    *(("secondary limit", api, message_reply(429, "Slow down")) for api in ("rest", "graphql")),
    ("secondary limit", "graphql", replies.secondary_limit(200)),
    ("secondary limit", "rest", message_reply(403, "You have triggered an abuse detection mechanism.")),
    ("secondary limit", "rest", message_reply(403, "Forbidden", retry_after="1")),
    *(("asked to wait", api, message_reply(503, "Down", retry_after="1")) for api in ("rest", "graphql")),
    ("asked to wait", "rest", json_reply(202, {}, retry_after="1")),
    ("refused", "rest", message_reply(403, replies.SAML)),
    ("refused", "rest", message_reply(403, "Odd", x_github_sso="required; url=https://github.com/orgs/a/sso")),
    *(("bad credentials", api, replies.bad_credentials()) for api in ("rest", "graphql")),
    ("bad credentials", "anonymous", message_reply(401, "Requires authentication")),
    ("under-scoped", "graphql", faults.insufficient_scopes()),
    ("shut out", "graphql", message_reply(403, "Sorry. Your account was suspended.")),
    ("shut out", "graphql", message_reply(403, "Although you appear to have access, your IP allow list forbids it.")),
    ("shut out", "rest", message_reply(403, "Sorry. Your account was suspended.")),
    ("unreadable", "rest", replies.html_reply(404, "Log in to this network")),
    ("unreadable", "rest", replies.html_reply(451, "Blocked by your proxy")),
    ("unreadable", "graphql", replies.html_reply(403, "Blocked by your proxy")),
    ("refused query", "graphql", errors_reply(200, {"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "x"})),
    ("refused query", "graphql", errors_reply(200, {"type": "ARGUMENT_LIMIT", "message": "x"})),
    ("refused query", "graphql", errors_reply(200, {"message": "x", "extensions": {"code": "undefinedField"}})),
    *(("refused query", "graphql", message_reply(status, "No.")) for status in (301, 400, 403, 404, 410, 422)),
    *(("retired version", "rest", message_reply(status, "API version is gone")) for status in (400, 410)),
]


def first_kind(asker: Asker, notebook: Notebook, api: str, reply: Reply | None) -> str:
    """How the first answer was judged."""
    asker.server.faults.replace(*([Fault(reply, times=1)] if reply else []))
    settings = {"anonymous": {"token": None}}.get(api, {})
    if api == "other":
        settings = {"others": {OTHER.name: asker.server.api_url}}
    if api.startswith("nowhere"):
        settings = {"endpoint": lambda: Endpoint(NOBODY, NOBODY)}

    async def ask(engine: Engine) -> None:
        key = engine.identities[0].key
        notebook.validators[key, PATH] = Validator(PATH, 'W/"1"', None, key)
        try:
            if "graphql" in api:
                await engine.graphql(QUERY, {})
            elif api == "other":
                await engine.fetch(OTHER, PATH)
            else:
                await engine.rest(PATH, conditional=api == "conditional", place="acme-00/widget-0")
        except FetchError:
            return

    asker.run(ask, log=notebook.log, memory=notebook, **settings)
    return str(notebook.requests[0].fields["kind"])


@pytest.mark.parametrize(("kind", "api", "reply"), CASES)
def test_an_answer_is_judged_by_its_row(
    asker: Asker, notebook: Notebook, kind: str, api: str, reply: Reply | None
) -> None:
    assert first_kind(asker, notebook, api, reply) == kind
    assert {event.fields["kind"] for event in notebook.requests} <= TABLE.keys()


def test_every_row_is_met() -> None:
    assert {kind for kind, _, _ in CASES} == TABLE.keys()


def test_every_action_is_taken_by_a_row() -> None:
    assert {row.action for row in TABLE.values()} == ACTIONS.keys()


def test_every_row_tells_its_signs() -> None:
    assert all(row.signs and row.signs.isprintable() for row in TABLE.values())


ODD_STATUSES = [201, 203, 206, 300, 303, 305, 400, 402, 405, 406, 413, 414, 415, 418, 421, 426, 431, 499]


@pytest.mark.parametrize("status", ODD_STATUSES)
def test_other_statuses_of_rest_are_taken_as_they_are(asker: Asker, notebook: Notebook, status: int) -> None:
    assert first_kind(asker, notebook, "rest", message_reply(status, "Odd")) == "answer"


@pytest.mark.parametrize("status", ODD_STATUSES)
def test_other_statuses_of_a_query_end_it(asker: Asker, notebook: Notebook, status: int) -> None:
    assert first_kind(asker, notebook, "graphql", message_reply(status, "Odd")) == "refused query"
