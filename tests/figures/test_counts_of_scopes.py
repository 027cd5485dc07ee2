"""The counts: each once per scope, and unknown is never zero."""

from __future__ import annotations

import random
from datetime import date

import pytest


def test_an_unknown_figure_is_left_out_and_shows_in_the_coverage(landscape):
    landscape.category("run")
    repositories = tuple(landscape.repository(f"o/{number}", stars=stars) for number, stars in enumerate((5, 0, None)))
    landscape.project("p", "run--all", repositories=repositories)
    assert landscape.figures("landscape", "stars") == (5, 2, 3)
    assert landscape.figures("landscape", "forks") == (None, 0, 3)


def test_zero_is_a_known_figure(landscape):
    landscape.category("run")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", stars=0, contributors=0),))
    assert landscape.figures("landscape", "stars") == (0, 1, 1)
    assert landscape.figures("landscape", "contributions") == (0, 1, 1)


@pytest.mark.parametrize(
    ("measure", "column"),
    [
        ("stars", "stars"),
        ("forks", "forks"),
        ("watchers", "watchers"),
        ("open_issues", "open_issues"),
        ("open_pull_requests", "open_pull_requests"),
        ("contributions", "contributors"),
        ("commits_last_year", "commits_last_year"),
        ("archived", "is_archived"),
        ("osi_approved", "license_osi_approved"),
    ],
)
def test_each_measure_sums_its_own_column(landscape, measure, column):
    landscape.category("run")
    repositories = tuple(landscape.repository(f"o/{n}", **{column: value}) for n, value in enumerate((1, 0, 1, None)))
    landscape.project("p", "run--all", repositories=repositories)
    assert landscape.figures("category:run", measure) == (2, 3, 4)


def test_a_project_in_two_places_counts_in_both_but_once_in_what_holds_them(landscape):
    landscape.group("dev")
    landscape.category("run", "a", "b", group="dev")
    landscape.category("build", group="dev")
    repository = landscape.repository("o/a", stars=7)
    landscape.project("p", "run--a", "run--b", "build--all", repositories=(repository,))
    for scope in ("subcategory:run--a", "subcategory:run--b", "subcategory:build--all"):
        assert landscape.figures(scope, "projects") == (1, 1, 1), scope
        assert landscape.figures(scope, "stars") == (7, 1, 1), scope
    for scope in ("category:run", "category:build", "group:dev", "landscape"):
        assert landscape.figures(scope, "projects") == (1, 1, 1), scope
        assert landscape.figures(scope, "stars") == (7, 1, 1), scope


def test_a_repository_of_two_projects_counts_once_in_each_scope(landscape):
    landscape.category("run")
    landscape.category("build")
    shared = landscape.repository("o/shared", stars=10)
    landscape.language(shared, "Rust", 100)
    landscape.project("p", "run--all", repositories=(shared,))
    landscape.project("q", "run--all", repositories=(shared,))
    landscape.project("r", "build--all", repositories=(shared, landscape.repository("o/own", stars=1)))
    assert landscape.figures("category:run", "projects") == (2, 2, 2)
    assert landscape.figures("category:run", "stars") == (10, 1, 1)
    assert landscape.figures("category:build", "stars") == (11, 2, 2)
    assert landscape.figures("landscape", "repositories") == (2, 2, 2)
    assert landscape.figures("landscape", "stars") == (11, 2, 2)
    assert landscape.figures("landscape", "language:Rust") == (100, 1, 2)


def test_rows_of_the_other_origin_count_as_never_asked(landscape):
    landscape.category("run")
    recorded = landscape.repository("o/a", origin="sandbox", stars=100, license_spdx="MIT", releases_total=3)
    landscape.language(recorded, "C", 9)
    live = landscape.repository("o/b", stars=1)
    landscape.project("p", "run--all", repositories=(recorded, live))
    assert landscape.figures("landscape", "repositories") == (2, 1, 2)
    assert landscape.figures("landscape", "stars") == (1, 1, 2)
    assert landscape.figures("landscape", "stars", origin="sandbox") == (100, 1, 2)
    assert landscape.figures("landscape", "license:MIT") is None
    assert landscape.figures("landscape", "license:MIT", origin="sandbox") == (1, 1, 2)
    assert landscape.figures("landscape", "language:C") is None
    assert landscape.figures("landscape", "releases_1y") == (None, 0, 2)


