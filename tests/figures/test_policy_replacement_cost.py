"""`replacement_cost_v1`: one repository at a time, once in every scope, with what was left out and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import astuple

from crawler.figures.cocomo import replacement_cost

POLICY = "replacement_cost_v1"
DAY = date(2023, 9, 25)
FETCHED = "2023-09-25T04:00:00Z"
COST = replacement_cost(Decimal(100))


@pytest.fixture
def coded(landscape):
    """Adds a repository of 100,000 lines of Go; other languages where they are said."""
    for organization in ("alpha", "beta"):
        landscape.organization(organization)
    landscape.category("run")
    landscape.category("build")

    def add(name, languages=(("Go", 4_000_000),), *, fetched_at=FETCHED, **values):
        repository = landscape.repository(name, fetched_at=fetched_at, **values)
        for language, size in languages:
            landscape.language(repository, language, size)
        return repository

    landscape.code = add
    return landscape


def of(landscape, scope, **when):
    total = landscape.total(scope, "value", POLICY, **when)
    return total.low, total.value, total.high, total.known, total.total


def shown(cost, times=1):
    return str(cost.low * times), str(cost.central * times), str(cost.high * times)


def test_each_repository_is_priced_alone_and_counts_once_in_a_scope(coded):
    one, two, shared = coded.code("o/one"), coded.code("o/two", [("Go", 40_000)]), coded.code("o/shared")
    coded.project("p", "run--all", organization="alpha", repositories=(one, shared))
    coded.project("q", "run--all", "build--all", organization="beta", repositories=(two, shared))
    small = replacement_cost(Decimal(1))
    low, central, high = (2 * a + b for a, b in zip(astuple(COST), astuple(small), strict=True))
    assert of(coded, "landscape") == (str(low), str(central), str(high), 3, 3)
    assert of(coded, "category:run")[:3] == (str(low), str(central), str(high))
    assert of(coded, "category:build") == (
        str(COST.low + small.low),
        str(COST.central + small.central),
        str(COST.high + small.high),
        2,
        2,
    )


def test_lines_are_of_organisations_and_add_up_in_every_scope(coded):
    one, two, three = (coded.code(f"o/{name}", [("Rust", 560_000)]) for name in ("one", "two", "three"))
    nobodys = coded.code("o/nobodys")
    coded.project("p", "run--all", organization="beta", repositories=(one, two))
    coded.project("q", "build--all", organization="alpha", repositories=(two, three))
    coded.project("r", "run--all", repositories=(nobodys,))
    ten = replacement_cost(Decimal(10))
    lines = {(line.scope, line.organization_id): line for line in coded.compute().lines if line.policy == POLICY}
    assert {key: line.reason for key, line in lines.items() if key[0] == "landscape"} == {
        ("landscape", None): "1 repository, 100.0K lines",
        ("landscape", "alpha"): "2 repositories, 20.0K lines",
        ("landscape", "beta"): "1 repository, 10.0K lines",
    }
    # What two organisations share is the first one's in every scope, even where only the other has a project.
    assert {key[1] for key in lines if key[0] == "category:run"} == {None, "alpha", "beta"}
    alpha = lines["category:run", "alpha"]
    assert (alpha.low, alpha.amount, alpha.high, alpha.currency, alpha.counted) == (*shown(ten), "USD", True)
    for scope in ("landscape", "category:run", "category:build", "subcategory:run--all"):
        low, central, high, _, _ = of(coded, scope)
        here = [line for (of_scope, _), line in lines.items() if of_scope == scope and line.counted]
        assert sum(Decimal(line.low) for line in here) == Decimal(low)
        assert sum(Decimal(line.amount) for line in here) == Decimal(central)
        assert sum(Decimal(line.high) for line in here) == Decimal(high)


def test_a_groups_cost_is_that_of_all_its_members(coded):
    coded.organization("owner")
    for child in ("alpha", "beta"):
        coded.owned(child, "owner")
    one, two, fork = coded.code("o/one"), coded.code("o/two"), coded.code("o/fork", is_fork=1)
    coded.project("p", "run--all", organization="alpha", repositories=(one,))
    coded.project("q", "build--all", organization="beta", repositories=(two, fork))
    coded.project("r", "build--all", repositories=(coded.code("o/nobodys"),))
    assert of(coded, "organization:owner") == (*shown(COST, 2), 2, 3)
    assert coded.total("organization:alpha", "value", POLICY) is None
    coded.write()
    view = "SELECT organization_id, amount FROM ecosystem_value_lines WHERE policy = ? AND scope = 'organization:owner'"
    lines = coded.connection.execute(view, [POLICY]).fetchall()
    assert [tuple(line) for line in lines] == [("alpha", str(COST.central)), ("beta", str(COST.central))]


def test_forks_mirrors_and_the_unknown_are_left_out_with_their_number(coded):
    repositories = (
        coded.code("o/own", is_archived=1),
        coded.code("o/fork", is_fork=1),
        coded.code("o/mirror", is_mirror=1),
        coded.code("o/silent", []),
        coded.code("o/recorded", origin="sandbox"),
        coded.code("o/never", [], fetched_at=None, status=None, origin=None),
    )
    coded.project("p", "run--all", organization="alpha", repositories=repositories)
    coded.project("q", "run--all", organization="beta", repositories=(coded.code("p/fork", is_fork=1),))
    assert of(coded, "landscape") == (*shown(COST), 1, 7)
    assert coded.reasons(POLICY, "value") == {
        "alpha": (
            True,
            "1 repository, 100.0K lines; 5 left out: forks (1), mirrors (1), no languages known (3)",
        ),
        "beta": (False, "1 left out: forks (1)"),
    }
    assert [line.scope for line in coded.compute().lines if line.policy == POLICY and not line.counted] == ["landscape"]


def test_where_nothing_is_known_there_is_no_cost_but_an_empty_repository_costs_nothing(coded):
    coded.project("p", "run--all", organization="alpha", repositories=(coded.code("o/silent", []),))
    coded.project("q", "build--all", repositories=(coded.code("o/empty", [], status="empty"),))
    assert of(coded, "category:run") == (None, None, None, 0, 1)
    assert of(coded, "category:build") == ("0", "0", "0", 1, 1)


@pytest.mark.parametrize(
    ("fetched", "reason"),
    [
        ("2026-11-22", "1 repository, 100.0K lines"),
        ("2023-08-26", "1 repository, 100.0K lines"),
        ("2023-08-25", "1 repository, 100.0K lines, 1 of them seen more than 30 days ago"),
        ("2022-09-25", "1 repository, 100.0K lines, 1 of them seen more than 30 days ago"),
        ("2022-09-24", "1 left out: languages older than 365 days (1)"),
    ],
)
def test_old_bytes_are_called_stale_and_then_left_out(coded, fetched, reason):
    repository = coded.code("o/old", fetched_at=f"{fetched}T23:59:59Z")
    coded.project("p", "run--all", organization="alpha", repositories=(repository,))
    assert coded.reasons(POLICY, "value")["alpha"] == ("left out" not in reason, reason)


def test_of_what_was_known_earlier_there_is_no_cost(coded):
    coded.project("p", "run--all", organization="alpha", repositories=(coded.code("o/one"),))
    figures = coded.compute(known_on=DAY)
    assert [total for total in figures.totals if total.policy == POLICY] == []
    (line,) = [line for line in figures.lines if line.policy == POLICY]
    assert (line.scope, line.organization_id, line.counted) == ("landscape", None, False)
    assert "only the newest figures" in line.reason


def test_the_table_holds_the_repositories_of_the_newest_day(coded):
    one, fork = coded.code("o/one"), coded.code("o/fork", is_fork=1)
    coded.project("p", "run--all", repositories=(one, fork))
    coded.write(DAY)
    query = "SELECT * FROM replacement_costs"
    newest = [(one, "2023-09-25", "100", *shown(COST), "USD", "us-2024-05")]
    assert [tuple(row) for row in coded.connection.execute(query)] == newest
    coded.connection.execute("UPDATE repositories SET is_fork = 1")
    coded.write(date(2023, 9, 26))
    assert coded.connection.execute(query).fetchall() == []
