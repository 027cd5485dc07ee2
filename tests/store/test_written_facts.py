"""Facts, states and failures as they land: what is not answered stays, what follows from a difference is written."""

from __future__ import annotations

import pytest
from conftest import release
from crawling import yaml

from crawler.model import FundingLink, Outcome, Repository
from crawler.store.outcomes import FOREVER, Writing, write_outcomes

ONE = {"node_id": "R_1", "database_id": 1}


@pytest.fixture
def one(store):
    store.sync(yaml("a/one"))
    return store


def changes(store) -> list[tuple]:
    return store.rows("SELECT kind, before, after, at FROM changes ORDER BY id")


def test_what_is_not_answered_stays_and_none_is_not_known(one) -> None:
    one.answer("a/one", **ONE, stars=7, description="a widget", languages={"C": 5}, topics=("x",))
    one.answer("a/one", **ONE, description=None)
    assert one.rows("SELECT stars, description, topics FROM repositories") == [(7, None, '["x"]')]
    assert one.rows("SELECT language, bytes FROM languages") == [("C", 5)]


def test_lists_are_replaced_as_a_whole(one) -> None:
    links = (FundingLink("GITHUB", "https://github.com/a"), FundingLink("GITHUB", "https://github.com/a"))
    one.answer("a/one", **ONE, languages={"C": 5, "Rust": 1}, funding_links=links)
    assert one.rows("SELECT platform, url FROM funding_links") == [("GITHUB", "https://github.com/a")]
    one.answer("a/one", **ONE, languages={"Rust": 9}, funding_links=())
    assert one.rows("SELECT language, bytes FROM languages") == [("Rust", 9)]
    assert one.rows("SELECT * FROM funding_links") == []
    one.answer("a/one", **ONE, languages=None, funding_links=None)
    assert one.rows("SELECT language, bytes FROM languages") == [("Rust", 9)]


@pytest.mark.parametrize("was_answered", [False, True])
def test_a_failure_touches_its_own_fetch_row_only(one, was_answered: bool) -> None:
    if was_answered:
        one.answer("a/one", **ONE, stars=7, releases=(release("v1", "2026-01-01"),), releases_total=1)
    tables = ("repositories", "history", "changes", "releases", "languages", "former_names", "project_repositories")
    before = [one.rows(f"SELECT * FROM {table}") for table in tables]
    fresh = one.rows("SELECT fetched_at, fresh_until FROM fetches")
    for attempt in (1, 2, 3):
        one.later(hours=1)
        one.write([Outcome(subject=one.subject("a/one"), error="HTTP 500")])
        assert [one.rows(f"SELECT * FROM {table}") for table in tables] == before
        assert one.rows("SELECT status, attempts, error FROM fetches") == [("failed", attempt, "HTTP 500")]
        assert one.rows("SELECT fetched_at, fresh_until FROM fetches") == (fresh or [(None, None)])
    one.answer("a/one", **ONE, stars=8)
    assert one.rows("SELECT status, attempts, error FROM fetches") == [("ok", 1, None)]


def test_a_fault_in_the_middle_of_a_batch_keeps_none_of_it(store) -> None:
    store.sync(yaml("a/one", "a/two"))
    before = store.rows("SELECT * FROM repositories")
    good, bad = (
        Outcome(subject=store.subject(name), status="ok", record=Repository(name_with_owner=name, stars=stars))
        for name, stars in (("a/one", 1), ("a/two", 2**70))
    )
    with pytest.raises(OverflowError):
        store.write([good, bad])
    assert store.rows("SELECT * FROM repositories") == before
    assert store.rows("SELECT * FROM fetches") == []


@pytest.mark.parametrize(("status", "fresh_until"), [("ok", FOREVER), ("unknown", "2026-03-08T06:00:00Z")])
def test_only_a_real_answer_of_a_source_without_age_is_for_ever(one, status: str, fresh_until: str) -> None:
    writing = Writing(origin="live", now=one.now, day=one.today)
    outcome = Outcome(subject=one.subject("a/one"), status=status)  # type: ignore[arg-type]
    write_outcomes(one.connection, "first_commit", [outcome], writing, None)
    assert one.rows("SELECT fresh_until FROM fetches") == [(fresh_until,)]


def test_a_partial_answer_is_kept_and_due_again(one) -> None:
    one.answer("a/one", **ONE, stars=7, error="too heavy")
    assert one.value("SELECT stars FROM repositories") == 7
    assert one.rows("SELECT status, error, fresh_until = attempted_at FROM fetches") == [("partial", "too heavy", 1)]


def test_releases_after_the_first_answer_are_events_once(one) -> None:
    first = release("v1", "2026-01-01")
    one.answer("a/one", **ONE, releases=(first,), releases_total=1)
    one.tell()
    one.later(days=1)
    for _ in range(2):
        one.answer("a/one", **ONE, releases=(release("v2", "2026-02-01"), first), releases_total=2)
        one.tell()
        assert changes(one) == [("release", None, "v2", "2026-02-01T12:00:00Z")]