def test_an_answer_without_figures_is_not_a_known_repository(landscape):
    landscape.category("run")
    repositories = tuple(
        landscape.repository(f"o/{status}", origin=origin, status=status)
        for status, origin in (("unknown", "live"), ("missing", "live"), ("private", "live"), (None, None))
    )
    landscape.project("p", "run--all", repositories=repositories)
    assert landscape.figures("landscape", "repositories") == (4, 2, 4)


def test_what_the_list_no_longer_names_is_in_no_scope(landscape):
    landscape.category("run")
    landscape.category("old", removed_at="2023-01-01")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", stars=1),))
    landscape.project("gone", "run--all", repositories=(landscape.repository("o/b", stars=2),), removed_at="2023-01-01")
    landscape.project("lost", "old--all", repositories=(landscape.repository("o/c", stars=4),), removed_at="2023-01-01")
    assert landscape.figures("landscape", "categories") == (1, 1, 1)
    assert landscape.figures("landscape", "projects") == (1, 1, 1)
    assert landscape.figures("landscape", "stars") == (1, 1, 1)
    assert landscape.figures("category:old", "projects") is None
    assert landscape.figures("subcategory:old--all", "projects") is None


def test_a_scope_without_repositories_knows_nothing_about_stars(landscape):
    landscape.category("run")
    landscape.category("empty")
    landscape.project("p", "run--all", repositories=(landscape.repository("o/a", stars=1),))
    assert landscape.figures("category:empty", "projects") == (0, 0, 0)
    assert landscape.figures("category:empty", "stars") == (None, 0, 0)


def test_categories_and_organizations_are_counted(landscape):
    landscape.group("dev")
    landscape.category("run", group="dev")
    landscape.category("build", group="dev")
    landscape.category("edge")
    landscape.organization("x")
    landscape.project("p", "run--all", organization="x")
    landscape.project("q", "run--all", organization="x")
    landscape.project("r", "build--all")
    assert landscape.figures("landscape", "categories") == (3, 3, 3)
    assert landscape.figures("group:dev", "categories") == (2, 2, 2)
    assert landscape.figures("category:run", "categories") is None
    assert landscape.figures("landscape", "organizations") == (1, 2, 3)
    assert landscape.figures("category:build", "organizations") == (None, 0, 1)


def test_releases_of_the_windows_count_without_drafts_and_with_prereleases(landscape):
    landscape.category("run")
    repository = landscape.repository("o/a", releases_total=9)
    landscape.release(repository, "today", "2023-09-25T23:59:59Z", is_prerelease=1, is_draft=0)
    landscape.release(repository, "90 days", "2023-06-27T00:00:00Z")
    landscape.release(repository, "91 days", "2023-06-26T23:59:59Z")
    landscape.release(repository, "365 days", "2022-09-25T00:00:00Z")
    landscape.release(repository, "366 days", "2022-09-24T23:59:59Z")
    landscape.release(repository, "tomorrow", "2023-09-26T00:00:00Z")
    landscape.release(repository, "draft", "2023-09-01T00:00:00Z", is_draft=1)
    landscape.release(repository, "unpublished", None)
    landscape.project("p", "run--all", repositories=(repository,))
    assert landscape.figures("landscape", "releases_90d") == (2, 1, 1)
    assert landscape.figures("landscape", "releases_1y") == (4, 1, 1)


def test_releases_are_known_only_where_they_were_answered(landscape):
    landscape.category("run")
    unanswered = landscape.repository("o/a", latest_release_at="2023-09-01T00:00:00Z")
    none = landscape.repository("o/b", releases_total=0)
    landscape.project("p", "run--all", repositories=(unanswered,))
    assert landscape.figures("landscape", "releases_1y") == (None, 0, 1)
    landscape.project("q", "run--all", repositories=(none,))
    assert landscape.figures("landscape", "releases_1y") == (0, 1, 2)
    landscape.project("r", "run--all", repositories=(landscape.repository("o/empty", status="empty"),))
    assert landscape.figures("landscape", "releases_1y") == (0, 2, 3)


