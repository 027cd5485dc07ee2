"""`python -m benchmarks.site.landscape FILE`: a made-up landscape as large as the site has to bear, for `site_load`.

5,000 projects, 1,500 organisations with parents and money, three years of daily history, 50,000 events. The newest
day's figures are computed as a refresh computes them; the past is written in bulk.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.totals import TODAY, Size, fill
from crawler.figures.compute import compute_totals
from crawler.figures.health.compute import compute_health
from crawler.rules_file import DEFAULT
from crawler.store import open_writer, transaction
from crawler.store.health import write_health
from crawler.store.search import index_projects
from crawler.store.totals import KEPT, write_totals

PROJECTS, ORGANIZATIONS = 5_000, 1_500
DAYS, WEEKS, MONTHS, EVENTS = 3 * 365, 5 * 52, 36, 50_000
SOURCES = ("github", "contributors", "first_commit", "release_history", "star_history", "scorecard", "funding_yml")
FAILING = 150
LANGUAGES = ("Rust", "Go", "C", "C++", "TypeScript", "Python", "Java", "Zig", "Swift", "C#", "Kotlin", "Haskell")
ADJECTIVES = (
    "amber",
    "brisk",
    "cobalt",
    "dusty",
    "eager",
    "frozen",
    "gentle",
    "hollow",
    "iron",
    "jolly",
    "keen",
    "lunar",
)
THINGS = ("anvil", "badger", "compass", "dynamo", "engine", "falcon", "gateway", "harbor", "ingot", "kettle", "lantern")
ROLES = ("runtime", "compiler", "debugger", "scheduler", "registry", "gateway", "toolkit", "sandbox", "bridge", "kit")
DOMAINS = (
    "WebAssembly modules",
    "edge functions",
    "smart contracts",
    "plug-ins",
    "data pipelines",
    "games",
    "browsers",
)
MATURITIES = ("graduated", "incubating", "sandbox", None, None)

_NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :steps)"
_PAST = {
    "history": (
        DAYS,
        """SELECT r.id, date(:today, (n - :days + 1) || ' days'), r.stars * (n + 400) / (:days + 399),
          r.forks * (n + 400) / (:days + 399), r.watchers, r.open_issues, r.open_pull_requests,
          r.contributors * (n + 800) / (:days + 799), r.commits_last_year, r.releases_total
        FROM repositories r CROSS JOIN numbers""",
    ),
    "star_weeks": (
        WEEKS,
        """SELECT r.id, date(:monday, (7 * (n - :weeks)) || ' days'), r.stars / (:weeks + 20), '[0,1,2,0,0,1,0]',
          r.stars * (n + 20) / (:weeks + 20)
        FROM repositories r CROSS JOIN numbers""",
    ),
    "commit_weeks": (
        52,
        """SELECT r.id, date(:monday, (7 * (n - 52) - 1) || ' days'), (r.id + n * n) % 40
        FROM repositories r CROSS JOIN numbers""",
    ),
    "health": (
        MONTHS,
        """SELECT h.project_id, date(:today, (30 * (n - :months)) || ' days'), max(0, h.score - (:months - n) % 17),
          h.known, h.total, h.rules
        FROM health h CROSS JOIN numbers WHERE h.day = :today""",
    ),
    "computed_days": (
        DAYS - 2,
        """SELECT date(:today, (n - :days + 1) || ' days'), d.origin, d.policies, d.version
        FROM computed_days d CROSS JOIN numbers WHERE d.day = :today""",
    ),
    "total_values": (
        DAYS - 2,
        f"""SELECT v.series_id, date(:today, (n - :days + 1) || ' days'),
          CASE typeof(v.value) WHEN 'text' THEN CAST(CAST(v.value AS INTEGER) / (:days + 399) * (n + 400) AS TEXT)
            ELSE v.value * (n + 400) / (:days + 399) END,
          CAST(CAST(v.low AS INTEGER) / (:days + 399) * (n + 400) AS TEXT),
          CAST(CAST(v.high AS INTEGER) / (:days + 399) * (n + 400) AS TEXT), v.currency, v.known, v.total
        FROM total_values v JOIN total_series s ON s.id = v.series_id CROSS JOIN numbers
        WHERE v.day = :today AND v.value IS NOT NULL AND {KEPT}""",
    ),
}
"""By table how many steps of the past it gets, and what they are."""


def main() -> None:
    """Build it, and print what is in it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site.landscape", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.file or Path(folder) / "landscape.db"
        began = time.perf_counter()
        build(path)
        print(f"{path.stat().st_size / 10**6:.0f} MB in {time.perf_counter() - began:.0f} s")
        with closing(sqlite3.connect(path)) as connection:
            for table in ("projects", "organizations", "releases", "changes", *_PAST):
                print(f"{connection.execute(f'SELECT count(*) FROM {table}').fetchone()[0]:>10,}  {table}")


