"""`crawler schedule`: the long-running scheduler, and what it would do next."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import click

from crawler import clock
from crawler.cli.monitoring import monitored, notify_option
from crawler.cli.options import database_option, json_option, seeds_argument, seeds_path
from crawler.cli.progress import Plain, speaker
from crawler.cli.report import print_report, source_line
from crawler.cli.tables import plain, print_rows
from crawler.due import Selection, is_asked
from crawler.errors import UsageFault
from crawler.export.json_text import to_json
from crawler.notify import Notifier
from crawler.report import DONE, Report, summary
from crawler.rules_file import find_rules
from crawler.running import ANONYMOUS, Order, carry_out, chosen_sources, day_to_ask, prepared
from crawler.scheduling.cadences import Cadence, read_schedule
from crawler.scheduling.planning import plan
from crawler.scheduling.scheduler import Ended, Scheduler
from crawler.secret import Secret
from crawler.seeds import read_seeds
from crawler.settings import STANDARD_INPUT, Settings, read_settings
from crawler.sources.catalogue import SOURCE_NAMES, all_sources, switched_off
from crawler.store.database import open_reader, open_writer_patiently
from crawler.store.schedule import job_data, read_jobs

COLUMNS = ("source", "cadence", "next_run_at", "started_at", "ended_at", "exit_code")
_ADDRESS = re.compile(r"(?:(\[[\da-fA-F:.]+\]|[^\s:\[\]]*):)?(\d{1,5})")


class Listen(click.ParamType[tuple[str, int]]):
    """`HOST:PORT`; a port alone is one of this machine's own."""

    name = "HOST:PORT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Host and port; a usage error says what is allowed."""
        if isinstance(value, tuple):
            return value
        match = _ADDRESS.fullmatch(value)
        if not match or int(match[2]) > 65_535:
            self.fail(f"{value!r} is no address: write HOST:PORT, such as 127.0.0.1:9464", param, ctx)
        return (match[1] or "127.0.0.1").strip("[]"), int(match[2])


