"""`crawler export`: the landscape in a format that others read, or as a site."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import click

from crawler.cli.export_site import SUMMARY as SITE_SUMMARY
from crawler.cli.export_site import write_site
from crawler.cli.options import (
    AgeOrDay,
    database_option,
    day_options,
    existing_database,
    named_seeds,
    restricted_option,
    seeds_path,
)
from crawler.cli.outputs import check_output
from crawler.cli.past import explained, notes
from crawler.export.job import Format, Job
from crawler.export.output import open_output
from crawler.export.registry import FORMATS
from crawler.figures.asked_past import show_past
from crawler.figures.looking_back import Wanted
from crawler.store import open_reader

SITE = "site"
_SUMMARIES = {name: known.summary for name, known in FORMATS.items()} | {SITE: SITE_SUMMARY}
_EPILOG = "\b\nFormats:\n" + "\n".join(f"  {name:11}{summary}" for name, summary in _SUMMARIES.items())


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="FORMAT", type=click.Choice(list(_SUMMARIES)))
@click.argument("place", metavar="[SEEDS|FILE|DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write to this file, in one step; it may be the seeds file itself.  [default: standard output]",
)
@click.option(
    "--url",
    metavar="ADDRESS",
    help="Of the site: where it will be found, for its sitemap and the page for what is not there.",
)
@click.option("--since", type=AgeOrDay(), metavar="AGE|DATE", help="Of 'atom': from then on.  [default: 30 days]")
@day_options
@restricted_option
@database_option
def command(
    *,
    name: str,
    place: Path | None,
    output: Path | None,
    url: str | None,
    since: timedelta | date | None,
    as_of: date | None,
    as_true_of: date | None,
    include_restricted: bool,
    database: Path,
) -> None:
    """Write the landscape as FORMAT, from what the database holds.

    SEEDS is the list that 'yaml' enriches: else CRAWLER_SEEDS, else ./seeds.yml; - is standard input. The result is a
    seeds file, too. Of a past day its items that were not on the list then get no block. 'landscape2' and 'processed'
    read it, too. 'awesome' makes an awesome list of it; of a list in Markdown it keeps every byte, and adds figures at
    the end of its entries.

    FILE is what 'readme' brings up to date: what stands between markers such as <!-- crawler:headline --> and
    <!-- /crawler -->; - is standard input. docs/exports.md lists the blocks.

    DIR is where 'site' writes: a new or empty directory, or one with a site written before. Only files of that are
    changed or deleted, and only once all new ones are there.

    \b
    Examples:
      crawler export yaml -o landscape.yml
      crawler export csv > landscape.csv
      crawler export json --as-of 2026-06-30
      crawler export markdown -o LANDSCAPE.md
      crawler export awesome list.md -o list.md
      crawler export readme README.md -o README.md
      crawler export badges -o badges
      crawler export atom --since 7d -o changes.atom
      crawler export metadata -o metadata.yaml
      crawler export landscape2 data.yml -o cache
      crawler export processed landscape.yml -o processed_landscape.yml
      crawler export site public --url https://user.github.io/landscape/
    """
    if since is not None and not (name in FORMATS and FORMATS[name].has_since):
        raise click.UsageError(f"--since is for 'atom': leave it out for '{name}'")
    if name == SITE:
        if place is None or output is not None:
            raise click.UsageError("'site' needs the directory to write to, and no --output: crawler export site DIR")
        write_site(
            place,
            existing_database(database),
            as_of=as_of,
            as_true_of=as_true_of,
            include_restricted=include_restricted,
            url=url,
        )
        return
    if url:
        raise click.UsageError(f"--url is for 'site': leave it out for '{name}'")
    chosen = FORMATS[name]
    if chosen.reads_file and place is None:
        raise click.UsageError(f"'{name}' needs the file to bring up to date: crawler export {name} README.md")
    if place and not (chosen.reads_seeds or chosen.reads_file):
        raise click.UsageError(f"'{name}' is written from the database alone: leave {place} out")
    if (as_of or as_true_of) and not chosen.has_past:
        raise click.UsageError(f"'{name}' tells of the present alone: leave the day out")
    if chosen.write_folder and output is None:
        raise click.UsageError(f"'{name}' is several files: name a directory with --output DIR")
    listed, file = (place, None) if chosen.reads_seeds else (None, place)
    keeps_list = chosen.reads_seeds and chosen.keeps_form(named_seeds(listed))
    check_output(output, database, listed, may_be_list=keeps_list)
    seeds = seeds_path(listed) if chosen.reads_seeds else None
    with closing(open_reader(existing_database(database))) as connection:
        connection.execute("BEGIN")
        past = show_past(connection, as_of, as_true_of, Wanted() if chosen.reads_values else None)
        job = Job(
            connection=connection,
            database=database,
            seeds=seeds,
            file=file,
            since=since,
            include_restricted=include_restricted,
        )
        told = _write(chosen, job, output)
        if past:
            told = [explained(past), *notes(connection, past, chosen.without_history), *told]
    for note in told:
        click.echo(f"crawler: {note}", err=True)


def _write(chosen: Format, job: Job, output: Path | None) -> list[str]:
    if chosen.write_folder:
        assert output is not None
        return chosen.write_folder(job, output)
    assert chosen.write is not None
    with open_output(output) as stream:
        return chosen.write(job, stream)
