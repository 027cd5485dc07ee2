"""`crawler stats`: the headline and the tables behind it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import click
from msgspec import structs
from rich.table import Table

from crawler.cli.options import database_option, day_options, existing_database, json_option, restricted_option
from crawler.cli.past import explained, left_out, notes, without_cost
from crawler.cli.tables import Page, columns, words
from crawler.cli.value_overview import NOT_ADDED, amounts
from crawler.export.json_text import to_json
from crawler.figures import forms
from crawler.figures.asked_past import Past, show_past
from crawler.figures.headline import LANDSCAPE, VALUE_POLICY, headline
from crawler.figures.looking_back import Wanted
from crawler.figures.model import Total
from crawler.figures.policies import policies
from crawler.figures.publishing import restricted_totals
from crawler.figures.snapshot import Snapshot, origin_of_newest, read_snapshot
from crawler.store import open_reader

ROWS = 15
"""Lines of the tables that show only the greatest."""

AGE = "the age in the headline"

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
@day_options
@json_option
@restricted_option
def command(
    *, database: Path, as_of: date | None, as_true_of: date | None, as_json: bool, include_restricted: bool
) -> None:
    """Print the headline and the tables behind it.

    The figures are those of the newest refresh; nothing is asked and nothing is written. A dash stands for "not
    known", which is never a zero. Into a pipe or file the tables are printed as Markdown. Data (--json) leaves out what
    would tell a figure that may not be published, unless --include-restricted says otherwise.

    \b
    Example:
      crawler stats
      crawler stats --json | jq -r .headline
      crawler stats --as-of 2026-06-30
    """
    with closing(open_reader(existing_database(database))) as connection:
        past = show_past(connection, as_of, as_true_of, Wanted(lines=as_json))
        asked = as_of or as_true_of
        if as_json:
            text = _data(connection, asked, with_restricted=include_restricted)
        else:
            text = _report(connection, asked, past)
        click.echo(text, nl=as_json)
        if past:
            told = [explained(past)] if as_json else []
            for note in (*told, *notes(connection, past, _left_out(past, as_json=as_json))):
                click.echo(f"crawler: {note}", err=True)
        elif asked and origin_of_newest(connection) == "live":
            click.echo(f"crawler: {left_out((AGE,))}", err=True)


def _left_out(past: Past, *, as_json: bool) -> tuple[str, ...]:
    """What of a past day cannot be printed."""
    always = (AGE,)
    if past.is_whole or not (as_json or past.hindsight):
        return always
    parts = "" if past.hindsight else " of parts of the landscape"
    return (*always, f"the measures language:…{parts}", *without_cost(past))


def _data(connection: sqlite3.Connection, asked: date | None, *, with_restricted: bool) -> str:
    snapshot = read_snapshot(connection)
    hidden = set() if with_restricted else restricted_totals(connection, snapshot.day)
    return to_json(
        {
            "headline": headline(
                connection,
                with_value=(LANDSCAPE, "value", VALUE_POLICY) not in hidden,
                snapshot=snapshot,
                as_of=asked,
            ),
            "day": snapshot.day,
            "origin": snapshot.origin,
            "recorded_on": snapshot.recorded_on,
            "totals": [
                {
                    **structs.asdict(total),
                    **(dict.fromkeys(("value", "low", "high")) if key in hidden else {}),
                    "day": snapshot.day,
                }
                for key, total in snapshot.totals.items()
            ],
            "top_projects": [dict(row) for row in connection.execute(_PROJECTS, (snapshot.origin, ROWS))],
        },
        indent=2,
    )


def _report(connection: sqlite3.Connection, asked: date | None, past: Past | None) -> str:
    """The whole page as text, with styles only where standard output is a terminal."""
    snapshot = read_snapshot(connection)
    page = Page()
    page.line(headline(connection, snapshot=snapshot, as_of=asked))
    if past:
        page.line(explained(past))
    for title, table, note in (
        ("Categories", _categories(connection, snapshot), _categories_note(snapshot)),
        ("Licences", _licenses(snapshot), _licenses_note(snapshot)),
        ("Languages", _languages(snapshot), ""),
        ("Projects with the most stars", _projects(connection, snapshot), ""),
        ("Value by policy", _money(snapshot), f"{NOT_ADDED} 'crawler value' says where it comes from."),
    ):
        page.table(title, table, note)
    return page.text()


def _categories(connection: sqlite3.Connection, snapshot: Snapshot) -> Table:
    table = columns("category", "proj.", "repos", "known", "stars", "contrib.", "rel./yr", "arch.", "stale")
    measures = ("stars", "contributions", "releases_1y", "archived", "stale")
    scopes = [(row["name"], f"category:{row['id']}") for row in connection.execute(_CATEGORIES)]
    for name, scope in [*scopes, ("all", LANDSCAPE)]:
        repositories = snapshot.find(scope, "repositories")
        table.add_row(
            words(name),
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
    table = columns("licence", "repositories", "share of known")
    for total in snapshot.beginning_with(LANDSCAPE, "license:")[:ROWS]:
        name = total.measure.removeprefix("license:")
        table.add_row(words(name), _number(total), forms.share(int(total.value or 0), total.known))
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
    table = columns("language", "bytes", "share")
    languages = snapshot.beginning_with(LANDSCAPE, "language:")
    whole = sum(int(total.value or 0) for total in languages)
    for total in languages[:ROWS]:
        size = int(total.value or 0)
        table.add_row(words(total.measure.removeprefix("language:")), forms.short(size), forms.share(size, whole))
    return table


def _projects(connection: sqlite3.Connection, snapshot: Snapshot) -> Table:
    table = columns("project", "category", "stars", "contributors", "licence", texts=2)
    for row in connection.execute(_PROJECTS, (snapshot.origin, ROWS)):
        table.add_row(
            words(row["project"]),
            words(row["category"]),
            f"{row['stars']:,}",
            "-" if row["contributors"] is None else f"{row['contributors']:,}",
            words(row["license_spdx"] or "-"),
        )
    return table


def _money(snapshot: Snapshot) -> Table:
    table = columns("policy", "how to read it", "low", "central", "high", "known", texts=2)
    for policy in policies():
        total = snapshot.find(LANDSCAPE, "value", policy.name)
        if total and total.total:
            known = f"{total.known:,} of {total.total:,}"
            table.add_row(words(policy.name), words(policy.nature), *amounts(total), known)
    return table


def _number(total: Total | None) -> str:
    return "-" if total is None or total.value is None else f"{int(total.value):,}"
