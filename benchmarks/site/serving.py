"""`crawler serve` as a process of its own."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct


class Server(Struct, frozen=True):
    """A server that runs: its address, with a slash at its end, and its process."""

    address: str
    pid: int

    @property
    def processor_seconds(self) -> float:
        """What it has taken of the processor so far; nan where the system does not say it as Linux does."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return math.nan
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(database: Path) -> Iterator[Server]:
    """A server over the database; it ends with the block."""
    command = [sys.executable, "-m", "crawler", "serve", "--db", str(database), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+/", line)
            assert found, line
            yield Server(found[0], process.pid)
        finally:
            process.terminate()
