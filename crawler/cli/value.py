"""`crawler value`: what the ecosystem is worth, who says so, and as of when."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import structs

from crawler.cli.options import database_option, day_options, existing_database, json_option, restricted_option
from crawler.cli.past import notes, without_cost
from crawler.cli.value_compare import compare_data, compare_page
from crawler.cli.value_data import overview_data
from crawler.cli.value_explain import explain_data, explain_page
from crawler.cli.value_overview import overview_page
from crawler.export.json_text import to_json
from crawler.figures.asked_past import Past, asked_day, check_not_pruned
from crawler.figures.called import find_organization
from crawler.figures.explanation import read_explanation
from crawler.figures.looking_back import Wanted, look_back
from crawler.figures.restricted_lines import BUILT_ON
from crawler.figures.valuation import (
    LANDSCAPE,
    Valuation,
    check_policies,
    first_known,
    names,
    read_valuation,
)
from crawler.figures.value_parts import BESIDE, COVERAGE, HEADLINE
from crawler.figures.value_shown import LEGACY
from crawler.store import open_reader

F = TypeVar("F", bound=Callable[..., Any])


def _scope_option(function: F) -> F:
    return click.option(
        "--scope",
        default=LANDSCAPE,
        show_default=True,
        metavar="SCOPE",
        help="A part of it: group:ID, category:ID, subcategory:ID or organization:ID.",
    )(function)


@click.group("value", invoke_without_command=True, subcommand_metavar="[COMMAND]…")
@database_option
@click.option(
    "--policy", "policy_names", multiple=True, metavar="NAME", help="By this rule; may be given several times."
)
@day_options
@_scope_option
@json_option
@restricted_option
@click.pass_context
def command(
    context: click.Context,
    *,
    database: Path,
    policy_names: tuple[str, ...],
    as_of: date | None,
    as_true_of: date | None,
    scope: str,
    as_json: bool,
    include_restricted: bool,
) -> None:
    """Print what the ecosystem is worth, who says so, and as of when.

    A range, not one figure; its parts; how much of it is known; the largest organisations; and what changed since the
    last run and why. Nothing is asked and nothing is written. 'crawler value explain ORG' prints where each dollar
    comes from, 'crawler value compare' sets the policies side by side.

    The page is for your own eyes: it shows figures that may not be published (Crunchbase, Yahoo, FMP), and says so
    beside each. Data (--json) leaves them out, with all sums that would tell one, unless --include-restricted says
    otherwise: of sums with such figures only those over the whole landscape and two of its groups or more stay.

    \b
    Example:
      crawler value
      crawler value --as-of 2026-06-30 --scope category:runtimes
      crawler value --json | jq '.ecosystem_value[0].central'
    """
    if context.invoked_subcommand is not None:
        _check_place(context)
        return
    with closing(open_reader(existing_database(database))) as connection:
        check_policies(policy_names)
        wanted = policy_names or (HEADLINE,)
        valuation, past = _valuation(connection, scope, as_of, as_true_of, _printed(wanted, scope))
        if not _is_printed(connection, valuation, past, as_json=as_json):
            return
        if as_json:
            click.echo(
                to_json(overview_data(connection, valuation, wanted, with_restricted=include_restricted), indent=2)
            )
        else:
            click.echo(overview_page(connection, valuation, wanted), nl=False)


@command.command("explain", short_help="print where each dollar of an organisation comes from")
@click.argument("organization", metavar="ORG")
@database_option
@day_options
@json_option
@restricted_option
def explain(
    *,
    organization: str,
    database: Path,
    as_of: date | None,
    as_true_of: date | None,
    as_json: bool,
    include_restricted: bool,
) -> None:
    """Print where each dollar of ORG comes from: who it is, who owns it, what was counted and what not, and why.

    ORG is an id, a name in any case, a homepage, a page at Crunchbase or GitHub or its name there, or a ticker, with or
    without its exchange. Figures that may not be published are shown here and left out of --json, unless
    --include-restricted says otherwise.

    \b
    Example:
      crawler value explain red-hat
      crawler value explain https://www.redhat.com/
      crawler value explain MSFT --as-of 2026-06-30
    """
    with closing(open_reader(existing_database(database))) as connection:
        valuation, past = _valuation(connection, LANDSCAPE, as_of, as_true_of, Wanted())
        organization_id = find_organization(connection, organization, valuation)
        if not _is_printed(connection, valuation, past, as_json=as_json):
            return
        explanation = read_explanation(connection, organization_id, valuation)
        if as_json:
            click.echo(to_json(explain_data(explanation, with_restricted=include_restricted), indent=2))
        else:
            click.echo(explain_page(explanation, names(connection)), nl=False)


@command.command("compare", short_help="set the policies side by side")
@database_option
@day_options
@_scope_option
@json_option
@restricted_option
def compare(
    *,
    database: Path,
    as_of: date | None,
    as_true_of: date | None,
    scope: str,
    as_json: bool,
    include_restricted: bool,
) -> None:
    """Set the policies side by side: how to read each, its range, how much it knows, and how old its figures are.

    No two of them can be added: they count the same money by other rules.

    \b
    Example:
      crawler value compare
      crawler value compare --scope category:runtimes --json
    """
    with closing(open_reader(existing_database(database))) as connection:
        valuation, past = _valuation(connection, scope, as_of, as_true_of, Wanted())
        if not _is_printed(connection, valuation, past, as_json=as_json):
            return
        if as_json:
            click.echo(to_json(compare_data(valuation, with_restricted=include_restricted), indent=2))
        else:
            click.echo(compare_page(valuation), nl=False)


def _check_place(context: click.Context) -> None:
    """A usage error for an option that stands before the command that it is meant for: it would say nothing there."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if given is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"write {parameter.opts[0]} after '{context.invoked_subcommand}'")


