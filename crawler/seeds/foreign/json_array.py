"""An array of repositories, as GitHub's API and its command line print it, or one of plain addresses."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crawler.seeds.document import NULL
from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of
from crawler.seeds.foreign.building import MAX_ENTRIES, Entry, build
from crawler.seeds.foreign.nodes import text

CURE = "write an array of objects with html_url or url, such as 'gh repo list --json name,url' prints it"

# GitHub's `url` of its API leads to the API, so that it comes last.
_ADDRESSES = ("html_url", "nameWithOwner", "full_name", "url")
_KEPT = {"homepage": "homepage_url", "homepageUrl": "homepage_url", "description": "description"}
_BEGIN = re.compile(r"\ufeff?\s*\[\s*[{\"]")
# JSON writes what is beyond U+FFFF as two escapes, which YAML does not know.
_TWO_ESCAPES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


def is_begun(text: str) -> bool:
    """Whether a text begins as an array does."""
    return _BEGIN.match(text) is not None


def readable(text: str) -> str:
    """An array in such a form that it can be read as YAML, with the same lines; any other text as it is."""
    if not is_begun(text):
        return text
    return _TWO_ESCAPES.sub(lambda found: found[1] + _character(found[2], found[3]), text)


def _character(high: str, low: str) -> str:
    return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))


def is_array(root: Node | None) -> bool:
    """Whether the tree is a list in which something names a repository."""
    return isinstance(root, SequenceNode) and any(_address(node) for node in root.value)


def tree(root: Node, findings: Findings) -> Node | None:
    """The tree of the array in the shape of a seeds file."""
    entries: list[Entry] = []
    for number, node in enumerate(root.value, 1):
        url = _address(node)
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if url is None:
            told = f" ({short(node.value)})" if isinstance(node, ScalarNode) else ""
            problem = f"entry {number} of the array names no repository{told}, it is not read"
            findings.not_read(node, "", problem, CURE)
            continue
        values: dict[str, Node] = {}
        for key, own in _KEPT.items():
            if said := _text(node, key):
                values[own] = text(said, line, column)
        name = _text(node, "name")
        entries.append(
            Entry(
                line=line,
                column=column,
                name=text(name, line, column) if name else None,
                repo_urls=[text(url, line, column)],
                values=values,
            )
        )
        if len(entries) > MAX_ENTRIES:
            break
    return build(entries, findings, cure=CURE)


def _address(node: Node) -> str | None:
    if isinstance(node, ScalarNode):
        return address_of(node.value)
    return next((url for key in _ADDRESSES if (url := address_of(_text(node, key)))), None)


def _text(node: Node, key: str) -> str:
    for name, value in node.value if isinstance(node, MappingNode) else ():
        if name.value == key and isinstance(value, ScalarNode) and value.tag != NULL:
            return str(value.value).strip()
    return ""
