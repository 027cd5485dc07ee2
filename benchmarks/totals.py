"""`python -m benchmarks.totals`: seconds and peak memory of the totals of 5,000 projects, computed and written."""

from __future__ import annotations

import random
import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct

from crawler.figures.compute import compute_totals
from crawler.figures.headline import headline
from crawler.figures.valuation import read_valuation
from crawler.store import open_writer, transaction
from crawler.store.totals import write_totals

LANGUAGES = 120
LIMIT_SECONDS = 3.0
TODAY = date(2026, 11, 22)


class Size(Struct, frozen=True, kw_only=True):
    """How large a made-up landscape is."""

    projects: int = 5_000
    """As many repositories."""
    categories: int = 30
    subcategories: int = 6
    """Of each category."""
    organizations: int = 1_200
    listed: int = 120
    """So many of the organisations have a ticker and market caps, the others rounds."""


def main() -> None:
    """Build the database, then print what computing and writing cost."""
    with tempfile.TemporaryDirectory() as folder, closing(open_writer(Path(folder) / "landscape.db")) as connection:
        with transaction(connection):
            fill(connection, random.Random(7), Size())
        before = _peak_megabytes()
        started = time.perf_counter()
        figures = compute_totals(connection, day=TODAY, origin="live")
        computed = time.perf_counter()
        with transaction(connection):
            write_totals(connection, figures, day=TODAY, origin="live")
        written = time.perf_counter()
        with transaction(connection):
            write_totals(connection, figures, day=TODAY, origin="live")
        again = time.perf_counter()
        print(headline(connection))
        looked = time.perf_counter()
        read_valuation(connection, "landscape")
        read = time.perf_counter()
        compute_totals(connection, day=TODAY - timedelta(days=30), origin="live")
        recomputed = time.perf_counter()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"projects {Size().projects:,}, totals {len(figures.totals):,}, lines {len(figures.lines):,}")
    print(f"compute {computed - started:.2f} s (limit {LIMIT_SECONDS:.0f} s), write {written - computed:.2f} s")
    print(f"write again {again - written:.2f} s")
    print(f"read the value of the newest day {read - looked:.2f} s, compute that of another {recomputed - read:.2f} s")
    print(f"peak memory {_peak_megabytes():.0f} MB, {_peak_megabytes() - before:.0f} MB of it for the totals")


def fill(connection: sqlite3.Connection, dice: random.Random, size: Size) -> None:
    """A landscape of that size: two groups, shared repositories, second paths, parents, foreign currencies."""
    connection.executemany(
        "INSERT INTO groups (id, name, position) VALUES (?, ?, ?)", [("g0", "Dev", 0), ("g1", "Ops", 1)]
    )
    places = []
    for category in range(size.categories):
        connection.execute(
            "INSERT INTO categories (id, name, group_id, position) VALUES (?, ?, ?, ?)",
            (f"c{category}", f"Category {category}", f"g{category % 2}", category),
        )
        for number in range(size.subcategories):
            places.append(f"c{category}--s{number}")
            connection.execute(
                "INSERT INTO subcategories (id, name, category_id, position) VALUES (?, ?, ?, ?)",
                (places[-1], f"Subcategory {number}", f"c{category}", number),
            )
    _organizations(connection, dice, size)
    for number in range(size.projects):
        _repository(connection, dice, number + 1)
        connection.execute(
            """
            INSERT INTO projects (id, name, subcategory_id, organization_id, position, first_seeded_at)
            VALUES (?, ?, ?, ?, ?, '2026-01-01T00:00:00Z')
            """,
            (f"p{number}", f"Project {number}", places[0], f"o{dice.randrange(size.organizations)}", number),
        )
        for index, place in enumerate(dice.sample(places, 1 if dice.random() < 0.9 else 2)):
            connection.execute("INSERT INTO project_subcategories VALUES (?, ?, ?)", (f"p{number}", place, index == 0))
        for index, repository in enumerate({number + 1, dice.randrange(number + 1) + 1}):
            connection.execute(
                "INSERT INTO project_repositories (project_id, repository_id, seeded_name, is_primary, position)"
                " VALUES (?, ?, ?, ?, ?)",
                (f"p{number}", repository, f"owner/r{repository}", index == 0, index),
            )


def _organizations(connection: sqlite3.Connection, dice: random.Random, size: Size) -> None:
    for number in range(size.organizations):
        is_listed = number % (size.organizations // size.listed) == 0
        parent = f"o{dice.randrange(number)}" if number and dice.random() < 0.1 else None
        connection.execute(
            "INSERT INTO organizations (id, name, declared, parent_id, ticker, position) VALUES (?, ?, 1, ?, ?, ?)",
            (f"o{number}", f"Organisation {number}", parent, f"T{number}" if is_listed else None, number),
        )
        if parent:
            connection.execute(
                """
                INSERT INTO ownerships (child_id, parent_id, source, licence_class, observed_at)
                VALUES (?, ?, 'seeds', 'curated', '2026-11-22T00:00:00Z')
                """,
                (f"o{number}", parent),
            )
        measure = "market_cap" if is_listed else "funding_round"
        for _ in range(3):
            connection.execute(
                """
                INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source, method,
                  licence_class) VALUES (?, ?, ?, ?, ?, '2026-11-22T00:00:00Z', 'seeds', 'curated', 'curated')
                """,
                (
                    f"o{number}",
                    measure,
                    str(dice.randrange(10**6, 10**11)),
                    dice.choice(["USD", "USD", "EUR", "CNY"]),
                    (TODAY - timedelta(days=dice.randrange(2000))).isoformat(),
                ),
            )


def _repository(connection: sqlite3.Connection, dice: random.Random, number: int) -> None:
    commit = TODAY - timedelta(days=dice.randrange(900))
    connection.execute(
        """
        INSERT INTO repositories (id, name_with_owner, status, origin, fetched_at, stars, forks, watchers, open_issues,
          open_pull_requests, contributors, commits_last_year, license_spdx, license_osi_approved, is_archived,
          latest_commit_at, releases_total)
        VALUES (?, ?, 'ok', 'live', '2026-11-22T00:00:00Z', ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 12)
        """,
        (
            number,
            f"owner/r{number}",
            *(dice.randrange(10_000) for _ in range(7)),
            dice.choice(["MIT", "Apache-2.0", "NOASSERTION", "NONE", "GPL-3.0"]),
            dice.random() < 0.1,
            f"{commit.isoformat()}T00:00:00Z",
        ),
    )
    for language in dice.sample(range(LANGUAGES), 6):
        connection.execute(
            "INSERT INTO languages VALUES (?, ?, ?)", (number, f"Language {language}", dice.randrange(10**6))
        )
    for release in range(12):
        published = TODAY - timedelta(days=dice.randrange(700))
        connection.execute(
            """
            INSERT INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, first_seen_at)
            VALUES (?, ?, ?, 0, 0, '2026-11-22T00:00:00Z')
            """,
            (number, f"v{release}", f"{published.isoformat()}T12:00:00Z"),
        )


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
