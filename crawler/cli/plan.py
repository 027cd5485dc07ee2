"""`crawler plan`: what a refresh would ask now, and what it would cost, without a single request."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from crawler import clock
from crawler.cli.options import database_option, json_option, seeds_argument, seeds_path
from crawler.cli.selecting import selection, selection_options
from crawler.due import PlanLine
from crawler.planning import make_plan
from crawler.seeds import read_seeds
from crawler.settings import Settings, read_settings


@click.command("plan")
@seeds_argument
@database_option
@selection_options
@json_option
def command(
    seeds: Path | None,
    database: Path,
    source_names: tuple[str, ...],
    only: tuple[str, ...],
    max_age: timedelta | None,
    force: bool,
    sandbox: bool,
    as_json: bool,
) -> None:
    """Show what a refresh would ask now, and what it would cost.

    Nothing is asked and nothing is written. Points come as a range, because GitHub does not say whether
    connections that are only counted cost anything.

    \b
    Example:
      crawler plan
      crawler plan --force --source github
    """
    chosen = selection(source_names=source_names, only=only, max_age=max_age, force=force, sandbox=sandbox)
    settings = Settings() if sandbox else read_settings()
    plan = make_plan(read_seeds(seeds_path(seeds)), database, chosen, settings, today=clock.day_of(clock.now()))
    print_plan(plan, as_json=as_json)


def print_plan(plan: Sequence[PlanLine], *, as_json: bool) -> None:
    """The plan on standard output, as a table or as data."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plan), indent=2).decode() + "\n")
        return
    table = Table("source", box=None, pad_edge=False)
    for heading in ("subjects", "requests", "points", "REST counted", "minutes"):
        table.add_column(heading, justify="right")
    for line in plan:
        points = (
            f"{line.points_low}" if line.points_low == line.points_high else f"{line.points_low}–{line.points_high}"
        )
        cells = (line.subjects, line.requests, points, line.rest_counted, f"{line.minutes:.1f}")
        table.add_row(line.source, *(str(cell) for cell in cells))
    Console(file=sys.stdout, highlight=False).print(table)
    found = sum(line.may_find for line in plan)
    low = sum(line.points_low + line.rest_counted for line in plan)
    high = sum(line.points_high + line.rest_counted for line in plan)
    if high == 0:
        click.echo("\nnothing is due")
        return
    click.echo(f"\nat most {high} quota units ({low} if counting is free), about {_minutes(plan):.1f} minutes")
    if found:
        click.echo(f"what whole accounts (project_org) turn out to hold comes on top: up to {found:,} repositories")


def _minutes(plan: Sequence[PlanLine]) -> float:
    """REST and GraphQL are asked side by side, after whole accounts and the repositories themselves."""
    minutes = {line.source: line.minutes for line in plan}
    rest = sum(minutes.get(source, 0.0) for source in ("contributors", "commit_weeks", "star_history"))
    graphql = sum(
        minutes.get(source, 0.0) for source in ("first_commit", "sponsors", "funding_json", "release_history")
    )
    return minutes.get("org_repositories", 0.0) + minutes.get("github", 0.0) + max(rest, graphql)
