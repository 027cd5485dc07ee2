"""Events: one for each request, in lines that people and machines can read, without any secret."""

from __future__ import annotations

import json

import pytest
from asking import PATH, QUERY, TOKEN, Asker, Notebook, collect

from crawler.errors import FetchError, RetryLater
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.events import Event, as_json, as_line
from crawler.fetch.hosts import Host
from crawler.fetch.together import together
from crawler.sandbox import Elsewhere, faults, replies
from crawler.sandbox.faults import Fault
from crawler.sandbox.replies import Reply


def test_every_request_is_one_event_with_its_fields(asker: Asker, notebook: Notebook) -> None:
    async def ask(engine: Engine) -> None:
        await engine.for_source("contributors").rest(f"{PATH}?per_page=1")
        await engine.for_source("github").graphql(QUERY, {})

    asker.run(ask, log=notebook.log)
    rest, query = notebook.requests
    told = [[event.fields[name] for name in ("source", "host", "what", "status", "kind")] for event in (rest, query)]
    assert told == [
        ["contributors", "github", f"{PATH}?per_page=1", 200, "answer"],
        ["github", "github", "One", 200, "answer"],
    ]
    for event in (rest, query):
        seconds = event.fields["seconds"]
        assert isinstance(seconds, float)
        assert 0 <= seconds < 10
    assert len(notebook.events) == 2


MIXED = [
    faults.reset(),
    faults.truncated(),
    faults.server_error(500),
    replies.secondary_limit(retry_after=1),
    faults.redirect("/repos/acme-00/widget-1"),
    replies.not_found(),
    faults.malformed_json(),
]


@pytest.mark.parametrize("reply", MIXED)
@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_requests_and_events_are_as_many(asker: Asker, notebook: Notebook, api: str, reply: Reply) -> None:
    asker.server.faults.replace(Fault(reply, times=2))

    async def one(engine: Engine) -> None:
        try:
            await (engine.rest(PATH) if api == "rest" else engine.graphql(QUERY, {}))
        except FetchError:
            return

    async def ask(engine: Engine) -> None:
        await collect(together(range(4), lambda _number: one(engine)))

    asker.run(ask, log=notebook.log)
    assert len(notebook.requests) == len(asker.server.log) == asker.engine.total.requests
    statuses = sorted(str(event.fields.get("status", 0)) for event in notebook.requests)
    assert statuses == sorted(str(0 if seen.struck and not whole(reply) else seen.status) for seen in asker.server.log)


def whole(reply: Reply) -> bool:
    return reply.manner == "whole"


def test_other_hosts_have_events_too(asker: Asker, notebook: Notebook) -> None:
    host = Host(name="depsdev", spoken="deps.dev", per_minute=30, longest_wait=120.0)
    with Elsewhere(asker.server.world) as elsewhere:
        asker.run(
            lambda engine: engine.for_source("depsdev").fetch(host, "/v3alpha/projectbatch", json={"requests": []}),
            others={"depsdev": elsewhere.depsdev_url},
            log=notebook.log,
        )
    (event,) = notebook.requests
    assert {"source": "depsdev", "host": "depsdev", "status": 200}.items() <= event.fields.items()


def test_tries_and_waits_are_told(asker: Asker, notebook: Notebook) -> None:
    asker.server.faults.replace(
        Fault(replies.secondary_limit(retry_after=30), times=1), Fault(faults.server_error(500), times=1)
    )
    asker.run(lambda engine: engine.for_source("github").rest(PATH), log=notebook.log)
    told = [(event.name, event.fields.get("kind")) for _, event in notebook.events]
    assert told == [
        ("request", "secondary limit"),
        ("wait", None),
        ("request", "server trouble"),
        ("retry", None),
        ("request", "answer"),
    ]
    wait, retry = (next(event for _, event in notebook.events if event.name == name) for name in ("wait", "retry"))
    assert wait.fields == {"host": "github", "resource": "core", "seconds": 30}
    assert {"source": "github", "attempt": 1, "error": "HTTP 500 Server Error"}.items() <= retry.fields.items()
    assert (asker.engine.counts.waits, asker.engine.total.waits, asker.engine.total.retries) == (0, 1, 1)


def test_a_token_that_is_set_aside_is_told(asker: Asker, notebook: Notebook) -> None:
    asker.server.faults.replace(Fault(replies.bad_credentials(), times=1))
    with pytest.raises(FetchError):
        asker.graphql(log=notebook.log)
    aside = next(event for _, event in notebook.events if event.name == "set aside")
    assert aside.fields["identity"] == "classic personal access token …sts0"


def test_a_host_that_cannot_be_reached_is_told(asker: Asker, notebook: Notebook) -> None:
    with pytest.raises(FetchError):
        asker.rest(endpoint=lambda: Endpoint("http://127.0.0.1:9", ""), log=notebook.log)
    assert [event.fields["kind"] for event in notebook.requests] == ["unreachable", "unreachable"]


# --- what they look like ---

NASTY = 'a "quoted"\nline\x1b[31m\x00\u2028 é \ud83d\ude00 =x'


@pytest.mark.parametrize("text", ["plain", "", "two words", NASTY.encode("utf-16", "surrogatepass").decode("utf-16")])
@pytest.mark.parametrize("value", [None, True, 0, -1, 1.5, "text"])
def test_json_is_one_valid_line(text: str, value: str | float | None) -> None:
    line = as_json(Event("request", {"what": text, "value": value, "long": text * 1000}))
    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert list(told)[:2] == ["at", "event"]
    assert (told["event"], told["value"]) == ("request", value)
    assert told["at"].endswith("Z")
    assert told["what"].isprintable()
    assert len(told["long"]) <= 300


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("plain", "a=plain"),
        ("two words", 'a="two words"'),
        ('"', r'a="\""'),
        ("x=y", 'a="x=y"'),
        ("", 'a=""'),
        ("a\nb", 'a="a b"'),
        ("\x1b", "a=�"),
        (None, "a=None"),
        (3, "a=3"),
        (0.25, "a=0.25"),
    ],
)
def test_a_line_quotes_what_would_be_misread(value: str | float | None, told: str) -> None:
    assert as_line(Event("request", {"a": value})) == f"request {told}"


def test_no_event_holds_a_secret(asker: Asker, notebook: Notebook) -> None:
    echo = f"You sent Authorization: Bearer {TOKEN}"
    headers = {"x-github-request-id": TOKEN, "deprecation": TOKEN, "sunset": TOKEN}

    async def ask(engine: Engine) -> None:
        for status in (200, 403, 404, 429, 500, 401):
            body = replies.errors_reply(status, {"message": echo}).body
            asker.server.faults.replace(Fault(Reply(status, body, headers=headers), times=1))
            for question in (
                lambda: engine.rest(f"{PATH}?access_token={TOKEN}"),
                lambda: engine.graphql(f"query {TOKEN} {{ rateLimit {{ cost }} }}", {}),
            ):
                try:
                    await question()
                except FetchError:
                    continue
        engine.note("stored", error=echo, what=TOKEN)
        asker.server.faults.replace(Fault(replies.message_reply(500, echo)))
        with pytest.raises(RetryLater) as raised:
            await engine.rest(PATH, place="")
        engine.note("failed", error=str(raised.value))

    asker.run(ask, log=notebook.log)
    assert {"request", "retry", "wait", "stored"} <= {event.name for _, event in notebook.events}
    for _, event in notebook.events:
        assert TOKEN not in as_json(event) + as_line(event) + repr(event)
        json.loads(as_json(event))
