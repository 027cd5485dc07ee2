"""`crawler health`: how healthy the projects are, and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from crawler.cli.options import database_option, existing_database, json_option
from crawler.cli.tables import Page, columns, words
from crawler.due import matches
from crawler.errors import UsageFault
from crawler.export.attributions import attributions
from crawler.export.json_text import to_json
from crawler.figures.health.stored import StoredHealth, StoredInput, project_names, read_health
from crawler.rules_file import find_rules, starter_text
from crawler.store import open_reader

WEAKEST = 2
ALIKE = 3
NOTE = (
    "A score goes from 0 to 100; -: too little is known for one. The weakest inputs are those that cost the most "
    "points, with their own scores."
)
CHANGED = "The rules have changed since: the next 'crawler refresh' computes the health by the new ones."


@click.command("health")
@click.argument("projects", nargs=-1, metavar="[PROJECT]…")
@database_option
@click.option("--worst", type=click.IntRange(min=1), metavar="N", help="Only the N projects with the lowest scores.")
@click.option(
    "--print-rules", is_flag=True, help="Print the rules to start from, with every default, and nothing else."
)
@json_option
def command(*, projects: tuple[str, ...], database: Path, worst: int | None, print_rules: bool, as_json: bool) -> None:
    """Print how healthy the projects are, from 0 to 100, and why.

    Without PROJECT: all of the list, the healthiest first, with the inputs that cost each the most. With PROJECT, an id
    or a glob over owner/name or id: every input with its value, score, weight and share, why, and whose figure of which
    day it is. The shares add up to the score. docs/health.md says how each input is scored; your own thresholds go into
    ./rules.yml, or the file that CRAWLER_RULES names.

    The health is that of the newest refresh; nothing is asked and nothing is written.

    \b
    Example:
      crawler health --worst 10
      crawler health wasmtime 'bytecodealliance/*'
      crawler health --print-rules > rules.yml
    """
    if print_rules:
        click.echo(starter_text(), nl=False)
        return
    if projects and worst is not None:
        raise click.UsageError("--worst is for the table of all projects: leave it out, or PROJECT")
    with closing(open_reader(existing_database(database))) as connection:
        wanted = _wanted(connection, projects)
        healths = [one for one in read_health(connection) if one.project_id in wanted]
    if not healths:
        raise UsageFault("no health is computed yet", cure="run 'crawler refresh' (or 'crawler refresh --sandbox')")
    if worst is not None:
        scored = [one for one in healths if one.score is not None]
        healths = sorted(scored, key=lambda one: (one.score, one.project_id))[:worst]
    if as_json:
        click.echo(to_json([_data(one) for one in healths], indent=2))
        return
    page = Page()
    if projects:
        for health in healths:
            _explain(page, health)
    else:
        page.table("Health", _overview(healths), NOTE)
    if any(one.rules != find_rules().health.fingerprint for one in healths):
        page.line()
        page.line(CHANGED)
    click.echo(page.text().lstrip("\n"), nl=False)


def _wanted(connection: sqlite3.Connection, patterns: Sequence[str]) -> set[str]:
    """The ids of the projects that are meant, all without a pattern. UsageFault for what matches none."""
    names = project_names(connection)
    found = {pattern: {one for one, called in names.items() if matches(called, [pattern])} for pattern in patterns}
    strange = [pattern for pattern, ids in found.items() if not ids]
    if strange:
        known = {name.casefold(): name for called in names.values() for name in called}
        alike = {known[near] for one in strange for near in get_close_matches(one.casefold(), known, n=ALIKE)}
        cure = f"perhaps one of these: {', '.join(sorted(alike))}" if alike else "'crawler health' lists all projects"
        raise UsageFault(f"there is no project {', '.join(strange)}", cure=cure)
    return set().union(*found.values()) if patterns else set(names)


def _overview(healths: list[StoredHealth]) -> Table:
    table = columns("project", "weakest", "score", "known", texts=2)
    for health in healths:
        weakest = ", ".join(
            one.input if one.score is None else f"{one.input} {one.score}" for one in health.weakest[:WEAKEST]
        )
        score = "-" if health.score is None else str(health.score)
        table.add_row(words(health.project), words(weakest or "-"), score, f"{health.known} of {health.total}")
    return table


def _explain(page: Page, health: StoredHealth) -> None:
    """Every input of one project; unknown ones are named with the others."""
    score = "no score" if health.score is None else f"{health.score} of 100"
    repository = f", {health.repository}" if health.repository else ""
    page.line(f"{health.project} ({health.project_id}{repository}): {score}", bold=True)
    since = "" if health.since == health.day else f", the same since {health.since}"
    recorded = " (recorded figures)" if health.origin == "sandbox" else ""
    page.line(f"On {health.day}{recorded}{since}; {health.known} of {health.total} inputs are known.")
    table = columns("input", "value", "why", "source", "score", "weight", "share", texts=4)
    for one in health.inputs:
        table.add_row(
            words(one.input),
            words("not known" if one.value is None else one.value),
            words(one.reason),
            words(_source(one)),
            "-" if one.score is None else str(one.score),
            str(one.weight),
            "-" if one.share is None else str(one.share),
        )
    rated = [(one.source, False) for one in health.inputs if one.source and one.value is not None]
    page.table("Inputs", table, "\n".join(attributions(rated)))
    page.line()


def _source(one: StoredInput) -> str:
    if one.value is None or one.source is None:
        return "-"
    return f"{one.source}, {one.observed_at[:10]}" if one.observed_at else one.source


def _data(health: StoredHealth) -> dict[str, Any]:
    """The columns of `health` and `health_inputs`, with whose figure each input is."""
    return {
        "project_id": health.project_id,
        "project": health.project,
        "repository": health.repository,
        "day": health.day,
        "score": health.score,
        "known": health.known,
        "total": health.total,
        "rules": health.rules,
        "health_inputs": [
            {
                "input": one.input,
                "value": one.value,
                "score": one.score,
                "weight": one.weight,
                "share": one.share,
                "reason": one.reason,
                "source": one.source,
                "source_url": one.source_url,
                "observed_at": one.observed_at,
            }
            for one in health.inputs
        ],
    }
