"""Who a repository is: GitHub's id decides, names lead and mislead."""

from __future__ import annotations

from typing import Any

import pytest
from crawling import yaml

from crawler.model import Outcome, Repository
from crawler.store.subjects import repository_candidates

BOTH = """
categories:
  - name: Run
    subcategories:
      - name: All
        items:
          - name: Both
            repo_url: https://github.com/{}
            additional_repos: [{{repo_url: https://github.com/{}}}]
"""


def ok(store, name: str, now: str, database_id: int | None, **fields: Any) -> Outcome:
    record = Repository(name_with_owner=now, node_id=f"R_{database_id}", database_id=database_id, **fields)
    return Outcome(subject=store.subject(name), status="ok", record=record)


def fetches(store) -> list[tuple]:
    return store.rows(
        "SELECT source, subject, name_with_owner, f.status FROM fetches f JOIN repositories r ON r.id = repository_id"
        " ORDER BY source, subject"
    )


def due(store, source: str = "github") -> list[tuple]:
    return [(c.subject.name, c.last_status) for c in repository_candidates(store.connection, source, origin="live")]


@pytest.mark.parametrize("order", [("a/old", "b/now"), ("b/now", "a/old")])
def test_two_seeded_names_of_one_repository_become_one_row(store, order: tuple[str, str]) -> None:
    store.sync(yaml("a/old", "b/now"))
    store.write([ok(store, name, "b/now", 1, stars=7, languages={"C": 5}) for name in order])
    assert store.rows("SELECT name_with_owner, stars FROM repositories") == [("b/now", 7)]
    assert store.rows("SELECT project_id, seeded_name FROM project_repositories ORDER BY 1") == [
        ("now", "b/now"),
        ("old", "a/old"),
    ]
    assert store.rows("SELECT former_name FROM former_names") == [("a/old",)]
    assert fetches(store) == [("github", "b/now", "b/now", "ok")]
    store.sync(yaml("a/old", "b/now"))
    assert due(store) == [("b/now", "ok")]


def test_a_row_that_has_a_replacement_cost_can_still_become_another(store) -> None:
    store.sync(yaml("a/old", "b/now"))
    store.write([ok(store, "a/old", "a/old", 1)])
    store.connection.execute(
        "INSERT INTO replacement_costs SELECT id, '2026-11-22', '1', '1', '2', '3', 'USD', 'x' FROM repositories"
    )
    store.write([ok(store, name, "b/now", 1) for name in ("b/now", "a/old")])
    assert store.rows(
        "SELECT name_with_owner, central FROM repositories JOIN replacement_costs ON repository_id = id"
    ) == [("b/now", "2")]


@pytest.mark.parametrize("order", [("a/old", "b/now"), ("b/now", "a/old")])
@pytest.mark.parametrize("listed", [("a/old", "b/now"), ("b/now", "a/old")])
def test_a_project_that_names_a_repository_twice_keeps_a_primary_one(
    store, order: tuple[str, str], listed: tuple[str, str]
) -> None:
    store.sync(BOTH.format(*listed))
    store.write([ok(store, name, "b/now", 1, stars=7) for name in order])
    for _ in range(2):
        assert store.rows("SELECT repository, stars, repositories FROM landscape") == [("b/now", 7, 1)]
        store.sync(BOTH.format(*listed))


def test_a_new_name_in_the_list_leads_to_the_row_that_has_the_past(store) -> None:
    store.sync(yaml("a/old"))
    store.write([ok(store, "a/old", "a/old", 1, stars=7)])
    store.tell()
    kept = store.value("SELECT id FROM repositories")
    store.later(days=1)
    store.sync(yaml("b/now"))
    assert due(store) == [("b/now", None)]
    store.write([ok(store, "b/now", "b/now", 1, stars=9)])
    store.tell()
    assert store.rows("SELECT id, name_with_owner, stars FROM repositories") == [(kept, "b/now", 9)]
    assert store.rows("SELECT day, stars FROM history") == [("2026-03-01", 7), ("2026-03-02", 9)]
    assert store.rows("SELECT kind, before, after, project_id FROM changes ORDER BY id") == [
        ("seed_added", None, "now", "now"),
        ("seed_removed", "old", None, "old"),
        ("transferred", "a/old", "b/now", "now"),
    ]
    assert store.rows("SELECT project_id, repository_id FROM project_repositories ORDER BY 1") == [
        ("now", kept),
        ("old", kept),
    ]


def test_a_failure_of_one_name_does_not_hide_the_answer_of_the_other(store) -> None:
    store.sync(yaml("a/old", "b/now"))
    store.write([ok(store, "a/old", "b/now", 1, stars=7)])
    other = store.rows("SELECT id FROM repositories WHERE database_id IS NULL")[0][0]
    failed = Outcome(subject=store.subject_of(other), error="HTTP 500")
    store.write([failed])
    store.later(days=1)
    store.write(
        [
            Outcome(
                subject=store.subject_of(other),
                status="ok",
                record=Repository(name_with_owner="b/now", node_id="R_1", database_id=1, stars=8),
            )
        ]
    )
    assert store.rows("SELECT name_with_owner, stars FROM repositories") == [("b/now", 8)]
    assert fetches(store) == [("github", "b/now", "b/now", "ok")]


