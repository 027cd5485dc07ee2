"""The two files by which plain Datasette shows the database as our site does: metadata.yaml and datasette.yaml."""

from __future__ import annotations

from typing import Any, BinaryIO

import yaml

from crawler.export.job import Job
from crawler.site.metadata import canned_queries, site_config, site_metadata
from crawler.store.closed import closed_relations, tells
from crawler.store.runs import newest_recording

_CLOSED = (
    "the database holds figures that may not be published: what tells them is closed in this file; publish the copy"
    " that 'crawler db publishable' makes, never this database"
)


class _Dumper(yaml.SafeDumper):
    """YAML in which texts of several lines, such as SQL, stand line by line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write_metadata(job: Job, out: BinaryIO) -> list[str]:
    """Write metadata.yaml, for Datasette 0.65 and 1.0; notes where something is closed."""
    relations, queries = _closed(job)
    metadata = site_metadata(job.database.stem, newest_recording(job.connection), relations, queries)
    return _write(out, "metadata", job, metadata, is_closed=bool(relations))


def write_config(job: Job, out: BinaryIO) -> list[str]:
    """Write datasette.yaml, which Datasette 1.0 takes beside it; notes where something is closed."""
    relations, queries = _closed(job)
    config = site_config(job.database.stem, relations, queries)
    return _write(out, "datasette", job, config, is_closed=bool(relations))


def _write(out: BinaryIO, name: str, job: Job, content: dict[str, Any], *, is_closed: bool) -> list[str]:
    head = f"# Made by 'crawler export {name}' for {job.database.name}; make it anew after an upgrade.\n"
    text = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    out.write(f"{head}{text}".encode())
    return [_CLOSED] if is_closed else []


def _closed(job: Job) -> tuple[frozenset[str], frozenset[str]]:
    """The tables and views, and the canned queries, that nobody may see."""
    relations = frozenset() if job.include_restricted else closed_relations(job.connection)
    queries = (
        name
        for name, query in canned_queries().items()
        if not query.is_public and tells(job.connection, query.sql, relations, query.unfilled())
    )
    return relations, frozenset(queries if relations else ())
