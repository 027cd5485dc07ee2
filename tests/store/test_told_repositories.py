"""What an older program had stored is where the events begin after its file was migrated."""

from __future__ import annotations

import pytest
from crawling import yaml

from crawler.model import Outcome, Repository


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
