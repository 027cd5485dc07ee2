"""A list that changes from refresh to refresh, and what the database makes of it: nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

ITEM = """
          - name: {name}
            repo_url: https://github.com/{repository}"""


def listing(*items: str, second: str = "") -> str:
    """Items in Run > All; `second` is what stands in Build > All."""
    return f"""
groups: [{{name: Dev, categories: [Build]}}]
categories:
  - name: Run
    subcategories:
      - name: All
        items: {"".join(items) or "[{name: Stays}]"}
  - name: Build
    subcategories:
      - name: All
        items: {second or "[{name: Builder}]"}
"""


def item(name: str, repository: str, more: str = "") -> str:
    return ITEM.format(name=name, repository=repository) + more


FORMER = "\n            former_repo_urls: [https://github.com/{}]"


def projects(store) -> list[tuple]:
    return store.rows("SELECT id, name, subcategory_id, removed_at IS NOT NULL FROM projects ORDER BY id")


def links(store) -> list[tuple]:
    return store.rows(
        "SELECT project_id, name_with_owner, seeded_name, is_primary FROM project_repositories"
        " JOIN repositories ON id = repository_id ORDER BY project_id, position"
    )


def test_a_project_that_left_the_list_is_marked_and_comes_back(store) -> None:
    store.sync(listing(item("One", "o/one"), item("Two", "o/two")))
    store.answer("o/two", stars=7, node_id="R_2", database_id=2)
    first = store.value("SELECT first_seeded_at FROM projects WHERE id = 'two'")
    store.later(days=1)
    store.sync(listing(item("One", "o/one")))
    removed = store.value("SELECT removed_at FROM projects WHERE id = 'two'")
    assert removed == "2026-03-02T06:00:00Z"
    assert store.value("SELECT stars FROM repositories WHERE name_with_owner = 'o/two'") == 7
    assert ("two", "o/two", "o/two", 1) in links(store)
    assert store.rows("SELECT project_id FROM landscape WHERE project_id = 'two'") == []
    store.later(days=1)
    store.sync(listing(item("One", "o/one")))
    assert store.value("SELECT removed_at FROM projects WHERE id = 'two'") == removed
    store.sync(listing(item("One", "o/one"), item("Two", "o/two")))
    assert store.rows("SELECT removed_at, first_seeded_at FROM projects WHERE id = 'two'") == [(None, first)]
    assert store.value("SELECT stars FROM landscape WHERE project_id = 'two'") == 7
    assert store.value("SELECT count(*) FROM repositories") == 2


def test_a_project_that_left_is_not_asked_about(store) -> None:
    from crawler.store.subjects import owner_candidates, repository_candidates

    store.sync(listing(item("One", "a/one"), item("Two", "b/two")))
    store.sync(listing(item("One", "a/one")))
    asked = repository_candidates(store.connection, "github", origin="live")
    assert [candidate.subject.name for candidate in asked] == ["a/one"]
    owners = owner_candidates(store.connection, "sponsors", origin="live", prospective=True)
    assert [candidate.subject.name for candidate in owners] == ["a"]


def test_a_project_moves_to_another_category(store) -> None:
    store.sync(listing(item("One", "o/one"), item("Two", "o/two")))
    store.sync(listing(item("One", "o/one"), second=item("Two", "o/two")))
    assert ("two", "Two", "build--all", 0) in projects(store)
    assert store.rows("SELECT subcategory_id, is_primary FROM project_subcategories WHERE project_id = 'two'") == [
        ("build--all", 1)
    ]
    assert store.value("SELECT \"group\" FROM landscape WHERE project_id = 'two'") == "Dev"


def test_a_second_path_is_a_second_place_of_the_same_project(store) -> None:
    store.sync(listing(item("One", "o/one", '\n            second_path: "Build / All"')))
    places = "SELECT subcategory_id, is_primary FROM project_subcategories WHERE project_id = 'one' ORDER BY 1"
    assert store.rows(places) == [("build--all", 0), ("run--all", 1)]
    store.sync(listing(item("One", "o/one")))
    assert store.rows(places) == [("run--all", 1)]


def test_a_renamed_project_is_another_with_the_same_repository(store) -> None:
    store.sync(listing(item("One", "o/one")))
    store.answer("o/one", stars=7, node_id="R_1", database_id=1)
    store.sync(listing(item("Uno", "o/one")))
    assert [row for row in projects(store) if row[0] in {"one", "uno"}] == [
        ("one", "One", "run--all", 1),
        ("uno", "Uno", "run--all", 0),
    ]
    assert store.value("SELECT stars FROM landscape WHERE project_id = 'uno'") == 7
    assert store.value("SELECT count(*) FROM repositories") == 1


def test_an_id_of_its_own_carries_a_project_over_a_new_name(store) -> None:
    store.sync(listing(item("One", "o/one", "\n            id: first")))
    store.sync(listing(item("Uno", "o/one", "\n            id: first")))
    assert ("first", "Uno", "run--all", 0) in projects(store)