def test_a_name_that_belongs_to_somebody_else_overwrites_nothing(store) -> None:
    store.sync(yaml("a/one"))
    store.write([ok(store, "a/one", "a/one", 1, stars=700, description="the real one", languages={"C": 5})])
    store.tell()
    before = store.rows("SELECT * FROM repositories"), store.rows("SELECT * FROM history")
    store.later(days=1)
    store.write([ok(store, "a/one", "a/one", 2, stars=1, description="an impostor", languages={"PHP": 5})])
    store.tell()
    row = store.rows("SELECT status, stars, description, database_id, fetched_at FROM repositories")
    assert row == [("replaced", 700, "the real one", 1, "2026-03-01T06:00:00Z")]
    assert "id 2, not 1" in store.value("SELECT status_note FROM repositories")
    assert store.rows("SELECT language FROM languages") == [("C",)]
    assert store.rows("SELECT * FROM history") == before[1]
    told = [("replaced", "1", "2")]
    assert store.rows("SELECT kind, before, after FROM changes") == told
    store.later(days=1)
    store.write([ok(store, "a/one", "a/one", 1, stars=701)])
    store.tell()
    assert store.rows("SELECT kind, before, after FROM changes") == [*told, ("back", "replaced", None)]
    assert store.rows("SELECT status, status_note, stars FROM repositories") == [("ok", None, 701)]


def test_the_impostor_may_be_in_the_list_itself(store) -> None:
    """`b/two` was renamed to the name of `a/one`, which is gone: both keep their rows, and neither is asked twice."""
    store.sync(yaml("a/one", "b/two"))
    store.write([ok(store, "a/one", "a/one", 1, stars=700), ok(store, "b/two", "b/two", 2, stars=20)])
    one, two = (store.subject(name) for name in ("a/one", "b/two"))
    for _ in range(3):
        store.later(days=1)
        store.write(
            [
                Outcome(
                    subject=subject,
                    status="ok",
                    record=Repository(name_with_owner="a/one", node_id="R_2", database_id=2, stars=21),
                )
                for subject in (one, two)
            ]
        )
        store.sync(yaml("a/one", "b/two"))
        assert store.rows(
            "SELECT project_id, database_id, stars, r.status FROM project_repositories"
            " JOIN repositories r ON r.id = repository_id ORDER BY 1"
        ) == [("one", 1, 700, "replaced"), ("two", 2, 21, "ok")]
        assert sorted(due(store)) == [("a/one", "ok"), ("a/one", "replaced")]
        assert fetches(store) == [("github", "a/one", "a/one", "ok"), ("github", "a/one#1", "a/one", "replaced")]


def test_a_node_id_may_change_while_the_repository_stays(store) -> None:
    store.sync(yaml("a/one"))
    store.write([ok(store, "a/one", "a/one", 1, stars=7)])
    store.tell()
    store.later(days=1)
    store.write(
        [
            Outcome(
                subject=store.subject("a/one"),
                status="ok",
                record=Repository(name_with_owner="a/one", node_id="R_new", database_id=1, stars=8),
            )
        ]
    )
    store.tell()
    assert store.rows("SELECT node_id, database_id, stars, status FROM repositories") == [("R_new", 1, 8, "ok")]
    assert store.rows("SELECT count(*) FROM changes") == [(0,)]


def test_an_answer_without_ids_takes_none_away(store) -> None:
    store.sync(yaml("a/one"))
    store.write([ok(store, "a/one", "a/one", 1, stars=7)])
    store.write(
        [
            Outcome(
                subject=store.subject("a/one"),
                status="ok",
                record=Repository(name_with_owner="a/one", node_id=None, database_id=None, stars=8),
            )
        ]
    )
    assert store.rows("SELECT node_id, database_id, stars FROM repositories") == [("R_1", 1, 8)]


def test_another_spelling_of_the_name_is_no_rename(store) -> None:
    store.sync(yaml("acme/widget"))
    store.write([ok(store, "acme/widget", "acme/widget", 1, stars=7)])
    store.tell()
    store.later(days=1)
    store.write([ok(store, "acme/widget", "Acme/Widget", 1, stars=7)])
    store.tell()
    assert store.value("SELECT name_with_owner FROM repositories") == "Acme/Widget"
    assert store.rows("SELECT count(*) FROM former_names") == [(0,)]
    assert store.rows("SELECT count(*) FROM changes") == [(0,)]


def test_going_back_to_a_former_name_leaves_only_the_other_one(store) -> None:
    store.sync(yaml("a/one"))
    for now in ("a/one", "b/two", "a/one"):
        store.later(days=1)
        name = store.value("SELECT name_with_owner FROM repositories")
        store.write([ok(store, name, now, 1, stars=7)])
        store.tell()
    assert store.rows("SELECT former_name FROM former_names") == [("b/two",)]
    assert store.rows("SELECT before, after FROM changes ORDER BY id") == [("a/one", "b/two"), ("b/two", "a/one")]


def test_very_long_and_odd_names_are_kept_as_they_are(store) -> None:
    name = f"{'o' * 39}/{'n' * 100}"
    store.sync(yaml(name))
    description = "'; DROP TABLE repositories; -- \u202e\U0001f980 " + "x" * 100_000
    store.write([ok(store, name, name, 2**63 - 1, stars=0, description=description, topics=("a'b", '"'))])
    assert store.rows("SELECT name_with_owner, description, topics, stars, database_id FROM repositories") == [
        (name, description, '["a\'b", "\\""]', 0, 2**63 - 1)
    ]
