"""The formats by the name that a person types; a new format is a new module and a line here."""

from __future__ import annotations

from crawler.export import datasette_files, enriched_yaml, landscape2, landscape_csv, landscape_json, processed_yaml
from crawler.export.job import Format
from crawler.store.past import WITHOUT_HISTORY

FORMATS: dict[str, Format] = {
    "yaml": Format(
        summary="the seeds file with the figures of each item in its last key, `enriched`",
        write=enriched_yaml.write,
        reads_seeds=True,
        is_list=True,
        reads_values=True,
    ),
    "json": Format(
        summary="the view `landscape` as an array of objects",
        write=landscape_json.write,
        without_history=WITHOUT_HISTORY,
    ),
    "csv": Format(
        summary="the view `landscape` as a table, UTF-8, lines ending in LF",
        write=landscape_csv.write,
        without_history=WITHOUT_HISTORY,
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