def test_categories_and_groups_that_left_are_marked(store) -> None:
    store.sync(listing(item("One", "o/one")))
    store.sync("categories: [{name: Run, subcategories: [{name: All, items: [{name: One}]}]}]\n")
    for table, kept, gone in (("categories", "run", "build"), ("subcategories", "run--all", "build--all")):
        assert store.rows(f"SELECT id FROM {table} WHERE removed_at IS NULL") == [(kept,)]
        assert store.rows(f"SELECT id FROM {table} WHERE removed_at IS NOT NULL") == [(gone,)]
    assert store.rows("SELECT id FROM groups WHERE removed_at IS NULL") == []
    assert store.rows("SELECT name_with_owner FROM repositories") == [("o/one",)]


def test_a_moved_repository_is_found_under_its_former_name(store) -> None:
    store.sync(listing(item("One", "old/one")))
    store.answer("old/one", stars=7, node_id="R_1", database_id=1)
    store.sync(listing(item("One", "fresh/one", FORMER.format("old/one"))))
    assert store.value("SELECT count(*) FROM repositories") == 1
    assert links(store) == [("one", "old/one", "fresh/one", 1)]
    store.answer("old/one", now="fresh/one", stars=8, node_id="R_1", database_id=1)
    assert links(store) == [("one", "fresh/one", "fresh/one", 1)]
    assert store.rows("SELECT former_name FROM former_names") == [("old/one",)]


@pytest.mark.parametrize("was_tried", [False, True])
def test_a_repository_that_never_answered_takes_its_new_name_at_once(store, was_tried: bool) -> None:
    from crawler.model import Outcome
    from crawler.store.subjects import repository_candidates

    store.sync(listing(item("One", "old/one")))
    if was_tried:
        store.write([Outcome(subject=store.subject("old/one"), error="HTTP 500")])
    store.sync(listing(item("One", "fresh/one", FORMER.format("old/one"))))
    assert store.rows("SELECT name_with_owner, url FROM repositories") == [
        ("fresh/one", "https://github.com/fresh/one")
    ]
    store.answer("fresh/one", stars=8, node_id="R_1", database_id=1)
    assert [c.last_status for c in repository_candidates(store.connection, "github", origin="live")] == ["ok"]
    assert store.rows("SELECT subject, status FROM fetches") == [("fresh/one", "ok")]


def test_old_and_new_name_in_either_order_are_one_repository(store) -> None:
    moved = item("New", "fresh/one", FORMER.format("old/one"))
    store.sync(listing(moved, item("Old", "old/one")))
    assert links(store) == [("new", "fresh/one", "fresh/one", 1), ("old", "fresh/one", "old/one", 1)]
    store.connection.executescript(
        "DELETE FROM project_repositories; DELETE FROM former_names; DELETE FROM repositories"
    )
    store.sync(listing(item("Old", "old/one"), moved))
    assert links(store) == [("new", "fresh/one", "fresh/one", 1), ("old", "fresh/one", "old/one", 1)]


def test_two_projects_with_one_repository_in_any_spelling(store) -> None:
    store.sync(listing(item("One", "Own/Repo"), item("Two", "own/repo")))
    assert store.value("SELECT count(*) FROM repositories") == 1
    assert links(store) == [("one", "Own/Repo", "Own/Repo", 1), ("two", "Own/Repo", "own/repo", 1)]


def test_further_repositories_of_a_project(store) -> None:
    more = "\n            additional_repos: [{repo_url: https://github.com/o/more, branch: next}]"
    store.sync(listing(item("One", "o/one", more)))
    assert links(store) == [("one", "o/one", "o/one", 1), ("one", "o/more", "o/more", 0)]
    assert store.rows("SELECT branch FROM project_repositories ORDER BY position") == [(None,), ("next",)]
    assert store.rows("SELECT repository, repositories FROM landscape WHERE project_id = 'one'") == [("o/one", 2)]


def test_syncing_the_same_list_again_changes_nothing(store) -> None:
    text = listing(item("One", "o/one"), item("Two", "o/two", '\n            second_path: "Build / All"'))
    store.sync(text)
    tables = ("groups", "categories", "subcategories", "projects", "project_subcategories", "project_repositories")
    before = [store.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in (*tables, "repositories")]
    schema = store.value("PRAGMA schema_version")
    store.later(days=1)
    store.sync(text)
    assert store.value("PRAGMA schema_version") == schema
    assert [store.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in (*tables, "repositories")] == before


def test_the_index_finds_what_is_listed_only(store) -> None:
    search = "SELECT name FROM projects_fts WHERE projects_fts MATCH ?"
    store.sync(listing(item("Spin", "fermyon/spin"), item("Lunatic", "lunatic/lunatic")))
    assert [name.strip() for (name,) in store.rows(search, "fermyon")] == ["Spin"]
    store.sync(listing(item("Lunatic", "lunatic/lunatic")))
    assert store.rows(search, "fermyon") == []


def test_a_fault_in_the_middle_leaves_the_list_before(store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.sync(listing(item("One", "o/one")))
    before = projects(store), links(store)

    def broken(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crawler.store.seeds.index_projects", broken)
    with pytest.raises(KeyboardInterrupt):
        store.sync(listing(item("Two", "o/two")))
    assert (projects(store), links(store)) == before
