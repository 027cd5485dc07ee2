"""Which format a list has, and its tree in the shape of a seeds file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from yaml.nodes import Node

from crawler.seeds.document import compose
from crawler.seeds.findings import Findings
from crawler.seeds.foreign import best_of, json_array, lines, table
from crawler.seeds.foreign.addresses import address_of

Form = Literal["landscape", "best-of", "markdown", "list"]
"""`landscape`: seeds.yml, landscape2's data.yml, landscape.yml, processed or not; `best-of`: a best-of list's
projects.yaml; `markdown`: an awesome list or another one in Markdown; `list`: lines, a table, or a JSON array."""

_Text = Literal["yaml", "markdown", "table", "lines"]

_BY_ENDING: dict[str, _Text] = {
    ".yml": "yaml",
    ".yaml": "yaml",
    ".json": "yaml",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
}
_PLAIN = ".txt"
"""The ending of plain lists; a table is told by its header."""
_TOP_KEY = re.compile(
    r"^(?:categories|landscape|projects|organizations|groups|configuration|labels)[ \t]*:", re.MULTILINE
)
_YAML = re.compile(r"[{%]|---|[\w.$-]+[ \t]*:(?:\s|$)")
_MARKDOWN_LINK = re.compile(r"\]\([^)\s]|\]\[[^\]]*\]|^ {0,3}\[[^\]\n]{1,200}\]:[ \t]", re.MULTILINE)
_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_LOOKED_AT = 1_000_000


def read_source(text: str, path: str, findings: Findings) -> tuple[Form, Node | None]:
    """The form of a list, and the root of its tree; None where there is none, or a fault says why.

    The ending of the file's name decides, and where that says nothing its content.
    """
    if _HTML.match(text.removeprefix("\ufeff")):
        problem = "this is an HTML page, and no list"
        findings.fault_at(1, 1, problem, "save the list itself: on GitHub, what the button 'Raw' leads to")
        return "list", None
    ending = Path(path).suffix.lower()
    if ending == _PLAIN:
        kind: _Text = "table" if table.is_table(text) else "lines"
    else:
        kind = _BY_ENDING.get(ending) or _by_content(text[:_LOOKED_AT])
    if kind == "markdown":
        # Imported where it is needed: most lists are YAML, and the command is to start fast.
        from crawler.seeds.foreign import markdown

        return "markdown", markdown.tree(text, findings)
    if kind == "table":
        return "list", table.tree(text, findings)
    if kind == "lines":
        return "list", lines.tree(text, findings)
    root = compose(json_array.readable(text), findings)
    if root is not None and best_of.is_best_of(root):
        return "best-of", best_of.tree(root, findings)
    if root is not None and json_array.is_array(root):
        return "list", json_array.tree(root, findings)
    return "landscape", root


def _by_content(text: str) -> _Text:
    if json_array.is_begun(text):
        return "yaml"
    written = (line.strip() for line in text.lstrip("\ufeff").splitlines())
    first = next((line for line in written if line and not line.startswith(("#", "//"))), "")
    if _YAML.match(first) and (first[0] in "{%" or _TOP_KEY.search(text)):
        return "yaml"
    if _MARKDOWN_LINK.search(text):
        return "markdown"
    if table.is_table(text):
        return "table"
    words = re.split(r"[\s,;]+", first.lstrip("-*+ "), maxsplit=1)
    return "lines" if words and address_of(words[0]) else "yaml"
