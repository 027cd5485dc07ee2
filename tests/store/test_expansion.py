"""Whole accounts: what the list's choice among their repositories links, unlinks and remembers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import clock
from crawler.model import Outcome, OwnedRepository, OwnerRepositories, Repository, Subject
from crawler.seeds import read_seeds
from crawler.store import transaction
from crawler.store.checks import find_faults
from crawler.store.expansion import _fits, left_out, may_add
from crawler.store.former import keeping_list
from crawler.store.seeds import sync_seeds

Store = Any
"""The fixture's class is in conftest.py, which cannot be imported."""
TREE = "categories: [{name: Made up, subcategories: [{name: Widgets, items: [%s]}]}]\n"


def item(name: str, login: str | None = "acme", repo_url: str | None = None, choice: str = "", more: str = "") -> str:
    fields = [f"name: {name}"]
    fields += [f"project_org: 'https://github.com/{login}'"] if login else []
    fields += [f"repo_url: 'https://github.com/{repo_url}'"] if repo_url else []
    fields += [f"project_org_repositories: {{{choice}}}"] if choice else []
    fields += [more] if more else []
    return f"{{{', '.join(fields)}}}"


def sync(store: Store, *items: str) -> None:
    """A list of these items, written as a refresh does."""
    with transaction(store.connection), keeping_list(store.connection, store.today):
        text = TREE % ", ".join(items)
        path = store.folder / "seeds.yml"
        path.write_text(text, encoding="utf-8")
        sync_seeds(store.connection, read_seeds(path), now=clock.to_text(store.now))


def outcome(login: str, *names: str | OwnedRepository, **more: Any) -> Outcome:
    owned = tuple(OwnedRepository(one) if isinstance(one, str) else one for one in names)
    return Outcome(
        subject=Subject(source="org_repositories", name=login),
        **({"status": "ok", "record": OwnerRepositories(login, owned)} | more),
    )


def listed(store: Store, login: str, *names: str | OwnedRepository) -> None:
    """GitHub's answer about an account, the most starred first."""
    store.write([outcome(login, *names)], source="org_repositories")


def links(store: Store, project: str = "tool") -> list[tuple[str, bool, bool]]:
    """Present name, whether it stands for the project, and whether it was found in the account, in their order."""
    query = (
        "SELECT r.name_with_owner, is_primary, is_expanded FROM project_repositories JOIN repositories r"
        " ON r.id = repository_id WHERE project_id = ? ORDER BY project_repositories.position"
    )
    return [(name, bool(primary), bool(expanded)) for name, primary, expanded in store.rows(query, project)]


def names(store: Store, project: str = "tool") -> list[str]:
    return [name for name, _, _ in links(store, project)]


FORK = OwnedRepository("acme/fork", is_fork=True)
OLD = OwnedRepository("acme/old", is_archived=True)


def test_all_count_but_forks_and_archived_ones_and_the_first_stands_for_the_project(store: Store) -> None:
    sync(store, item("Tool"))
    assert links(store) == []
    listed(store, "acme", FORK, "acme/b", OLD, "acme/a")
    assert links(store) == [("acme/b", True, True), ("acme/a", False, True)]
    sync(store, item("Tool"))
    assert links(store) == [("acme/b", True, True), ("acme/a", False, True)]
    assert store.value("SELECT count(*) FROM repositories") == 2


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("include: ['*']", ["fork", "widget-a", "old", "Gadget"]),
        ("include: [WIDGET-*, fork]", ["fork", "widget-a"]),
        ("exclude: ['widget-*']", ["Gadget"]),
        ("include: ['*'], exclude: [gad*, '*o*']", ["widget-a"]),
        ("include: [acme/gad*]", ["Gadget"]),
        ("include: [acme*]", []),
        ("max: 1", ["widget-a"]),
        ("include: ['*'], max: 2", ["fork", "widget-a"]),
    ],
)
def test_the_list_chooses(store: Store, choice: str, expected: list[str]) -> None:
    listed(store, "acme", FORK, "acme/widget-a", OLD, "acme/Gadget")
    sync(store, item("Tool", choice=choice))
    assert names(store) == [f"acme/{name}" for name in expected]


