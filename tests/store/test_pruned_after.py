"""What is taken away of days after one, and what stays: on a file that knows later days."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from conftest import release
from crawling import yaml

from crawler.figures.compute import compute_totals
from crawler.store import transaction
from crawler.store.changes import Change, write_changes
from crawler.store.prune_after import Pruned, prune_after
from crawler.store.totals import write_totals

AHEAD = "2027-03-05T06:00:00+00:00"
FIELDS = "SELECT field, day, value FROM former_values WHERE field IN ('', 'license_spdx') ORDER BY field, day"


def prune(store, day: str, now: str) -> Pruned:
    with transaction(store.connection):
        return prune_after(store.connection, date.fromisoformat(day), datetime.fromisoformat(f"{now}+00:00"))


@pytest.fixture
def ahead(store):
    """Answers of three sound days, then of a day a year ahead, and of the day after that."""
    store.sync(yaml("a/one"))
    for day, licence in (("03-01", "MIT"), ("03-02", "MIT"), ("03-03", "ISC")):
        store.now = datetime.fromisoformat(f"2026-{day}T06:00:00+00:00")
        answer(store, licence)
    for stars, licence in ((20, "Apache-2.0"), (30, "BSD-3-Clause")):
        store.now = datetime.fromisoformat(AHEAD) if stars == 20 else store.now
        answer(store, licence, stars)
        store.later(days=1)
    return store


def answer(store, licence: str, stars: int = 10) -> None:
    store.answer("a/one", database_id=1, license_spdx=licence, stars=stars, releases=(release("v1", "2026-01-01"),))
    with transaction(store.connection):
        figures = compute_totals(store.connection, day=store.today, origin="live")
        write_totals(store.connection, figures, day=store.today, origin="live")
    store.tell()


def test_what_changed_later_counts_as_of_the_day_after(ahead) -> None:
    kept = ahead.rows("SELECT * FROM history WHERE day <= '2026-03-02'")
    done = prune(ahead, "2026-03-02", "2026-03-09T12:00:00")
    assert {name: done.gone[name] for name in ("computed_days", "history")} == {"computed_days": 3, "history": 2}
    assert ahead.rows(FIELDS) == [("", "2026-03-01", None), ("license_spdx", "2026-03-03", "MIT")]
    assert ahead.rows("SELECT * FROM history WHERE day <= '2026-03-02'") == kept
    assert ahead.rows("SELECT day, stars FROM history ORDER BY day") == [("2026-03-01", 10), ("2026-03-03", 30)]
    assert set(ahead.rows("SELECT first_day, last_day FROM answered_days")) == {("2026-03-01", "2026-03-03")}
    assert ahead.rows("SELECT fetched_at, fresh_until FROM fetches") == [("2026-03-03T23:59:59Z",) * 2]
    assert ahead.value("SELECT max(observed_at) FROM changes") == "2026-03-03T23:59:59Z"


def test_today_is_the_latest_that_anything_can_have_changed(ahead) -> None:
    prune(ahead, "2026-03-03", "2026-03-03T12:00:00")
    # The first change of that day wins: what was before it is known.
    assert ahead.rows(FIELDS) == [("", "2026-03-01", None), ("license_spdx", "2026-03-03", "MIT")]
    assert ahead.rows("SELECT day, stars FROM history ORDER BY day") == [("2026-03-01", 10), ("2026-03-03", 30)]
    assert ahead.value("SELECT max(fetched_at) FROM fetches") == "2026-03-03T12:00:00Z"
    # Two days of the later ones were computed: of the newest that stays, all that is kept is there.
    assert ahead.value("SELECT count(*) FROM totals WHERE scope = 'landscape' AND day = '2026-03-03'") > 5
    assert prune(ahead, "2026-03-03", "2026-03-03T12:00:00") == Pruned({}, {})


def test_an_event_that_only_the_clock_made_goes_and_its_number_with_it(ahead) -> None:
    (told,) = ahead.rows("SELECT max(id) FROM changes")[0]
    with transaction(ahead.connection):
        kinds = [Change(kind=kind, repository_id=1) for kind in ("star_burst", "activity_stopped")]
        write_changes(ahead.connection, kinds, observed_at="2027-03-06T06:00:00Z")
    ahead.connection.execute("UPDATE told_repositories SET is_active = 0, burst_since = '2027-03-06'")
    assert prune(ahead, "2026-03-03", "2026-03-03T12:00:00").gone["changes"] == 2
    assert ahead.rows("SELECT is_active, burst_since FROM told_repositories") == [(1, None)]
    with transaction(ahead.connection):
        write_changes(ahead.connection, [Change(kind="archived", repository_id=1)], observed_at="2026-03-04T06:00:00Z")
    assert ahead.value("SELECT id FROM changes WHERE kind = 'archived'") == told + 3
