"""The figures of a processed landscape that is itself the list of a refresh: once, as history."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from crawler.errors import UsageFault
from crawler.importing import single_file
from crawler.importing.job import Import, Report, Span
from crawler.importing.job import run as import_history
from crawler.listed import Seeds
from crawler.pipeline import Run
from crawler.printable import plain
from crawler.seeds.text import read_bytes, spoken_path
from crawler.settings import STANDARD_INPUT


def take_figures(run: Run, seeds: Seeds, say: Callable[[str], None]) -> str | None:
    """Import what the list itself tells of a past day, unless it was imported before; returns what came of it.

    Nothing that was observed changes, and `say` tells of trouble, which changes nothing about the run.
    """
    if run.mode != "live" or seeds.figures_at is None:
        return None
    path = STANDARD_INPUT if seeds.path == spoken_path(STANDARD_INPUT) else Path(seeds.path)
    report = Report()
    try:
        history = single_file.history(seeds.path, read_bytes(path))
        job = Import(history=history, span=Span(), source_url=None, writes=True)
        import_history(run.connection, job, report, run.watcher)
    except (UsageFault, OSError, sqlite3.Error) as fault:
        say(f"crawler: the figures in {plain(seeds.path)} are not taken over: {plain(str(fault))}")
        return None
    if not report.written:
        return None
    repositories = "1 repository" if len(report.matched) == 1 else f"{len(report.matched):,} repositories"
    day = history.snapshots[0].day
    return f"the figures in {plain(seeds.path)} are history now: counts of {repositories}, as of {day}"
