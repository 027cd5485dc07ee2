"""`crawler stats`: the headline and the tables behind it."""

from __future__ import annotations

import io
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import click
from msgspec import structs
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.cli.options import database_option, existing_database, json_option
from crawler.cli.tables import plain
from crawler.export.json_text import to_json
from crawler.figures import forms
from crawler.figures.headline import LANDSCAPE, headline
from crawler.figures.model import Total
from crawler.figures.policies import policies
from crawler.figures.snapshot import Snapshot, read_snapshot
from crawler.store import open_reader

ROWS = 15
"""Lines of the tables that show only the greatest."""

FOLDED = 10
"""Columns that a text keeps where the terminal is narrow."""

UNLIMITED = 10_000
"""Columns where the output is no terminal: nothing is cut or folded."""

_MARKDOWN = re.compile(r"[|<\[\]\\`]")
"""What would begin a cell, an element, a link or code."""

_CATEGORIES = """
SELECT c.id, c.name, g.name AS "group"
FROM categories c LEFT JOIN "groups" g ON g.id = c.group_id AND g.removed_at IS NULL
WHERE c.removed_at IS NULL ORDER BY g.position IS NULL, g.position, c.position
"""

_PROJECTS = """
SELECT project_id, project, category, repository, stars, contributors, license_spdx, latest_release_at
FROM landscape WHERE origin = ? AND stars IS NOT NULL ORDER BY stars DESC, project LIMIT ?
"""


@click.command("stats")
@database_option
@json_option
def command(*, database: Path, as_json: bool) -> None:
    """Print the headline and the tables behind it.

    The figures are those of the newest refresh; nothing is asked and nothing is written. A dash stands for "not
    known", which is never a zero. Into a pipe or file the tables are printed as Markdown.

    \b
    Example:
      crawler stats
      crawler stats --json | jq -r .headline
    """
    with closing(open_reader(existing_database(database))) as connection:
        click.echo(_data(connection) if as_json else _report(connection), nl=as_json)


def _data(connection: sqlite3.Connection) -> str:
    snapshot = read_snapshot(connection)
    return to_json(
        {
            "headline": headline(connection),
            "day": snapshot.day,
            "origin": snapshot.origin,
            "recorded_on": snapshot.recorded_on,
            "totals": [{**structs.asdict(total), "day": snapshot.day} for total in snapshot.totals.values()],
            "top_projects": [dict(row) for row in connection.execute(_PROJECTS, (snapshot.origin, ROWS))],
        },
        indent=2,
    )


def _report(connection: sqlite3.Connection) -> str:
    """The whole page as text, with styles only where standard output is a terminal."""
    snapshot = read_snapshot(connection)
    terminal = sys.stdout.isatty()
    page = io.StringIO()
    console = Console(file=page, force_terminal=terminal, width=None if terminal else UNLIMITED)
    console.print(Text(headline(connection)), soft_wrap=True)
    for title, table, note in (
        ("Categories", _categories(connection, snapshot), _categories_note(snapshot)),
        ("Licences", _licenses(snapshot), _licenses_note(snapshot)),
        ("Languages", _languages(snapshot), ""),
        ("Projects with the most stars", _projects(connection, snapshot), ""),
        ("Market cap and funding", _money(snapshot), "Market cap is a stock, funding a flow: they do not add up."),
    ):
        if table.row_count:
            table.box = box.SIMPLE_HEAD if terminal else box.MARKDOWN
            table.padding = (0, 1, 0, 0) if terminal else (0, 1)
            console.print()
            console.print(Text(title if terminal else f"## {title}", style="bold"))
            console.print(table)
            if note:
                console.print(Text(note))
    return page.getvalue() if terminal else _tidy(page.getvalue())