def test_what_the_item_names_itself_stays_as_the_list_has_it(store: Store) -> None:
    sync(
        store, item("Tool", repo_url="acme/main", more="additional_repos: [{repo_url: 'https://github.com/ACME/two'}]")
    )
    listed(store, "Acme", "acme/a", "acme/MAIN", "acme/two", "acme/b")
    assert links(store) == [
        ("acme/main", True, False),
        ("ACME/two", False, False),
        ("acme/a", False, True),
        ("acme/b", False, True),
    ]


def test_the_cap_counts_what_the_item_names_too(store: Store) -> None:
    sync(store, item("Tool", repo_url="acme/a", choice="max: 2"))
    listed(store, "acme", "acme/a", "acme/b", "acme/c")
    assert names(store) == ["acme/a", "acme/b"]


def test_two_items_may_share_an_account(store: Store) -> None:
    sync(store, item("Tool"), item("Toy", login="ACME", choice="include: [b]"))
    listed(store, "acme", "acme/a", "acme/b")
    assert (names(store), names(store, "toy")) == (["acme/a", "acme/b"], ["acme/b"])
    assert links(store, "toy") == [("acme/b", True, True)]
    assert store.value("SELECT count(*) FROM repositories") == 2


def test_what_is_no_longer_chosen_is_unlinked_and_kept(store: Store) -> None:
    sync(store, item("Tool"))
    listed(store, "acme", "acme/a", "acme/b")
    store.answer("acme/a", database_id=1, stars=5)
    store.later(days=7)
    listed(store, "acme", "acme/b", "acme/c")
    assert links(store) == [("acme/b", True, True), ("acme/c", False, True)]
    assert store.rows("SELECT stars FROM repositories WHERE name_with_owner = 'acme/a'") == [(5,)]
    kept = store.rows("SELECT key, day, row IS NULL FROM former_rows WHERE table_name = 'project_repositories'")
    ids = dict(store.rows("SELECT name_with_owner, id FROM repositories"))
    # On the first day there was nothing before; a week later one goes, one becomes the primary one, one comes.
    assert {(key, gone) for key, day, gone in kept if day == "2026-03-08"} == {
        (f'["tool", {ids["acme/a"]}]', 0),
        (f'["tool", {ids["acme/b"]}]', 0),
        (f'["tool", {ids["acme/c"]}]', 1),
    }
    sync(store, item("Tool", login=None))
    assert names(store) == []
    sync(store, item("Tool"))
    assert names(store) == ["acme/b", "acme/c"]


def test_writing_the_same_list_again_changes_nothing(store: Store) -> None:
    sync(store, item("Tool", repo_url="acme/x"))
    listed(store, "acme", "acme/a", "acme/b")
    before = store.rows("SELECT * FROM project_repositories"), store.rows("SELECT * FROM former_rows")
    store.later(days=1)
    sync(store, item("Tool", repo_url="acme/x"))
    listed(store, "acme", "acme/a", "acme/b")
    assert (store.rows("SELECT * FROM project_repositories"), store.rows("SELECT * FROM former_rows")) == before


@pytest.mark.parametrize(
    "told", [{"status": "missing", "record": None}, {"status": None, "record": None, "error": "no"}]
)
def test_an_account_that_is_gone_or_silent_keeps_what_it_had(store: Store, told: dict[str, Any]) -> None:
    sync(store, item("Tool"))
    listed(store, "acme", "acme/a")
    store.later(days=7)
    store.write([outcome("ACME", **told)], source="org_repositories")
    sync(store, item("Tool"))
    assert names(store) == ["acme/a"]
    ((status, subject),) = store.rows("SELECT status, subject FROM fetches WHERE source = 'org_repositories'")
    assert (status, subject) == (told["status"] or "failed", "acme")


def test_an_account_that_holds_nothing_any_more_has_nothing(store: Store) -> None:
    sync(store, item("Tool", repo_url="other/x"))
    listed(store, "acme", "acme/a")
    listed(store, "acme")
    assert names(store) == ["other/x"]


def test_a_project_that_left_the_list_keeps_its_repositories(store: Store) -> None:
    sync(store, item("Tool"), item("Toy", login="else"))
    listed(store, "acme", "acme/a")
    sync(store, item("Toy", login="else"))
    listed(store, "acme", "acme/b")
    assert names(store) == ["acme/a"]