def test_older_releases_from_further_pages_are_no_events(one) -> None:
    one.answer("a/one", **ONE, releases=(release("v3", "2026-02-01"),), releases_total=3)
    one.tell()
    one.answer("a/one", **ONE, releases=tuple(release(f"v{n}", f"2025-0{n}-01") for n in (2, 1)), releases_total=3)
    one.tell()
    assert one.value("SELECT count(*) FROM releases") == 3
    assert changes(one) == []


def test_the_first_release_of_all_is_an_event(one) -> None:
    one.answer("a/one", **ONE, releases=(), releases_total=0)
    one.tell()
    one.answer("a/one", **ONE, releases=(release("v1", "2026-02-01"),), releases_total=1)
    one.tell()
    assert changes(one) == [("release", None, "v1", "2026-02-01T12:00:00Z")]


def test_releases_whose_pages_failed_the_first_time_are_no_events(one) -> None:
    one.answer("a/one", **ONE, releases_total=2, error="no further page came")
    one.tell()
    one.answer("a/one", **ONE, releases=(release("v2", "2026-02-01"), release("v1", "2026-01-01")), releases_total=2)
    one.tell()
    assert one.value("SELECT count(*) FROM releases") == 2
    assert changes(one) == []


def test_a_draft_becomes_an_event_when_it_is_published(one) -> None:
    draft = release("v1", "", is_draft=True, published_at=None)
    one.answer("a/one", **ONE, releases=(draft,), releases_total=1)
    one.tell()
    assert changes(one) == []
    one.answer("a/one", **ONE, releases=(release("v1", "2026-02-01"),), releases_total=1)
    one.tell()
    assert changes(one) == [("release", None, "v1", "2026-02-01T12:00:00Z")]
    assert one.rows("SELECT tag_name, is_draft, first_seen_at FROM releases") == [("v1", 0, "2026-03-01T06:00:00Z")]


def test_archived_and_revived_licence_and_name(one) -> None:
    plain = ONE | {"is_archived": False, "license_spdx": "MIT"}
    one.answer("a/one", **plain)
    one.tell()
    one.later(days=1)
    one.answer("a/one", now="b/one", **(plain | {"is_archived": True, "archived_at": "2026-03-01T20:00:00Z"}))
    one.tell()
    one.answer("b/one", **(plain | {"license_spdx": "NONE"}))
    one.tell()
    assert changes(one) == [
        ("transferred", "a/one", "b/one", "2026-03-02T06:00:00Z"),
        ("archived", None, None, "2026-03-01T20:00:00Z"),
        ("revived", None, None, "2026-03-02T06:00:00Z"),
        ("license_changed", "MIT", "NONE", "2026-03-02T06:00:00Z"),
    ]
    assert one.rows("SELECT DISTINCT project_id FROM changes") == [("one",)]


def test_unknown_before_or_after_makes_no_event(one) -> None:
    one.answer("a/one", **ONE, is_archived=None, license_spdx=None)
    one.tell()
    one.answer("a/one", **ONE, is_archived=True, license_spdx="MIT")
    one.tell()
    one.answer("a/one", **ONE, is_archived=None, license_spdx=None)
    one.tell()
    assert changes(one) == []


def test_a_recording_makes_no_events_and_its_answer_starts_anew(one) -> None:
    one.answer(
        "a/one",
        origin="sandbox",
        node_id="S_1",
        stars=5,
        is_archived=False,
        license_spdx="MIT",
        description="x",
        languages={"C": 1},
        releases=(release("r1", "2023-01-01"),),
        releases_total=1,
    )
    one.tell()
    one.answer("a/one", origin="sandbox", node_id="S_1", stars=5, is_archived=True, license_spdx="NONE")
    one.tell()
    assert changes(one) == []
    one.later(days=1)
    one.answer("a/one", **ONE, stars=7, is_archived=False, license_spdx="Apache-2.0", releases_total=0, releases=())
    one.tell()
    assert changes(one) == []
    assert one.rows("SELECT stars, description, origin FROM repositories") == [(7, None, "live")]
    assert one.rows("SELECT day, stars FROM history") == [("2026-03-02", 7)]
    assert one.rows("SELECT * FROM languages") == one.rows("SELECT * FROM releases") == []


def test_history_has_a_row_for_each_day_that_differs(one) -> None:
    def history() -> list[tuple]:
        return one.rows("SELECT day, stars, contributors FROM history ORDER BY day")

    one.answer("a/one", **ONE, stars=7)
    one.answer("a/one", **ONE, stars=8)
    assert history() == [("2026-03-01", 8, None)]
    one.later(days=1)
    one.answer("a/one", **ONE, stars=8)
    assert history() == [("2026-03-01", 8, None)]
    one.later(days=3)
    one.answer("a/one", **ONE, stars=9)
    one.write(
        [Outcome(subject=one.subject("a/one"), status="ok", record=Repository(contributors=3))], source="contributors"
    )
    assert history() == [("2026-03-01", 8, None), ("2026-03-05", 9, 3)]
    one.answer("a/one", **ONE, stars=8)
    one.write(
        [Outcome(subject=one.subject("a/one"), status="ok", record=Repository(contributors=None))],
        source="contributors",
    )
    assert history() == [("2026-03-01", 8, None)]
