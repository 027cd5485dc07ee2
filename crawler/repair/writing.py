"""Writes an edited list in place of the text that the edit was made of, and of no other."""

from __future__ import annotations

from pathlib import Path

from crawler.errors import UsageFault
from crawler.export.output import open_output
from crawler.seeds.text import read_bytes


class ChangedMeanwhile(UsageFault):
    """Raised when the file is not what it was when it was read: somebody else's edit would be lost."""


def replace_text(path: Path, before: str, after: str) -> None:
    """Write `after` in one step where the file still holds `before`. ChangedMeanwhile, else UsageFault."""
    with open_output(path, cure="check that its directory may be written to, and has room") as stream:
        stream.write(after.encode())
        # As late as can be: what is raised here leaves the file as it is.
        if read_bytes(path) != before.encode():
            raise ChangedMeanwhile(
                f"{path} was changed while it was read; nothing was written", cure="run the command again"
            )
