"""How batches shrink and grow, and how one bad repository is found among good ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from asking import TOKEN, Asker, Clock, collect

from crawler.errors import Stop
from crawler.fetch.answers import GraphQLAnswer
from crawler.fetch.batches import BatchSize, Question, Reading, ask_in_batches
from crawler.fetch.engine import Engine
from crawler.sandbox import SandboxServer, faults, made_up_world, replies
from crawler.sandbox.faults import Fault


class Names:
    """A question for the present names of repositories; the lighter one asks for their stars."""

    start_size = 30
    max_size = 40

    def __init__(self, field: str = "nameWithOwner") -> None:
        self.field = field

    def ask(self, items: Sequence[str]) -> tuple[str, dict[str, Any]]:
        aliases = [
            f'r{at}: repository(owner: "{item.partition("/")[0]}", name: "{item.partition("/")[2]}") {{ {self.field} }}'
            for at, item in enumerate(items)
        ]
        return f"query Names {{ {' '.join(aliases)} rateLimit {{ cost }} }}", {}

    def points(self, count: int) -> int:
        return 1

    def read(self, items: Sequence[str], answer: GraphQLAnswer) -> Reading[str, str]:
        heavy = {error.path[0] for error in answer.errors}
        reading: Reading[str, str] = Reading([], [])
        for at, item in enumerate(items):
            (reading.too_heavy if f"r{at}" in heavy else reading.results).append(item)
        return reading

    def lighter(self, item: str) -> Question[str, str] | None:
        return Names("stargazerCount") if self.field == "nameWithOwner" else None

    def failed(self, item: str, error: str) -> str:
        return f"{item}: {error}"

    def place(self, item: str) -> str:
        return item

    def refused(self, item: str, reason: str) -> str:
        return f"{item}: {reason}"


def ask_all(asker: Asker, question: Names | None = None) -> tuple[list[str], Stop | None]:
    names = [repository.name_with_owner for repository in asker.server.world]

    async def ask(engine: Engine) -> tuple[list[str], Stop | None]:
        return await collect(ask_in_batches(engine, question or Names(), names))

    return asker.run(ask)


def sizes(asker: Asker) -> list[int]:
    return [(seen.query or "").count("repository(") for seen in asker.server.log]


def world_of(count: int, clock: Clock) -> tuple[SandboxServer, Asker]:
    server = SandboxServer(made_up_world(count), token=TOKEN)
    return server, Asker(server, clock)


def test_clean_batches_grow_to_the_largest(clock: Clock) -> None:
    server, asker = world_of(400, clock)
    with server:
        results, stop = ask_all(asker)
    assert (len(results), stop) == (400, None)
    assert sizes(asker) == [30, 30, 30, 35, 35, 35, 40, 40, 40, 40, 40, 5]


def test_a_size_that_is_too_much_is_halved_and_not_tried_again_soon(clock: Clock) -> None:
    server, asker = world_of(200, clock)
    with server:
        server.faults.replace(Fault(replies.html_reply(502, "Bad Gateway"), larger_than=12))
        results, stop = ask_all(asker)
    assert (sorted(results), stop) == (sorted(repository.name_with_owner for repository in server.world), None)
    asked = sizes(asker)
    assert asked[:6] == [30, 15, 8, 7, 15, 8]
    assert sum(size > 12 for size in asked) <= 8
    assert len(asked) <= 35


@pytest.mark.parametrize(
    ("at", "reply"),
    [
        (0, faults.something_went_wrong(200)),
        (14, faults.reset()),
        (15, replies.html_reply(502, "Bad Gateway")),
        (29, replies.html_reply(502, "Bad Gateway")),
        (37, replies.html_reply(502, "Bad Gateway")),
    ],
)
def test_one_poisonous_repository_is_isolated(clock: Clock, at: int, reply: replies.Reply) -> None:
    server, asker = world_of(120, clock)
    names = [repository.name_with_owner for repository in server.world]
    with server:
        server.faults.replace(Fault(reply, name=names[at]))
        results, stop = ask_all(asker)
    assert stop is None
    failed = [result for result in results if ": " in result]
    assert [failure.partition(":")[0] for failure in failed] == [names[at]]
    assert sorted(result for result in results if ": " not in result) == sorted({*names} - {names[at]})
    # 30, 15, 8, 4, 2, 1, once more, and lighter; beside them the good halves and the batches of the others.
    assert len(asker.server.log) <= 23
    assert max(sizes(asker)[-3:]) >= 15


def test_a_poisonous_repository_that_breaks_the_server_is_isolated(clock: Clock) -> None:
    server, asker = world_of(90, clock)
    names = [repository.name_with_owner for repository in server.world]
    with server:
        server.faults.replace(Fault(faults.server_error(500), name=names[7]))
        results, stop = ask_all(asker)
    assert stop is None
    assert [result for result in results if ": " in result] == [f"{names[7]}: HTTP 500 Server Error"]
    assert len(results) == 90


def test_two_poisonous_neighbours_are_no_outage(clock: Clock) -> None:
    server, asker = world_of(60, clock)
    names = [repository.name_with_owner for repository in server.world]
    for reply in (faults.server_error(500), replies.html_reply(502, "Bad Gateway")):
        if reply.status == 502:
            server, asker = world_of(60, clock)
        with server:
            server.faults.replace(*(Fault(reply, name=name) for name in names[:2]))
            results, stop = ask_all(asker)
        assert stop is None
        assert len([result for result in results if ": " in result]) == 2


def test_a_repository_over_the_resource_cap_costs_its_neighbours_nothing(asker: Asker) -> None:
    heavy = "acme-00/widget-7"
    asker.server.faults.replace(Fault(faults.resource_limits(heavy), times=3))
    results, stop = ask_all(asker)
    assert (len(set(results)), stop) == (40, None)
    # Alone it is still too heavy, twice, then the lighter question is answered.
    assert sizes(asker) == [30, 1, 1, 1, 10]
    assert "stargazerCount" in (asker.server.log[3].query or "")


def test_the_resource_cap_of_a_whole_batch_is_halved(asker: Asker) -> None:
    asker.server.faults.replace(
        *(Fault(faults.resource_limits(f"acme-0{n // 10}/widget-{n}"), larger_than=8) for n in range(30))
    )
    results, stop = ask_all(asker)
    assert (sorted(results), stop) == (sorted(one.name_with_owner for one in asker.server.world), None)
    assert sizes(asker)[:3] == [30, 15, 15]


def test_one_broken_connection_is_no_reason_to_give_a_single_repository_up(clock: Clock) -> None:
    server, asker = world_of(1, clock)
    with server:
        server.faults.replace(Fault(faults.reset(), times=1))
        assert ask_all(asker) == (["acme-00/widget-0"], None)
    assert ["stargazerCount" in (seen.query or "") for seen in server.log] == [False, False]


@pytest.mark.parametrize(
    ("reply", "requests"),
    [
        (replies.html_reply(502, "Bad Gateway"), 24),
        (faults.something_went_wrong(200), 24),
        (faults.server_error(500), 48),
        (faults.empty(), 48),
        (replies.json_reply(200, {"data": {}}), 24),
    ],
)
def test_an_outage_ends_after_a_bounded_number_of_requests(clock: Clock, reply: replies.Reply, requests: int) -> None:
    server, asker = world_of(1000, clock)
    with server:
        server.faults.replace(Fault(reply))
        results, stop = ask_all(asker, Lost() if reply.status == 200 and reply.body == b'{"data":{}}' else None)
    assert str(stop).startswith("GitHub fails at every query (")
    assert len(results) < 10
    assert len(server.log) == requests


class Lost(Names):
    """Finds nothing of what it asked for in an answer."""

    def read(self, items: Sequence[str], answer: GraphQLAnswer) -> Reading[str, str]:
        return Reading([], list(items))


def test_an_outage_that_ends_costs_nobody_an_answer(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.html_reply(502, "Bad Gateway"), times=5))
    results, stop = ask_all(asker)
    assert (len(set(results)), stop) == (40, None)
    assert all(": " not in result for result in results)


def test_stop_keeps_what_was_answered(asker: Asker) -> None:
    asker.server.faults.replace(Fault(replies.bad_credentials(), after=1))
    results, stop = ask_all(asker)
    assert len(results) == 30
    assert "the token was refused" in str(stop)


# --- the rule alone ---


def test_slow_batches_are_not_asked_for_more() -> None:
    size = BatchSize(30, 40)
    for _ in range(20):
        size.clean(5.0, 30)
    assert size.current == 30
    size.clean(8.5, 30)
    assert size.current == 15


def test_a_size_that_was_too_much_is_approached_again() -> None:
    size = BatchSize(30, 40)
    size.too_big(30)
    seen = []
    for _ in range(40):
        size.clean(1.0, size.current)
        seen.append(size.current)
    assert seen[:9] == [15, 15, 20, 20, 20, 25, 25, 25, 29]
    assert seen[9:17] == [29] * 8
    assert (seen[18], seen[-1]) == (34, 40)


def test_the_smallest_batch_is_one() -> None:
    size = BatchSize(2, 40)
    for _ in range(5):
        size.too_big(size.current)
    assert size.current == 1


def test_short_rests_teach_nothing() -> None:
    size = BatchSize(30, 40)
    for _ in range(50):
        size.clean(0.1, 3)
    size.too_big(3)
    assert size.current == 30
