"""Figures between two comments at the end of each entry in a Markdown list; every other byte stays as it was."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crawler.listed import SeedProject
from crawler.seeds.foreign.own_part import CLOSE, OPEN, without_part

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_TRAILING = re.compile(r"[ \t]*$")
_BREAKS = ("softbreak", "hardbreak")

Piece = tuple[str, str, str]
"""Type, content and attributes of what stands in a line."""


def with_parts(text: str, projects: Sequence[SeedProject], parts: Mapping[str, str]) -> tuple[str, list[SeedProject]]:
    """The list with `parts` (Markdown by project id) in place of older ones, and the projects that have no place.

    The place is the end of the paragraph or item that begins with the project's link, however many lines it has. It is
    safe where that is about one project, and where the list reads as before.
    """
    pieces = _LINE_END.split(text)
    before = _parse(text)
    is_inline = {number for block in before if block.type == "inline" for number in _lines(block)}
    paragraphs = [_lines(block) for block in before if block.type == "paragraph_open"]
    last = {number: lines[-1] for lines in paragraphs for number in lines if number in is_inline}
    for number in last:
        pieces[2 * number] = without_part(pieces[2 * number])
    bare = list(pieces)
    entries, left = _entries(projects, last, bare)
    for number, project in entries.items():
        if project.id in parts:
            pieces[2 * number] = _extended(bare[2 * number], parts[project.id])
    for number in entries.keys() & _harmed(before, _parse("".join(pieces))):
        pieces[2 * number] = bare[2 * number]
        left.append(entries[number])
    return "".join(pieces), sorted((one for one in left if one.id in parts), key=lambda one: one.line)


def without_parts(text: str) -> str:
    """The list as it was before the first export."""
    return with_parts(text, (), {})[0]


def _parse(text: str) -> list[Token]:
    # Imported where it is needed: the command is to start fast.
    from markdown_it import MarkdownIt

    return MarkdownIt("gfm-like", {"linkify": False}).parse(text)


def _lines(block: Token) -> range:
    """The numbers of its lines, from 0."""
    return range(*block.map) if block.map else range(0)


def _entries(
    projects: Iterable[SeedProject], last: Mapping[int, int], pieces: Sequence[str]
) -> tuple[dict[int, SeedProject], list[SeedProject]]:
    """The projects by the last line of their paragraph, and those that have none or whose line cannot be told.

    `last` is the last line of the paragraph of each line that is in one.
    """
    of_paragraph: defaultdict[int, list[SeedProject]] = defaultdict(list)
    left: list[SeedProject] = []
    for project in projects:
        number = project.line - 1
        if number in last:
            of_paragraph[last[number]].append(project)
        else:
            left.append(project)
    entries: dict[int, SeedProject] = {}
    for end, found in of_paragraph.items():
        if len(found) == 1 and _is_about(pieces[2 * (found[0].line - 1)], found[0]):
            entries[end] = found[0]
        else:
            left += found
    return entries, left


def _is_about(line: str, project: SeedProject) -> bool:
    """Whether the line names the project, or links to it: whoever counted the lines may have counted otherwise."""
    named = (project.name, project.homepage_url, *project.other_repository_urls)
    return any(one and one in line for one in (*named, *(repository.url for repository in project.repositories)))


def _extended(line: str, part: str) -> str:
    """White space at the end of a line may be a mark: the part stands before it."""
    at = _TRAILING.search(line)
    assert at is not None
    return f"{line[: at.start()]} {OPEN}{part}{CLOSE}{at[0]}"


def _harmed(before: Sequence[Token], after: Sequence[Token]) -> set[int]:
    """The lines of blocks that read otherwise than before, our parts aside, or hold a part inside of something."""
    if [(one.type, one.map, one.level) for one in before] != [(one.type, one.map, one.level) for one in after]:
        return {number for block in before for number in _lines(block)}
    return {
        number
        for old, new in zip(before, after, strict=True)
        if (old.children or old.content) and (_is_nested(new) or _read(old) != _read(new))
        for number in _lines(old)
    }


def _is_nested(block: Token) -> bool:
    return any(one.content == OPEN and one.level for one in block.children or ())


def _read(block: Token) -> list[Piece]:
    """What stands in a block, without our parts and the space before them."""
    if block.type != "inline":
        return [(block.type, block.content, "")]
    pieces: list[Piece] = []
    is_ours = False
    for child in block.children or ():
        if child.type == "html_inline" and child.content in {OPEN, CLOSE}:
            is_ours = child.content == OPEN
        elif not is_ours:
            if child.type in _BREAKS:
                _strip(pieces)
            if child.type == "text" and pieces and pieces[-1][0] == "text":
                pieces[-1] = ("text", pieces[-1][1] + child.content, "")
            else:
                pieces.append((child.type, child.content, repr(sorted(child.attrs.items()))))
    _strip(pieces)
    return pieces


def _strip(pieces: list[Piece]) -> None:
    if pieces and pieces[-1][0] == "text":
        text = pieces.pop()[1].rstrip(" \t")
        if text:
            pieces.append(("text", text, ""))