@click.command("schedule")
@seeds_argument
@database_option
@click.option("--list", "is_listing", is_flag=True, help="Only show what runs when, and how it last went.")
@json_option
@click.option("--listen", type=Listen(), metavar="HOST:PORT", help="Answer Prometheus at /metrics.")
@notify_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but trouble.")
@click.option("-v", "--verbose", is_flag=True, help="Log every event: a line each, with fields.")
def command(
    seeds: Path | None,
    database: Path,
    is_listing: bool,
    as_json: bool,
    listen: tuple[str, int] | None,
    notify_url: Secret | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Keep the database fresh: ask each source at its own cadence, for as long as it runs.

    The cadence is the source's own age, or what CRAWLER_SCHEDULE says. The plan is kept in the database: what was
    missed is made up for once. It shares its lock with 'crawler refresh', reads the list and the rules anew for every
    run, and survives whatever a run meets. SIGINT or SIGTERM ends it with everything kept, and exit code 0.

    \b
    Example:
      crawler schedule --listen 127.0.0.1:9464
      crawler schedule --list
      CRAWLER_SCHEDULE='github=17 5 * * *; contributors=7d; sponsors=off' crawler schedule
    """
    if as_json and not is_listing:
        raise click.UsageError("--json shows the plan as data: add --list")
    settings = read_settings()
    cadences = _cadences(settings)
    if is_listing:
        _print_plan(database, cadences, as_json=as_json)
        return
    say = speaker(log_json=False)
    note = _nobody if quiet else say
    notifier = Notifier(notify_url, say)
    with monitored(notifier), ExitStack() as stack:
        path = seeds_path(seeds)
        if path == STANDARD_INPUT:
            raise UsageFault(
                "a schedule reads the list again and again, and standard input can be read but once", cure="name a file"
            )
        # A fault that is there from the beginning is told before anything begins.
        read_seeds(path)
        find_rules()
        if not settings.has_token:
            note(ANONYMOUS)
        runner = Runner(database, path, settings, cadences, say=say, is_quiet=quiet, is_verbose=verbose)
        scheduler = Scheduler(
            database, cadences, runner.run, jitter=settings.jitter, notifier=notifier, say=say, note=note
        )
        if listen is not None:
            # Imported here: without the option nobody pays for it.
            from crawler.metrics import serving

            host, port = listen
            port = stack.enter_context(serving(database, host, port))
            note(f"metrics at http://{f'[{host}]' if ':' in host else host}:{port}/metrics")
        _serve_until_signal(scheduler)
    note("crawler: stopped; everything that was answered is kept")


class Runner:
    """Refreshes one source at a time, and prints what there is to say of it."""

    def __init__(
        self,
        database: Path,
        seeds: Path,
        settings: Settings,
        cadences: Mapping[str, Cadence],
        *,
        say: Callable[[str], None],
        is_quiet: bool,
        is_verbose: bool,
    ) -> None:
        self._database = database
        self._seeds = seeds
        self._settings = settings
        self._cadences = cadences
        self._say = say
        self._is_quiet = is_quiet
        self._is_verbose = is_verbose
        self._expiring: list[str] = []

    async def run(self, source: str) -> Ended:
        """Refresh one source from the list as it is now, for a caller that holds the lock."""
        now = clock.now()
        seeds = read_seeds(self._seeds)
        (one,) = (one for one in all_sources(today=clock.day_of(now)) if one.name == source)
        # What an account turns out to hold is new to the source that asks about repositories.
        beside = frozenset({"github"} & self._cadences.keys() if one.subject_kind == "project_org" else ())
        max_age = self._cadences[source].freshness(one, now)
        selection = Selection(origin="live", sources=frozenset({source}), max_age=max_age, beside=beside)
        listener = Plain(quiet=self._is_quiet, verbose=self._is_verbose, log_json=False)
        order = Order(database=self._database, selection=selection, rules=find_rules())
        # Another writer is waited for here, where a signal is heard meanwhile.
        (await open_writer_patiently(self._database)).close()
        with prepared(order, self._settings, listener) as run:
            sources = chosen_sources(selection, self._settings, today=day_to_ask(order))
            report = await carry_out(run, seeds, sources, self._settings, self._say)
        self._print(report)
        assert report.exit_code is not None
        is_whole = report.exit_code == DONE and not any(one.failed or one.stopped for one in report.sources)
        return Ended(exit_code=report.exit_code, is_whole=is_whole, message=summary(report))

    def _print(self, report: Report) -> None:
        if not self._is_quiet:
            for one in report.sources:
                if one.due or one.waiting:
                    self._say(source_line(one))
        if report.exit_code != DONE:
            print_report(report, self._seeds, self._database, self._say, quiet=True)
        elif report.expiring != self._expiring:
            for notice in report.expiring:
                self._say(f"crawler: {plain(notice)}")
        self._expiring = report.expiring


def _cadences(settings: Settings) -> dict[str, Cadence]:
    off = switched_off(settings)
    sources = [
        source
        for source in all_sources(today=clock.day_of(clock.now()))
        if source.name not in off and is_asked(source, signed=settings.has_token)
    ]
    return read_schedule(settings.schedule, sources, off=off, known=SOURCE_NAMES)


def _print_plan(database: Path, cadences: Mapping[str, Cadence], *, as_json: bool) -> None:
    """What the database and the settings say of each source."""
    kept = {}
    if database.is_file():
        with closing(open_reader(database)) as connection:
            kept = read_jobs(connection)
    rows = [job_data(job) for job in plan(kept, cadences, clock.now())]
    if as_json:
        sys.stdout.write(to_json(rows, indent=2) + "\n")
    else:
        print_rows("Next runs (times are UTC)", COLUMNS, sorted(rows, key=lambda row: str(row["next_run_at"])))


def _serve_until_signal(scheduler: Scheduler) -> None:
    """Serve until SIGINT or SIGTERM; a second one ends the process at once."""

    async def main() -> None:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None

        def stop() -> None:
            task.cancel()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_DFL)

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        await scheduler.serve()

    with suppress(asyncio.CancelledError):
        asyncio.run(main())


def _nobody(line: str) -> None:
    """Nobody hears it."""