def _printed(policy_names: Sequence[str], scope: str) -> Wanted:
    """What the overview prints of a past day, and what decides on what of it may be published."""
    return Wanted(
        day_before=True,
        policies=frozenset({*policy_names, *BESIDE, *COVERAGE, *BUILT_ON.values()}),
        scopes=frozenset({scope, LANDSCAPE}),
        repositories=LEGACY in policy_names,
    )


def _valuation(
    connection: sqlite3.Connection, scope: str, as_of: date | None, as_true_of: date | None, wanted: Wanted
) -> tuple[Valuation, Past | None]:
    """The value that the options ask for, and the past that it is of, None: the present."""
    day = asked_day(as_of, as_true_of)
    check_not_pruned(connection, as_of)
    shown = look_back(connection, day, hindsight=as_true_of is not None, wanted=wanted) if day else None
    if day is None or shown is None:
        return read_valuation(connection, scope), None
    past = Past(day=day, hindsight=as_true_of is not None, figures_of=shown.day, is_whole=shown.is_whole)
    valuation = read_valuation(connection, scope, shown.day.isoformat())
    is_known_later = past.hindsight or valuation.origin == "sandbox"
    known_by = None if is_known_later else f"{day}T23:59:59Z"
    return structs.replace(valuation, is_past=True, known_by=known_by), past


def _is_printed(connection: sqlite3.Connection, valuation: Valuation, past: Past | None, *, as_json: bool) -> bool:
    """Whether there is anything to print; of a past day some words are said.

    A page without a money figure is none: a message says since when there is one. Data has totals of code, too.
    """
    if past is None:
        return True
    first = first_known(connection, valuation)
    is_known = first is not None and first <= past.day.isoformat()
    if not is_known:
        how = "observed on" if valuation.known_by else "of"
        said = f"the first money figure is {how} {first}" if first else "there is no money figure at all"
        click.echo(f"crawler: nothing is known of {past.day}: {said}", err=True)
    if is_known or as_json:
        for note in notes(connection, past, without_cost(past)):
            click.echo(f"crawler: {note}", err=True)
    return is_known or as_json
