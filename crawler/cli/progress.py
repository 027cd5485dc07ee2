"""Progress on standard error: bars at a terminal, plain lines elsewhere, events where they are asked for."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from crawler.fetch.engine import Engine
from crawler.fetch.events import Event, as_json, as_line

SECONDS_BETWEEN_LINES = 30.0
"""Where no bar can be drawn a long source says now and then how far it is."""


class Plain:
    """A watcher without bars: lines for people, or events (`-v`, `--log-json`); with `quiet` nothing at all."""

    def __init__(self, *, quiet: bool, verbose: bool, log_json: bool) -> None:
        self._quiet = quiet
        self._speak = speaker(log_json=log_json)
        self._form = as_json if log_json else as_line if verbose and not quiet else None
        self._totals: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._said: dict[str, float] = {}

    def watch(self, engine: Engine) -> None:
        """Nothing is shown of the engine's state."""

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""
        self._totals[source], self._done[source], self._said[source] = subjects, 0, time.monotonic()
        self.log(Event("begin", {"source": source, "due": subjects}))

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""
        self._done[source] += subjects
        if time.monotonic() - self._said[source] >= SECONDS_BETWEEN_LINES:
            self._said[source] = time.monotonic()
            self.say(f"{source}: {self._done[source]} of {self._totals[source]}")

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""
        if self._form is as_json or not self._quiet:
            self._speak(line)

    def log(self, event: Event) -> None:
        """An event."""
        if self._form is not None:
            click.echo(self._form(event), err=True)


class Bars:
    """A watcher with a bar for each source: how many, how fast, how long, and what quota is left."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._engine: Engine | None = None

    def watch(self, engine: Engine) -> None:
        """Show this engine's quota."""
        self._engine = engine

    def begin(self, source: str, subjects: int) -> None:
        """A source begins to ask about so many subjects."""
        self._tasks[source] = self._progress.add_task(source, total=subjects, quota="")

    def advance(self, source: str, subjects: int) -> None:
        """So many subjects of the source are done."""
        quotas = {} if self._engine is None else self._engine.quotas
        left = ", ".join(f"{resource} {quota.remaining}" for (_, resource), quota in quotas.items())
        self._progress.update(self._tasks[source], advance=subjects, quota=f"left: {left}" if left else "")

    def say(self, line: str) -> None:
        """A line worth knowing while waiting."""
        self._progress.console.print(line, highlight=False, markup=False)

    def log(self, event: Event) -> None:
        """A bar shows enough."""


class _Rate(ProgressColumn):
    """Subjects a second."""

    def render(self, task: Task) -> Text:
        """The rate, once there is one."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s")


def speaker(*, log_json: bool) -> Callable[[str], None]:
    """Says lines on standard error, in a log of JSON as events."""

    def say(line: str) -> None:
        click.echo(as_json(Event("say", {"line": line})) if log_json else line, err=True)

    return say


@contextmanager
def watching(*, quiet: bool, verbose: bool, log_json: bool) -> Iterator[Bars | Plain]:
    """A watcher that fits where standard error leads to."""
    if quiet or verbose or log_json or not sys.stderr.isatty():
        yield Plain(quiet=quiet, verbose=verbose, log_json=log_json)
        return
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[quota]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)
