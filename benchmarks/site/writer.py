"""A process that writes into a landscape as a live refresh does, until it is ended."""

from __future__ import annotations

import itertools
import random
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.totals import TODAY
from crawler import clock
from crawler.figures.compute import compute_totals
from crawler.figures.health.compute import compute_health
from crawler.model import Outcome, Repository, Subject
from crawler.rules_file import DEFAULT
from crawler.store import open_writer, transaction
from crawler.store.health import write_health
from crawler.store.outcomes import Writing, write_outcomes
from crawler.store.search import index_projects
from crawler.store.totals import write_totals

BATCH, PAUSE_SECONDS = 50, 0.2
FRESH = timedelta(hours=20)


def refresh_for_ever(path: Path) -> None:
    """Refresh after refresh: every repository in batches, five times a second, then all figures of the day."""
    dice = random.Random(11)
    with closing(open_writer(path)) as connection:
        rows = connection.execute("SELECT id, name_with_owner, stars, forks FROM repositories ORDER BY id").fetchall()
        for number in itertools.count():
            for start in range(0, len(rows), BATCH):
                outcomes = [
                    Outcome(
                        subject=Subject(source="github", name=row["name_with_owner"], repository_id=row["id"]),
                        status="ok",
                        record=Repository(
                            name_with_owner=row["name_with_owner"],
                            stars=row["stars"] + number + dice.randrange(5),
                            forks=row["forks"] + number,
                        ),
                    )
                    for row in rows[start : start + BATCH]
                ]
                writing = Writing(origin="live", now=clock.now(), day=TODAY)
                write_outcomes(connection, "github", outcomes, writing, FRESH)
                time.sleep(PAUSE_SECONDS)
            with transaction(connection):
                index_projects(connection)
                write_totals(connection, compute_totals(connection, day=TODAY, origin="live"), day=TODAY, origin="live")
                healths = compute_health(connection, DEFAULT.health, day=TODAY, origin="live")
                write_health(connection, healths, rules=DEFAULT.health.fingerprint, day=TODAY)
