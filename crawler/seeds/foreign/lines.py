"""A plain list of repositories, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.nodes import Node

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import address_of, is_spelt_out, words_of
from crawler.seeds.foreign.building import MAX_ENTRIES, Entry, build, clean
from crawler.seeds.foreign.nodes import text

CURE = "write one address a line, such as owner/name or https://github.com/owner/name; name a Markdown list .md"

_MARKER = re.compile(r"\s*(?:(?:[-*+•]|[0-9]{1,6}[.)])\s+)?(?:\[[ xX]\]\s+)?")
_BEHIND = re.compile(r"\s+(?:[-–—:|](?:\s+|$)|(?=#))|\s*\t\s*")
"""What ends the addresses of a line: a dash before a description, a comment, or a tab."""
_DASHES = " \t-–—:|"


def tree(source: str, findings: Findings) -> Node | None:
    """The tree of a list: an address on each line, a description perhaps behind a dash; `#` begins a comment.

    Several addresses in a line, with commas or blanks between them, are an entry each.
    """
    entries: list[Entry] = []
    for line, written in enumerate(re.split(r"\r\n|\r|\n", source.removeprefix("\ufeff")), 1):
        if not written.strip() or written.lstrip().startswith(("#", "//")):
            continue
        found = list(_entries(written, line))
        if not found:
            problem = f"the line holds no address ({short(written)}), it is not read"
            named = len({word for word in words_of(written) if is_spelt_out(word)})
            findings.not_read(text("", line), "", problem, CURE, addresses=named)
        entries += found
        if len(entries) > MAX_ENTRIES:
            break
    return build(entries, findings, cure=CURE)


def _entries(written: str, line: int) -> Iterator[Entry]:
    marker = _MARKER.match(written)
    body = written[marker.end() if marker else 0 :].strip()
    words, description = _parts(body)
    for word in words:
        url = address_of(word)
        assert url is not None
        column = written.index(word) + 1
        values: dict[str, Node] = {"description": text(description, line, column)} if description else {}
        yield Entry(line=line, column=column, repo_urls=[text(url, line, column)], values=values)


def _parts(body: str) -> tuple[list[str], str]:
    """The addresses of a line, and what is said of them; no address where it cannot be told what is which."""
    bare = re.split(r"\s#", body, maxsplit=1)[0]
    if words := _addresses(bare):
        return words, ""
    end = _BEHIND.search(body)
    if end and (words := _addresses(body[: end.start()])):
        said = body[end.end() :]
        return words, "" if said.startswith("#") else clean(said.lstrip(_DASHES))
    first, _, said = body.partition(" ")
    if is_spelt_out(first.rstrip(",;:")):
        return [first.rstrip(",;:")], clean(said.lstrip(_DASHES))
    return [], ""


def _addresses(text: str) -> list[str]:
    words = words_of(text)
    return words if all(address_of(word) for word in words) else []
