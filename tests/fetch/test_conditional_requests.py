"""Conditional requests: whose validators go out with whom, and what an unchanged answer costs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import PATH, TOKEN, Asker, Clock, Notebook

from crawler.fetch.answers import RestAnswer
from crawler.fetch.engine import Engine
from crawler.fetch.validators import read_validator
from crawler.sandbox import Credential, SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault
from crawler.secret import Secret
from crawler.spending import Counts
from crawler.store.database import open_writer, transaction
from crawler.store.memory import StoreMemory, keep_validator

SECOND = "github_pat_Second0Second0Second0Second0ab"


@pytest.fixture
def pair(clock: Clock) -> Iterator[Asker]:
    """An engine behind two tokens of two accounts; REST is open to nobody, too."""
    known = [Credential(TOKEN, "first", account=1), Credential(SECOND, "second", account=2)]
    with SandboxServer(made_up_world(4), credentials=known, anonymous=True) as server:
        yield Asker(server, clock)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "landscape.db")
    yield connection
    connection.close()


def ask(asker: Asker, connection: sqlite3.Connection, token: str | None, path: str = PATH) -> RestAnswer:
    """A conditional question, whose validator is kept."""
    answer: RestAnswer = asker.rest(
        path, conditional=True, memory=StoreMemory(connection), token=Secret(token) if token else None
    )
    if validator := read_validator(path, answer):
        with transaction(connection):
            keep_validator(connection, validator)
    return answer


def sent(asker: Asker) -> list[set[str]]:
    """The conditions of each request."""
    return [{"if-none-match", "if-modified-since"} & seen.headers.keys() for seen in asker.server.log]


def test_the_same_token_sends_its_etag_and_pays_nothing(pair: Asker, connection: sqlite3.Connection) -> None:
    assert [ask(pair, connection, TOKEN).status for _ in range(3)] == [200, 304, 304]
    assert sent(pair) == [set(), {"if-none-match"}, {"if-none-match"}]
    assert pair.engine.counts == Counts(requests=1, conditional=1, not_modified=1)
    assert pair.server.rest_counted == 1


def test_another_token_sends_the_date_alone(pair: Asker, connection: sqlite3.Connection) -> None:
    assert [ask(pair, connection, token).status for token in (TOKEN, SECOND, TOKEN)] == [200, 304, 304]
    assert sent(pair) == [set(), {"if-modified-since"}, {"if-none-match"}]
    assert pair.engine.counts.conditional == 1


def test_what_has_no_date_is_no_condition_for_another_token(pair: Asker, connection: sqlite3.Connection) -> None:
    path = f"{PATH}/contributors?per_page=1&anon=true"
    assert [ask(pair, connection, token, path).status for token in (TOKEN, SECOND, SECOND, TOKEN)] == [
        *(200, 200, 304, 200)
    ]
    assert sent(pair) == [set(), set(), {"if-none-match"}, set()]


def test_an_unchanged_answer_without_a_token_is_counted(pair: Asker, connection: sqlite3.Connection) -> None:
    assert [ask(pair, connection, None).status for _ in range(2)] == [200, 304]
    assert sent(pair) == [set(), {"if-none-match"}]
    assert pair.engine.counts == Counts(requests=1, conditional=1, not_modified=1, rest_counted=1)
    assert pair.server.rest_counted == 2


def test_what_has_changed_comes_whole(pair: Asker, connection: sqlite3.Connection) -> None:
    ask(pair, connection, TOKEN)
    pair.server.world["acme-00/widget-0"].stars = 123_456
    answer = ask(pair, connection, TOKEN)
    assert (answer.status, answer.payload["stargazers_count"]) == (200, 123_456)
    assert pair.engine.counts == Counts(requests=1, conditional=1, rest_counted=1)
    assert ask(pair, connection, TOKEN).status == 304


def test_the_validator_goes_with_who_asks_in_the_end(pair: Asker, connection: sqlite3.Connection) -> None:
    ask(pair, connection, SECOND)
    pair.server.credentials[0].dead = True
    answer = pair.rest(PATH, conditional=True, memory=StoreMemory(connection), tokens=(Secret(TOKEN), Secret(SECOND)))
    assert answer.status == 304
    assert [(seen.credential, seen.status) for seen in pair.server.log[1:]] == [("first", 401), ("second", 304)]
    assert sent(pair) == [set(), {"if-modified-since"}, {"if-none-match"}]
    assert answer.identity == pair.engine.identities[1].key


def test_nothing_conditional_is_sent_unless_asked_for(pair: Asker, connection: sqlite3.Connection) -> None:
    ask(pair, connection, TOKEN)
    assert pair.rest(PATH, memory=StoreMemory(connection)).status == 200
    assert sent(pair) == [set(), set()]
    assert pair.engine.counts.conditional == 0


def test_hits_are_counted_by_source(pair: Asker, connection: sqlite3.Connection) -> None:
    paths = [f"/repos/acme-00/widget-{number}" for number in range(3)]
    for path in paths[:2]:
        ask(pair, connection, TOKEN, path)
    pair.server.world["acme-00/widget-1"].stars += 1

    async def ask_all(engine: Engine) -> None:
        for path in paths:
            await engine.for_source("github").rest(path, conditional=True)
        await engine.for_source("contributors").rest(PATH)

    pair.run(ask_all, memory=StoreMemory(connection))
    counts = {name: (one.requests, one.conditional, one.not_modified) for name, one in pair.engine.by_source.items()}
    assert counts == {"github": (3, 2, 1), "contributors": (1, 0, 0)}
    assert pair.engine.total.not_modified == 1


def test_tries_that_fail_keep_the_condition(pair: Asker, connection: sqlite3.Connection) -> None:
    ask(pair, connection, TOKEN)
    pair.server.faults.replace(Fault(faults.server_error(500), times=2))
    assert ask(pair, connection, TOKEN).status == 304
    assert sent(pair)[1:] == [{"if-none-match"}] * 3


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (200, {"etag": 'W/"1"', "last-modified": "then"}, ('W/"1"', "then")),
        (200, {"etag": 'W/"1"'}, ('W/"1"', None)),
        (200, {"last-modified": "then"}, (None, "then")),
        (200, {"etag": "ü", "last-modified": "then"}, (None, "then")),
        (200, {"etag": "x" * 501}, None),
        (200, {"etag": ""}, None),
        (200, {}, None),
        (404, {"etag": 'W/"1"'}, None),
    ],
)
def test_only_what_can_be_sent_back_is_a_validator(
    asker: Asker, status: int, headers: dict[str, str], told: tuple[str | None, str | None] | None
) -> None:
    reply = replies.message_reply(status, "x")
    sending = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    asker.server.faults.replace(Fault(replies.Reply(status, reply.body, headers=sending)))
    validator = read_validator(PATH, asker.rest())
    assert (validator and (validator.etag, validator.last_modified)) == told
    assert validator is None or validator.identity == asker.engine.identities[0].key


def test_other_hosts_have_validators_of_their_own(asker: Asker, notebook: Notebook) -> None:
    from crawler.fetch.hosts import Host
    from crawler.sandbox import Elsewhere

    host = Host(name="feeds", spoken="github.com", per_minute=30, longest_wait=60.0)
    path = "/acme-00/widget-0/releases.atom"

    async def ask_twice(engine: Engine) -> list[int]:
        answers = []
        for _ in range(2):
            answer = await engine.fetch(host, path, conditional=True, expects_json=False)
            if validator := read_validator(path, answer):
                notebook.validators["feeds", path] = validator
            answers.append(answer.status)
        return answers

    with Elsewhere(asker.server.world) as elsewhere:
        assert asker.run(ask_twice, others={"feeds": elsewhere.web_url}, memory=notebook) == [200, 304]
        assert not any(seen.authorized for seen in elsewhere.log)
    assert asker.engine.counts == Counts(requests=2, conditional=1, not_modified=1)
