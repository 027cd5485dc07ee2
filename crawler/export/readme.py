"""Blocks of a README brought up to date between their markers; everything else stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from crawler.errors import UsageFault
from crawler.export import markdown_parts
from crawler.export.attributions import attributions
from crawler.export.job import Job
from crawler.export.marked_blocks import Block, MarkedFile
from crawler.export.shown import Project, Shown, read_shown
from crawler.news.markdown_text import escaped
from crawler.printable import plain
from crawler.seeds.text import MAX_BYTES, read_bytes, spoken_path
from crawler.settings import STANDARD_INPUT

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
HTML = (".html", ".htm", ".xhtml")
_HTML_PAGE = re.compile(r"\ufeff?\s*<(?:!doctype html|html)\b", re.IGNORECASE)
NUMBERS = {"days": 7, "most": 10}
"""What is meant where a block does not say it."""
SOURCES = "attributions"
KINDS = {
    "headline": (),
    "table": ("category", "most"),
    "list": ("category", "most"),
    "top": ("category", "most"),
    "changes": ("days", "most"),
    SOURCES: (),
}
"""The blocks that there are, and what each may be told."""


def write(job: Job, out: BinaryIO) -> list[str]:
    """Write the file with new blocks; notes where sources ask to be named and no block does so.

    UsageFault where the file cannot be read, holds no block or a wrong marker, or where there are no figures yet.
    """
    assert job.file is not None
    text, path = _text(job.file), spoken_path(job.file)
    is_html = job.file.suffix.lower() in HTML or (job.file == STANDARD_INPUT and _HTML_PAGE.match(text) is not None)
    marked = MarkedFile(text, path, KINDS, is_html=is_html)
    if not marked.blocks:
        raise UsageFault(
            f"{path} has no block to bring up to date",
            cure="write <!-- crawler:headline --> and <!-- /crawler -->, each in a line of its own, where it is to be",
        )
    contents = _Contents(job, marked, read_shown(job.connection, include_restricted=job.include_restricted))
    made = {block.first: contents.of(block) for block in marked.blocks if block.name != SOURCES}
    marked.check()
    asked = contents.attributions()
    made |= {block.first: markdown_parts.notes(asked) for block in marked.blocks if block.name == SOURCES}
    result = marked.replaced(lambda block: _as_html(made[block.first]) if is_html else made[block.first])
    out.write(result.encode())
    if asked and not any(block.name == SOURCES for block in marked.blocks):
        return [f"{path} does not name its sources, and these ask for it: add a block {SOURCES}"]
    return []


class _Contents:
    """The lines of blocks, in Markdown."""

    def __init__(self, job: Job, marked: MarkedFile, shown: Shown) -> None:
        self._job, self._marked, self._shown = job, marked, shown
        self._sources: list[tuple[str, bool]] = []

    def of(self, block: Block) -> list[str]:
        """What stands in a block; a setting that means nothing is a fault of the file."""
        if block.name == "headline":
            return [escaped(self._shown.headline)]
        most = self._number(block, "most")
        if block.name == "changes":
            days = self._number(block, "days") or NUMBERS["days"]
            lines, sources = markdown_parts.changes(self._job, self._shown, days=days, most=most or NUMBERS["most"])
            self._sources += sources
            return lines
        projects = self._projects(block)
        if block.name == "top":
            known = [project for project in projects if project.stars is not None]
            starred = sorted(known, key=lambda project: -(project.stars or 0))
            return markdown_parts.table(starred[: most or NUMBERS["most"]])
        if block.name == "list":
            return [
                markdown_parts.item(project.name, project.url, project.description, project)
                for project in projects[:most]
            ]
        return markdown_parts.table(projects[:most])

    def attributions(self) -> list[str]:
        """What the sources ask to be said of all of it."""
        return sorted({*self._shown.attributions, *attributions(self._sources)})

    def _projects(self, block: Block) -> list[Project]:
        wanted = block.settings.get("category")
        if wanted is None:
            return self._shown.projects
        category = self._shown.of_category(wanted)
        if category is None:
            names = ", ".join(plain(name) for _, name in self._shown.categories)
            self._marked.fault(block, f"there is no category {plain(wanted)}", f"write one of: {names}")
        return [project for project in self._shown.projects if project.category_id == category]

    def _number(self, block: Block, key: str) -> int | None:
        text = block.settings.get(key)
        if text is None:
            return None
        if _NUMBER.fullmatch(text):
            return int(text)
        self._marked.fault(
            block, f"{key} is {plain(text) or 'empty'}", f'write a number, such as {key}="{NUMBERS[key]}"'
        )
        return None


def _text(path: Path) -> str:
    # Bytes, because reading as text would change the line ends.
    try:
        content = read_bytes(path)
        if len(content) > MAX_BYTES:
            size = f"{MAX_BYTES // 1024 // 1024} MiB"
            raise UsageFault(f"{spoken_path(path)} is larger than {size}", cure="check that it is a README")
        return content.decode("utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise UsageFault(f"{spoken_path(path)} cannot be read ({reason})", cure="check its path") from error
    except UnicodeDecodeError as error:
        raise UsageFault(f"{spoken_path(path)} is not UTF-8 (byte {error.start})", cure="save it as UTF-8") from error


def _as_html(lines: Sequence[str]) -> list[str]:
    # Imported where it is needed: the command is to start fast.
    from markdown_it import MarkdownIt

    text: str = MarkdownIt("gfm-like", {"linkify": False}).render("\n".join(lines))
    return text.rstrip("\n").split("\n") if text else []
