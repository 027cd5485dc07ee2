"""Repositories that move, are replaced or are listed twice, from list and HTTP to the rows."""

from __future__ import annotations

from crawling import COMPUTED, Landscape

from crawler.sandbox.world import Repository
from crawler.store.repositories import MEMORY

ONE, TWO = "acme-00/widget-0", "acme-00/widget-1"
MOVED = "elsewhere/gadget"


def facts(landscape: Landscape) -> list[tuple[object, ...]]:
    return landscape.rows("SELECT name_with_owner, database_id, stars, status FROM repositories ORDER BY id")


def fact(repository: Repository, status: str = "ok") -> tuple[object, ...]:
    return repository.name_with_owner, repository.database_id, repository.stars, status


def test_a_rename_is_followed_noted_and_costs_nothing_twice(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO)
    landscape.refresh()
    before = landscape.rows("SELECT source, fetched_at, fresh_until FROM fetches WHERE subject = ? ORDER BY 1", ONE)
    assert [source for source, *_ in before] == ["contributors", "first_commit", "funding_json", "github"]
    landscape.world.rename(ONE, MOVED)
    landscape.later(days=1)
    landscape.refresh()
    row = landscape.repository(MOVED)
    assert (row["url"], row["owner_login"]) == (f"https://github.com/{MOVED}", "elsewhere")
    assert landscape.rows("SELECT former_name FROM former_names WHERE repository_id = ?", row["id"]) == [(ONE,)]
    assert landscape.rows("SELECT kind, before, after, project_id FROM changes") == [
        ("transferred", ONE, MOVED, "widget-0")
    ]
    assert landscape.rows("SELECT * FROM fetches WHERE subject = ?", ONE) == []
    # The sources that were fresh stay so under the new name; only the new owner is news.
    after = landscape.rows("SELECT source, fetched_at, fresh_until FROM fetches WHERE subject = ? ORDER BY 1", MOVED)
    assert after[:3] == before[:3]
    assert [seen.operation for seen in landscape.server.log] == ["CoreById", "Sponsors"]
    landscape.refresh()
    assert landscape.asked == 0
    assert landscape.value("SELECT repository FROM landscape WHERE project_id = 'widget-0'") == MOVED
    landscape.refresh("--force", "--only", ONE)
    assert {name for seen in landscape.server.log for name in seen.names} == {MOVED}


def test_a_name_that_moved_before_the_first_run_is_followed_without_an_event(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.world.rename(ONE, MOVED)
    landscape.refresh()
    assert facts(landscape) == [fact(landscape.world[MOVED])]
    assert landscape.rows("SELECT former_name FROM former_names") == [(ONE,)]
    assert landscape.rows("SELECT * FROM changes") == []
    landscape.refresh()
    assert landscape.asked == 0


def test_the_list_follows_the_move_later(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.refresh()
    landscape.world.rename(ONE, MOVED)
    landscape.seed((MOVED, [ONE]))
    landscape.later(days=1)
    landscape.refresh()
    assert facts(landscape) == [fact(landscape.world[MOVED])]
    assert landscape.value("SELECT stars FROM landscape WHERE project_id = 'gadget'") == landscape.world[MOVED].stars
    landscape.refresh()
    assert landscape.asked == 0


def test_old_and_new_name_in_the_list_are_one_repository(landscape: Landscape) -> None:
    landscape.world.rename(ONE, MOVED)
    landscape.seed(ONE, MOVED, TWO)
    landscape.refresh()
    assert sorted(facts(landscape)) == sorted([fact(landscape.world[MOVED]), fact(landscape.world[TWO])])
    assert landscape.rows("SELECT project_id, repository FROM landscape WHERE repository = ?", MOVED) == [
        ("widget-0", MOVED),
        ("gadget", MOVED),
    ]
    stars = landscape.world[MOVED].stars + landscape.world[TWO].stars
    assert landscape.total("stars") == stars
    landscape.refresh()
    assert landscape.asked == 0


def test_a_replaced_repository_keeps_its_figures_until_it_comes_back(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO)
    landscape.refresh()
    original = landscape.world[ONE]
    other = ("fetches", "runs", "run_sources", "quotas", "validators", "history", "owners", "told_repositories")
    left_out = (*other, "changes", *MEMORY, *COMPUTED)
    before = landscape.dump(*left_out)
    new = landscape.world.replace(ONE)
    landscape.later(days=8)
    done = landscape.refresh()
    assert "1 replaced" in done.err
    assert facts(landscape)[0] == fact(original, "replaced")
    after = landscape.dump(*left_out)
    for table in set(before) - {"repositories"}:
        assert after[table] == before[table], table
    told = [("replaced", str(original.database_id), str(new.database_id))]
    assert landscape.rows("SELECT kind, before, after FROM changes") == told
    # Nothing else is asked about somebody else's repository.
    assert {seen.path for seen in landscape.server.log if ONE in seen.names and seen.kind == "rest"} == {
        f"/repos/{ONE}"
    }
    landscape.refresh()
    assert landscape.asked == 0
    landscape.world.delete(ONE)
    landscape.world.add(original)
    landscape.later(days=1)
    landscape.refresh()
    assert facts(landscape)[0] == fact(original)
    assert landscape.rows("SELECT kind, before, after FROM changes") == [*told, ("back", "replaced", None)]


def test_a_name_taken_over_by_another_repository_of_the_list(landscape: Landscape) -> None:
    landscape.seed(ONE, TWO)
    landscape.refresh()
    original = landscape.world[ONE]
    landscape.world.delete(ONE)
    landscape.world.rename(TWO, ONE)
    for _ in range(2):
        landscape.later(days=1)
        landscape.refresh()
        assert facts(landscape) == [fact(original, "replaced"), fact(landscape.world[ONE])]
        landscape.refresh()
        assert landscape.asked == 0
    assert landscape.rows("SELECT project_id, stars, status FROM landscape ORDER BY 1") == [
        ("widget-0", original.stars, "replaced"),
        ("widget-1", landscape.world[ONE].stars, "ok"),
    ]


def test_a_new_node_id_is_the_same_repository(landscape: Landscape) -> None:
    landscape.seed(ONE)
    landscape.refresh()
    repository = landscape.world[ONE]
    landscape.world.delete(ONE)
    repository.node_id, repository.stars = "R_in_another_form", repository.stars + 1
    landscape.world.add(repository)
    landscape.later(days=1)
    landscape.refresh()
    assert facts(landscape) == [fact(repository)]
    assert landscape.repository(ONE)["node_id"] == "R_in_another_form"
    landscape.later(days=1)
    landscape.refresh("--source", "github")
    assert [seen.operation for seen in landscape.server.log] == ["CoreById"]


def test_two_projects_with_one_repository_ask_once(landscape: Landscape) -> None:
    landscape.seeds.write_text(
        "categories: [{name: Run, subcategories: [{name: All, items: ["
        f"{{name: A, repo_url: 'https://github.com/{ONE}'}}, {{name: B, repo_url: 'https://github.com/{ONE.upper()}'}}"
        "]}]}]\n",
        encoding="utf-8",
    )
    landscape.refresh()
    assert facts(landscape) == [fact(landscape.world[ONE])]
    assert landscape.total("stars") == (landscape.world[ONE].stars)
    assert sum(seen.kind == "rest" for seen in landscape.server.log) == 1
