"""What every format is given, and the shape of a format."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct


class Job(Struct, frozen=True, kw_only=True):
    """One export: what to read and what to leave out."""

    connection: sqlite3.Connection
    """A reader of `database`, inside one transaction: a refresh at the same time changes nothing here."""
    database: Path
    seeds: Path | None = None
    """The list to enrich; None for a format that reads no seeds."""
    file: Path | None = None
    """The file to bring up to date; None for a format that makes its own."""
    since: timedelta | date | None = None
    """From when on, for a format about time; an age counts from the day of the figures. None: its usual time."""
    include_restricted: bool = False
    """Also figures that may not be published."""


class Format(Struct, frozen=True, kw_only=True):
    """A format by name: it writes, and returns what the person should know, line by line."""

    summary: str
    write: Callable[[Job, BinaryIO], list[str]] | None = None
    write_folder: Callable[[Job, Path], list[str]] | None = None
    """Instead of `write`, for a format of several files: puts them into a directory, which need not be there."""
    reads_seeds: bool = False
    reads_file: bool = False
    """Whether it brings a file up to date that has to be named, and which it may replace."""
    has_since: bool = False
    """Whether it is about a time whose beginning can be named."""
    keeps_form: Callable[[Path], bool] = lambda _: False
    """Of one that reads seeds: whether it writes a list of their form, which may replace them."""
    without_history: tuple[str, ...] = ()
    """Columns or keys of which no past is kept."""
    reads_values: bool = False
    """Whether the value of organisations is in it."""
    has_past: bool = True
    """Whether it can be written of a past day, too."""