@pytest.mark.parametrize("order", [("acme/now", "acme/before"), ("acme/before", "acme/now")])
def test_a_former_name_in_the_list_is_not_a_second_repository(store: Store, order: tuple[str, str]) -> None:
    own = item("Tool", repo_url="acme/before", more="branch: dev")
    sync(store, own)
    listed(store, "acme", "acme/now", "acme/b")
    assert len(names(store)) == 3  # nobody knows yet
    subjects = [store.subject(name) for name in order]
    for subject in subjects:
        record = Repository(name_with_owner="acme/now", database_id=7)
        store.write([Outcome(subject=subject, status="ok", record=record)])
    for _ in range(2):
        assert links(store) == [("acme/now", True, False), ("acme/b", False, True)]
        assert store.value("SELECT branch FROM project_repositories WHERE NOT is_expanded") == "dev"
        store.later(days=1)
        sync(store, own)
        listed(store, "acme", "acme/now", "acme/b")


def test_a_rename_since_the_account_was_listed_is_followed(store: Store) -> None:
    sync(store, item("Tool"))
    listed(store, "acme", "acme/before", "acme/b")
    store.answer("acme/before", database_id=7)
    store.later(days=1)
    store.answer("acme/before", now="acme/After", database_id=7)
    sync(store, item("Tool"))
    assert names(store) == ["acme/After", "acme/b"]
    assert store.value("SELECT count(*) FROM repositories") == 2
    store.later(days=1)
    listed(store, "acme", "acme/after", "acme/before", "acme/b")
    # The old name is another repository's now.
    assert names(store) == ["acme/After", "acme/before", "acme/b"]
    assert store.value("SELECT count(*) FROM repositories") == 3


def test_a_name_that_went_to_another_repository_means_that_one(store: Store) -> None:
    sync(store, item("Tool"), item("Toy", login=None, repo_url="acme/a"))
    listed(store, "acme", "acme/a")
    store.answer("acme/a", database_id=1)
    store.answer("acme/a", database_id=2)
    assert store.value("SELECT status FROM repositories") == "replaced"
    store.later(days=7)
    listed(store, "acme", "acme/a")
    (new,) = store.rows("SELECT repository_id, is_primary FROM project_repositories WHERE project_id = 'tool'")
    (old,) = store.rows("SELECT repository_id, is_primary FROM project_repositories WHERE project_id = 'toy'")
    assert new[0] != old[0]
    store.write([Outcome(subject=store.subject_of(new[0]), status="missing")])
    sync(store, item("Tool"), item("Toy", login=None, repo_url="acme/a"))
    assert store.rows("SELECT repository_id, is_primary FROM project_repositories WHERE project_id = 'tool'") == [new]


def test_a_huge_account_brings_what_the_cap_allows(store: Store) -> None:
    sync(store, item("Tool"), item("Toy", login="wee", choice="max: 1"))
    assert may_add(store.connection, ["ACME", "wee"]) == 101
    listed(store, "acme", *(f"acme/n{number}" for number in range(1_500)), FORK)
    listed(store, "wee", "wee/a", "wee/b")
    assert len(names(store)) == 100
    assert [(one.project_id, one.login, one.fitting, one.count) for one in left_out(store.connection)] == [
        ("tool", "acme", 1_500, 1_400),
        ("toy", "wee", 2, 1),
    ]
    assert may_add(store.connection, ["acme"]) == 0


def test_the_check_finds_links_of_no_account(store: Store) -> None:
    sync(store, item("Tool"), item("Toy", login=None))
    listed(store, "acme", "acme/a")
    assert find_faults(store.connection) == []
    with transaction(store.connection):
        store.connection.execute("DELETE FROM project_orgs")
    (finding,) = find_faults(store.connection)
    assert finding.subject == "project_repositories" and finding.text.startswith("1 rows are of a whole account")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=8), st.lists(st.text(max_size=6), max_size=3))
def test_no_glob_is_too_odd(name: str, globs: list[str]) -> None:
    assert _fits(f"acme/{name}", globs) in {True, False}
    assert _fits(f"acme/{name}", ["*"])
