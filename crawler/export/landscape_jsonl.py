"""The view `landscape` as JSON Lines: one object a line, with the keys of the format `json`."""

from __future__ import annotations

from typing import BinaryIO

from crawler.export.job import Job
from crawler.export.json_text import to_json
from crawler.export.rows import landscape_rows


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the rows as they come, UTF-8, each with a line end; unknown values are null."""
    for row in landscape_rows(job.connection):
        out.write(to_json(row).encode() + b"\n")
    return []
