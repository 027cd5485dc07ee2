"""What a person types: one module per command, loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import click

from crawler import __version__
from crawler.errors import CrawlerError, SeedsFault
from crawler.fetch.redact import bug_report

COMMANDS = {
    "refresh": "ask the public APIs for what is stale and store the answers",
    "schedule": "keep the database fresh: ask each source at its own cadence, for as long as it runs",
    "plan": "show what a refresh would ask now, and what it would cost",
    "status": "show freshness by source, last runs, failures and quota left",
    "stats": "print the headline and the tables behind it",
    "value": "print what the ecosystem is worth, who says so, and as of when",
    "health": "print how healthy the projects are, and why",
    "changes": "show what happened: releases, archived, licences, funding; feed and newsletter",
    "export": "write the landscape as YAML, JSON or CSV, or its site as files",
    "validate": "check a seeds file: every fault with line and cure",
    "review": "check what a change of the list brings: faults, and the facts of new entries",
    "import": "make a seeds file of the lists that other tools keep",
    "suggest": "list what a list should learn (moved, archived, licence, duplicate), and write it",
    "add": "append repositories, or those of an account, to a list",
    "import-history": "take over the history that others kept in files or an older database",
    "init": "write a small commented seeds.yml to start from",
    "serve": "open the database in Datasette, set up for it",
    "db": "check the database, back it up, make it smaller, and copy what may be published",
    "doctor": "check token, reachability, database and clock",
}

MODULES = {"import": "import_list"}
"""Where a command's own name is a word of Python's."""

INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group whose commands live in `crawler.cli.<name>` as `command`, imported on first use; hyphens become `_`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The command names, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name.replace("-", "_"))
        command: click.Command = importlib.import_module(f"crawler.cli.{module}").command
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the command line, and print the help if it asks for that."""
        with _reader_may_leave(0):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        # A page was read as far as its reader liked; a refresh may have been cut short.
        with _reader_may_leave(INTERRUPTED if ctx.invoked_subcommand == "refresh" else 0):
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from their one-line descriptions, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="crawler")
def cli() -> None:
    """Keep the figures of a landscape of open-source projects in one SQLite file.

    \b
    Example:
      crawler refresh --sandbox      try it on recorded figures, without a token
      crawler stats                  the headline and the tables behind it
    """


def main(arguments: list[str] | None = None, **extra: Any) -> None:
    """Run the command line and leave with its exit code; an expected fault is one message on standard error."""
    sys.excepthook = _print_bug
    try:
        code = cli.main(arguments, prog_name="crawler", standalone_mode=False, **extra)
        sys.stdout.flush()
    except click.ClickException as fault:
        fault.show()
        code = fault.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("crawler: interrupted", err=True)
        code = INTERRUPTED
    except SeedsFault as fault:
        # Its lines begin with the file's name, so that editors and terminals find the place.
        click.echo(f"{fault}\ncrawler: the list has faults, nothing was done; 'crawler validate' shows them", err=True)
        code = fault.exit_code
    except CrawlerError as fault:
        click.echo(f"crawler: {fault}", err=True)
        code = fault.exit_code
    except sqlite3.Error as error:
        click.echo(f"crawler: the database failed ({error}); {_cure(error)}", err=True)
        code = 2
    except BrokenPipeError:
        _mute()
        code = 0
    except OSError as error:
        if error.filename is None:
            _mute()
        place = error.filename or "the output"
        reason = error.strerror or error
        click.echo(f"crawler: {place} cannot be written ({reason}); check space and permissions", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _cure(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
        return "'crawler doctor' looks into it"
    from crawler.store.database import RESTORE

    return f"{RESTORE}; 'crawler db check' says what is damaged"


def _print_bug(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    click.echo(bug_report(error), err=True)


@contextmanager
def _reader_may_leave(code: int) -> Iterator[None]:
    """End with this code and without a word where the reader of our output goes away (`crawler stats | head`)."""
    try:
        yield
    except BrokenPipeError as gone:
        _mute()
        raise click.exceptions.Exit(code) from gone


def _mute() -> None:
    """Lead standard output nowhere, so that Python's last flush of what is left does not fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
