"""Events reach a receiver that verifies them as its manual says, whatever it answers; a real server on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawling import Done, command
from happened import fill, happen
from upstreams import Upstream

import crawler.webhook
import crawler.webhook_receiver
from crawler import clock
from crawler.sandbox.replies import Reply
from crawler.settings import read_settings
from crawler.store import open_writer, transaction
from crawler.store.webhooks import webhooks
from crawler.webhook import Told, tell
from crawler.webhook_receiver import GONE, signature

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAGE = Path(__file__).parents[1] / "docs" / "webhook.md"
OK, BROKEN = Reply(204), Reply(500)


def manual() -> Callable[[str, Mapping[str, str], bytes], bool]:
    """The function by which the manual tells a receiver to verify."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["verify"]  # type: ignore[no-any-return]


class Receiver(Upstream):
    """Takes events at a secret address; `replies` are its next answers, the last one for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: list[Reply | None] = [OK]
        self.reply = self._next
        self.url = f"{self.base_url}/hooks/not-for-everybody?token=hidden-in-here"

    def _next(self, _path: str, _body: bytes) -> Reply:
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply is None:  # says nothing for as long as anybody listens
            self.closing.wait(5)
        return reply or OK

    def environment(self, key: str = KEY, *, restricted: str = "") -> dict[str, str]:
        return {
            "CRAWLER_WEBHOOK_URL": self.url,
            "CRAWLER_WEBHOOK_SECRET": key,
            "CRAWLER_WEBHOOK_RESTRICTED": restricted,
        }

    @property
    def ids(self) -> list[list[int]]:
        """The ids of the events in each request."""
        return [[event["id"] for event in json.loads(body)["data"]["events"]] for _, _, body in self.asked]

    @property
    def names(self) -> list[str]:
        """What each request is called."""
        return [headers["webhook-id"] for _, headers, _ in self.asked]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "landscape.db"
    with closing(open_writer(path)) as connection:
        fill(connection)
        happen(connection, "archived", at="2026-11-01T10:00:00Z")
    return path


@pytest.fixture
def connection(database: Path, receiver: Receiver) -> Iterator[sqlite3.Connection]:
    """A database whose receiver is known already, and has taken the one event of the past."""
    with closing(open_writer(database)) as connection:
        assert deliver(connection, receiver) == (Told(0), [])
        yield connection


def deliver(connection: sqlite3.Connection, receiver: Receiver, *, restricted: str = "") -> tuple[Told, list[float]]:
    """What became of a delivery, and how long it would have waited."""
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    webhook = read_settings(receiver.environment(restricted=restricted)).webhook
    assert webhook is not None
    return asyncio.run(tell(connection, webhook, contact=None, sleep=note)), waits


def standing(connection: sqlite3.Connection) -> dict[str, Any]:
    (row,) = connection.execute("SELECT * FROM webhooks").fetchall()
    return dict(row)


def test_the_signature_is_that_of_the_specification() -> None:
    webhook = read_settings({"CRAWLER_WEBHOOK_URL": "https://x.example", "CRAWLER_WEBHOOK_SECRET": KEY}).webhook
    assert webhook is not None
    signed = signature(webhook.key_bytes, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("key", [KEY, "whsec_dW5wYWRkZWR1bnBhZGRlZHVucGFkZGVkeA", "any text of one's own, long enough"])
def test_a_receiver_can_verify_what_comes(database: Path, receiver: Receiver, key: str) -> None:
    where = receiver.environment(key) | {"CRAWLER_CONTACT": "me@example.org"}
    assert command("changes", "--deliver", "--db", database, **where) == Done(0, "", "")
    with closing(open_writer(database)) as connection:
        happen(connection, "release", "v1", "v2", detail={"level": "major"}, source_url="https://example.org/v2")
    assert command("changes", "--deliver", "--db", database, **where) == Done(0, "", "")
    ((path, headers, body),) = receiver.asked
    assert path == "/hooks/not-for-everybody?token=hidden-in-here"
    assert (headers["content-type"], headers["user-agent"][-18:]) == ("application/json", " (+me@example.org)")
    verify = manual()
    assert verify(key, headers, body)
    assert not verify(key, headers, body + b" ")
    assert not verify("another", headers, body)
    assert not verify(key, headers | {"webhook-timestamp": "1614265330"}, body)
    sent = json.loads(body)
    assert (sent["type"], sent["timestamp"]) == ("landscape.changes", "2026-11-18T10:00:00Z")
    (event,) = sent["data"]["events"]
    assert (event["id"], event["detail"], event["project"]) == (2, {"level": "major"}, "Time")
    assert (event["text"], event["url"]) == ("Time released v2, a major release", "https://example.org/v2")


def test_the_manual_shows_what_is_sent(connection: sqlite3.Connection, receiver: Receiver) -> None:
    happen(connection, "archived")
    deliver(connection, receiver)
    (example,) = re.findall(r"^```json\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    shown, sent = json.loads(example), json.loads(receiver.asked[0][2])
    assert shown.keys() == sent.keys()
    assert list(shown["data"]["events"][0]) == list(sent["data"]["events"][0])


def test_a_hundred_in_a_request_in_the_order_of_the_ids_each_once(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    with transaction(connection):
        for _ in range(230):
            happen(connection, "release", observed_at="2026-11-20T03:00:00Z")
        for _ in range(3):
            happen(connection, "release", observed_at="2026-11-21T03:00:00Z")
    assert deliver(connection, receiver)[0] == Told(233)
    assert [len(ids) for ids in receiver.ids] == [100, 100, 30, 3]
    assert [one for ids in receiver.ids for one in ids] == list(range(2, 235))
    assert len(set(receiver.names)) == 4
    assert deliver(connection, receiver)[0] == Told(0)
    assert len(receiver.asked) == 4


def test_what_fails_in_passing_is_tried_again_under_the_same_id(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    happen(connection, "archived")
    receiver.replies = [BROKEN, Reply(429, headers={"retry-after": "20"}), OK]
    told, waits = deliver(connection, receiver)
    assert told == Told(1)
    assert len(set(receiver.names)) == 1
    assert len(waits) == 2
    assert 1 <= waits[0] < 4
    assert waits[1] == 20
    assert standing(connection)["error"] is None


def test_what_was_not_taken_comes_in_the_next_run_and_only_that(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    with transaction(connection):
        for _ in range(150):
            happen(connection, "archived")
    receiver.replies = [OK, BROKEN]
    told, waits = deliver(connection, receiver)
    assert told == Told(100, "it answered 500")
    assert (len(receiver.asked), len(waits)) == (4, 2)
    row = standing(connection)
    assert (row["change_id"], row["error"], row["failing_since"] is None) == (101, "it answered 500", False)
    # More has happened, and everything goes by another name: the request that failed is still the same.
    happen(connection, "revived", at="2026-11-19T10:00:00Z")
    connection.execute("UPDATE projects SET name = 'Another'")
    receiver.replies = [OK]
    assert deliver(connection, receiver)[0] == Told(51)
    assert receiver.names[1] == receiver.names[2] == receiver.names[3] == receiver.names[4]
    assert receiver.ids[3:] == [list(range(102, 152)), list(range(102, 152)), [152]]
    after = standing(connection)
    assert (after["change_id"], after["failing_since"], after["error"]) == (152, None, None)


def test_since_when_it_fails_stays_while_it_does(
    connection: sqlite3.Connection, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(connection, "archived")
    receiver.replies = [Reply(403)]
    for day in (20, 21):
        monkeypatch.setenv("CRAWLER_NOW", f"2026-11-{day}T10:00:00Z")
        assert deliver(connection, receiver) == (Told(0, "it answered 403"), [])
    assert standing(connection)["failing_since"] == "2026-11-20T10:00:00Z"


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(301, headers={"location": "/elsewhere"}), "redirects are not followed, correct CRAWLER_WEBHOOK_URL"),
        (Reply(503, headers={"retry-after": "3600"}), "it answered 503 and asks to wait 3600 s"),
    ],
)
def test_an_answer_that_no_second_try_can_cure_is_given_one_try(
    connection: sqlite3.Connection, receiver: Receiver, reply: Reply, fault: str
) -> None:
    happen(connection, "archived")
    receiver.replies = [reply]
    told, _ = deliver(connection, receiver)
    assert fault in told.fault
    assert [path.partition("?")[0] for path, _, _ in receiver.asked] == ["/hooks/not-for-everybody"]


def test_410_ends_it_until_the_address_is_another_one(connection: sqlite3.Connection, receiver: Receiver) -> None:
    happen(connection, "archived")
    receiver.replies = [Reply(410), OK]
    for _ in range(2):
        assert deliver(connection, receiver)[0] == Told(0, GONE)
    assert len(receiver.asked) == 1
    receiver.url += "2"
    assert deliver(connection, receiver)[0] == Told(0)
    happen(connection, "revived")
    assert deliver(connection, receiver)[0] == Told(1)
    assert receiver.ids[1:] == [[3]]


def test_a_receiver_that_hangs_or_hangs_up_does_not_hold_us(
    connection: sqlite3.Connection, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawler.webhook_receiver, "ANSWER_SECONDS", 0.1)
    happen(connection, "archived")
    receiver.replies = [None]
    assert deliver(connection, receiver)[0] == Told(0, "no answer within 0 s")
    receiver.closing.set()
    receiver.replies = [Reply(500, manner="reset"), Reply(200, b"x" * 1_000, manner="dripping", pause=1.0)]
    told, waits = deliver(connection, receiver)
    # Its status is enough; whatever it drips is not waited for.
    assert (told, len(waits)) == (Told(1), 1)


def test_a_slow_receiver_does_not_hold_the_lock_for_long(
    connection: sqlite3.Connection, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (20, 21, 22):
        happen(connection, "archived", at=f"2026-11-{day}T10:00:00Z")
    monkeypatch.setattr(crawler.webhook, "LONGEST_RUN", -1.0)
    assert deliver(connection, receiver)[0] == Told(0, "it is slow; the next run goes on")
    monkeypatch.undo()
    assert deliver(connection, receiver)[0] == Told(3)
    assert standing(connection)["failing_since"] is None


def test_nobody_at_home_and_no_secret_in_what_is_said_of_it(
    connection: sqlite3.Connection, database: Path, receiver: Receiver
) -> None:
    happen(connection, "archived")
    receiver.url = "http://127.0.0.1:9/hooks/not-for-everybody?token=hidden-in-here"
    assert deliver(connection, receiver)[0] == Told(0)
    happen(connection, "revived")
    told, waits = deliver(connection, receiver)
    assert (told.fault.startswith("ConnectError"), len(waits)) == (True, 2)
    where = receiver.environment()
    status = command("status", "--db", database, **where)
    assert "ConnectError" in status.out
    rows = json.loads(command("status", "--db", database, "--json", **where).out)["webhooks"]
    endpoint = hashlib.sha256(receiver.url.encode()).hexdigest()
    (row,) = [row for row in rows if row["endpoint"] == endpoint]
    assert (row["waiting"], row["delivered_at"]) == (1, None)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = database.read_bytes().decode("latin-1")
    for secret in ("not-for-everybody", "hidden-in-here", KEY, KEY.removeprefix("whsec_"), "127.0.0.1:9"):
        assert secret not in told.fault + status.out + json.dumps(rows) + stored


def test_a_receiver_that_echoes_secrets_where_an_error_shows_them(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    happen(connection, "archived")
    echo = f"{receiver.url} {receiver.url.partition('?')[2]} {KEY}"
    receiver.replies = [Reply(200, headers={"no header": echo})]
    told, _ = deliver(connection, receiver)
    assert "illegal header line" in told.fault
    assert not [secret for secret in ("not-for-everybody", "hidden-in-here", KEY) if secret in told.fault]


def test_what_may_not_be_published_is_passed_over(connection: sqlite3.Connection, receiver: Receiver) -> None:
    happen(connection, "funding_round", licence_class="restricted")
    happen(connection, "archived")
    happen(connection, "funding_round", licence_class="restricted")
    assert deliver(connection, receiver)[0] == Told(1)
    assert receiver.ids == [[3]]


def test_who_wants_them_gets_restricted_events_among_the_others(
    connection: sqlite3.Connection, receiver: Receiver
) -> None:
    at = "2026-11-20T03:00:00Z"
    happen(connection, "funding_round", observed_at=at, licence_class="restricted")
    happen(connection, "archived", observed_at=at)
    happen(connection, "acquired", at="2026-11-21T03:00:00Z", licence_class="restricted")
    receiver.replies = [OK, BROKEN]
    assert deliver(connection, receiver, restricted="1")[0] == Told(2, "it answered 500")
    assert [row["waiting"] for row in webhooks(connection, present=None, now=clock.now())] == [1]
    receiver.replies = [OK]
    assert deliver(connection, receiver, restricted="1")[0] == Told(1)
    assert [receiver.ids[0], receiver.ids[-1]] == [[2, 3], [4]]
    # What is passed over is nothing that anybody waits for.
    happen(connection, "funding_round", licence_class="restricted")
    assert deliver(connection, receiver)[0] == Told(0)
    assert [row["waiting"] for row in webhooks(connection, present=None, now=clock.now())] == [0]


def test_two_landscapes_never_call_a_request_the_same(
    connection: sqlite3.Connection, receiver: Receiver, tmp_path: Path
) -> None:
    with closing(open_writer(tmp_path / "other.db")) as other:
        fill(other)
        other.execute("UPDATE projects SET first_seeded_at = '2025-01-01T00:00:00Z'")
        happen(other, "revived")
        assert deliver(other, receiver)[0] == Told(0)
        for one in (connection, other):
            happen(one, "archived")
            assert deliver(one, receiver)[0] == Told(1)
    assert receiver.ids == [[2], [2]]
    assert max(Counter(receiver.names).values()) == 1


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"CRAWLER_WEBHOOK_URL": "http://example.org/x"}, "CRAWLER_WEBHOOK_URL is no https address"),
        ({"CRAWLER_WEBHOOK_URL": "https://me:pw@example.org/x"}, "CRAWLER_WEBHOOK_URL is no https address"),
        ({"CRAWLER_WEBHOOK_URL": "https://["}, "CRAWLER_WEBHOOK_URL is no https address"),
        ({"CRAWLER_WEBHOOK_SECRET": ""}, "CRAWLER_WEBHOOK_URL also needs CRAWLER_WEBHOOK_SECRET"),
        ({"CRAWLER_WEBHOOK_SECRET": "whsec_no base64"}, "CRAWLER_WEBHOOK_SECRET cannot be read"),
        ({"CRAWLER_WEBHOOK_SECRET": "whsec_"}, "CRAWLER_WEBHOOK_SECRET is of 0 bytes, which can be guessed"),
        ({"CRAWLER_WEBHOOK_SECRET": "a text of 23 characters"}, "CRAWLER_WEBHOOK_SECRET is of 23 bytes"),
        ({"CRAWLER_WEBHOOK_RESTRICTED": "perhaps"}, "CRAWLER_WEBHOOK_RESTRICTED is neither on nor off"),
    ],
)
def test_a_wrong_setting_is_one_message_without_it(database: Path, variables: dict[str, str], message: str) -> None:
    given = {"CRAWLER_WEBHOOK_URL": "https://example.org/x", "CRAWLER_WEBHOOK_SECRET": KEY} | variables
    done = command("changes", "--deliver", "--db", database, **given)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not [text for text in given.values() if len(text) > 6 and text in done.err]
