"""What a refresh would ask now, found out on a scratch copy of the database, without a single request."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from msgspec import structs

from crawler import clock
from crawler.due import PlanLine, Selection, due, estimate, is_asked, is_wanted, matches
from crawler.errors import UsageFault
from crawler.listed import SeedProject, Seeds
from crawler.model import Subject
from crawler.running import chosen_sources
from crawler.settings import Settings
from crawler.sources.source import Source
from crawler.store.database import open_reader, open_writer, transaction
from crawler.store.expansion import may_add
from crawler.store.runs import check_origin
from crawler.store.seeds import sync_seeds


def make_plan(seeds: Seeds, database: Path, chosen: Selection, settings: Settings, *, today: date) -> list[PlanLine]:
    """What a refresh would ask now, with a token or without, and what it would cost. The database file is only read."""
    signed = chosen.origin == "sandbox" or settings.has_token
    check_patterns(seeds, database, chosen.only)
    with _copy(database) as connection:
        check_origin(connection, chosen.origin)
        with transaction(connection):
            sync_seeds(connection, seeds, now=clock.to_text(clock.now()))
        return [
            _line(connection, source, due(connection, source, chosen, now=clock.now(), prospective=True), signed=signed)
            for source in chosen_sources(chosen, settings, today=today)
            if (not chosen.sources or source.name in chosen.sources)
            and is_asked(source, signed=signed)
            and is_wanted(source, chosen, seeds)
        ]


def _line(connection: sqlite3.Connection, source: Source, subjects: list[Subject], *, signed: bool) -> PlanLine:
    line = estimate(source, subjects, signed=signed)
    if source.subject_kind != "project_org":
        return line
    return structs.replace(line, may_find=may_add(connection, [subject.name for subject in subjects]))


def check_patterns(seeds: Seeds, database: Path, only: tuple[str, ...]) -> None:
    """UsageFault where `only` matches nothing, neither in the list nor by a repository's present name."""
    if not only or any(matches(_names(project), only) for project in seeds.projects):
        return
    if database.is_file():
        with closing(open_reader(database)) as connection:
            if matches((row[0] for row in connection.execute("SELECT name_with_owner FROM repositories")), only):
                return
    raise UsageFault(
        f"no project of the list matches {' '.join(only)}",
        cure="write a project id or owner/name, with * for any characters, such as 'bytecodealliance/*'",
    )


def _names(project: SeedProject) -> tuple[str, ...]:
    account = (f"{project.project_org.login}/",) if project.project_org else ()
    return project.id, *account, *(repository.name_with_owner for repository in project.repositories)


@contextmanager
def _copy(database: Path) -> Iterator[sqlite3.Connection]:
    """A scratch copy of the database, empty where there is none yet."""
    with (
        tempfile.TemporaryDirectory(prefix="crawler-plan-") as folder,
        closing(open_writer(Path(folder) / "plan.db")) as scratch,
    ):
        if database.is_file():
            with closing(open_reader(database)) as original:
                original.backup(scratch)
        yield scratch
