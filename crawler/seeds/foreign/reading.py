"""Which format a list has, and its tree in the shape of a seeds file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from yaml.nodes import Node

from crawler.seeds.document import compose
from crawler.seeds.findings import Findings
from crawler.seeds.foreign import table

Form = Literal["landscape", "list"]
"""`landscape`: seeds.yml, landscape2's data.yml, landscape.yml, processed or not; `list`: lines or a table."""

_BY_ENDING: dict[str, Literal["yaml", "list"]] = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "yaml",
    ".csv": "list",
    ".tsv": "list",
    ".txt": "list",
}
_ADDRESS = re.compile(r"(?:https?://|git@)\S+|[A-Za-z0-9-]+/[A-Za-z0-9._-]+")


def read_source(text: str, path: str, findings: Findings) -> tuple[Form, Node | None]:
    """The form of a list, and the root of its tree; None where there is none, or a fault says why.

    The ending of the file's name decides, and where that says nothing the first line that is not empty.
    """
    if (_BY_ENDING.get(Path(path).suffix.lower()) or _by_content(text)) == "list":
        return "list", table.tree(text, findings)
    return "landscape", compose(text, findings)


def _by_content(text: str) -> Literal["yaml", "list"]:
    first = next((line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"), "")
    return "list" if _ADDRESS.fullmatch(first) else "yaml"
