"""`crawler status`: how fresh the database is, what failed and why, and what quota is left."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from crawler import clock
from crawler.ahead import notice_of
from crawler.cli.options import Age, database_option, existing_database, json_option
from crawler.cli.tables import print_rows
from crawler.errors import UsageFault
from crawler.export.json_text import to_json
from crawler.store import freshness
from crawler.store.database import database_fault, open_reader
from crawler.store.former import newest_day
from crawler.store.webhooks import webhooks
from crawler.webhook_settings import present_endpoint

TOO_OLD = 3


@click.command("status")
@database_option
@click.option("--max-stale", type=Age(), metavar="AGE", help="Exit with 3 if a repository was not answered within it.")
@json_option
def command(database: Path, max_stale: timedelta | None, as_json: bool) -> None:
    """Show freshness by source, last runs, failures and quota left.

    With --max-stale it ends with 0 or 3: a database that is damaged or not there has nothing fresh, either.

    \b
    Example:
      crawler status
      crawler status --max-stale 2d || mail -s 'the landscape is stale' …
    """
    try:
        with closing(open_reader(existing_database(database))) as connection:
            state = _state(connection)
            alarm = _alarm(connection, max_stale) if max_stale is not None else None
            ahead = notice_of(newest_day(connection), clock.day_of(clock.now()))
    except (UsageFault, sqlite3.Error) as error:
        fault = database_fault(database, error) if isinstance(error, sqlite3.Error) else error
        if max_stale is None:
            raise fault from error
        # What cannot be read is not fresh, and who watches wants to know that alone.
        click.echo(f"crawler: {fault}", err=True)
        sys.exit(TOO_OLD)
    if as_json:
        sys.stdout.write(to_json(state, indent=2) + "\n")
    else:
        _print_tables(state)
    if ahead:
        click.echo(f"crawler: {ahead}", err=True)
    if alarm:
        click.echo(f"crawler: {alarm}", err=True)
        sys.exit(TOO_OLD)


def _state(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        "sources": freshness.by_source(connection, now=clock.to_text(clock.now())),
        "runs": freshness.last_runs(connection),
        "failures": freshness.failures(connection),
        "repositories": freshness.unusual_repositories(connection),
        "refused_values": freshness.refused_values(connection),
        "waits": freshness.waits(connection, now=clock.to_text(clock.now())),
        "quotas": freshness.quotas(connection),
        "webhooks": webhooks(connection, present=present_endpoint(), now=clock.now()),
    }


def _print_tables(state: dict[str, list[dict[str, Any]]]) -> None:
    print_rows(
        "Freshness by source (times are UTC)",
        ("source", "subjects", "fresh", "stale", "failed", "oldest", "newest"),
        state["sources"],
    )
    print_rows(
        "Last runs",
        # As many as a usual terminal shows side by side; `--json` has them all.
        ("mode", "started_at", "outcome", "exit_code", "answered", "failed", "graphql_points", "rest_counted"),
        state["runs"],
    )
    if state["failures"]:
        rows = [{**row, "next_try": row["next_try_at"] or "next refresh"} for row in state["failures"]]
        columns = ("source", "subject", "status", "attempts", "failing_since", "next_try", "error")
        print_rows("Failures", columns, rows)
    if state["repositories"]:
        print_rows(
            "Repositories that are not plainly ok",
            ("name_with_owner", "status", "status_note", "fetched_at"),
            state["repositories"],
        )
    if state["refused_values"]:
        print_rows(
            "Refused values (the older figures are kept)",
            ("source", "subject", "field", "value", "reason", "seen_at"),
            state["refused_values"],
        )
    if state["waits"]:
        print_rows("Hosts that asked to wait", ("resource", "until", "reason"), state["waits"])
    if state["quotas"]:
        print_rows(
            "Quota left when last seen", ("resource", "quota", "remaining", "reset_at", "seen_at"), state["quotas"]
        )
    if state["webhooks"]:
        # No more of the hash than tells one receiver from another.
        rows = [{**row, "receiver": row["endpoint"][:8]} for row in state["webhooks"]]
        print_rows(
            "Webhook: how far the receivers of events have got",
            ("receiver", "delivered_at", "waiting", "failing_since", "error"),
            rows,
        )


def _alarm(connection: sqlite3.Connection, max_stale: timedelta) -> str | None:
    """What is too old, or None."""
    never, oldest = freshness.oldest_answer(connection)
    if never:
        return f"{never} repositories were never answered; run 'crawler refresh'"
    if oldest is not None and clock.now() - clock.from_text(oldest) > max_stale:
        return f"the oldest answer about a repository is of {oldest}; run 'crawler refresh'"
    return None
