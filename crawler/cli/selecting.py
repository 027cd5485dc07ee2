"""The options that say what to ask, shared by `refresh` and `plan`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar

import click

from crawler.cli.options import Age
from crawler.due import Selection
from crawler.sources.catalogue import SOURCE_NAMES

F = TypeVar("F", bound=Callable[..., Any])


def selection_options(function: F) -> F:
    """`--source`, `--only`, `--max-age`, `--force` and `--sandbox`."""
    for option in reversed(
        (
            click.option(
                "--source",
                "source_names",
                multiple=True,
                type=click.Choice(SOURCE_NAMES),
                help="Ask this source only; may be given several times.",
            ),
            click.option(
                "--only",
                multiple=True,
                metavar="PATTERN",
                help="Ask only what matches: a glob over owner/name or project id, in any case.",
            ),
            click.option("--max-age", type=Age(), metavar="AGE", help="Ask what is older than this (30m, 12h, 7d)."),
            click.option("--force", is_flag=True, help="Ask all again, but never what cannot change."),
            click.option("--sandbox", is_flag=True, help="Use the bundled recorded figures: no network, no token."),
        )
    ):
        function = option(function)
    return function


def selection(
    *,
    source_names: tuple[str, ...],
    only: tuple[str, ...],
    max_age: timedelta | None,
    force: bool,
    sandbox: bool,
) -> Selection:
    """What the options select. A usage error where they contradict each other."""
    if force and max_age is not None:
        raise click.UsageError("--force asks for all of any age: leave out --max-age, or --force")
    origin: Literal["live", "sandbox"] = "sandbox" if sandbox else "live"
    return Selection(origin=origin, sources=frozenset(source_names), only=only, max_age=max_age, force=force)
