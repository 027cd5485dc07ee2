"""`crawler refresh`: ask the public APIs for what is stale and store the answers."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import click
import msgspec
from filelock import FileLock, Timeout

from crawler import clock
from crawler.cli.options import Age, database_option, json_option, seeds_argument, seeds_path
from crawler.cli.plan import print_plan
from crawler.cli.progress import watching
from crawler.cli.report import print_report, report_data
from crawler.cli.selecting import check_patterns, make_plan, selection, selection_options
from crawler.cli.tables import plain
from crawler.errors import LockHeld, NothingFetched, UsageFault
from crawler.fetch.engine import Endpoint, Engine
from crawler.figures.headline import headline
from crawler.model import Seeds, Validator
from crawler.plan import Selection
from crawler.refresh import INTERRUPTED, NOTHING, Report, Run, refresh
from crawler.sandbox import RECORDED_ON
from crawler.seeds import read_seeds
from crawler.settings import Secret, Settings, read_settings
from crawler.sources.catalogue import all_sources
from crawler.store.database import open_writer
from crawler.store.runs import check_origin, find_validator


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line said, besides what to ask."""

    database: Path
    sandbox: bool
    budget: int | None
    deadline: timedelta | None
    quiet: bool
    verbose: bool


@click.command("refresh")
@seeds_argument
@database_option
@selection_options
@click.option("--budget", type=click.IntRange(min=1), metavar="POINTS", help="Spend at most so many quota units.")
@click.option("--deadline", type=Age(), metavar="AGE", help="End cleanly after this long (30m, 2h).")
@click.option("--dry-run", is_flag=True, help="Only show the plan, as 'crawler plan' does.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but trouble.")
@click.option("-v", "--verbose", is_flag=True, help="Say what is asked, batch by batch.")
def command(
    seeds: Path | None,
    database: Path,
    source_names: tuple[str, ...],
    only: tuple[str, ...],
    max_age: timedelta | None,
    force: bool,
    sandbox: bool,
    budget: int | None,
    deadline: timedelta | None,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Ask the public APIs for what is stale and store the answers.

    Only what is older than its source's age is asked for; a failed call changes nothing but its own error record.
    Exit codes: 0 done, 2 wrong input, 3 done in part, 4 nothing fetched, 75 another refresh is at work,
    130 interrupted.

    \b
    Example:
      crawler refresh --sandbox                     recorded figures, no network, no token
      GITHUB_TOKEN=… crawler refresh                the live APIs
      crawler refresh --only 'bytecodealliance/*'   a part of the list
    """
    chosen = selection(source_names=source_names, only=only, max_age=max_age, force=force, sandbox=sandbox)
    settings = Settings() if sandbox else read_settings()
    listed = read_seeds(seeds_path(seeds))
    if dry_run:
        print_plan(make_plan(listed, database, chosen, today=clock.day_of(clock.now())), as_json=as_json)
        return
    options = Options(
        database=database, sandbox=sandbox, budget=budget, deadline=deadline, quiet=quiet, verbose=verbose
    )
    check_patterns(listed, database, only)
    report, line = _locked(listed, chosen, settings, options)
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(report_data(report)), indent=2).decode() + "\n")
    elif not quiet:
        click.echo(line)
    if not quiet or report.exit_code:
        print_report(report, seeds, database)
    if report.exit_code == NOTHING:
        raise _nothing_fetched(report)
    sys.exit(report.exit_code)


def _locked(seeds: Seeds, chosen: Selection, settings: Settings, options: Options) -> tuple[Report, str]:
    """Refresh while holding the database's lock; LockHeld where another process has it."""
    if not options.database.absolute().parent.is_dir():
        raise UsageFault(
            f"there is no directory {options.database.parent}", cure="make it, or name another file with --db"
        )
    lock = Path(f"{options.database}.lock")
    try:
        # The lock itself takes a place where no file can be made for one that is held.
        lock.touch()
        held = FileLock(lock).acquire(timeout=0)
    except Timeout:
        raise LockHeld(
            f"another refresh is at work on {options.database}", cure="wait until it has ended, or use another --db"
        ) from None
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise UsageFault(
            f"{lock} cannot be written ({reason})", cure="check its rights, or use another --db"
        ) from error
    with held:
        return _refreshed(seeds, chosen, settings, options)


def _refreshed(seeds: Seeds, chosen: Selection, settings: Settings, options: Options) -> tuple[Report, str]:
    with ExitStack() as stack:
        connection = stack.enter_context(closing(open_writer(options.database)))
        check_origin(connection, chosen.origin)
        today, recorded_on, token = clock.day_of(clock.now()), None, next(iter(settings.tokens), None)
        if options.sandbox:
            today, recorded_on, token = RECORDED_ON, RECORDED_ON.isoformat(), Secret("sandbox")

        def endpoint() -> Endpoint:
            if not options.sandbox:
                return Endpoint(settings.github_api_url, settings.github_graphql_url)
            # Imported here: only a sandbox with something to ask needs a server and a GraphQL engine.
            from crawler.sandbox import SandboxServer, recorded_world

            server = stack.enter_context(SandboxServer(recorded_world()))
            return Endpoint(server.api_url, server.graphql_url)

        watcher = stack.enter_context(watching(quiet=options.quiet, verbose=options.verbose))
        if token is None and not options.quiet:
            click.echo("no GITHUB_TOKEN: without one GitHub answers 60 requests an hour, and no GraphQL", err=True)

        def lookup(identity: str, path: str) -> Validator | None:
            return find_validator(connection, identity, path)

        engine = Engine(
            endpoint=endpoint,
            token=token,
            contact=settings.contact,
            budget=options.budget,
            deadline=None if options.deadline is None else options.deadline.total_seconds(),
            find_validator=lookup,
            say=watcher.say,
        )
        run = Run(
            connection=connection,
            engine=engine,
            selection=chosen,
            mode="sandbox" if options.sandbox else "live",
            day=today,
            recorded_on=recorded_on,
            watcher=watcher,
        )
        report = _run_until_signal(run, seeds)
        return report, headline(connection)


def _run_until_signal(run: Run, seeds: Seeds) -> Report:
    """Run the pipeline; SIGINT and SIGTERM end it with everything kept that was committed."""

    async def main() -> Report:
        task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel if task else lambda: None)
        async with run.engine:
            return await refresh(run, seeds, all_sources(today=run.day))

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        click.echo("crawler: interrupted; everything that was answered is kept", err=True)
        sys.exit(INTERRUPTED)


def _nothing_fetched(report: Report) -> NothingFetched:
    reasons = [source.stopped for source in report.sources if source.stopped]
    reasons += [error for source in report.sources for _, error in source.failures[:1]]
    return NothingFetched(
        f"nothing could be fetched: {plain(reasons[0]) if reasons else 'no answer'}",
        cure="check network, proxy and token ('crawler doctor' helps), then run again; what was stored is unchanged",
    )
