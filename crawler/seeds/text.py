"""The text of a seeds file or of standard input: UTF-8 of a bearable size, or a fault."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import Any

from crawler.seeds.findings import Findings
from crawler.settings import STANDARD_INPUT

MAX_BYTES = 64 * 1024 * 1024
"""Fifty times the largest landscape known."""

# It can be read but once, and a command may want it twice: the stream that was read, and what it said.
_read_input: tuple[Any, bytes] | None = None

_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def spoken_path(path: Path) -> str:
    """How messages call a list: by its path, or `standard input`."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def read_bytes(path: Path) -> bytes:
    """A file's bytes, or those of standard input, each time the same; a byte more than allowed at most. OSError."""
    if path != STANDARD_INPUT:
        with path.open("rb") as file:
            # One byte more than allowed: what is no regular file may have no end.
            return file.read(MAX_BYTES + 1)
    global _read_input
    if _read_input is None or _read_input[0] is not sys.stdin:
        if sys.stdin is None or sys.stdin.closed:
            raise OSError(0, "it is closed")
        _read_input = sys.stdin, sys.stdin.buffer.read(MAX_BYTES + 1)
    return _read_input[1]


def read_text(path: Path, findings: Findings) -> str | None:
    """The text of a file, a byte order mark and line ends as they are; a fault and None where it is none."""
    try:
        data = read_bytes(path)
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
