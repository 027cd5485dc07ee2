"""`crawler review`: what a change of a list brings, checked before it is merged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Literal

import click

from crawler.cli.options import existing_database
from crawler.errors import UsageFault


@click.command()
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("head", type=click.Path(path_type=Path))
@click.option("--json", "form", flag_value="json", help="Print data instead of lines.")
@click.option("--markdown", "form", flag_value="markdown", help="Print the comment for a pull request.")
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the whole review as Markdown to this file: a comment may be cut.",
)
@click.option(
    "--db",
    "database",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="CRAWLER_DB",
    show_envvar=True,
    help="A database that knows the list: it is only read, finds repositories under former names, and saves requests.",
)
@click.option("--sandbox", is_flag=True, help="Use the bundled recorded figures: no network, no token.")
def command(
    base: Path,
    head: Path,
    *,
    form: Literal["json", "markdown"] | None,
    summary: Path | None,
    database: Path | None,
    sandbox: bool,
) -> None:
    """Compare the list HEAD with BASE, as it was before, and tell the facts of each new or changed entry.

    An entry is the same one where name or repository are, so that to move it or to edit a text makes nothing new.
    Only repositories that an entry did not have before are asked. BASE may be missing or empty: all is new then.

    Exit codes: 0 fine, or only worth a look. 2: HEAD has faults, or a new repository is not there (missing, private,
    gone, blocked) or is listed already. 3: none of this, but some facts could not be had.

    \b
    Example:
      git show main:landscape.yml > /tmp/before.yml
      crawler review /tmp/before.yml landscape.yml
      crawler review /tmp/before.yml landscape.yml --markdown > comment.md
    """
    # Imported where it is needed: the command is to say its help fast.
    from crawler.export.json_text import to_json
    from crawler.export.output import open_output
    from crawler.review.comment import as_comment, as_markdown
    from crawler.review.data import as_data
    from crawler.review.model import Review
    from crawler.review.reviewing import review_lists
    from crawler.review.text import as_text

    if not head.is_file():
        raise UsageFault(f"{head} is no file", cure="name the list as it is to be: crawler review BASE HEAD")
    if summary is not None and any(_is_same(summary, one) for one in (base, head, database) if one):
        raise UsageFault(f"{summary} is what is read", cure="name another file with --summary")
    if database is not None:
        existing_database(database)
    review: Review = asyncio.run(review_lists(base, head, database=database, sandbox=sandbox, say=_say))
    if summary is not None:
        with open_output(summary) as stream:
            stream.write(as_markdown(review).encode())
    if form == "json":
        sys.stdout.write(to_json(as_data(review), indent=2) + "\n")
    else:
        sys.stdout.write(as_comment(review) if form == "markdown" else as_text(review))
    sys.exit(review.exit_code)


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _say(line: str) -> None:
    click.echo(f"crawler: {line}", err=True)
