"""A landscape with all that pages show: the recorded one with a past of three years, events, and hostile names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import Connection

from crawler.store import open_writer, transaction

TODAY = date(2023, 9, 25)
ENDLESS = "Endless" * 60
RIGHT_TO_LEFT = "مشروع \u202eevil\u202c"
SCRIPT = "<script>alert(1)</script>"


def record(path: Path) -> None:
    """Fill the landscape that comes with the program with its recorded figures."""
    command = [sys.executable, "-m", "crawler", "refresh", "seeds.yml", "--sandbox", "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])


def enrich(recorded: Path, path: Path) -> None:
    """Write a copy of a recorded landscape with a past, releases, events of every kind, and hostile projects."""
    shutil.copy(recorded, path)
    with closing(open_writer(path)) as connection, transaction(connection):
        for number, (repository_id, stars) in enumerate(
            connection.execute("SELECT id, stars FROM repositories WHERE stars IS NOT NULL ORDER BY id").fetchall()
        ):
            _past(connection, repository_id, stars, number)
        _events(connection)
        _totals(connection)
        _hostile(connection)
        _money(connection)


def _past(connection: Connection, repository_id: int, stars: int, number: int) -> None:
    """Weeks of stars for three years, days of the last sixty, and a release a month for some."""
    weeks = 156
    gained = max(1, stars // (weeks * 2)) + number % 3
    now = max(0, stars - gained * weeks)
    for week in range(weeks):
        day = TODAY - timedelta(days=7 * (weeks - week) + TODAY.weekday())
        now = min(stars, now + gained)
        connection.execute(
            "INSERT INTO star_weeks (repository_id, week, gained, days, stars) VALUES (?, ?, ?, '[0,0,0,0,0,0,0]', ?)",
            (repository_id, day.isoformat(), gained, now),
        )
    for back in range(60, 0, -5):
        connection.execute(
            "INSERT OR IGNORE INTO history (repository_id, day, stars, forks, commits_last_year)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                repository_id,
                (TODAY - timedelta(days=back)).isoformat(),
                max(0, stars - back * (number % 7)),
                number,
                50,
            ),
        )
    for month in range(number % 13):
        day = TODAY - timedelta(days=30 * month + 3)
        connection.execute(
            "INSERT OR IGNORE INTO releases (repository_id, tag_name, published_at, is_prerelease, is_draft, url,"
            " first_seen_at) VALUES (?, ?, ?, ?, 0, ?, ?)",
            (
                repository_id,
                f"v{12 - month}.0.0",
                f"{day}T10:00:00Z",
                month % 4 == 3,
                f"https://example.org/{repository_id}/{month}",
                f"{day}T12:00:00Z",
            ),
        )


def _events(connection: Connection) -> None:
    events = [
        ("release", "wasmtime", None, "v13.0.0", '{"level": "major"}'),
        ("archived", "lucet", None, None, None),
        ("license_changed", "wasmer", "MIT", "BUSL-1.1", '{"open_source": "left"}'),
        ("star_milestone", "wasmtime", "9999", "10003", '{"milestone": 10000}'),
        ("activity_stopped", "lucet", "2022-07-01T00:00:00Z", None, None),
        ("renamed", "wasmer", "old/wasmer", "wasmerio/wasmer", None),
        ("seed_added", "wasmer", None, None, None),
    ]
    for number, (kind, project, before, after, detail) in enumerate(events):
        row = connection.execute("SELECT id FROM projects WHERE id = ?", (project,)).fetchone()
        repository = connection.execute(
            "SELECT repository_id FROM project_repositories WHERE project_id = ? AND is_primary", (project,)
        ).fetchone()
        day = TODAY - timedelta(days=3 * number + 1)
        connection.execute(
            "INSERT INTO changes (at, observed_at, kind, project_id, repository_id, before, after, detail, source,"
            " source_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'github', 'https://github.com/')",
            (
                f"{day}T10:00:00Z",
                f"{day}T12:00:00Z",
                kind,
                row["id"] if row else None,
                repository["repository_id"] if repository else None,
                before,
                after,
                detail,
            ),
        )


def _totals(connection: Connection) -> None:
    """A past of the landscape's own totals: sixty days of stars, projects and value."""
    newest = connection.execute("SELECT max(day) FROM computed_days").fetchone()[0]
    for back in range(60, 0, -1):
        day = (date.fromisoformat(newest) - timedelta(days=back)).isoformat()
        connection.execute(
            "INSERT INTO computed_days (day, origin, policies) VALUES (?, 'sandbox', '[\"ecosystem_value_v1\"]')",
            (day,),
        )
        for measure, policy, value, low, high in (
            ("stars", "", 990_000 - 500 * back, None, None),
            ("projects", "", 150 if back > 30 else 157, None, None),
            ("value", "ecosystem_value_v1", str(131_000_000_000 - 10**8 * back), "74000000000", "930000000000"),
        ):
            connection.execute(
                "INSERT INTO total_values (series_id, day, value, low, high, currency, known, total)"
                " SELECT id, ?, ?, ?, ?, CASE WHEN ? <> '' THEN 'USD' END, 100, 157 FROM total_series"
                " WHERE scope = 'landscape' AND measure = ? AND policy = ?",
                (day, value, low, high, policy, measure, policy),
            )


def _hostile(connection: Connection) -> None:
    """Projects with scripts, endless names, text that runs to the left, bad links, and nothing at all."""
    place = connection.execute("SELECT subcategory_id FROM projects WHERE id = 'wasmtime'").fetchone()[0]
    for number, (project_id, name, about, home) in enumerate(
        [
            ("hostile-script", SCRIPT, f'"><img src=x onerror=alert(1)>{SCRIPT}', "javascript:alert(1)"),
            ("hostile-endless", ENDLESS, ENDLESS * 3, f"https://example.org/{'a' * 900}"),
            ("hostile-right-to-left", RIGHT_TO_LEFT, RIGHT_TO_LEFT, "https://example.org/\u202e"),
            ("hostile-nothing", "Nothing", None, None),
        ]
    ):
        connection.execute(
            "INSERT INTO projects (id, name, subcategory_id, homepage_url, description, maturity, position,"
            " first_seeded_at) VALUES (?, ?, ?, ?, ?, ?, ?, '2023-09-25T00:00:00Z')",
            (project_id, name, place, home, about, SCRIPT if about else None, 9000 + number),
        )
        connection.execute("INSERT INTO project_subcategories VALUES (?, ?, 1)", (project_id, place))


def _money(connection: Connection) -> None:
    """Rounds of several years, and one that may not be published."""
    organization = connection.execute("SELECT organization_id FROM projects WHERE id = 'wasmer'").fetchone()[
        "organization_id"
    ]
    for year, amount, licence in (
        (2019, "2500000", "curated"),
        (2021, "8000000", "curated"),
        (2022, "987654321", "restricted"),
    ):
        connection.execute(
            "INSERT INTO figures (organization_id, measure, amount, currency, as_of, observed_at, source,"
            " source_url, method, licence_class)"
            " VALUES (?, 'funding_round', ?, 'USD', ?, '2023-09-25T00:00:00Z', ?, ?, 'stated', ?)",
            (
                organization,
                amount,
                f"{year}-05-01",
                "crunchbase" if licence == "restricted" else "seeds",
                "https://example.org/news",
                licence,
            ),
        )
