"""Keys for other hosts: each goes to its own host alone, in the header that the host wants, and into no message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import monotonic

import pytest
from asking import Asker, Notebook
from msgspec import structs

from crawler.errors import Skip
from crawler.fetch.engine import Engine
from crawler.fetch.hosts import Host
from crawler.sandbox.replies import Reply, json_reply
from crawler.sandbox.wire import Loopback
from crawler.secret import Secret

KEY = "a-key-of-the-tests-0123456789"
MONEY = Host(name="money", spoken="Money", per_minute=30, burst=2, longest_wait=5, key_header="X-Money-Key")
OTHER = Host(name="other", spoken="Other", per_minute=30, longest_wait=5, key_header="X-Money-Key")


class Bank(Loopback):
    """Writes down what it is asked, and answers as told."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.reply = json_reply(200, {"amount": 0.1})

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.seen.append((method, path, dict(headers), body))
        return self.reply


@pytest.fixture
def bank() -> Iterator[Bank]:
    with Bank() as bank:
        yield bank


def options(bank: Bank) -> dict[str, object]:
    return {
        "others": {"money": bank.base_url, "other": bank.base_url},
        "keys": {"money": Secret(KEY)},
    }


def test_a_key_goes_to_its_own_host_in_its_own_header(own_asker: Asker, bank: Bank) -> None:
    async def ask(engine: Engine) -> tuple[bool, bool]:
        await engine.fetch(MONEY, "/a")
        await engine.fetch(OTHER, "/b", headers={"X-Own": "1"})
        return engine.has_key(MONEY), engine.has_key(OTHER)

    assert own_asker.run(ask, **options(bank)) == (True, False)
    (_, _, first, _), (_, _, second, _) = bank.seen
    assert first["x-money-key"] == KEY
    assert "x-money-key" not in second
    assert second["x-own"] == "1"
    assert "authorization" not in first | second


def test_a_form_is_posted_and_numbers_with_a_point_stay_exact(own_asker: Asker, bank: Bank) -> None:
    async def ask(engine: Engine) -> str:
        return str((await engine.fetch(MONEY, "/a", form={"query": "a b&c"})).payload["amount"])

    assert own_asker.run(ask, **options(bank)) == "0.1"
    assert bank.seen[0][0] == "POST"
    assert bank.seen[0][3] == b"query=a+b%26c"


def test_no_redirect_takes_a_key_elsewhere(own_asker: Asker, bank: Bank) -> None:
    async def ask(engine: Engine) -> None:
        await engine.fetch(MONEY, "/a")

    with Bank() as elsewhere:
        bank.reply = Reply(302, b"", "text/plain", {"location": f"{elsewhere.base_url}/a"})
        with pytest.raises(Skip, match="another host"):
            own_asker.run(ask, **options(bank))
        assert elsewhere.seen == []


def test_a_host_that_echoes_the_key_teaches_nobody(own_asker: Asker, bank: Bank) -> None:
    notebook = Notebook(own_asker.clock)
    bank.reply = json_reply(401, {"message": f"bad key {KEY}"})

    async def ask(engine: Engine) -> str:
        engine.hide("crumb-crumb")
        answer = await engine.fetch(MONEY, "/a?crumb=crumb-crumb")
        return answer.message

    said = own_asker.run(ask, log=notebook.log, **options(bank))
    told = said + "".join(str(event) for _, event in notebook.events)
    assert "bad key" in said
    assert KEY not in told
    assert "crumb-crumb" not in told


def test_a_host_is_asked_no_faster_than_it_allows(own_asker: Asker, bank: Bank) -> None:
    def seconds(per_minute: int, **terms: bool) -> float:
        host = structs.replace(MONEY, per_minute=per_minute, burst=2)

        async def ask(engine: Engine) -> float:
            began = monotonic()
            for _ in range(3):
                await engine.fetch(host, "/a")
            return monotonic() - began

        return own_asker.run(ask, **terms, **options(bank))

    assert seconds(240) >= 0.2
    # Recorded answers come as fast as they can: paced, the third would come after half a minute.
    assert seconds(2, is_paced=False) < 20
