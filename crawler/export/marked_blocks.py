"""Blocks between markers in a Markdown or HTML file: where they are, what they ask for, and the file with new ones.

A marker stands alone in its line: `<!-- crawler:NAME key="value" -->`, and `<!-- /crawler -->` at the end of the block.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from crawler.errors import UsageFault
from crawler.printable import plain

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_BEGIN = re.compile(r"([ \t>]*)<!--\s*crawler:([^\s>]*?)((?:\s+[^\s=\"']+=(?:\"[^\"]*\"|'[^']*'))*)\s*-->[ \t]*")
_END = re.compile(r"[ \t>]*<!--\s*/crawler\s*-->[ \t]*")
_SETTING = re.compile(r"([^\s=\"']+)=(?:\"([^\"]*)\"|'([^']*)')")
_LOOSE = re.compile(r"<!--\s*/?crawler:")
_END_MARKER = "<!-- /crawler -->"


class Block(NamedTuple):
    """A block by its name; `first` and `last` are the numbers of its markers' lines, from 0."""

    name: str
    settings: Mapping[str, str]
    indent: str
    first: int
    last: int


class MarkedFile:
    """A file of lines, its markers read. UsageFault with every fault of a marker, by line."""

    def __init__(self, text: str, path: str, kinds: Mapping[str, Sequence[str]], *, is_html: bool) -> None:
        self._path = path
        self._mark = "\ufeff" if text.startswith("\ufeff") else ""
        self._pieces = _LINE_END.split(text.removeprefix("\ufeff"))
        self._faults: list[tuple[int, str]] = []
        code = set() if is_html else _code(text.removeprefix("\ufeff"))
        self.blocks = list(self._read(code))
        for block in self.blocks:
            self._check(block, kinds)
        self.check()

    def fault(self, block: Block, problem: str, cure: str) -> None:
        """Take down a fault of a block, for `check`."""
        self._faults.append((block.first, f"{problem}; {cure}"))

    def check(self) -> None:
        """UsageFault where there are faults."""
        if self._faults:
            # Its lines begin with the file's name, so that editors and terminals find the place.
            lines = (f"{self._path}:{number + 1}: {problem}" for number, problem in sorted(self._faults))
            raise UsageFault("\n".join([f"{self._path} has faults, nothing was done", *lines]))

    def replaced(self, lines_of: Callable[[Block], Sequence[str]]) -> str:
        """The text with those lines in each block; all else is as it was, and line ends are as at its marker."""
        parts, at = [self._mark], 0
        for block in self.blocks:
            begin, end = 2 * block.first + 1, 2 * block.last
            parts += self._pieces[at : begin + 1]
            lines = lines_of(block)
            body = ["", *lines, ""] if lines else []
            blank = block.indent.rstrip()
            parts += [f"{block.indent + line if line else blank}{self._pieces[begin]}" for line in body]
            at = end
        return "".join((*parts, *self._pieces[at:]))

    def _read(self, code: set[int]) -> Iterator[Block]:
        begun: tuple[int, re.Match[str]] | None = None
        for number, line in enumerate(self._pieces[::2]):
            if number in code:
                continue
            if (found := _BEGIN.fullmatch(line)) is not None:
                if begun is not None:
                    self._say(
                        number, f"a block inside the block of line {begun[0] + 1}", f"end that first: {_END_MARKER}"
                    )
                begun = number, found
            elif _END.fullmatch(line):
                if begun is None:
                    self._say(number, "the end of a block that does not begin", "take it out, or write its beginning")
                    continue
                settings = {key: html.unescape(one or other) for key, one, other in _SETTING.findall(begun[1][3])}
                yield Block(begun[1][2], settings, begun[1][1], begun[0], number)
                begun = None
            elif begun is None and (loose := _LOOSE.search(line)) and "`" not in line[: loose.start()]:
                cure = 'write it alone in its line, such as <!-- crawler:table category="Runtimes" -->'
                self._say(number, "a marker that cannot be read", cure)
        if begun is not None:
            self._say(begun[0], "the block does not end", f"write {_END_MARKER} in a line of its own below it")

    def _check(self, block: Block, kinds: Mapping[str, Sequence[str]]) -> None:
        if block.name not in kinds:
            near = get_close_matches(block.name.casefold(), kinds, n=1)
            cure = f"perhaps {near[0]}" if near else f"there are {', '.join(kinds)}"
            self.fault(block, f"there is no block {plain(block.name) or 'without a name'}", cure)
            return
        for key in sorted(block.settings.keys() - set(kinds[block.name])):
            allowed = ", ".join(kinds[block.name]) or "nothing"
            self.fault(block, f"{block.name} takes no {plain(key)}", f"it takes {allowed}")

    def _say(self, number: int, problem: str, cure: str) -> None:
        self._faults.append((number, f"{problem}; {cure}"))


def _code(text: str) -> set[int]:
    """The lines of Markdown that are code."""
    # Imported where it is needed: the command is to start fast.
    from markdown_it import MarkdownIt

    blocks = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = {"fence", "code_block"}
    return {number for block in blocks if block.type in kinds and block.map for number in range(*block.map)}
