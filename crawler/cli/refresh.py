"""`crawler refresh`: ask the public APIs for what is stale and store the answers."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import click
import msgspec
from click.core import ParameterSource

from crawler import clock
from crawler.cli.monitoring import check_metrics_file, metrics_left, metrics_option, monitored, notify_option, tell
from crawler.cli.options import Age, database_option, json_option, seeds_argument, seeds_path
from crawler.cli.plan import print_plan
from crawler.cli.progress import speaker, watching
from crawler.cli.report import print_report, report_data
from crawler.cli.selecting import selection, selection_options
from crawler.cli.tables import plain
from crawler.export.json_text import to_json
from crawler.figures.headline import headline
from crawler.listed import Seeds
from crawler.notify import Notifier
from crawler.pipeline import Run
from crawler.planning import check_patterns, make_plan
from crawler.report import INTERRUPTED, NOTHING, Report
from crawler.rules_file import find_rules
from crawler.running import ANONYMOUS, Order, carry_out, chosen_sources, day_to_ask, prepared
from crawler.secret import Secret
from crawler.seeds import read_seeds
from crawler.settings import SANDBOX, Settings, read_settings
from crawler.sources.source import Source
from crawler.store.lock import hold_lock


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """How much is told, and in which form."""

    quiet: bool
    verbose: bool
    log_json: bool


@click.command("refresh")
@seeds_argument
@database_option
@selection_options
@click.option("--budget", type=click.IntRange(min=1), metavar="POINTS", help="Spend at most so many quota units.")
@click.option("--deadline", type=Age(), metavar="AGE", help="End cleanly after this long (30m, 2h).")
@click.option("--dry-run", is_flag=True, help="Only show the plan, as 'crawler plan' does.")
@json_option
@notify_option
@metrics_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but trouble; --json and --dry-run print.")
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
    notify_url: Secret | None,
    metrics_file: Path | None,
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
    check_metrics_file(metrics_file, database, seeds)
    say = speaker(log_json=log_json)
    # The sandbox takes nothing from the environment, and a plan is no run.
    is_told = not dry_run and not (sandbox and _is_from_environment("notify_url"))
    notifier = Notifier(notify_url if is_told else None, say)
    voice = Voice(quiet=quiet, verbose=verbose, log_json=log_json)
    with metrics_left(database, None if dry_run else metrics_file, say):
        with monitored(notifier):
            settings = SANDBOX if sandbox else read_settings()
            rules = find_rules()
            listed = read_seeds(seeds_path(seeds))
            if dry_run:
                today = clock.day_of(clock.now())
                print_plan(make_plan(listed, database, chosen, settings, today=today), as_json=as_json)
                return
            check_patterns(listed, database, only)
            order = Order(database=database, selection=chosen, budget=budget, deadline=deadline, rules=rules)
            report, line = _locked(listed, order, settings, voice, notifier)
        tell(notifier, report)
        if as_json:
            sys.stdout.write(to_json(report_data(report), indent=2) + "\n")
        elif not quiet:
            click.echo(line)
        _print_trouble(report, seeds, listed.form, database, voice, say)
        sys.exit(report.exit_code)


def _print_trouble(
    report: Report, seeds: Path | None, form: str, database: Path, voice: Voice, say: Callable[[str], None]
) -> None:
    """What a person has to know of a run; a quiet one that went well has told of tokens that end soon, at most."""
    if not voice.quiet or report.exit_code:
        print_report(report, seeds, database, say, form=form, quiet=voice.quiet)
    else:
        for notice in report.expiring:
            say(f"crawler: {plain(notice)}")
    if report.exit_code == NOTHING:
        say(f"crawler: {_nothing_fetched(report)}")


def _locked(seeds: Seeds, order: Order, settings: Settings, voice: Voice, notifier: Notifier) -> tuple[Report, str]:
    """Refresh while holding the database's lock; LockHeld where another process has it."""
    with (
        hold_lock(order.database),
        watching(quiet=voice.quiet, verbose=voice.verbose, log_json=voice.log_json) as watcher,
        prepared(order, settings, watcher) as run,
    ):
        notifier.ping_now("start")
        if not (settings.has_token or voice.quiet):
            watcher.say(ANONYMOUS)
        sources = chosen_sources(order.selection, settings, today=day_to_ask(order))
        report = _run_until_signal(run, seeds, sources, settings, speaker(log_json=voice.log_json))
        return report, headline(run.connection)


def _run_until_signal(
    run: Run, seeds: Seeds, sources: Sequence[Source], settings: Settings, say: Callable[[str], None]
) -> Report:
    """Run the pipeline, and tell the webhook; SIGINT and SIGTERM end it with everything kept that was committed."""

    async def main() -> Report:
        task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel if task else lambda: None)
        return await carry_out(run, seeds, sources, settings, say)

    try:
        report = asyncio.run(main())
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the loop has given it back
        return report
    except asyncio.CancelledError:
        say("crawler: interrupted; everything that was answered is kept")
        sys.exit(INTERRUPTED)


def _is_from_environment(name: str) -> bool:
    return click.get_current_context().get_parameter_source(name) == ParameterSource.ENVIRONMENT


def _nothing_fetched(report: Report) -> str:
    reasons = [source.stopped for source in report.sources if source.stopped]
    reasons += [error for source in report.sources for _, error in source.failures[:1]]
    return (
        f"nothing could be fetched: {plain(reasons[0]) if reasons else 'no answer'}; check network, proxy and token"
        " ('crawler doctor' helps), then run again; what was fetched before is unchanged"
    )
