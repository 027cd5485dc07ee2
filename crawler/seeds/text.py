"""The text of a seeds file: UTF-8 of a bearable size, or a fault."""

from __future__ import annotations

import codecs
from pathlib import Path

from crawler.seeds.findings import Findings

MAX_BYTES = 64 * 1024 * 1024
"""Fifty times the largest landscape known."""

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path, findings: Findings) -> str | None:
    """The text of a file, a byte order mark and line ends as they are; a fault and None where it is none."""
    try:
        with path.open("rb") as file:
            # One byte more than allowed: what is no regular file may have no end.
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        findings.fault_at(0, 0, f"the file cannot be read ({reason})", "check its path and permissions")
        return None
    return decode(data, findings)


def decode(data: bytes, findings: Findings) -> str | None:
    """The text that the bytes of a file are; a fault and None where they are none, or more than `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        problem = f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB"
        findings.fault_at(0, 0, problem, "check that it is a landscape, or split it into several")
        return None
    if data.startswith(_OTHER_ENCODINGS) or b"\0" in data:
        findings.fault_at(0, 0, "the file is no UTF-8 text, it looks binary or UTF-16", "save it as UTF-8 text")
        return None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[line_start : error.start].decode()) + 1
        problem = f"the byte 0x{data[error.start]:02X} is no UTF-8"
        findings.fault_at(line, column, problem, "save the file as UTF-8 text")
        return None
