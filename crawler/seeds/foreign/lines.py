"""A plain list of repositories, one a line."""

from __future__ import annotations

import re

from yaml.nodes import Node

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of
from crawler.seeds.foreign.building import MAX_ENTRIES, Entry, build, clean
from crawler.seeds.foreign.nodes import text

CURE = "write one address a line, such as owner/name or https://github.com/owner/name; name a Markdown list .md"

_BULLETS = ("-", "*", "+")
_DASHES = ("-", "–", "—", ":", "|")


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a list: an address on each line, a description perhaps behind a dash; `#` begins a comment."""
    entries: list[Entry] = []
    for line, written in enumerate(re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff")), 1):
        if not written.strip() or written.lstrip().startswith(("#", "//")):
            continue
        entry = _entry(written, line)
        if entry:
            entries.append(entry)
        else:
            findings.notice(text("", line), "", f"the line holds no address ({short(written)}), it is not read", CURE)
        if len(entries) > MAX_ENTRIES:
            break
    return build(entries, findings, cure=CURE)


def _entry(written: str, line: int) -> Entry | None:
    words = written.split(None, 2)
    if words[0] in _BULLETS:
        words = written.split(None, 3)[1:]
    url = address_of(words[0].rstrip(",;")) if words else None
    is_described = len(words) > 1 and words[1] in _DASHES
    if url is None or not (len(words) == 1 or is_described or words[1].startswith("#")):
        return None
    description = clean(words[2]) if is_described and len(words) == 3 else ""
    column = written.index(words[0]) + 1
    values = {"description": text(description, line, column)} if description else {}
    return Entry(line=line, column=column, repo_urls=[text(url, line, column)], values=dict(values))
