"""The view `landscape` as JSON: one array, one object a line."""

from __future__ import annotations

from typing import BinaryIO

from crawler.export.job import Job
from crawler.export.json_text import to_json
from crawler.export.rows import landscape_rows


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the rows as they come, UTF-8; unknown values are null."""
    before = b"[\n"
    for row in landscape_rows(job.connection):
        out.write(before + to_json(row).encode())
        before = b",\n"
    out.write(b"\n]\n" if before == b",\n" else b"[]\n")
    return []
