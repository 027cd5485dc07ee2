"""What other hosts tell fills gaps and follows dates; it takes nothing away from what GitHub itself has said."""

from __future__ import annotations

import pytest
from crawling import yaml

from crawler.model import Observation, Outcome, Repository, Validator
from crawler.store.memory import StoreMemory, keep_validator

KNOWN = {"node_id": "R_1", "database_id": 1, "stars": 10, "forks": 2, "license_spdx": "MIT", "description": "GitHub's"}


@pytest.fixture
def one(store):
    store.sync(yaml("a/one"))
    return store


def told(store, seen: str | None, *, source: str = "ecosystems", **fields) -> None:
    """Another host's answer."""
    observation = Observation(f"https://{source}.example/a/one", seen, "share-alike")
    outcome = Outcome(subject=store.subject_of(1), status="ok", record=Repository(**fields), observation=observation)
    store.write([outcome], source=source)


def figures(store) -> tuple:
    return store.rows("SELECT stars, license_spdx, description, figures_source FROM repositories")[0]


def test_later_dates_move_the_counts_and_never_githubs_words(one) -> None:
    one.answer("a/one", **KNOWN)
    for day, stars in (("2026-03-02", 11), ("2026-03-03", 12)):
        told(one, f"{day}T00:00:00Z", stars=stars, license_spdx="Apache-2.0", description="theirs")
        assert figures(one) == (stars, "MIT", "GitHub's", "ecosystems")
    told(one, "2026-03-02T12:00:00Z", stars=1)
    told(one, None, source="depsdev", stars=2)
    assert figures(one)[0] == 12


def test_what_github_confirms_later_is_asked_for_anew(one) -> None:
    one.answer("a/one", **KNOWN)
    keep_validator(one.connection, Validator("/repos/a/one", '"x"', None, "me"))
    memory = StoreMemory(one.connection)
    told(one, "2026-02-01T00:00:00Z", stars=11)
    assert memory.find_validator("me", "/repos/a/one") is not None
    told(one, "2026-03-02T00:00:00Z", stars=11)
    # "Not changed" would be said of figures that are no longer there.
    assert memory.find_validator("me", "/repos/a/one") is None


def test_an_older_tag_stays_out(one) -> None:
    one.answer("a/one", **KNOWN, latest_tag="v2.0", latest_tag_at="2026-02-20T00:00:00Z")
    told(one, "2025-01-01T00:00:00Z", source="feeds", latest_tag="v1.0", latest_tag_at="2025-01-01T00:00:00Z")
    assert one.rows("SELECT latest_tag, figures_source FROM repositories") == [("v2.0", "github")]
    told(one, "2026-02-28T00:00:00Z", source="feeds", latest_tag="v2.1", latest_tag_at="2026-02-28T00:00:00Z")
    assert one.rows("SELECT latest_tag FROM repositories") == [("v2.1",)]


def test_an_empty_repository_stays_so_where_the_answer_does_not_speak_of_commits(one) -> None:
    record = Repository(name_with_owner="a/one", **KNOWN, latest_commit_oid=None)
    one.write([Outcome(subject=one.subject_of(1), status="empty", record=record)])
    one.answer("a/one", stars=11)
    assert one.rows("SELECT status, stars FROM repositories") == [("empty", 11)]
    one.answer("a/one", latest_commit_oid="abc")
    assert one.rows("SELECT status FROM repositories") == [("ok",)]
