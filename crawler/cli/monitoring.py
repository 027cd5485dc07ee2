"""How a monitor hears of a refresh: pings as it begins and ends, and a file of metrics."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler.cli.outputs import check_output
from crawler.errors import CrawlerError, LockHeld, UsageFault
from crawler.notify import Notifier, notify_address
from crawler.report import DONE, INTERRUPTED, Report, summary
from crawler.secret import Secret

F = TypeVar("F", bound=Callable[..., Any])


class Address(click.ParamType[Secret]):
    """The address of a monitor."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Secret:
        """The address; a usage error does not show it."""
        if isinstance(value, Secret):
            return value
        try:
            return notify_address(value)
        except UsageFault as fault:
            self.fail(str(fault), param, ctx)


def notify_option(function: F) -> F:
    """`--notify-url URL`, else CRAWLER_NOTIFY_URL."""
    return click.option(
        "--notify-url",
        type=Address(),
        envvar="CRAWLER_NOTIFY_URL",
        show_envvar=True,
        metavar="URL",
        help="Tell a monitor: URL/start, URL on success, URL/fail with the reason.",
    )(function)


def metrics_option(function: F) -> F:
    """`--metrics-file PATH`."""
    return click.option(
        "--metrics-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="PATH",
        help="Write metrics for Prometheus to PATH (….prom), as node_exporter's textfile collector reads them.",
    )(function)


def check_metrics_file(path: Path | None, database: Path, seeds: Path | None) -> None:
    """UsageFault where the file could not be written after the run, either, or nobody would read it."""
    if path is None:
        return
    check_output(path, database, seeds)
    if path.suffix != ".prom":
        raise UsageFault(f"{path} does not end in .prom", cure="name it so: node_exporter reads no other files")
    if not path.absolute().parent.is_dir():
        raise UsageFault(f"there is no directory {path.parent}", cure="make it, or name another --metrics-file")


@contextmanager
def metrics_left(database: Path, path: Path | None, say: Callable[[str], None]) -> Iterator[None]:
    """Write the file of metrics however a refresh ends, lest an older one goes on saying that all is well."""
    try:
        yield
    except BaseException as error:
        _leave_metrics(database, path, _exit_code(error), say)
        raise
    _leave_metrics(database, path, DONE, say)


def _exit_code(error: BaseException) -> int:
    """What the command ends with when it ends so."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else DONE
    if isinstance(error, KeyboardInterrupt | BrokenPipeError):
        return INTERRUPTED
    if isinstance(error, CrawlerError | click.ClickException):
        return error.exit_code
    return 2 if isinstance(error, sqlite3.Error | OSError) else 1


def _leave_metrics(database: Path, path: Path | None, exit_code: int, say: Callable[[str], None]) -> None:
    """Write the file; a line where that fails, since the refresh itself did not."""
    if path is None:
        return
    # Imported here: without the option nobody pays for it.
    from crawler.metrics import write_metrics

    try:
        write_metrics(database, path, exit_code)
    except OSError as error:
        say(f"crawler: {path} cannot be written ({error.strerror or error}); check --metrics-file")


@contextmanager
def monitored(notifier: Notifier) -> Iterator[None]:
    """Tell the monitor of whatever ends a refresh without a report.

    Not of a refresh that finds the lock held: the one that holds it tells of itself.
    """
    try:
        yield
    except LockHeld:
        raise
    except CrawlerError as fault:
        notifier.ping_now("fail", f"exit {fault.exit_code}: {str(fault).splitlines()[0]}")
        raise
    except (KeyboardInterrupt, SystemExit):
        # Whoever interrupts does not wait for long.
        notifier.ping_now("fail", f"interrupted (exit {INTERRUPTED})", hurried=True)
        raise
    except Exception as error:
        notifier.ping_now("fail", f"unexpected {type(error).__name__}")
        raise


def tell(notifier: Notifier, report: Report) -> None:
    """Tell the monitor how a refresh went."""
    notifier.ping_now("success" if report.exit_code == DONE else "fail", summary(report))
