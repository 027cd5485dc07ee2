"""The text of a tree as a seeds file of its own, and whether a file is still as an import wrote it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePath

from yaml.nodes import Node

from crawler.export.block_text import as_yaml
from crawler.importing.lists.report import Read
from crawler.importing.lists.walking import data
from crawler.printable import plain

_CHECKSUM = re.compile(r"\A(?:#[^\n]*\n)*?# Checksum of what follows: ([0-9a-f]{16})\n")


def written_anew(root: Node, read: Sequence[Read]) -> str:
    """The tree as YAML in block style, below a comment that says from what it was made."""
    body = as_yaml(data(root))
    sources = "".join(
        f"#   {plain(PurePath(one.path).name)}: {one.form}, {one.count.items:,} items\n" for one in read
    )
    return (
        f"# Made by 'crawler import' from\n{sources}"
        "# Edit it as you like; it is written over only by the same import, and only while it is not edited.\n"
        f"# Checksum of what follows: {_checksum(body)}\n{body}"
    )


def is_untouched(text: str) -> bool:
    """Whether a text is as `written_anew` made it, whatever it was made from."""
    match = _CHECKSUM.match(text)
    return match is not None and match[1] == _checksum(text[match.end() :])


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
