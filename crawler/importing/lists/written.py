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
_SOURCE = re.compile(r"^#   (.*): [^:]+, [0-9,]+ items?$", re.MULTILINE)


_HOMEPAGES = (
    "# Where those name no homepage, homepage_url is the repository's address: landscape2 wants one of each item.\n"
)


def written_anew(root: Node, read: Sequence[Read], *, has_homepages: bool) -> str:
    """The tree as YAML in block style, below a comment that says from what it was made."""
    body = as_yaml(data(root))
    sources = "".join(
        f"#   {_name(one.path)}: {one.form}, {one.count.items:,} {'item' if one.count.items == 1 else 'items'}\n"
        for one in read
    )
    return (
        f"# Made by 'crawler import' from\n{sources}{_HOMEPAGES if has_homepages else ''}"
        "# Edit it as you like; it is written over only by the same import, and only while it is not edited.\n"
        f"# Checksum of what follows: {_checksum(body)}\n{body}"
    )


def is_untouched(text: str, read: Sequence[Read]) -> bool:
    """Whether a text is as `written_anew` made it from lists of these names, and nobody has edited it since."""
    match = _CHECKSUM.match(text)
    if match is None or match[1] != _checksum(text[match.end() :]):
        return False
    return _SOURCE.findall(match[0]) == [_name(one.path) for one in read]


def _name(path: str) -> str:
    return plain(PurePath(path).name)


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
