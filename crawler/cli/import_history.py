"""`crawler import-history`: take over the history that others kept."""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import click

from crawler.cli.options import PastDay, database_option, existing_database
from crawler.cli.progress import speaker, watching
from crawler.cli.tables import plain
from crawler.errors import UsageFault
from crawler.importing.detect import open_history
from crawler.importing.job import Import, Report, Span, run
from crawler.report import INTERRUPTED
from crawler.seeds.values import holds_key, is_url
from crawler.store.database import open_reader, open_writer
from crawler.store.lock import hold_lock

FEW = 5
"""So many of each kind are named."""

day = PastDay()


@click.command("import-history")
@click.argument("path", type=click.Path(path_type=Path))
@database_option
@click.option("--since", type=day, metavar="DATE", help="Nothing before this day.")
@click.option("--until", type=day, metavar="DATE", help="Nothing after this day.")
@click.option("--source-url", metavar="URL", help="Where the files can be seen, to be kept with each row.")
@click.option("--dry-run", is_flag=True, help="Only read, and say what would come of it.")
def command(
    path: Path, database: Path, since: date | None, until: date | None, source_url: str | None, dry_run: bool
) -> None:
    """Take over the history that others kept: counts of past days, for repositories that the database has.

    PATH is a processed landscape file (in a git repository all of its versions count, else the day that it tells), such
    a repository, a folder of daily CSV files, or an older database. No project is added, nothing that the database
    observed itself is overwritten, and no changes are told. What is imported counts for --as-true-of, not for --as-of.
    A second import takes what is new.

    \b
    Example:
      crawler import-history ../landscape/processed_landscape.yml
      crawler import-history history/ --since 2022-01-01
      crawler import-history old-landscape.db --dry-run
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if source_url is not None and (not is_url(source_url) or holds_key(source_url)):
        raise UsageFault("--source-url is no plain web address", cure="write it as https://example.org/history")
    existing_database(database)
    open_reader(database).close()  # an older file is migrated by a refresh, not in passing
    report = Report()
    try:
        with open_history(path, database) as history:
            for notice in history.notices:
                click.echo(f"notice: {plain(notice)}", err=True)
            job = Import(history=history, span=Span(since, until), source_url=source_url, writes=not dry_run)
            _run(database, job, report)
    except KeyboardInterrupt:
        _print_notices(report)
        click.echo("crawler: interrupted; the days up to then are kept, run it again to go on", err=True)
        sys.exit(INTERRUPTED)
    _print_notices(report)
    click.echo(_summary(report, dry_run=dry_run))


def take_history(path: Path, database: Path) -> None:
    """Take over all of a history, and say on standard error what came of it."""
    report = Report()
    with open_history(path, database) as history:
        _run(database, Import(history=history, span=Span(), source_url=None, writes=True), report)
    _print_notices(report)
    click.echo(f"{plain(str(path))}: {_summary(report, dry_run=False)}", err=True)


def _run(database: Path, job: Import, report: Report) -> None:
    with watching(quiet=False, verbose=False, log_json=False) as watcher:
        if not job.writes:
            with closing(open_reader(database)) as connection:
                run(connection, job, report, watcher)
            return
        with hold_lock(database), closing(open_writer(database)) as connection:
            run(connection, job, report, watcher)


def _print_notices(report: Report) -> None:
    say = speaker(log_json=False)
    tally = report.tally
    for place, reason in list(tally.unreadable.items())[:FEW]:
        say(f"notice: {plain(place)} cannot be read: {plain(reason)}")
    if len(tally.unreadable) > FEW:
        say(f"notice: nor can {_many(len(tally.unreadable) - FEW, 'other')}")
    if report.impossible:
        say(f"notice: {_many(report.impossible, 'day')} in the future or before 2008, left out")
    if tally.refused:
        say(f"notice: {_many(tally.refused, 'value')} refused, such as {plain(', '.join(tally.refused_examples))}")
    if tally.nameless:
        say(f"notice: {_many(tally.nameless, 'row')} left out: they name no repository of GitHub's")
    if tally.recorded:
        say(f"notice: {_many(tally.recorded, 'row')} left out: their figures are recorded ones")
    if tally.columns:
        say(f"notice: columns that are not taken: {_names(tally.columns)}")
    if report.unmatched:
        unmatched = _many(len(report.unmatched), "repository", "repositories")
        say(f"notice: {unmatched} not in the database, left out: {_names(report.unmatched)}")


def _summary(report: Report, *, dry_run: bool) -> str:
    rows = report.rows if dry_run else report.written
    verb = "found" if dry_run else "written"
    parts = [f"{_many(rows, 'row')} of {_many(len(report.matched), 'repository', 'repositories')} {verb}"]
    if report.read:
        parts.append(f"{_many(len(report.read), 'day')} read, {min(report.read)} to {max(report.read)}")
    if report.known:
        parts.append(f"{_many(report.known, 'day')} imported before")
    if report.releases:
        parts.append(f"{_many(report.releases, 'release')} added")
    return "; ".join(parts)


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def _names(names: dict[str, None]) -> str:
    shown = ", ".join(plain(name)[:80] for name in list(names)[:FEW])
    return f"{shown} and {len(names) - FEW:,} more" if len(names) > FEW else shown
