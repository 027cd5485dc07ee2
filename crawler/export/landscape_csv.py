"""The view `landscape` as CSV (RFC 4180, but lines end in LF as in other text files), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any, BinaryIO

from crawler.export.job import Job
from crawler.export.rows import landscape_columns, landscape_rows

_UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
"""What a spreadsheet may strip from the front of a cell, or does not show there."""
_SIGN = "[=+@＝＋－＠-]"
_FORMULA_START = re.compile(rf"\A(?=[\t\r\n]|{_UNSEEN}*{_SIGN})|(?<=[\r\n;])(?=(?:(?![\r\n]){_UNSEEN})*{_SIGN})")
"""A spreadsheet may run text that begins so, and one that parts cells by semicolons begins a cell there, too; a
careless reader takes a new line for a new cell."""


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write a header row and the rows as they come, UTF-8; unknown values are empty cells."""
    out.write(_line(landscape_columns(job.connection)))
    for row in landscape_rows(job.connection):
        out.write(_line(map(_cell, row.values())))
    return []


def _line(cells: Iterable[Any]) -> bytes:
    # With its own line end the writer quotes cells that hold either half of it; with LF alone it forgets CR.
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n").encode() + b"\n"


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    # An apostrophe in front makes it text again.
    return _FORMULA_START.sub("'", value) if isinstance(value, str) else value
