"""Tables for people on standard output."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

UNLIMITED = 10_000
"""Columns where no terminal tells its width: nothing is cut or folded."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ")


def print_rows(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A titled table of the named columns; numbers to the right, times to the minute, unknown ones a dash."""
    listed = list(rows)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        is_number = bool(listed) and all(isinstance(row[column], int) or row[column] is None for row in listed)
        table.add_column(
            column.replace("_", " "),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=column.endswith("_at"),
        )
    for row in listed:
        table.add_row(*(_cell(row[column]) for column in columns))
    terminal = sys.stdout.isatty()
    page = io.StringIO()
    width = None if terminal else UNLIMITED
    Console(file=page, force_terminal=terminal, highlight=False, markup=False, emoji=False, width=width).print(table)
    # Through click rather than by rich: a reader that goes away is then met as everywhere else.
    click.echo("\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n")


def _cell(value: Any) -> str:
    return "–" if value is None else _TIME.sub(r"\1 \2", plain(str(value)))


def plain(text: str) -> str:
    """Text from upstream as a terminal may get it: no controls, escape sequences, or marks that turn or hide text."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
