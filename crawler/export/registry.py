"""The formats by the name that a person types; a new format is a new module and a line here."""

from __future__ import annotations

from crawler.export import (
    awesome,
    badges,
    changes_atom,
    datasette_files,
    enriched_yaml,
    landscape2,
    landscape_csv,
    landscape_json,
    landscape_jsonl,
    landscape_markdown,
    processed_yaml,
    readme,
)
from crawler.export.job import Format
from crawler.store.past import WITHOUT_HISTORY

FORMATS: dict[str, Format] = {
    "yaml": Format(
        summary="the seeds file with the figures of each item in its last key, `enriched`",
        write=enriched_yaml.write,
        reads_seeds=True,
        keeps_form=lambda _: True,
        reads_values=True,
    ),
    "json": Format(
        summary="the view `landscape` as an array of objects",
        write=landscape_json.write,
        without_history=WITHOUT_HISTORY,
    ),
    "jsonl": Format(
        summary="the view `landscape` as JSON Lines, an object a line",
        write=landscape_jsonl.write,
        without_history=WITHOUT_HISTORY,
    ),
    "csv": Format(
        summary="the view `landscape` as a table, UTF-8, lines ending in LF",
        write=landscape_csv.write,
        without_history=WITHOUT_HISTORY,
    ),
    "markdown": Format(
        summary="a page in Markdown: the headline, and a table for each category",
        write=landscape_markdown.write,
        reads_values=True,
    ),
    "awesome": Format(
        summary="an awesome list of the seeds; of a Markdown list that list, with figures at its entries",
        write=awesome.write,
        reads_seeds=True,
        reads_values=True,
        keeps_form=awesome.is_markdown,
    ),
    "readme": Format(
        summary="the file FILE with its blocks between markers brought up to date",
        write=readme.write,
        reads_file=True,
        reads_values=True,
    ),
    "badges": Format(
        summary="badges as SVG files in a directory: of each project, and of the totals",
        write_folder=badges.write_folder,
        reads_values=True,
    ),
    "atom": Format(
        summary="what happened, as a feed (Atom 1.0)",
        write=changes_atom.write,
        has_since=True,
    ),
    "metadata": Format(
        summary="Datasette's metadata.yaml for the database: titles, columns, facets, questions",
        write=datasette_files.write_metadata,
        has_past=False,
    ),
    "datasette": Format(
        summary="Datasette 1.0's datasette.yaml for the database: settings and questions",
        write=datasette_files.write_config,
        has_past=False,
    ),
    "landscape2": Format(
        summary="landscape2's cache folder, so that 'landscape2 build --cache-dir DIR' needs no token",
        write_folder=landscape2.write_folder,
        reads_seeds=True,
        has_past=False,
    ),
    "processed": Format(
        summary="landscapeapp's processed_landscape.yml: the list with generated figures in each item",
        write=processed_yaml.write,
        reads_seeds=True,
        has_past=False,
    ),
}
