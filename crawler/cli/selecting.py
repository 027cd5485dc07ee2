"""The options that say what to ask, shared by `refresh` and `plan`, and the plan that follows from them."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from msgspec import structs

from crawler import clock
from crawler.cli.options import Age
from crawler.errors import UsageFault
from crawler.listed import SeedProject, Seeds
from crawler.model import Subject
from crawler.plan import PlanLine, Selection, due, estimate, is_asked, is_wanted, matches
from crawler.running import chosen_sources
from crawler.settings import Settings
from crawler.sources.catalogue import SOURCE_NAMES
from crawler.sources.source import Source
from crawler.store.database import open_reader, open_writer, transaction
from crawler.store.expansion import may_add
from crawler.store.runs import check_origin
from crawler.store.seeds import sync_seeds

F = TypeVar("F", bound=Callable[..., Any])


def selection_options(function: F) -> F:
    """`--source`, `--only`, `--max-age`, `--force` and `--sandbox`."""
    for option in reversed(
        (
            click.option(
                "--source",
                "source_names",
                multiple=True,
                type=click.Choice(SOURCE_NAMES),
                help="Ask this source only; may be given several times.",
            ),
            click.option(
                "--only",
                multiple=True,
                metavar="PATTERN",
                help="Ask only what matches: a glob over owner/name or project id, in any case.",
            ),
            click.option("--max-age", type=Age(), metavar="AGE", help="Ask what is older than this (30m, 12h, 7d)."),
            click.option("--force", is_flag=True, help="Ask all again, but never what cannot change."),
            click.option("--sandbox", is_flag=True, help="Use the bundled recorded figures: no network, no token."),
        )
    ):
        function = option(function)
    return function


def selection(
    *,
    source_names: tuple[str, ...],
    only: tuple[str, ...],
    max_age: timedelta | None,
    force: bool,
    sandbox: bool,
) -> Selection:
    """What the options select. A usage error where they contradict each other."""
    if force and max_age is not None:
        raise click.UsageError("--force asks for all of any age: leave out --max-age, or --force")
    origin: Literal["live", "sandbox"] = "sandbox" if sandbox else "live"
    return Selection(origin=origin, sources=frozenset(source_names), only=only, max_age=max_age, force=force)


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
    """UsageFault where `--only` matches nothing, neither in the list nor by a repository's present name."""
    if not only or any(matches(_names(project), only) for project in seeds.projects):
        return
    if database.is_file():
        with closing(open_reader(database)) as connection:
            if matches((row[0] for row in connection.execute("SELECT name_with_owner FROM repositories")), only):
                return
    raise UsageFault(
        f"--only {' '.join(only)} matches no project of the list",
        cure="write a project id or owner/name, with * for any characters: --only 'bytecodealliance/*'",
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
