"""How pages are answered and kept: never an older one for good, and with the manners of HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette

from crawler.site import answering, boards
from crawler.site.metadata import SETTINGS
from crawler.site.plugin import attached_to
from crawler.store import open_writer, transaction


class Clock:
    """Time that goes on when a test says so."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(boards, "time", clock)
    monkeypatch.setattr(answering, "time", clock)
    return clock


@pytest.fixture
def patience(site: Datasette) -> Iterator[float]:
    attached = attached_to(site)
    assert attached is not None
    yield answering.PATIENCE_SECONDS


def ask(site: Datasette, method: str, path: str, **headers: str) -> httpx.Response:
    response: httpx.Response = asyncio.run(site.client.request(method, path, headers=headers))
    return response


def test_a_page_made_of_an_older_board_is_not_kept_for_good(
    site: Datasette, database: Path, clock: Clock, patience: float
) -> None:
    ask(site, "GET", "/projects")
    with closing(open_writer(database)) as connection, transaction(connection):
        connection.execute("UPDATE projects SET name = 'Of today' WHERE id = 'wasmtime'")
    clock.now += patience / 2
    # Asked for the first time just after the last commit: it may be of the board before, for a moment.
    ask(site, "GET", "/projects?sort=name")
    clock.now += 100 * patience
    assert "Of today" in ask(site, "GET", "/projects?sort=name").text


def test_who_asks_at_once_for_the_same_page_gets_the_one_that_is_made(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = answering.Answering._make
    monkeypatch.setattr(answering.Answering, "_make", lambda *given: made.append(given[-1]) or real(*given))

    async def both() -> list[httpx.Response]:
        return await asyncio.gather(*(site.client.get(path) for path in ("/value", "/value", "/freshness")))

    first, second, _ = asyncio.run(both())
    assert first.status_code == 200
    assert first.content == second.content
    assert sorted(made) == [("freshness", "", ""), ("value", "", "")]


def test_a_page_that_fails_is_made_anew_for_the_next(site: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(answering.Answering, "_make", lambda *_: 1 / 0)
        assert ask(site, "GET", "/value").status_code == 500
    assert ask(site, "GET", "/value").status_code == 200


def test_no_page_waits_for_questions_to_datasette(site: Datasette) -> None:
    ends = threading.Event()
    for _ in range(SETTINGS["num_sql_threads"]):
        site.executor.submit(ends.wait)

    async def get() -> httpx.Response:
        return await asyncio.wait_for(site.client.get("/value"), timeout=10)

    try:
        assert asyncio.run(get()).status_code == 200
    finally:
        ends.set()


def test_what_is_kept_is_confirmed_by_its_tag_alone(site: Datasette) -> None:
    first = ask(site, "GET", "/value")
    tag = first.headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = ask(site, "GET", "/value", **{"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b""), known
    assert ask(site, "GET", "/value", **{"If-None-Match": '"other"'}).status_code == 200


def test_head_has_no_body_and_nothing_else_is_answered(site: Datasette) -> None:
    head = ask(site, "HEAD", "/value")
    assert (head.status_code, head.content) == (200, b"")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = ask(site, method, "/value")
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD"), method


def test_whoever_takes_no_gzip_gets_none(site: Datasette) -> None:
    assert ask(site, "GET", "/value", **{"Accept-Encoding": "br, gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in ask(site, "GET", "/value", **{"Accept-Encoding": "identity"}).headers


def test_any_number_of_parameters_is_answered(site: Datasette) -> None:
    assert ask(site, "GET", "/projects?" + "&".join(f"x{number}=1" for number in range(500))).status_code == 200


def test_a_wrong_address_of_a_feed_is_told_as_a_page(site: Datasette) -> None:
    answer = ask(site, "GET", "/changes.atom?kind=none_such")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (400, "text/html")


def test_sql_can_make_no_large_value(site: Datasette) -> None:
    sql = {"sql": "select hex(zeroblob(300000000))", "_shape": "array"}
    answer: httpx.Response = asyncio.run(site.client.get("/landscape.json", params=sql))
    assert answer.status_code == 400
    assert len(answer.content) < 2_000
