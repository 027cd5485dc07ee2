"""`crawler refresh`: ask the public APIs for what is stale and store the answers."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from crawler import clock
from crawler.cli.options import Age, database_option, json_option, seeds_argument, seeds_path
from crawler.cli.plan import print_plan
from crawler.cli.progress import speaker, watching
from crawler.cli.report import print_report, report_data
from crawler.cli.selecting import check_patterns, chosen_sources, make_plan, selection, selection_options
from crawler.cli.tables import plain
from crawler.export.json_text import to_json
from crawler.fetch.app import sign
from crawler.fetch.engine import Endpoint, Engine
from crawler.fetch.request import Terms
from crawler.figures.headline import headline
from crawler.listed import Seeds
from crawler.plan import Selection
from crawler.refresh import Run, refresh
from crawler.report import INTERRUPTED, NOTHING, Report
from crawler.rules import Rules
from crawler.rules_file import find_rules
from crawler.sandbox import RECORDED_ON
from crawler.seeds import read_seeds
from crawler.settings import KEYS, Secret, Settings, read_settings
from crawler.sources.source import Source
from crawler.store.database import open_writer
from crawler.store.lock import hold_lock
from crawler.store.memory import StoreMemory
from crawler.store.runs import check_origin
from crawler.webhook import tell_of_run

SANDBOX_SETTINGS = Settings(
    tokens=(Secret("sandbox"),),
    keys=tuple((host, Secret("sandbox")) for host in KEYS.values()),
    allows_yahoo=True,
    reserve=0.0,
    contact="sandbox@example.org",
)
"""All sources run in the sandbox; nobody there looks at a key."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line said, besides what to ask."""

    database: Path
    sandbox: bool
    budget: int | None
    deadline: timedelta | None
    quiet: bool
    verbose: bool
    log_json: bool
    rules: Rules


@click.command("refresh")
@seeds_argument
@database_option
@selection_options
@click.option("--budget", type=click.IntRange(min=1), metavar="POINTS", help="Spend at most so many quota units.")
@click.option("--deadline", type=Age(), metavar="AGE", help="End cleanly after this long (30m, 2h).")
@click.option("--dry-run", is_flag=True, help="Only show the plan, as 'crawler plan' does.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but trouble.")
@click.option("-v", "--verbose", is_flag=True, help="Log every event: a line each, with fields.")
@click.option("--log-json", is_flag=True, help="Log every event as a JSON object, a line each.")
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
    log_json: bool,
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
    # Before and after the pipeline, too, a polite end is one message and 130.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = selection(source_names=source_names, only=only, max_age=max_age, force=force, sandbox=sandbox)
    settings = SANDBOX_SETTINGS if sandbox else read_settings()
    rules = find_rules()
    listed = read_seeds(seeds_path(seeds))
    if dry_run:
        print_plan(make_plan(listed, database, chosen, settings, today=clock.day_of(clock.now())), as_json=as_json)
        return
    options = Options(
        database=database,
        sandbox=sandbox,
        budget=budget,
        deadline=deadline,
        quiet=quiet,
        verbose=verbose,
        log_json=log_json,
        rules=rules,
    )
    check_patterns(listed, database, only)
    report, line = _locked(listed, chosen, settings, options)
    if as_json:
        sys.stdout.write(to_json(report_data(report), indent=2) + "\n")
    elif not quiet:
        click.echo(line)
    say = speaker(log_json=log_json)
    if not quiet or report.exit_code:
        print_report(report, seeds, database, say, quiet=quiet)
    else:
        for notice in report.expiring:
            say(f"crawler: {plain(notice)}")
    if report.exit_code == NOTHING:
        say(f"crawler: {_nothing_fetched(report)}")
    sys.exit(report.exit_code)


def _locked(seeds: Seeds, chosen: Selection, settings: Settings, options: Options) -> tuple[Report, str]:
    """Refresh while holding the database's lock; LockHeld where another process has it."""
    with hold_lock(options.database):
        return _refreshed(seeds, chosen, settings, options)


def _refreshed(seeds: Seeds, chosen: Selection, settings: Settings, options: Options) -> tuple[Report, str]:
    if settings.app:
        sign(settings.app, clock.now())  # a key that is none is told of before anything is done
    with ExitStack() as stack:
        connection = stack.enter_context(closing(open_writer(options.database)))
        check_origin(connection, chosen.origin)
        today, recorded_on = clock.day_of(clock.now()), None
        if options.sandbox:
            today, recorded_on = RECORDED_ON, RECORDED_ON.isoformat()

        def endpoint() -> Endpoint:
            if not options.sandbox:
                return Endpoint(settings.github_api_url, settings.github_graphql_url)
            # Imported here: only a sandbox with something to ask needs a server and a GraphQL engine.
            from crawler.sandbox import Elsewhere, SandboxServer, recorded_world
            from crawler.sandbox.money.recorded import recorded_books

            world = recorded_world()
            server = stack.enter_context(SandboxServer(world))
            elsewhere = stack.enter_context(Elsewhere(world, recorded_books()))
            return Endpoint(server.api_url, server.graphql_url, elsewhere.hosts)

        watcher = stack.enter_context(watching(quiet=options.quiet, verbose=options.verbose, log_json=options.log_json))
        if not (settings.has_token or options.quiet):
            watcher.say(
                "no GITHUB_TOKEN: GitHub answers 60 requests an hour and no GraphQL; the rest comes at second hand"
            )
        deadline = None if options.deadline is None else options.deadline.total_seconds()
        engine = Engine(
            endpoint=endpoint,
            tokens=settings.tokens,
            app_key=settings.app,
            others={} if options.sandbox else dict(settings.others),
            keys=dict(settings.keys),
            contact=settings.contact,
            terms=Terms(
                budget=options.budget,
                deadline=deadline,
                reserve=settings.reserve,
                is_paced=not options.sandbox,
            ),
            memory=StoreMemory(connection),
            say=watcher.say,
            log=watcher.log,
        )
        watcher.watch(engine)
        run = Run(
            connection=connection,
            engine=engine,
            selection=chosen,
            mode="sandbox" if options.sandbox else "live",
            day=today,
            recorded_on=recorded_on,
            watcher=watcher,
            rules=options.rules,
        )
        sources = chosen_sources(chosen, settings, today=today)
        report = _run_until_signal(run, seeds, sources, settings, speaker(log_json=options.log_json))
        return report, headline(connection)


def _run_until_signal(
    run: Run, seeds: Seeds, sources: Sequence[Source], settings: Settings, say: Callable[[str], None]
) -> Report:
    """Run the pipeline, and tell the webhook; SIGINT and SIGTERM end it with everything kept that was committed."""

    async def main() -> Report:
        task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel if task else lambda: None)
        async with run.engine:
            report = await refresh(run, seeds, sources)
        await tell_of_run(run.connection, settings, report.run_id, say)
        return report

    try:
        report = asyncio.run(main())
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the loop has given it back
        return report
    except asyncio.CancelledError:
        say("crawler: interrupted; everything that was answered is kept")
        sys.exit(INTERRUPTED)


def _nothing_fetched(report: Report) -> str:
    reasons = [source.stopped for source in report.sources if source.stopped]
    reasons += [error for source in report.sources for _, error in source.failures[:1]]
    return (
        f"nothing could be fetched: {plain(reasons[0]) if reasons else 'no answer'}; check network, proxy and token"
        " ('crawler doctor' helps), then run again; what was fetched before is unchanged"
    )
