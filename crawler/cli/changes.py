"""`crawler changes`: what happened in the landscape, as a table, data, a feed or a newsletter."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from crawler import clock
from crawler.cli.options import AgeOrDay, PastDay, database_option, existing_database, json_option, restricted_option
from crawler.cli.tables import is_narrow, print_list, print_rows
from crawler.errors import UsageFault
from crawler.export.json_text import to_json
from crawler.figures.forms import counted
from crawler.news.atom import landscape_feed
from crawler.news.data import event_data
from crawler.news.digest import digest
from crawler.news.event import Event
from crawler.news.growth import read_growth
from crawler.news.periods import Period, last_month, last_week, month_of, period_of, week_of
from crawler.news.reading import Wanted, birth, read_events
from crawler.news.words import who, words
from crawler.settings import read_settings
from crawler.store import open_reader, open_writer
from crawler.store.lock import hold_lock
from crawler.webhook import tell

NOT_ALL = 3


@click.command("changes")
@database_option
@click.option("--since", type=AgeOrDay(), metavar="AGE|DATE", help="From then on.  [default: 30 days]")
@click.option("--until", type=PastDay(), metavar="DATE", help="Until the end of that day.")
@click.option("--week", is_flag=True, help="The last whole ISO week; with --until the week of that day.")
@click.option("--month", is_flag=True, help="The last whole month; with --until the month of that day.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Of this kind only, such as release; repeatable.")
@click.option("--project", "projects", multiple=True, metavar="ID", help="Of this project only; repeatable.")
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only what matches: a glob over owner/name or project id."
)
@json_option
@click.option("--atom", "as_atom", is_flag=True, help="Print a feed (Atom 1.0).")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a newsletter about the time.")
@click.option(
    "--deliver", is_flag=True, help="Print nothing: send what is new to CRAWLER_WEBHOOK_URL, as a refresh does."
)
@restricted_option
@click.pass_context
def command(
    context: click.Context,
    *,
    database: Path,
    since: timedelta | date | None,
    until: date | None,
    week: bool,
    month: bool,
    kinds: tuple[str, ...],
    projects: tuple[str, ...],
    only: tuple[str, ...],
    as_json: bool,
    as_atom: bool,
    as_markdown: bool,
    deliver: bool,
    include_restricted: bool,
) -> None:
    """Show what happened: releases, archived and renamed repositories, new licences, funding, and more.

    An event counts for the time in which it happened, and for that in which a refresh noticed it; in a newsletter for
    the latter alone, so that it stands in one. The newest come first. docs/changes.md lists the kinds. The table is for
    your own eyes: it shows events that may not be published, and says so beside each. Data, feed and newsletter leave
    them out unless --include-restricted says otherwise, and the webhook unless CRAWLER_WEBHOOK_RESTRICTED does.

    \b
    Example:
      crawler changes --since 7d
      crawler changes --kind release --kind license_changed --json
      crawler changes --markdown --week > newsletter.md
      crawler changes --atom > changes.atom
      crawler changes --deliver                     exit code 3 if the receiver has not taken all
    """
    if deliver:
        _check_alone(context)
        _deliver(existing_database(database))
        return
    if as_json + as_atom + as_markdown > 1:
        raise click.UsageError("--json, --atom and --markdown are three forms: choose one")
    period = _period(since, until, week=week, month=month)
    wanted = Wanted(period=period, only_noticed=as_markdown, kinds=kinds, projects=projects, only=only)
    with closing(open_reader(existing_database(database))) as connection:
        connection.execute("BEGIN")  # what a refresh adds meanwhile is not seen in a part of the answers only
        events = read_events(connection, wanted)
        public = [event for event in events if include_restricted or not event.is_restricted]
        if as_json:
            click.echo(to_json([event_data(event) for event in public], indent=2))
        elif as_atom:
            feed = landscape_feed(public, wanted, born=birth(connection), with_restricted=include_restricted)
            click.echo(feed, nl=False)
        elif as_markdown:
            click.echo(_newsletter(connection, public, wanted, period), nl=False)
        else:
            _print_table(events, period)


def _check_alone(context: click.Context) -> None:
    """A usage error for an option that says which events, or in what form: a receiver gets all that it has not."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if given is ParameterSource.COMMANDLINE and parameter.name not in {"deliver", "database"}:
            cure = (
                "set CRAWLER_WEBHOOK_RESTRICTED=1 instead" if parameter.name == "include_restricted" else "leave it out"
            )
            raise click.UsageError(
                f"{parameter.opts[0]} does not go with --deliver, which sends all that is new: {cure}"
            )


def _deliver(database: Path) -> None:
    settings = read_settings()
    if settings.webhook is None:
        raise UsageFault("CRAWLER_WEBHOOK_URL is not set", cure="set it to the address that takes the events")
    with hold_lock(database), closing(open_writer(database)) as connection:
        told = asyncio.run(tell(connection, settings.webhook, contact=settings.contact))
    if sys.stderr.isatty():
        click.echo(f"crawler: the webhook has taken {counted(told.events, 'event')}", err=True)
    if told.fault:
        click.echo(f"crawler: {told.message}", err=True)
        sys.exit(NOT_ALL)


def _period(since: timedelta | date | None, until: date | None, *, week: bool, month: bool) -> Period:
    today = clock.day_of(clock.now())
    if not (week or month):
        return period_of(since, until, clock.now())
    if (week and month) or since is not None:
        raise click.UsageError("--since, --week and --month each say a time: choose one")
    if week:
        return last_week(today) if until is None else week_of(until)
    return last_month(today) if until is None else month_of(until)


def _print_table(events: Sequence[Event], period: Period) -> None:
    title = f"What happened, {period.title(clock.day_of(clock.now()))} (times are UTC)"
    if not events:
        click.echo(f"{title}: nothing that is known")
        return
    if is_narrow():
        print_list(title, map(_paragraph, events))
        return
    print_rows(title, ("happened_at", "who", "what", "before", "after"), [_row(event) for event in events])


def _row(event: Event) -> dict[str, Any]:
    said = words(event)
    what = f"{said.what}, restricted" if event.is_restricted else said.what
    return {"happened_at": event.at, "who": who(event), "what": what, "before": said.before, "after": said.after}


def _paragraph(event: Event) -> str:
    return f"{event.at[:10]} {words(event).sentence}{' (restricted)' if event.is_restricted else ''}"


def _newsletter(connection: sqlite3.Connection, events: Sequence[Event], wanted: Wanted, period: Period) -> str:
    """The digest; how stars grew goes with the whole landscape only."""
    today = clock.day_of(clock.now())
    first, last = period.days(today)
    is_whole = not wanted.names
    growth = read_growth(connection, first - timedelta(days=1), last) if is_whole else []
    return digest(events, growth, title=period.title(today), days=(first, last))
