"""`crawler db`: keep the database sound and small, and make copies of it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from crawler import clock
from crawler.cli.options import Age, PastDay, database_option, existing_database
from crawler.cli.outputs import check_output
from crawler.errors import UsageFault
from crawler.figures.compute import compute_totals
from crawler.figures.forms import counted
from crawler.store.checks import Finding, find_faults
from crawler.store.database import open_reader, open_writer, transaction
from crawler.store.lock import hold_lock
from crawler.store.past import first_known
from crawler.store.prune import Rows, prune_changes, prune_history, prune_runs, prune_totals
from crawler.store.prune_after import Pruned, prune_after
from crawler.store.restricted import delete_restricted
from crawler.store.totals import write_totals
from crawler.store.upkeep import back_up, copy_changed, vacuum
from crawler.store.webhooks import webhooks
from crawler.webhook_settings import present_endpoint

TROUBLE = 3
MEBIBYTE = 2**20

output_argument = click.argument("output", metavar="OUT", type=click.Path(path_type=Path))
force_option = click.option("--force", "replaces", is_flag=True, help="Replace OUT where it is there already.")


@click.group("db", subcommand_metavar="COMMAND…")
def command() -> None:
    """Keep the database sound and small, and make copies of it.

    \b
    Example:
      crawler db check
      crawler db prune --dry-run --history 730d
      crawler db backup landscape-$(date +%F).db
      crawler db publishable public.db
    """


@command.command("check", short_help="look for damage, dangling references and totals that are not their lines' sum")
@database_option
def check(*, database: Path) -> None:
    """Look for damage in the file, dangling references, and totals that are not the sum of their lines.

    Nothing is written, and a refresh may be at work. Prints a line for each finding, with its cure. Exits with 0 if the
    database is sound, else with 3, also where it cannot be opened or is not there.

    \b
    Example:
      crawler db check
      crawler db check --db /var/lib/landscape.db || echo "look into it"
    """
    try:
        with closing(open_reader(existing_database(database))) as connection:
            findings = find_faults(connection)
    except UsageFault as fault:
        findings = [Finding("file", fault.message, fault.cure)]
    for finding in findings:
        click.echo(f"BAD {finding}")
    if findings:
        sys.exit(TROUBLE)
    click.echo(f"{database} is sound")


@command.command("backup", short_help="write a copy, even while a refresh writes")
@output_argument
@database_option
@force_option
def backup(*, output: Path, database: Path, replaces: bool) -> None:
    """Write a copy of the database to OUT, as it is at one moment, even while a refresh writes.

    OUT appears in one step, once all of it is written and checked; it needs no other file beside it.

    \b
    Example:
      crawler db backup landscape-$(date +%F).db
      crawler db backup --force /backups/landscape.db
    """
    check_output(output, database)
    back_up(existing_database(database), output, replaces=replaces)
    click.echo(f"{output}: {_size(output.stat().st_size)}", err=True)


@command.command("vacuum", short_help="give the space of deleted rows back to the disk")
@database_option
def vacuum_command(*, database: Path) -> None:
    """Give the space of deleted rows back to the disk, and build the full-text index anew.

    Takes the lock of a refresh: exits with 75 while one is at work. Needs room for a second copy of the file meanwhile.

    \b
    Example:
      crawler db vacuum
    """
    open_reader(existing_database(database)).close()  # an older file is migrated by a refresh, not in passing
    with hold_lock(database):
        before, after = vacuum(database)
    click.echo(f"{database}: {_size(before)} before, {_size(after)} after", err=True)


@command.command("prune", short_help="delete what is older than you care for")
@database_option
@click.option("--history", type=Age(), metavar="AGE", help="What was known longer ago, day by day, health included.")
@click.option("--totals", type=Age(), metavar="AGE", help="Totals of longer ago.")
@click.option("--changes", type=Age(), metavar="AGE", help="Events that were observed longer ago.")
@click.option("--runs", type=Age(), metavar="AGE", help="Refreshes that ended longer ago, with what they cost.")
@click.option("--after", type=PastDay(), metavar="DATE", help="What a wrong clock dated after that day.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and delete nothing.")
def prune(*, database: Path, after: date | None, dry_run: bool, **ages: timedelta | None) -> None:
    """Delete what is older than an AGE; only what the options name goes.

    What held AGE ago can still be told, and of what came later nothing changes, but that the first day that stays has
    no day before it to be compared with. Days before are then not answered (--history), or without totals (--totals).
    Present figures, money facts, releases and the star history of GitHub never go. Takes the lock of a refresh: exits
    with 75 while one is at work.

    --after is the cure of a refresh whose clock was ahead. Figures that were computed for later days go, and events
    that only time makes. What was observed counts as of the day after DATE, or as of now where that has not come yet,
    and is asked again by the next refresh.

    \b
    Example:
      crawler db prune --after 2026-11-22 --dry-run
      crawler db prune --dry-run --history 730d
      crawler db prune --runs 90d --changes 365d && crawler db vacuum
    """
    chosen = {kind: age for kind in _PRUNE if (age := ages[kind]) is not None}
    if not chosen and after is None:
        raise UsageFault("nothing to prune is named", cure="say what and how old, as in 'crawler db prune --runs 90d'")
    now = clock.now()
    open_reader(existing_database(database)).close()  # an older file is migrated by a refresh, not in passing
    with (
        hold_lock(database),
        closing(open_writer(database)) as connection,
        suppress(_DryRun),
        transaction(connection),
    ):
        awaited = _awaited(connection, now)
        ahead = prune_after(connection, after, now) if after is not None else None
        gone = {
            table: rows for kind, age in chosen.items() for table, rows in _PRUNE[kind](connection, now - age).items()
        }
        first = first_known(connection)
        lost = awaited - _awaited(connection, now)
        if dry_run:
            raise _DryRun
    # Nothing is printed before it is done: whoever reads along may leave in the middle.
    if ahead is not None and after is not None:
        _print_ahead(ahead, after, dry_run=dry_run)
    _print_rows(gone, "deleted", dry_run=dry_run)
    if lost:
        click.echo(f"{counted(lost, 'event')} of them had not reached the webhook yet", err=True)
    if "history" in chosen and first is not None:
        click.echo(f"--as-of {'would answer' if dry_run else 'answers'} no day before {first}", err=True)
    if any(gone.values()) and not dry_run:
        click.echo("'crawler db vacuum' gives their space back to the disk", err=True)


def _awaited(connection: sqlite3.Connection, now: datetime) -> int:
    """How many events wait for the receiver of the webhook that lags most."""
    return max((row["waiting"] for row in webhooks(connection, present=present_endpoint(), now=now)), default=0)


def _print_ahead(done: Pruned, day: date, *, dry_run: bool) -> None:
    _print_rows(done.gone, "deleted", dry_run=dry_run)
    _print_rows(done.redated, "dated earlier", dry_run=dry_run)
    if not (done.gone or done.redated):
        click.echo(f"nothing is dated after {day}", err=True)
    elif not dry_run:
        click.echo("'crawler refresh' asks again and computes the newest figures", err=True)


def _print_rows(counts: Rows, word: str, *, dry_run: bool) -> None:
    for table, rows in counts.items():
        click.echo(f"{table}: {rows:,} rows {f'would be {word}' if dry_run else word}")


class _DryRun(Exception):
    """Ends the transaction of a dry run: nothing of it stays."""


_PRUNE: dict[str, Callable[[sqlite3.Connection, datetime], Rows]] = {
    "history": lambda connection, before: prune_history(connection, clock.day_of(before)),
    "totals": lambda connection, before: prune_totals(connection, clock.day_of(before)),
    "changes": prune_changes,
    "runs": prune_runs,
}


@command.command("publishable", short_help="write a copy without anything that may not be published")
@output_argument
@database_option
@force_option
def publishable(*, output: Path, database: Path, replaces: bool) -> None:
    """Write a copy of the database to OUT without anything of the licence class restricted.

    Figures, facts and owners of that class (Crunchbase, Yahoo, FMP) go, with the events that rest on them, what is kept
    about asking their sources, and organisations that nobody else named. Of the totals of policies only those of the
    newest day stay, computed anew from what is left: they differ from those of the database. Events of values that
    moved go with the others. Where nothing of the class ever came in, all totals and events stay. No page of OUT holds
    anything that was deleted. The database itself stays as it is, and a refresh may be at work.

    \b
    Example:
      crawler db publishable public.db
      crawler db publishable --force --db /var/lib/landscape.db site/landscape.db
    """
    check_output(output, database)
    copy_changed(existing_database(database), output, _make_publishable, replaces=replaces)
    click.echo(f"{output}: {_size(output.stat().st_size)}", err=True)


def _make_publishable(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        newest = connection.execute("SELECT day, origin FROM computed_days ORDER BY day DESC LIMIT 1").fetchone()
        if delete_restricted(connection) and newest is not None:
            day, origin = date.fromisoformat(newest["day"]), newest["origin"]
            write_totals(connection, compute_totals(connection, day=day, origin=origin), day=day, origin=origin)


def _size(size: int) -> str:
    return f"{size / MEBIBYTE:.1f} MiB"
