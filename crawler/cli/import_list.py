"""`crawler import`: lists of other tools into one seeds file, with an account of all that they list."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
from click.core import ParameterSource

from crawler.cli.import_history import take_history
from crawler.cli.import_told import told
from crawler.cli.options import database_option, json_option
from crawler.cli.outputs import check_output
from crawler.cli.tables import plain
from crawler.errors import CrawlerError, UsageFault
from crawler.export.json_text import to_json
from crawler.export.output import open_output
from crawler.importing.lists.job import Given, Imported, import_lists
from crawler.importing.lists.report import Report
from crawler.importing.lists.written import is_untouched
from crawler.report import IN_PART
from crawler.seeds.text import read_bytes, spoken_path
from crawler.settings import STANDARD_INPUT


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True), metavar="FILE...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this new file, in one step.  [default: standard output]",
)
@json_option
@database_option
def command(files: tuple[Path, ...], output: Path | None, database: Path, *, as_json: bool) -> None:
    """Make one seeds file of lists that other tools wrote.

    FILE is a landscape.yml or data.yml, a processed_landscape.yml, a best-of projects.yaml, a Markdown list, a table,
    plain lines of repositories or a JSON array of GitHub's; - is standard input. A single landscape stays as it is,
    byte for byte, but for what landscapeapp generated. Several lists become one: items with the same repository are
    merged into the first one.

    The report on standard error accounts for every item and address: read = written + merged + could not be read. A
    file that is there is never overwritten, unless an import of the same lists wrote it and nobody has edited it.
    Figures of a processed landscape become history once the database has its repositories: at once where --db names
    such a database, else by the command that is printed.

    Exit codes: 0 done, 2 nothing was written, 3 written, but an item or address could not be read.

    \b
    Example:
      crawler import landscape.yml -o seeds.yml
      crawler import projects.yaml README.md -o seeds.yml
      curl -s https://example.org/README.md | crawler import - > seeds.yml
    """
    if as_json and output is None:
        raise click.UsageError("--json prints the report, so the list needs a file: add -o seeds.yml")
    check_output(output, database, may_be_list=True)
    imported = import_lists(_given(files))
    is_written = _write(imported, output)
    if as_json:
        sys.stdout.write(to_json(msgspec.to_builtins(imported.report), indent=2) + "\n")
    else:
        for line in told(imported.report):
            click.echo(line, err=True)
    if output is not None:
        click.echo(f"{output} is {'written' if is_written else 'there already, with this very list'}", err=True)
    _go_on(imported.report, files, output, database)
    if imported.report.could_not_read.items or imported.report.could_not_read.addresses:
        sys.exit(IN_PART)


def _given(files: Sequence[Path]) -> list[Given]:
    if len(set(files)) < len(files):
        raise UsageFault("a file is named twice", cure="name each list once")
    given = []
    for path in files:
        try:
            given.append(Given(spoken_path(path), read_bytes(path)))
        except (OSError, ValueError) as error:
            reason = error.strerror or error if isinstance(error, OSError) else error
            raise UsageFault(
                f"{plain(str(path))} cannot be read ({reason})", cure="check its path and rights"
            ) from error
    return given


def _write(imported: Imported, output: Path | None) -> bool:
    """Write the list; False where the file has it already. UsageFault where another file is there."""
    content = imported.text.encode()
    if output is not None and output.is_file():
        before = read_bytes(output)
        if before == content:
            return False
        if not is_untouched(before.decode("utf-8", "replace"), imported.report.read):
            raise UsageFault(
                f"{output} is there already, and is not what an import of these lists wrote",
                cure="name another file with -o, or remove it",
            )
    with open_output(output) as stream:
        stream.write(content)
    return True


def _go_on(report: Report, files: Sequence[Path], output: Path | None, database: Path) -> None:
    """What is left to do: a refresh, and the figures of processed landscapes, which need its repositories."""
    source = click.get_current_context().get_parameter_source("database")
    is_named = source not in {ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP}
    option = ["--db", str(database)] if source == ParameterSource.COMMANDLINE else []
    left: list[list[str]] = []
    for path, one in zip(files, report.read, strict=True):
        if one.figures_at is None:
            continue
        if path == STANDARD_INPUT:
            click.echo("its figures are not taken over: give the file by its name for that", err=True)
            continue
        if is_named and database.is_file():
            try:
                take_history(path, database)
                continue
            except CrawlerError as fault:
                click.echo(
                    f"notice: the figures in {plain(str(path))} are not taken over: {plain(str(fault))}", err=True
                )
        left.append(["import-history", str(path), *option])
    refresh = [["refresh", str(output), *option]] if output is not None else []
    if refresh or left:
        click.echo("Go on with", err=True)
    for words in (*refresh, *left):
        click.echo(f"  crawler {shlex.join(words)}", err=True)
    if left:
        click.echo("'import-history' makes the figures history, once a refresh has brought the repositories.", err=True)
