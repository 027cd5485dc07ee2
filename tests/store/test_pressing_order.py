"""What can be asked about, and in which order it presses."""

from __future__ import annotations

import pytest
from crawling import yaml

from crawler.model import Outcome, Owner, Subject
from crawler.store.subjects import owner_candidates, repository_candidates

NAMES = [f"own{number}/repo{number}" for number in range(8)]


def answer(store, name: str, *, origin: str = "live", error: str | None = None) -> None:
    number = NAMES.index(name) + 1
    store.answer(
        name, origin=origin, node_id=f"R_{number}", database_id=number if origin == "live" else None, error=error
    )
    store.later(minutes=1)


def fail(store, name: str) -> None:
    store.write([Outcome(subject=store.subject(name), error="HTTP 500")])
    store.later(minutes=1)


def order(store, origin: str = "live") -> list[str]:
    return [c.subject.name for c in repository_candidates(store.connection, "github", origin=origin)]


def test_never_asked_before_failed_before_oldest(store) -> None:
    never, failed_first, failed_last, partial, oldest, older, newest, recorded = NAMES
    store.sync(yaml(*reversed(NAMES)))
    answer(store, oldest)
    answer(store, older)
    answer(store, failed_last)
    fail(store, failed_first)
    answer(store, partial, error="too heavy")
    answer(store, newest)
    fail(store, failed_last)
    answer(store, recorded, origin="sandbox")
    assert order(store) == [never, recorded, failed_first, partial, failed_last, oldest, older, newest]
    # For a recording everything live is as if it had never been asked.
    assert order(store, "sandbox")[-1] == recorded


def test_owners_press_in_the_same_order(store) -> None:
    store.sync(yaml(*NAMES[:4]))
    for name in NAMES[:4]:
        answer(store, name)
    for login in ("own3", "own2", "own1"):
        subject = Subject(source="sponsors", name=login)
        outcome = Outcome(subject=subject, status="ok", record=Owner(login=login, sponsors=1))
        store.write([outcome if login != "own1" else Outcome(subject=subject, error="HTTP 500")], source="sponsors")
        store.later(minutes=1)
    found = owner_candidates(store.connection, "sponsors", origin="live", prospective=False)
    assert [candidate.subject.name for candidate in found] == ["own0", "own1", "own3", "own2"]


@pytest.mark.parametrize("status", ["ok", "blocked", "private", "unknown", "missing", "gone", "replaced"])
def test_an_id_that_led_nowhere_is_not_asked_again(store, status: str) -> None:
    store.sync(yaml(NAMES[0]))
    answer(store, NAMES[0])
    store.connection.execute("UPDATE repositories SET status = ?", [status])
    (candidate,) = repository_candidates(store.connection, "github", origin="live")
    node_id = None if status in {"missing", "gone", "replaced"} else "R_1"
    assert (candidate.subject.node_id, candidate.subject.database_id) == (node_id, 1)


def test_a_live_refresh_knows_nothing_of_a_recording(store) -> None:
    store.sync(yaml(NAMES[0]))
    store.answer(
        NAMES[0], origin="sandbox", node_id="S_1", latest_commit_oid="abc", first_commit_at="2020-01-01T00:00:00Z"
    )
    (candidate,) = repository_candidates(store.connection, "github", origin="live")
    assert candidate.subject == store.subject(NAMES[0])
    assert (candidate.fetched_at, candidate.last_status, candidate.repository_status) == (None, None, None)
    assert candidate.first_commit_at is None
    assert owner_candidates(store.connection, "sponsors", origin="live", prospective=False) == []


def test_names_that_a_pattern_may_match(store) -> None:
    store.sync(yaml(NAMES[0]))
    store.answer(NAMES[0], now="moved/away", node_id="R_1", database_id=1)
    (repository,) = repository_candidates(store.connection, "github", origin="live")
    (owner,) = owner_candidates(store.connection, "sponsors", origin="live", prospective=False)
    for candidate in (repository, owner):
        assert set(candidate.names) == {"repo0", NAMES[0], "moved/away"}


def test_of_the_same_day_those_that_change_often_come_first(store) -> None:
    quiet, lively, older = NAMES[:3]
    store.sync(yaml(*NAMES[:3]))
    for day in range(3):
        answer(store, quiet)
        store.answer(lively, node_id="R_2", database_id=2, stars=day)
        if day == 1:
            answer(store, older)
        store.later(days=1)
    store.connection.execute(
        "INSERT INTO computed_days (day, origin, policies) VALUES (?, 'live', '[]')", [store.today]
    )
    store.later(minutes=1)
    assert order(store) == [older, lively, quiet]
