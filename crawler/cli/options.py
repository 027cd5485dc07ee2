"""Options and arguments that several commands share, and what they mean."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler import clock
from crawler.clock import parse_age
from crawler.errors import UsageFault
from crawler.settings import DEFAULT_DATABASE, DEFAULT_SEEDS, STANDARD_INPUT

F = TypeVar("F", bound=Callable[..., Any])

FIRST_DAY = date(1970, 1, 1)
"""No figure is as old, and the windows before a day must not lead out of the calendar."""


class Age(click.ParamType[timedelta]):
    """An AGE such as `30m`, `12h` or `7d`."""

    name = "AGE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The length of the age; a usage error says what is allowed."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_age(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PastDay(click.ParamType[date]):
    """A DATE such as `2026-06-30`, in UTC, since 1970 and not in the future."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error says what is allowed."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
        except ValueError:
            day = None
        if day is None:
            self.fail(f"{value!r} is no day: write it as 2026-06-30", param, ctx)
        if day > clock.day_of(clock.now()):
            self.fail(f"{value} is in the future: nothing is known of it yet", param, ctx)
        if day < FIRST_DAY:
            self.fail(f"{value} is before {FIRST_DAY.year}: nothing is known of it", param, ctx)
        return day


class AgeOrDay(click.ParamType[timedelta | date]):
    """An AGE such as `7d`, or a DATE such as `2026-06-30`."""

    name = "AGE|DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta | date:
        """The age or the day; a usage error says what is allowed."""
        kind: Age | PastDay = PastDay() if "-" in str(value) else Age()
        return kind.convert(value, param, ctx)


def day_options(function: F) -> F:
    """`--as-of DATE` and `--as-true-of DATE`."""
    for option in (
        click.option(
            "--as-true-of", type=PastDay(), metavar="DATE", help="What was true then, as far as it is known now."
        ),
        click.option(
            "--as-of", type=PastDay(), metavar="DATE", help="What was known then, and nothing observed later."
        ),
    ):
        function = option(function)
    return function


def restricted_option(function: F) -> F:
    """`--include-restricted`."""
    return click.option(
        "--include-restricted",
        is_flag=True,
        help="Also figures that may not be published, for private use.",
    )(function)


def database_option(function: F) -> F:
    """`--db PATH`, else CRAWLER_DB, else `landscape.db`."""
    return click.option(
        "--db",
        "database",
        type=click.Path(dir_okay=False, path_type=Path),
        default=DEFAULT_DATABASE,
        envvar="CRAWLER_DB",
        show_default=True,
        show_envvar=True,
        help="The SQLite file.",
    )(function)


def seeds_argument(function: F) -> F:
    """The optional SEEDS argument; `seeds_path` finds the file behind it."""
    return click.argument("seeds", required=False, type=click.Path(path_type=Path, allow_dash=True))(function)


def json_option(function: F) -> F:
    """`--json`: the same as data, on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print data instead of tables.")(function)


def seeds_path(argument: Path | None) -> Path:
    """The seeds file: the argument, else CRAWLER_SEEDS, else ./seeds.yml; UsageFault where none is there.

    `-` is standard input.
    """
    path = named_seeds(argument)
    if path == STANDARD_INPUT or path.is_file():
        return path
    if argument is None and not os.environ.get("CRAWLER_SEEDS"):
        raise UsageFault(
            f"there is no {DEFAULT_SEEDS} in this directory",
            cure="name a file (crawler … my-landscape.yml), set CRAWLER_SEEDS, or begin with 'crawler init'",
        )
    raise UsageFault(f"{path} is no file", cure="check the path of the seeds file")


def named_seeds(argument: Path | None) -> Path:
    """Where the seeds file is to be: the argument, else CRAWLER_SEEDS, else ./seeds.yml."""
    return argument or Path(os.environ.get("CRAWLER_SEEDS") or DEFAULT_SEEDS)


def existing_database(path: Path) -> Path:
    """The path of a database that must be there; UsageFault says how to make one."""
    if not path.is_file():
        raise UsageFault(
            f"there is no database {path}",
            cure="make one with 'crawler refresh' (or 'crawler refresh --sandbox'), or name it with --db",
        )
    return path
