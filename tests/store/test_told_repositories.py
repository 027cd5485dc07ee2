"""What an older program had stored is where the events begin after its file was migrated."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from crawling import yaml

from crawler.model import Outcome, Release, Repository


def migrate(store, status: str, database_id: int | None) -> None:
    """A repository as version 3 left it, and what the migration makes of it."""
    store.sync(yaml("a/one"))
    store.connection.execute(
        "UPDATE repositories SET origin = 'live', status = ?, database_id = ?, license_spdx = 'MIT', is_archived = 0,"
        " license_osi_approved = 1",
        [status, database_id],
    )
    store.connection.execute(
        "INSERT INTO told_repositories (repository_id, database_id, name_with_owner, status, is_archived, license_spdx,"
        " license_osi_approved) SELECT id, database_id, name_with_owner, status, is_archived, license_spdx,"
        " license_osi_approved FROM repositories"
    )
    store.connection.execute("UPDATE projects SET is_told = 1")


def answered(store, status: str, **fields: object) -> list[tuple]:
    """The events of the next answer."""
    record = Repository(name_with_owner="a/one", database_id=1, **fields) if status == "ok" else None
    store.later(days=1)
    store.write([Outcome(subject=store.subject("a/one"), status=status, record=record)])
    store.tell()
    return store.rows("SELECT kind, before, after FROM changes ORDER BY id")


def test_what_changed_since_the_older_program_is_told(store) -> None:
    migrate(store, "ok", 1)
    facts = {"license_spdx": "NONE", "license_osi_approved": False, "is_archived": True}
    told = [("archived", None, None), ("license_changed", "MIT", "NONE")]
    assert answered(store, "ok", stars=12_000, latest_commit_at="2020-01-01T00:00:00Z", **facts) == told
    assert answered(store, "ok", stars=12_000, **facts) == told, "stars and activity begin here"


@pytest.mark.parametrize(
    ("before", "database_id", "after", "told"),
    [
        ("missing", 1, "blocked", [("gone", None, "blocked")]),
        ("missing", 1, "ok", []),
        ("gone", 1, "ok", [("back", "gone", None)]),
        ("gone", 1, "blocked", [("gone", "gone", "blocked")]),
        ("blocked", None, "ok", []),
        ("missing", None, "blocked", []),
    ],
)
def test_a_state_that_the_older_program_had_seen(store, before, database_id, after, told) -> None:
    migrate(store, before, database_id)
    assert answered(store, after) == told


def releases_on(store, day: str, *releases: Release) -> list[tuple]:
    """The release events of an answer with these, at six o'clock of a day."""
    store.now = datetime.fromisoformat(f"{day}T06:00:00+00:00")
    seen = store.value("SELECT coalesce(max(id), 0) FROM changes")
    store.answer("a/one", database_id=1, releases_total=len(releases), releases=releases)
    store.tell()
    rows = store.rows("SELECT kind, after, at, detail FROM changes WHERE id > ? ORDER BY id", seen)
    return [(kind, after, at, json.loads(detail)) for kind, after, at, detail in rows]


def at(tag: str, moment: str, *, is_prerelease: bool = False) -> Release:
    return Release(tag_name=tag, published_at=moment, is_draft=False, is_prerelease=is_prerelease)


def test_a_tag_that_is_made_anew_every_night_swallows_no_release(store) -> None:
    store.sync(yaml("a/one"))
    first, later = "2026-03-01T05:30:00Z", "2026-03-03T05:30:00Z"
    assert releases_on(store, "2026-03-01", at("nightly", first), at("v1.0.0", "2026-01-01T00:00:00Z")) == []
    assert releases_on(store, "2026-03-02", at("nightly", "2026-03-02T05:30:00Z")) == []
    major = at("v2.0.0", "2026-03-03T04:30:00Z")
    level = {"level": "major"}
    assert releases_on(store, "2026-03-03", at("nightly", later), major) == [
        ("release", "v2.0.0", "2026-03-03T04:30:00Z", level)
    ]
    assert releases_on(store, "2026-03-04", at("nightly", "2026-03-04T05:30:00Z"), major) == []
    late = at("v1.9.0", "2026-03-03T04:00:00Z")
    assert releases_on(store, "2026-03-05", late, major) == [], "older than the newest that was told"
    assert releases_on(store, "2026-03-05", at("v2.0.1", "2026-03-05T04:00:00Z"), major) == [
        ("release", "v2.0.1", "2026-03-05T04:00:00Z", {"level": "patch"})
    ]


def test_a_pre_release_that_becomes_the_release_is_told_once_more(store) -> None:
    store.sync(yaml("a/one"))
    known = at("v8.0.0", "2026-01-01T00:00:00Z")
    early = at("v8.1.0", "2026-02-01T00:00:00Z", is_prerelease=True)
    assert releases_on(store, "2026-03-01", early, known) == []
    pre, full = (at("v9.0.0", "2026-03-01T12:00:00Z", is_prerelease=flag) for flag in (True, False))
    assert [event[1::2] for event in releases_on(store, "2026-03-02", pre, early)] == [("v9.0.0", {"level": "pre"})]
    candidate = at("v9.1.0-rc.1", "2026-03-02T07:00:00Z")
    assert len(releases_on(store, "2026-03-03", candidate, pre)) == 1
    detail = {"level": "major", "was_prerelease": True}
    assert releases_on(store, "2026-03-04", full, candidate) == [("release", "v9.0.0", "2026-03-04T06:00:00Z", detail)]
    assert releases_on(store, "2026-03-05", pre, candidate) == []
    assert releases_on(store, "2026-03-06", full, candidate) == [], "once"
    promoted = at("v8.1.0", "2026-02-01T00:00:00Z")
    assert [event[1] for event in releases_on(store, "2026-03-07", promoted)] == ["v8.1.0"], "known from the first day"


def stars_on(store, *counts: tuple[int, int]) -> list[tuple]:
    """The bursts of answers: days after the first of March, and the stars."""
    store.sync(yaml("a/one"))
    begin = store.now
    for days, stars in counts:
        store.now = begin + timedelta(days=days)
        store.answer("a/one", database_id=1, stars=stars, created_at="2020-01-01T00:00:00Z")
        store.tell()
    query = "SELECT before, after, detail, at FROM changes WHERE kind = 'star_burst' ORDER BY id"
    return [(int(row[0]), int(row[1]), json.loads(row[2])["gained"], row[3][:10]) for row in store.rows(query)]


def test_a_dip_of_a_day_makes_no_burst(store) -> None:
    days = [(day, 700 if day == 9 else 830) for day in range(18)]
    assert stars_on(store, *days) == []


def test_a_burst_that_is_interrupted_is_one(store) -> None:
    counts = [621] * 8 + [821, 700, 830, *[836] * 12]
    assert stars_on(store, *enumerate(counts)) == [(621, 821, 200, "2026-03-09")]


def test_a_burst_after_another_is_told(store) -> None:
    counts = [600] * 8 + [800] * 20 + [1_300] * 2
    assert [burst[:2] for burst in stars_on(store, *enumerate(counts))] == [(600, 800), (800, 1_300)]


def test_across_a_gap_before_and_after_tell_what_was_gained(store) -> None:
    # 170 in the fifteen days before the last six, of which one day counts, and 600 since.
    assert stars_on(store, (0, 830), (15, 1_000), (21, 1_600)) == [(989, 1_600, 611, "2026-03-22")]
