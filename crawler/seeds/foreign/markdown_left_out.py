"""Links to repositories that a Markdown list has outside of its entries: each is told at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.seeds.findings import Findings, short
from crawler.seeds.foreign.addresses import is_repository, long_name, same_place, without_user
from crawler.seeds.foreign.building import Entry
from crawler.seeds.foreign.nodes import text

_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w/.@-])(?:www\.)?github\.com/)[^\s<>\"'`|()\[\]\x00-\x1f\x7f-\x9f]+", re.IGNORECASE
)
# A picture is no link to the repository that it lies in.
_PICTURE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()]{0,2000}\)|<img\s[^<>]{0,2000}>", re.IGNORECASE)


def tell_left_out(body: str, entries: Sequence[Entry], findings: Findings, cure: str) -> None:
    """A notice for each line and repository that it links to, unless the list has it as an entry's."""
    read = {
        same_place(node.value)
        for entry in entries
        for node in (*entry.repo_urls, entry.values.get("homepage_url"))
        if node
    }
    for number, line in enumerate(body.replace("\r", "\n").split("\n"), 1):
        if "//" not in line and "github" not in line.lower():
            continue
        told = set()
        for column, url in _repositories(line):
            place = same_place(url)
            if place not in read and place not in told:
                told.add(place)
                problem = f"the link to {short(long_name(url))} is not read, since it is no entry's own repository"
                findings.notice(text("", number, column), "", problem, cure)


def _repositories(line: str) -> Iterator[tuple[int, str]]:
    """Column and address of each repository in a line, in whatever it stands: prose, HTML, a comment, code."""
    shown = _PICTURE.sub(lambda found: " " * len(found[0]), line)
    for match in _ADDRESS.finditer(shown):
        url = without_user(match[0].replace("\\", "")).rstrip(".,;:!?*~")
        if is_repository(url):
            yield match.start() + 1, url
