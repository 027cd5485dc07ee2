"""How a run went, in a few lines on standard error."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import structs

from crawler.cli.tables import plain
from crawler.report import NOTHING, Report, SourceReport
from crawler.settings import DEFAULT_DATABASE, STANDARD_INPUT
from crawler.spending import Counts

SPOKEN = {"depsdev": "deps.dev", "ecosystems": "ecosyste.ms", "feeds": "feeds (tags)"}
ATTRIBUTION = "(figures of deps.dev: CC BY 4.0; of ecosyste.ms: CC BY-SA 4.0)"
_EXPORTS = {"landscape": "yaml", "best-of": "yaml", "markdown": "awesome"}
"""The export that hands a list of such a form on with its figures."""
MOST_NAMES = 60
MOST_ERRORS = 8


def print_report(
    report: Report,
    seeds: Path | None,
    database: Path,
    say: Callable[[str], None],
    *,
    form: str = "",
    quiet: bool = False,
) -> None:
    """What each source brought, what it cost, what is missing and why, and what to type next.

    `seeds` is the list where the command line named one, `form` its `Seeds.form`; with `quiet` only what is missing,
    and why.
    """
    if not quiet:
        for source in report.sources:
            say(source_line(source))
        say(_spent_line(report.counts))
    for source in report.sources:
        _print_trouble(source, report, say)
    for notice in report.notices:
        say(plain(notice))
    if told := report.second_hand:
        names = ", ".join(f"{SPOKEN[source]} {count}" for source, count in told.items())
        say(f"second-hand: {names}; set GITHUB_TOKEN for first-hand figures")
        say(ATTRIBUTION)
    elif report.second_hand_held:
        say(f"second-hand: figures of {report.second_hand_held} repositories, of former runs")
    if report.recorded_on:
        say(f"all figures are recorded ones of {report.recorded_on}, none is live")
    if report.exit_code != NOTHING and not quiet:
        say(_next_commands(seeds, form, database))


def _spent_line(spent: Counts) -> str:
    line = f"{spent.requests} requests: {spent.graphql_points} GraphQL points, {spent.rest_counted} REST counted"
    if spent.conditional:
        share = 100 * spent.not_modified // spent.conditional
        line += f", {spent.not_modified} of {spent.conditional} unchanged ({share} %)"
    line += f", {spent.retries} retries" if spent.retries else ""
    return f"{line}, {spent.waits} waits of {spent.waited_seconds} s in all" if spent.waits else line


def _next_commands(seeds: Path | None, form: str, database: Path) -> str:
    """What to type next, in the form in which the program can be called from here."""
    local = Path(".venv/bin/crawler")
    crawler = str(local) if shutil.which("crawler") is None and local.exists() else "crawler"
    option = "" if database == Path(DEFAULT_DATABASE) else f" --db {shlex.quote(str(database))}"
    # What came by standard input is gone.
    export = "csv" if seeds == STANDARD_INPUT else _EXPORTS.get(form, "csv")
    listed = "" if seeds is None or export == "csv" else f" {shlex.quote(str(seeds))}"
    return f"next: {crawler} stats{option} | {crawler} serve{option} | {crawler} export {export}{listed}{option}"


def report_data(report: Report) -> dict[str, Any]:
    """The same as data: the run's row in `runs`, and how each source fared."""
    return {
        "id": report.run_id,
        "mode": report.mode,
        "recorded_on": report.recorded_on,
        "outcome": report.outcome,
        "exit_code": report.exit_code,
        **structs.asdict(report.counts),
        "answered": report.answered,
        "failed": report.failed,
        "second_hand": report.second_hand,
        "notices": report.notices,
        "sources": [
            {
                "source": source.source,
                "due": source.due,
                "answered": source.answered,
                "failed": source.failed,
                "unfinished": source.unfinished,
                **structs.asdict(source.counts),
                "statuses": dict(sorted(source.answers.items())),
                "unknown": source.unknown,
                "failures": [{"subject": subject, "error": error} for subject, error in source.failures],
                "stopped": source.stopped,
            }
            for source in report.sources
        ],
    }


def source_line(source: SourceReport) -> str:
    """What became of a source's subjects."""
    if not source.due:
        told = f"{source.waiting} wait for their next try" if source.waiting else "nothing was due"
        return f"{source.source:<16} {told}"
    answers = ", ".join(f"{count} {status}" for status, count in sorted(source.answers.items()))
    line = f"{source.source:<16} {source.answered} of {source.due} answered"
    line += f": {answers}" if answers else ""
    line += f"; {source.refused_values} values refused" if source.refused_values else ""
    line += f"; {source.unfinished} go on in the next run" if source.unfinished else ""
    return f"{line}; {source.failed} without a whole answer" if source.failed else line


def _print_trouble(source: SourceReport, report: Report, say: Callable[[str], None]) -> None:
    if source.source == "github" and source.unknown:
        reason = "no recording" if report.recorded_on else "GitHub gave no reason"
        names = ", ".join(plain(name) for name in source.unknown[:MOST_NAMES])
        more = len(source.unknown) - MOST_NAMES
        rest = f" and {more} more ('crawler status' names all)" if more > 0 else ""
        say(f"unknown ({reason}): {names}{rest}")
    if source.source == "org_repositories" and source.missing:
        names = ", ".join(plain(name) for name in source.missing[:MOST_NAMES])
        rest = f" and {len(source.missing) - MOST_NAMES} more" if len(source.missing) > MOST_NAMES else ""
        say(f"no such account at GitHub (project_org): {names}{rest}; what was found there before is kept")
    for name, error in source.failures[:MOST_ERRORS]:
        say(f"{source.source}: {plain(name)}: {plain(error)}")
    if len(source.failures) > MOST_ERRORS:
        more = len(source.failures) - MOST_ERRORS
        say(f"{source.source}: {more} more failures ('crawler status' names all)")
    if source.stopped:
        say(f"{source.source}: stopped: {plain(source.stopped)}")
