"""Tables for people on standard output."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.printable import plain as plain

UNLIMITED = 10_000
"""Columns where no terminal tells its width: nothing is cut or folded."""

NARROW = 60
"""Columns below which a table of several texts cannot be read."""

FOLDED = 10
"""Columns that a text keeps where the terminal is narrow."""

_MARKDOWN = re.compile(r"[|<\[\]\\`]")
"""What would begin a cell, an element, a link or code."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ")


def is_narrow() -> bool:
    """Whether a table of texts would be broken letter by letter."""
    return sys.stdout.isatty() and Console().width < NARROW


def print_list(title: str, entries: Iterable[str]) -> None:
    """Titled paragraphs, for a terminal that is too narrow for a table."""
    _print(Text(title, "table.title"), *(Text(f"\n{plain(entry)}") for entry in entries))


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
    _print(table)


def _print(*parts: Table | Text) -> None:
    terminal = sys.stdout.isatty()
    page = io.StringIO()
    width = None if terminal else UNLIMITED
    console = Console(file=page, force_terminal=terminal, highlight=False, markup=False, emoji=False, width=width)
    for part in parts:
        console.print(part)
    # Through click rather than by rich: a reader that goes away is then met as everywhere else.
    click.echo("\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n")


def _cell(value: Any) -> str:
    return "–" if value is None else _TIME.sub(r"\1 \2", plain(str(value)))


class Page:
    """Lines and titled tables: with styles and folded to its width on a terminal, Markdown into a pipe or file."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._page = io.StringIO()
        width = None if self._terminal else UNLIMITED
        self._console = Console(file=self._page, force_terminal=self._terminal, width=width)

    def line(self, text: str = "", *, bold: bool = False) -> None:
        """A line of text, which a terminal breaks where it ends."""
        self._console.print(words(text), style="bold" if bold else None, soft_wrap=True)

    def table(self, title: str, table: Table, note: str = "") -> None:
        """A table of `columns` under its title, and a note below it; nothing where it has no rows."""
        if not table.row_count:
            return
        table.box = box.SIMPLE_HEAD if self._terminal else box.MARKDOWN
        table.padding = (0, 1, 0, 0) if self._terminal else (0, 1)
        self.title(title)
        self._console.print(table)
        if note:
            self._console.print(words(note))

    def title(self, title: str) -> None:
        """The title of what follows."""
        self._console.print()
        self._console.print(Text("" if self._terminal else "## ") + words(title), style="bold")

    def text(self) -> str:
        """The whole page, ending with a line break."""
        page = self._page.getvalue()
        return page if self._terminal else _tidy(page)


def columns(*headers: str, texts: int = 1) -> Table:
    """A table whose first `texts` columns are text that may fold, the others numbers that never do."""
    table = Table()
    for number, header in enumerate(headers):
        if number < texts:
            table.add_column(header, overflow="fold", min_width=FOLDED)
        else:
            table.add_column(header, justify="right", no_wrap=True)
    return table


def words(text: str) -> Text:
    """A name as a cell, without markup; in Markdown a bar in it is no end of the cell, and HTML is text."""
    return Text(plain(text) if sys.stdout.isatty() else _MARKDOWN.sub(r"\\\g<0>", plain(text)))


def _tidy(markdown: str) -> str:
    """The text without trailing blanks and repeated empty lines, which rich leaves around a Markdown table."""
    lines = "\n".join(line.rstrip() for line in markdown.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
