"""Tables for people on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 160
"""Columns where no terminal tells its width: wide enough to cut nothing that people look for."""


def print_rows(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A titled table of the named columns; numbers to the right, what is not known as a dash."""
    listed = list(rows)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        is_number = bool(listed) and all(isinstance(row[column], int) or row[column] is None for row in listed)
        table.add_column(column.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in listed:
        table.add_row(*("–" if row[column] is None else str(row[column]) for column in columns))
    width = None if sys.stdout.isatty() else PIPED_WIDTH
    console = Console(file=sys.stdout, highlight=False, markup=False, width=width)
    console.print(table)
    console.print()
