"""What the store keeps of former days, and what it then shows of each."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest

from crawler.model import FundingLink, Observation, Organization, Outcome, Parent, Release, Repository, Subject
from crawler.seeds import read_seeds
from crawler.store import transaction
from crawler.store.database import open_reader
from crawler.store.former import keeping_list
from crawler.store.history import COUNTS
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.past import WITHOUT_HISTORY, day_shown, remembered_since, see_past, see_present
from crawler.store.past_repositories import SHOWN
from crawler.store.seeds import sync_seeds

ITEM = "          - name: {name}\n            repo_url: https://github.com/{repository}\n"
HEAD = "categories:\n  - name: C\n    subcategories:\n      - name: S\n        items:\n"


def keep(store, *items: tuple[str, str]) -> None:
    """Take a list in, as a live refresh does."""
    path = store.folder / "kept.yml"
    path.write_text(HEAD + "".join(ITEM.format(name=name, repository=one) for name, one in items), encoding="utf-8")
    with transaction(store.connection), keeping_list(store.connection, store.today):
        sync_seeds(store.connection, read_seeds(path), now=store.now.strftime("%Y-%m-%dT%H:%M:%SZ"))


def on(store, day: date, query: str) -> list[tuple[Any, ...]]:
    """What a query brings of a past day."""
    see_past(store.connection, day)
    try:
        return store.rows(query)
    finally:
        see_present(store.connection)


def second_hand(store, name: str, stars: int, observed_at: str | None = None) -> None:
    """Another host tells of a repository."""
    told = Observation(url="https://deps.example/", observed_at=observed_at, licence_class="cc_by")
    record = Repository(name_with_owner=name, stars=stars)
    store.write([Outcome(subject=store.subject(name), status="ok", record=record, observation=told)], source="depsdev")


def days(store, count: int) -> Iterable[date]:
    """A day after the other."""
    for _ in range(count):
        yield store.today
        store.later(days=1)


def test_the_state_before_the_first_change_of_a_day_is_kept(store) -> None:
    keep(store, ("P", "o/a"))
    store.answer("o/a", database_id=1, description="one", stars=1)
    first = store.today
    store.later(days=1)
    for text in ("two", "three"):
        store.answer("o/a", database_id=1, description=text, stars=2)
    store.later(days=1)
    store.answer("o/a", database_id=1, description="three", stars=2)
    query = "SELECT field, day, value FROM former_values ORDER BY field"
    second = first + timedelta(days=1)
    source = [row for row in store.rows(query) if row[0] in {"", "description"}]
    assert source == [("", f"{first}", None), ("description", f"{second}", "one")]
    assert len(store.rows(query)) == 2, "nothing else has changed"
    shown = "SELECT description, stars, substr(fetched_at, 1, 10) FROM repositories"
    assert on(store, first, shown) == [("one", 1, f"{first}")]
    assert on(store, second, shown) == [("three", 2, f"{second}")]
    assert on(store, first - timedelta(days=1), "SELECT name_with_owner, status, stars FROM repositories") == [
        ("o/a", None, None)
    ]


def test_counts_of_others_are_kept_where_history_has_only_githubs(store) -> None:
    keep(store, ("P", "o/a"))
    seen = {}
    for number, day in enumerate(days(store, 8)):
        if number in {1, 2, 4}:
            second_hand(store, "o/a", 100 + number // 2, f"{day}T01:00:00Z")
        elif number != 6:
            store.answer("o/a", database_id=1, stars={0: 7, 3: 101, 5: 8, 7: 9}[number], contributors=number)
        seen[day] = store.rows("SELECT stars, figures_source, contributors FROM repositories")
    assert [one[0][0] for one in seen.values()] == [7, 100, 101, 101, 102, 8, 8, 9]
    for day, rows in seen.items():
        assert on(store, day, "SELECT stars, figures_source, contributors FROM repositories") == rows, day


def test_former_names_are_those_of_the_day(store) -> None:
    keep(store, ("P", "o/a"))
    seen = {}
    for day, name in zip(days(store, 4), ("o/a", "o/b", "o/a", "o/c"), strict=True):
        store.answer(store.value("SELECT name_with_owner FROM repositories"), now=name, database_id=1)
        seen[day] = store.rows("SELECT former_name FROM former_names ORDER BY 1")
    assert list(seen.values()) == [[], [("o/a",)], [("o/b",)], [("o/a",), ("o/b",)]]
    for day, rows in seen.items():
        assert on(store, day, "SELECT former_name FROM former_names ORDER BY 1") == rows, day


def test_two_names_of_one_repository_were_two_until_it_was_known(store) -> None:
    keep(store, ("P", "o/a"), ("Q", "o/old"))
    store.answer("o/a", database_id=1, stars=5)
    store.write([Outcome(subject=store.subject("o/old"), status="missing")])
    query = """
        SELECT pr.project_id, r.name_with_owner, r.status, r.stars FROM project_repositories pr
        JOIN repositories r ON r.id = pr.repository_id ORDER BY 1
    """
    before, day = store.rows(query), store.today
    assert before == [("p", "o/a", "ok", 5), ("q", "o/old", "missing", None)]
    store.later(days=1)
    store.answer("o/old", now="o/a", database_id=1, stars=6)
    assert store.rows(query) == [("p", "o/a", "ok", 6), ("q", "o/a", "ok", 6)]
    assert on(store, day, query) == before
    assert on(store, day - timedelta(days=1), query)[1] == ("q", "o/old", None, None)
    assert store.rows("SELECT first_day, last_day FROM answered_days WHERE source = 'github'") == [
        (f"{day}", f"{store.today}")
    ]


def test_the_list_is_kept_row_by_row_and_its_order_once(store) -> None:
    lists = [
        (("P", "o/a"), ("Q", "o/b")),
        (("P", "o/a"), ("Q", "o/b")),
        (("R", "o/c"), ("P", "o/a"), ("Q", "o/b")),
        (("Q", "o/d"), ("R", "o/c")),
        (("P", "o/a"), ("Q", "o/b")),
    ]
    query = """
        SELECT p.id, r.name_with_owner FROM projects p JOIN project_repositories pr ON pr.project_id = p.id
        JOIN repositories r ON r.id = pr.repository_id WHERE removed_at IS NULL ORDER BY p.position
    """
    seen = {}
    for day, items in zip(days(store, len(lists)), lists, strict=True):
        keep(store, *items)
        seen[day] = store.rows(query)
        assert [one for _, one in seen[day]] == [one for _, one in items]
    for day, rows in seen.items():
        assert on(store, day, query) == rows, day
    third = f"{sorted(seen)[2]}"
    kept = store.rows("SELECT table_name, key, row FROM former_rows WHERE day = ? ORDER BY 1, 2", third)
    assert kept == [
        ("project_repositories", '["r", 3]', None),
        ("project_subcategories", '["r", "c--s"]', None),
        ("projects", "", '["p", "q"]'),
        ("projects", "r", None),
    ], "what only moves has no row"
    assert remembered_since(store.connection) == min(seen)
    assert store.rows("SELECT * FROM former_rows WHERE day < ?", third) == []


def test_money_stood_until_it_was_corrected_and_owners_until_they_were_taken_back(store) -> None:
    store.sync("organizations:\n  - {id: kid, name: Kid}\n" + HEAD + ITEM.format(name="P", repository="o/a"))
    subject = Subject(source="wikidata", name="Q1", organization_ids=("kid",))

    def told(*parents: str) -> None:
        named = tuple(Parent(scheme="wikidata", identifier=one, name=f"Owner {one}") for one in parents)
        record = Organization(source_url="https://w.example/", licence_class="cc0", parents=named)
        store.write([Outcome(subject=subject, status="ok", record=record)], source="wikidata")

    query = "SELECT parent_id FROM ownerships WHERE withdrawn_at IS NULL ORDER BY 1"
    seen = {}
    for day, parents in zip(days(store, 3), ((), ("Q7",), ("Q8",)), strict=True):
        told(*parents)
        seen[day] = store.rows(query), store.rows("SELECT id FROM organizations ORDER BY 1")
    assert [len(rows) for _, rows in seen.values()] == [1, 2, 3]
    for day, (owners, organizations) in seen.items():
        assert on(store, day, query) == owners
        assert on(store, day, "SELECT id FROM organizations ORDER BY 1") == organizations


def test_days_with_an_answer_are_stretches(store) -> None:
    keep(store, ("P", "o/a"))
    first = store.today
    for number, _ in enumerate(days(store, 6)):
        if number != 3:
            store.answer("o/a", database_id=1, stars=1)
            store.answer("o/a", database_id=1, stars=1)
    stretches = [(f"{first}", f"{first + timedelta(days=2)}")]
    stretches.append((f"{first + timedelta(days=4)}", f"{first + timedelta(days=5)}"))
    query = "SELECT first_day, last_day FROM answered_days WHERE source = 'figures' ORDER BY 1"
    assert store.rows(query) == stretches
    assert on(store, first + timedelta(days=3), "SELECT fetched_at FROM repositories") == [(stretches[0][1],)]


def test_what_was_true_takes_in_what_others_told_later(store) -> None:
    keep(store, ("P", "o/a"), ("Q", "o/b"))
    releases = (Release(tag_name="v1", published_at="2024-05-01T00:00:00Z", is_draft=False),)
    links = (FundingLink(platform="x", url="https://x.example/"),)
    store.answer(
        "o/a",
        database_id=1,
        stars=50,
        releases_total=1,
        releases=releases,
        first_commit_at="2020-01-01T00:00:00Z",
        funding_links=links,
        license_spdx="MIT",
    )
    store.connection.execute("INSERT INTO star_weeks VALUES (1, '2024-06-02', 10, '[1,2,3,0,0,4,0]', 40)")
    store.connection.execute("INSERT INTO star_weeks VALUES (1, '2024-05-26', 3, '[0,0,0,0,0,0,3]', 30)")
    counts = "repository_id, day, source, stars, forks, licence_class, imported_at"
    store.connection.execute(f"INSERT INTO imported_counts ({counts}) VALUES (2, '2024-06-01', 'csv', 9, 2, 'p', 'x')")
    shown = "stars, forks, latest_release_tag, first_commit_at IS NOT NULL, figures_source, license_spdx"
    query = f"SELECT {shown} FROM repositories"

    def true_of(day: str) -> list[tuple[Any, ...]]:
        see_past(store.connection, date.fromisoformat(day), hindsight=True)
        rows = store.rows(query)
        see_present(store.connection)
        return rows

    assert true_of("2024-06-04") == [(36, None, "v1", 1, "github", None), (9, 2, None, 0, "csv", None)]
    assert true_of("2024-06-20")[0][0] == 40
    assert true_of("2024-06-01")[0][0] == 30
    assert true_of("2019-01-01") == [(None, None, None, 0, None, None)] * 2
    assert on(store, date(2024, 6, 4), query) == [(None, None, None, 0, None, None)] * 2


def test_a_reader_sees_the_past_and_the_file_stays_as_it_was(store) -> None:
    keep(store, ("P", "o/a"))
    store.answer("o/a", database_id=1, stars=1)
    day = store.today
    store.later(days=1)
    store.answer("o/a", database_id=1, stars=2)
    with closing(open_reader(store.folder / "landscape.db")) as reader:
        see_past(reader, day)
        assert day_shown(reader) == day
        assert reader.execute("SELECT stars FROM landscape").fetchone()["stars"] == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("UPDATE main.repositories SET stars = 3")
        see_present(reader)
        assert day_shown(reader) is None
        assert reader.execute("SELECT stars FROM landscape").fetchone()["stars"] == 2


def test_every_column_that_a_landscape_shows_has_its_past(store) -> None:
    (view,) = store.rows("SELECT sql FROM sqlite_master WHERE name = 'landscape'")
    read = set(re.findall(r"\br\.(\w+)", view[0])) - {"id"}
    assert read <= {*SHOWN, *COUNTS, *WITHOUT_HISTORY}


def test_before_the_memory_begins_counts_are_known_and_no_facts(store) -> None:
    keep(store, ("P", "o/a"))
    store.answer("o/a", database_id=1, stars=5, license_spdx="MIT", is_archived=True)
    # An older program kept counts alone.
    store.connection.execute("INSERT INTO history (repository_id, day, stars) VALUES (1, '2026-02-01', 3)")
    store.connection.execute("UPDATE former_values SET day = '2026-02-01' WHERE field = ''")
    shown = "stars, status, license_spdx, is_archived, latest_commit_at, figures_source, origin"
    query = f"SELECT {shown} FROM repositories"
    assert on(store, date(2026, 2, 3), query) == [(3, None, None, None, None, "github", "live")]
    assert on(store, store.today, query) == [(5, "ok", "MIT", 1, None, "github", "live")]
    see_past(store.connection, date(2026, 2, 3), hindsight=True)
    assert store.rows("SELECT license_spdx, is_archived FROM repositories") == [(None, None)]
    see_present(store.connection)


def test_an_imported_count_is_true_for_a_season_and_goes_by_its_own_name(store) -> None:
    keep(store, ("P", "o/a"), ("Q", "o/b"))
    store.connection.execute("INSERT INTO star_weeks VALUES (1, '2024-06-02', 10, '[1,2,3,0,0,4,0]', 40)")
    counts = "repository_id, day, source, stars, forks, contributors, licence_class, imported_at"
    store.connection.execute(
        f"INSERT INTO imported_counts ({counts}) VALUES (1, '2024-05-20', 'csv', 9, 2, NULL, 'curated', 'x'),"
        " (1, '2024-02-01', 'processed', 1, 1, 3, 'curated', 'x'), (2, '2024-05-20', 'csv', NULL, 4, NULL, 'p', 'x')"
    )
    query = "SELECT stars, forks, contributors, figures_source, figures_licence_class, origin FROM repositories"

    def true_of(day: str) -> list[tuple[Any, ...]]:
        see_past(store.connection, date.fromisoformat(day), hindsight=True)
        rows = store.rows(query)
        see_present(store.connection)
        return rows

    first, second = true_of("2024-06-10")
    assert first == (40, 2, None, "github, csv", "curated", "live")
    assert second == (None, 4, None, "csv", "p", "live")
    assert true_of("2024-04-01")[0][:4] == (1, 1, 3, "processed")
    assert true_of("2024-08-30")[0][:4] == (40, None, None, "github")
    assert true_of("2024-12-01")[0][:4] == (None, None, None, None), "so long ago is not known"
    store.connection.execute("INSERT INTO star_weeks VALUES (1, '2025-06-01', 1, '[1,0,0,0,0,0,0]', 41)")
    assert true_of("2024-12-01")[0][:4] == (40, None, None, "github"), "nothing was gained in between"


def test_a_release_is_on_each_day_what_it_was_then(store) -> None:
    keep(store, ("P", "o/a"))
    query = "SELECT tag_name, published_at, is_prerelease, is_draft FROM releases ORDER BY 1"
    states: tuple[tuple[tuple[str, Any, bool, bool], ...], ...] = (
        (("nightly", "2026-03-01T01:00:00Z", True, False), ("v9", None, False, True)),
        (("nightly", "2026-03-02T01:00:00Z", True, False), ("v9", "2026-03-02T02:00:00Z", True, False)),
        (("nightly", "2026-03-02T01:00:00Z", True, False), ("v9", "2026-03-02T02:00:00Z", True, False)),
        (("nightly", "2026-03-04T01:00:00Z", True, False), ("v9", "2026-03-02T02:00:00Z", False, False)),
    )
    seen = {}
    for day, state in zip(days(store, 4), states, strict=True):
        for hour in ("00", "01"):  # the second answer of a day changes nothing of the day before
            releases = tuple(
                Release(
                    tag_name=tag, published_at=at and at.replace("T01", f"T{hour}"), is_prerelease=pre, is_draft=new
                )
                for tag, at, pre, new in state
            )
            store.answer("o/a", database_id=1, releases=releases, releases_total=2)
        seen[day] = store.rows(query)
        assert seen[day] == [(tag, at, pre, new) for tag, at, pre, new in state]
    for day, rows in seen.items():
        assert on(store, day, query) == rows, day
    assert on(store, min(seen) - timedelta(days=1), query) == []
    kept = store.rows("SELECT field, day FROM former_values WHERE field GLOB 'release:*' ORDER BY 2, 1")
    assert [(field, day[-2:]) for field, day in kept] == [
        ("release:nightly", "02"),
        ("release:v9", "02"),
        ("release:nightly", "03"),
        ("release:nightly", "04"),
        ("release:v9", "04"),
    ]


def test_answers_under_a_clock_that_went_back_are_of_the_day_that_they_count_for(store) -> None:
    keep(store, ("P", "o/a"))
    store.answer("o/a", database_id=1, stars=1)
    query = "SELECT r.fetched_at, f.fetched_at FROM repositories r JOIN fetches f ON f.repository_id = r.id"
    newest = store.today + timedelta(days=1)
    record = Repository(name_with_owner="o/a", database_id=1, stars=2)
    for ahead, dated in ((timedelta(), f"{newest}T00:00:00Z"), (timedelta(days=9), f"{store.now:%Y-%m-%dT%H:%M:%SZ}")):
        writing = Writing(origin="live", now=store.now, day=newest + ahead)
        outcome = Outcome(subject=store.subject("o/a"), status="ok", record=record)
        write_outcomes(store.connection, "github", [outcome], writing, timedelta(days=1))
        assert store.rows(query) == [(f"{newest + ahead}T00:00:00Z", dated)]
    (fresh,) = store.rows("SELECT fresh_until FROM fetches")
    assert fresh == (f"{store.now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",), "how long it is fresh goes by the clock"