def build(path: Path, *, projects: int = PROJECTS) -> None:
    """Write the landscape into a new file; with fewer `projects` it has as much less of everything."""
    dice = random.Random(7)
    organizations = projects * ORGANIZATIONS // PROJECTS
    with closing(open_writer(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        with transaction(connection):
            fill(connection, dice, Size(projects=projects, organizations=organizations, listed=organizations // 10))
            _describe(connection, dice)
            _fetches(connection, dice)
            _events(connection, dice, EVENTS * projects // PROJECTS)
            index_projects(connection)
            for day in (TODAY - timedelta(days=1), TODAY):
                write_totals(connection, compute_totals(connection, day=day, origin="live"), day=day, origin="live")
            healths = compute_health(connection, DEFAULT.health, day=TODAY, origin="live")
            write_health(connection, healths, rules=DEFAULT.health.fingerprint, day=TODAY)
        for table, (steps, rows) in _PAST.items():
            with transaction(connection):
                connection.execute(f"INSERT INTO {table} {_NUMBERS} {rows}", _days(steps))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _days(steps: int) -> dict[str, object]:
    monday = TODAY - timedelta(days=TODAY.weekday())
    return {
        "steps": steps,
        "today": TODAY.isoformat(),
        "monday": monday.isoformat(),
        "days": DAYS,
        "weeks": WEEKS,
        "months": MONTHS,
    }


def _describe(connection: sqlite3.Connection, dice: random.Random) -> None:
    """Names and texts of an ordinary length, and what `fill` leaves out."""
    # Its own place is the one that it stands in first.
    connection.execute(
        "UPDATE projects SET subcategory_id = (SELECT subcategory_id FROM project_subcategories"
        " WHERE project_id = projects.id AND is_primary)"
    )
    for (number,) in connection.execute("SELECT id FROM repositories ORDER BY id").fetchall():
        parts = [dice.choice(words) for words in (ADJECTIVES, THINGS, ROLES)]
        about = f"A {parts[0]} {parts[2]} for {dice.choice(DOMAINS)} and {dice.choice(DOMAINS)}, number {number}"
        name = f"{parts[1]}-{parts[2]}-{number}"
        connection.execute(
            "UPDATE projects SET name = ?, description = ?, homepage_url = ?, maturity = ? WHERE id = ?",
            (
                f"{parts[0].title()} {parts[1].title()} {number}",
                f"{about}: small, fast and safe.",
                f"https://{name}.example.org/",
                dice.choice(MATURITIES),
                f"p{number - 1}",
            ),
        )
        connection.execute(
            "UPDATE repositories SET name_with_owner = ?, url = ?, description = ?, topics = ?, primary_language = ?,"
            " owner_login = ?, first_commit_at = ?, created_at = ?, latest_release_tag = 'v11',"
            " default_branch = 'main', latest_release_at = ("
            "SELECT max(published_at) FROM releases WHERE repository_id = repositories.id), figures_source = 'github',"
            " figures_source_url = ?, figures_observed_at = ?,"
            " figures_licence_class = 'public' WHERE id = ?",
            (
                f"{parts[1]}/{name}",
                f"https://github.com/{parts[1]}/{name}",
                about,
                json.dumps(parts[1:]),
                dice.choice(LANGUAGES),
                parts[1],
                f"{TODAY - timedelta(days=dice.randrange(1_000, 4_000))}T10:00:00Z",
                f"{TODAY - timedelta(days=dice.randrange(900, 3_000))}T10:00:00Z",
                f"https://github.com/{parts[1]}/{name}",
                f"{TODAY}T05:00:00Z",
                number,
            ),
        )
    connection.execute("UPDATE organizations SET name = name || ' Incorporated', kind = 'company', found_by = NULL")
    connection.execute("UPDATE figures SET source_url = 'https://example.org/news/' || id")
    connection.execute("UPDATE figures SET licence_class = 'restricted', source = 'crunchbase' WHERE id % 20 = 0")


def _fetches(connection: sqlite3.Connection, dice: random.Random) -> None:
    """An answer of every source for every repository; some that fail, and some that are no longer fresh."""
    names = connection.execute("SELECT id, name_with_owner FROM repositories").fetchall()
    connection.executemany(
        "INSERT INTO fetches (source, subject, repository_id, origin, fetched_at, fresh_until, status, attempts,"
        " attempted_at) VALUES (?, ?, ?, 'live', ?, ?, 'ok', 1, ?)",
        (
            (source, name, number, f"{day}T05:00:00Z", f"{day + timedelta(days=20)}T05:00:00Z", f"{day}T05:00:00Z")
            for number, name in names
            for source in SOURCES
            for day in (TODAY - timedelta(days=dice.randrange(25)),)
        ),
    )
    failing = dice.sample([name for _, name in names], len(names) * FAILING // PROJECTS)
    connection.executemany(
        "UPDATE fetches SET status = 'failed', attempts = 5, error = 'HTTP 502 from api.github.com', failing_since ="
        " '2026-11-01T05:00:00Z' WHERE source = ? AND subject = ?",
        ((dice.choice(SOURCES), name) for name in failing),
    )
    connection.executemany(
        "INSERT INTO runs (mode, started_at, ended_at, outcome, exit_code, answered) VALUES ('live', ?, ?, 'ok', 0, ?)",
        (
            (f"{day}T05:00:00Z", f"{day}T05:20:00Z", len(names))
            for day in (TODAY - timedelta(days=ago) for ago in reversed(range(DAYS)))
        ),
    )


def _events(connection: sqlite3.Connection, dice: random.Random, number: int) -> None:
    """Mostly releases, as in a real landscape; the newest are of the newest day."""
    (projects,) = connection.execute("SELECT count(*) FROM projects").fetchone()
    connection.executemany(
        "INSERT INTO changes (at, observed_at, kind, project_id, repository_id, before, after, detail, source,"
        " source_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'github', 'https://github.com/')",
        (
            (f"{day}T10:00:00Z", f"{day}T12:00:00Z", kind, f"p{one}", one + 1, before, after, detail)
            for number_of_event in range(number)
            for day in (TODAY - timedelta(days=DAYS - 1 - number_of_event * DAYS // number),)
            for one in (dice.randrange(projects),)
            for kind, before, after, detail in (_event(dice),)
        ),
    )


def _event(dice: random.Random) -> tuple[str, str | None, str | None, str | None]:
    """Kind, before, after and detail."""
    if dice.random() < 0.8:
        version = f"v{dice.randrange(9)}.{dice.randrange(30)}.{dice.randrange(9)}"
        return "release", None, version, json.dumps({"level": dice.choice(("major", "minor", "patch", "pre"))})
    return dice.choice(
        (
            ("license_changed", "MIT", "BUSL-1.1", '{"open_source": "left"}'),
            ("star_milestone", "995", "1003", '{"milestone": 1000}'),
            ("star_burst", "1200", "1900", '{"gained": 700}'),
            ("archived", None, None, None),
            ("activity_stopped", "2026-01-01T00:00:00Z", None, None),
            ("renamed", "old/name", "new/name", None),
            ("seed_added", None, None, None),
        )
    )


if __name__ == "__main__":
    main()