def _tidy(markdown: str) -> str:
    """The text without trailing blanks and repeated empty lines, which rich leaves around a Markdown table."""
    lines = "\n".join(line.rstrip() for line in markdown.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _table(*headers: str, words: int = 1) -> Table:
    """A table whose first `words` columns are text that may fold, the others numbers that never do."""
    table = Table()
    for number, header in enumerate(headers):
        if number < words:
            table.add_column(header, overflow="fold", min_width=FOLDED)
        else:
            table.add_column(header, justify="right", no_wrap=True)
    return table


def _words(text: str) -> Text:
    """A name as a cell, without markup; in Markdown a bar in it is no end of the cell, and HTML is text."""
    return Text(plain(text) if sys.stdout.isatty() else _MARKDOWN.sub(r"\\\g<0>", plain(text)))


def _categories(connection: sqlite3.Connection, snapshot: Snapshot) -> Table:
    table = _table("category", "proj.", "repos", "known", "stars", "contrib.", "rel./yr", "arch.", "stale")
    measures = ("stars", "contributions", "releases_1y", "archived", "stale")
    scopes = [(row["name"], f"category:{row['id']}") for row in connection.execute(_CATEGORIES)]
    for name, scope in [*scopes, ("all", LANDSCAPE)]:
        repositories = snapshot.find(scope, "repositories")
        table.add_row(
            _words(name),
            _number(snapshot.find(scope, "projects")),
            _number(repositories),
            f"{repositories.known:,}" if repositories else "-",
            *(_number(snapshot.find(scope, measure)) for measure in measures),
        )
    return table


def _categories_note(snapshot: Snapshot) -> str:
    prose = (
        "proj.: projects. repos: repositories; known: those with an answer. contrib.: contributors summed over "
        "repositories, so people repeat. rel./yr: releases of the last year. arch.: archived. "
        "stale: no commit in the last year. -: not known."
    )
    unknown = snapshot.find(LANDSCAPE, "releases_1y")
    if snapshot.recorded_on and unknown and unknown.value is None:
        return f"{prose} The recording has no release counts."
    return prose


def _licenses(snapshot: Snapshot) -> Table:
    table = _table("licence", "repositories", "share of known")
    for total in snapshot.beginning_with(LANDSCAPE, "license:")[:ROWS]:
        name = total.measure.removeprefix("license:")
        table.add_row(_words(name), _number(total), forms.share(int(total.value or 0), total.known))
    return table


def _licenses_note(snapshot: Snapshot) -> str:
    total = snapshot.find(LANDSCAPE, "osi_approved")
    if total is None or total.value is None:
        return "OSI-approved: not known."
    percent = forms.share(int(total.value), total.known)
    return (
        f"OSI-approved: {total.value:,} of the {total.known:,} repositories where that is known ({percent}). "
        "NONE: no licence found; NOASSERTION: found but not recognised."
    )


def _languages(snapshot: Snapshot) -> Table:
    table = _table("language", "bytes", "share")
    languages = snapshot.beginning_with(LANDSCAPE, "language:")
    whole = sum(int(total.value or 0) for total in languages)
    for total in languages[:ROWS]:
        size = int(total.value or 0)
        table.add_row(_words(total.measure.removeprefix("language:")), forms.short(size), forms.share(size, whole))
    return table


def _projects(connection: sqlite3.Connection, snapshot: Snapshot) -> Table:
    table = _table("project", "category", "stars", "contributors", "licence", words=2)
    for row in connection.execute(_PROJECTS, (snapshot.origin, ROWS)):
        table.add_row(
            _words(row["project"]),
            _words(row["category"]),
            f"{row['stars']:,}",
            "-" if row["contributors"] is None else f"{row['contributors']:,}",
            _words(row["license_spdx"] or "-"),
        )
    return table


def _money(snapshot: Snapshot) -> Table:
    table = _table("policy", "how to read it", "measure", "amount", "known", words=3)
    for policy in policies():
        for measure in ("market_cap", "funding"):
            total = snapshot.find(LANDSCAPE, measure, policy.name)
            if total and total.total:
                table.add_row(
                    policy.name, policy.nature, measure, _amount(total), f"{total.known:,} of {total.total:,}"
                )
    return table


def _number(total: Total | None) -> str:
    return "-" if total is None or total.value is None else f"{int(total.value):,}"


def _amount(total: Total) -> str:
    return "-" if total.value is None else forms.dollars(str(total.value))
