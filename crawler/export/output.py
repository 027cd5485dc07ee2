"""Where an export goes: standard output, or a file that is replaced in one step once all of it is there."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crawler.errors import UsageFault

_COMMANDS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but tabs and line ends."""


@contextmanager
def open_output(path: Path | None, *, cure: str = "name another place with --output") -> Iterator[BinaryIO]:
    """A binary stream to `path`, None: standard output. UsageFault with `cure` if the file cannot be written.

    A file is replaced only when the block ends well; until then, and after any failure, the old one stays as it was.
    Symbolic links are followed, and a device or pipe is written to directly.
    """
    if path is None:
        shown = io.BytesIO()
        yield shown if sys.stdout.isatty() else sys.stdout.buffer
        # A terminal obeys what a file just holds.
        sys.stdout.buffer.write(_COMMANDS.sub("\N{REPLACEMENT CHARACTER}", shown.getvalue().decode()).encode())
        sys.stdout.buffer.flush()
        return
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as stream:
                yield stream
        else:
            with _replacement(path.resolve()) as stream:
                yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageFault(f"{path} cannot be written ({error.strerror or error})", cure=cure) from error


@contextmanager
def _replacement(target: Path) -> Iterator[BinaryIO]:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a directory")
    # Beside the target: only within one file system is the replacement a single step.
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
