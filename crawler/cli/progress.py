"""Progress on standard error: a bar for each source at a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class Plain:
    """A watcher without bars: unless `quiet` it says when a wait begins, if `verbose` each batch."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose and not quiet

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""
        if self._verbose:
            click.echo(f"{source}: {subjects} to ask", err=True)

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""
        if self._verbose:
            click.echo(f"{source}: {subjects} answered", err=True)

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""
        if not self._quiet:
            click.echo(line, err=True)


class Bars:
    """A watcher with a bar for each source."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""
        self._tasks[source] = self._progress.add_task(source, total=subjects)

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""
        self._progress.advance(self._tasks[source], subjects)

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""
        self._progress.console.print(line, highlight=False, markup=False)


@contextmanager
def watching(*, quiet: bool, verbose: bool) -> Iterator[Bars | Plain]:
    """A watcher that fits where standard error leads to."""
    if quiet or verbose or not sys.stderr.isatty():
        yield Plain(quiet=quiet, verbose=verbose)
        return
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
