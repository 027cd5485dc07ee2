"""Quota, time and memory of `crawler refresh` against a GitHub stand-in on loopback, as a process of its own.

Run `python -m benchmarks.refresh [REPOSITORIES]`. The stand-in waits 120 ms before each answer and 3 ms more for each
unit of GraphQL work, prices queries by GitHub's published rule and enforces the documented limits. Every value that
was stored is compared with the stand-in's.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks import BACKFILL, OF_GITHUB
from crawler.sandbox import made_up_world
from crawler.sandbox.server import SandboxServer
from crawler.sandbox.world import Repository, World

LATENCY_SECONDS = 0.12
SECONDS_PER_UNIT = 0.003
TOKEN = "stand-in"


def main() -> None:
    """Four refreshes: the first, a second at once, one with --force on unchanged data, and one of the past alone."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1021
    world = made_up_world(count)
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds.yml"
        seeds.write_text(seeds_of(world), encoding="utf-8")
        server = SandboxServer(
            world,
            token=TOKEN,
            latency=LATENCY_SECONDS,
            work_seconds_per_unit=SECONDS_PER_UNIT,
            enforce_limits=True,
        )
        with server:
            milliseconds = f"{LATENCY_SECONDS * 1000:.0f} ms latency, {SECONDS_PER_UNIT * 1000:.0f} ms a unit of work"
            print(f"{count} repositories, {milliseconds}")
            core = _refresh(server, seeds, Path(folder) / "core.db", count, "core only", "--source", "github")
            database = Path(folder) / "landscape.db"
            _refresh(server, seeds, database, count, "first run")
            _refresh(server, seeds, database, count, "second run")
            _refresh(server, seeds, database, count, "with --force", "--force", *OF_GITHUB)
            _refresh(server, seeds, database, count, "backfill", *BACKFILL)
            print(backfilled(database))
        print(f"wrong values: {wrong_values(world, database)}; core run exit code {core}")


def _refresh(server: SandboxServer, seeds: Path, database: Path, count: int, name: str, *options: str) -> int:
    before = len(server.log)
    units = server.points + server.rest_counted
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "refresh", str(seeds), "--db", str(database), "-q", *(options or OF_GITHUB)],
        env=os.environ
        | {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": server.api_url, "GITHUB_GRAPHQL_URL": server.graphql_url},
        check=False,
    )
    seconds = time.monotonic() - started
    units = server.points + server.rest_counted - units
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{name:<14} exit {done.returncode}  {seconds:6.1f} s  {units:5d} units = {units / count:.3f} per repository"
        f"  {len(server.log) - before} requests  peak {peak:.0f} MB"
    )
    return done.returncode


def backfilled(database: Path) -> str:
    """How far one run has got with the past."""
    with closing(sqlite3.connect(database)) as connection:
        whole, begun, weeks, releases = connection.execute(
            """
            SELECT sum(fresh_until > fetched_at), count(*), (SELECT count(*) FROM star_weeks),
              (SELECT count(*) FROM releases)
            FROM fetches WHERE source = 'star_history'
            """
        ).fetchone()
    return f"star history: {whole} of {begun} repositories whole, {weeks} weeks; {releases} releases"


def seeds_of(world: World) -> str:
    """A list of every repository of the world."""
    lines = ["categories:", "  - name: Made up", "    subcategories:", "      - name: Widgets", "        items:"]
    for repository in world:
        name = repository.name_with_owner
        lines += [f"          - name: {name}", f"            repo_url: https://github.com/{name}"]
    return "\n".join(lines) + "\n"


def wrong_values(world: World, database: Path) -> int:
    """How many stored values differ from the world's; each is printed."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = {row["name_with_owner"]: row for row in connection.execute("SELECT * FROM repositories")}
        languages: dict[int, dict[str, int]] = {}
        for repository_id, language, size in connection.execute("SELECT * FROM languages"):
            languages.setdefault(repository_id, {})[language] = size
    wrong = 0
    for repository in world:
        row = rows[repository.name_with_owner]
        for column, value in _expected(repository).items():
            if row[column] != value:
                wrong += 1
                print(f"{repository.name_with_owner}: {column} is {row[column]!r}, not {value!r}")
        wrong += languages.get(row["id"], {}) != repository.languages
    return wrong


def _expected(repository: Repository) -> dict[str, object]:
    return {
        "database_id": repository.database_id,
        "stars": repository.stars,
        "forks": repository.forks,
        "watchers": repository.watchers,
        "open_issues": repository.open_issues,
        "closed_issues": repository.closed_issues,
        "open_pull_requests": repository.open_pull_requests,
        "contributors": None if repository.contributors_too_large else repository.contributors,
        "first_commit_at": repository.first.committed_at if repository.first else None,
        "latest_commit_at": repository.head.committed_at if repository.head else None,
        "latest_release_tag": repository.latest_release.tag_name if repository.latest_release else None,
        "is_archived": int(bool(repository.is_archived)),
        "has_security_policy": int(bool(repository.has_security_policy)),
    }


if __name__ == "__main__":
    main()