def test_stale_is_a_year_without_a_commit_and_unknown_without_a_date(landscape):
    landscape.category("run")
    dates = ("2022-09-24T23:59:59Z", "2022-09-25T00:00:00Z", "2023-11-01T00:00:00Z", None)
    repositories = tuple(landscape.repository(f"o/{n}", latest_commit_at=at) for n, at in enumerate(dates))
    landscape.project("p", "run--all", repositories=repositories)
    assert landscape.figures("landscape", "stale") == (1, 3, 4)


def test_licences_are_counted_by_the_id_that_github_gave(landscape):
    landscape.category("run")
    answers = (("MIT", 1), ("MIT", 1), ("NONE", 0), ("NOASSERTION", None), (None, None))
    repositories = tuple(
        landscape.repository(f"o/{n}", license_spdx=spdx, license_osi_approved=osi)
        for n, (spdx, osi) in enumerate(answers)
    )
    landscape.project("p", "run--all", repositories=repositories)
    assert landscape.figures("landscape", "license:MIT") == (2, 4, 5)
    assert landscape.figures("landscape", "license:NONE") == (1, 4, 5)
    assert landscape.figures("subcategory:run--all", "license:NOASSERTION") == (1, 4, 5)
    assert landscape.figures("landscape", "osi_approved") == (2, 3, 5)


def test_languages_are_summed_in_bytes(landscape):
    landscape.category("run")
    first, second = landscape.repository("o/a"), landscape.repository("o/b")
    landscape.language(first, "Rust", 100)
    landscape.language(second, "Rust", 50)
    landscape.language(second, "C", 7)
    nothing = (landscape.repository("o/c"), landscape.repository("o/empty", status="empty"))
    landscape.project("p", "run--all", repositories=(first, second, *nothing))
    assert landscape.figures("landscape", "language:Rust") == (150, 3, 4)
    assert landscape.figures("landscape", "language:C") == (7, 3, 4)


def test_an_empty_list_has_totals_too(landscape):
    assert landscape.figures("landscape", "projects") == (0, 0, 0)
    assert landscape.figures("landscape", "stars") == (None, 0, 0)
    assert landscape.figures("landscape", "market_cap", "group_cap_v1") == (None, 0, 0)


def test_sums_agree_with_a_plain_count_on_a_random_landscape(landscape):
    dice = random.Random(2023)
    places = [f"c{c}--s{s}" for c in range(4) for s in range(3)]
    for number in range(4):
        landscape.category(f"c{number}", "s0", "s1", "s2")
    stars = [dice.choice([None, dice.randrange(100)]) for _ in range(40)]
    repositories = [landscape.repository(f"o/{number}", stars=value) for number, value in enumerate(stars)]
    of_scope: dict[str, set[int]] = {}
    for number in range(60):
        here = dice.sample(places, dice.randint(1, 3))
        mine = dice.sample(range(40), dice.randint(0, 3))
        landscape.project(f"p{number}", *here, repositories=tuple(repositories[index] for index in mine))
        scopes = {"landscape", *(f"category:{place[:2]}" for place in here), *(f"subcategory:{p}" for p in here)}
        for scope in scopes:
            of_scope.setdefault(scope, set()).update(mine)
    computed = {
        total.scope: total for total in landscape.compute().totals if (total.measure, total.policy) == ("stars", "")
    }
    for scope, members in of_scope.items():
        known = [stars[index] for index in members if stars[index] is not None]
        found = computed[scope]
        assert (found.value, found.known, found.total) == (sum(known) if known else None, len(known), len(members))


def test_the_same_store_gives_the_same_figures_in_the_same_order(landscape):
    landscape.category("run")
    landscape.organization("x", ticker="X")
    landscape.figure("x", "market_cap", "1000")
    repository = landscape.repository("o/a", stars=1, license_spdx="MIT")
    landscape.language(repository, "C", 1)
    landscape.language(repository, "Rust", 1)
    landscape.project("p", "run--all", repositories=(repository,), organization="x")
    assert landscape.compute() == landscape.compute()
    assert landscape.compute(date(2020, 1, 1)) != landscape.compute()
