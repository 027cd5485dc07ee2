"""One line of a Markdown list into its links, the words before them, and the words behind the first one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from html import unescape

from markdown_it.token import Token
from msgspec import Struct, field

from crawler.seeds.foreign.building import clean

_TAG = re.compile(r"<a\s[^>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"'`|\x00-\x1f\x7f-\x9f]+", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(\[{][\s,;|/·&+]*[)\]}]")
_LOST_BLANK = re.compile(r" ([.,;:!?])(?= |\Z)")
_CHECKBOX = re.compile(r"^\[[ xX]\]\s")
SEPARATORS = " \t-–—:|·•~>*,;"


class Link(Struct):
    """A link, and the words on it; `has_image`: there is a picture on it, such as a badge."""

    url: str
    label: str = ""
    has_image: bool = False
    heading: str = ""
    """Of a table: the heading of its column."""


class Line(Struct):
    """What an entry says: texts and links in their order."""

    parts: list[str | Link] = field(default_factory=list)

    @property
    def links(self) -> list[Link]:
        """The links alone."""
        return [part for part in self.parts if isinstance(part, Link)]

    def words_before(self, link: Link | None) -> str:
        """The words before a link (None: all), without a checkbox and signs."""
        return clean(_CHECKBOX.sub("", _joined(self._before(link)).lstrip())).strip(SEPARATORS)

    def words_behind(self, link: Link, is_left_out: Set[str]) -> str:
        """The words behind a link, without those of pictures and of links that are labelled in `is_left_out`."""
        at = next(number for number, part in enumerate(self.parts) if part is link) + 1
        kept = [
            part.label if isinstance(part, Link) and plain_label(part.label) not in is_left_out else part
            for part in self.parts[at:]
        ]
        text = clean(_joined(kept))
        return clean(_LOST_BLANK.sub(r"\1", _EMPTY_BRACKETS.sub("", text))).strip(SEPARATORS)

    def _before(self, link: Link | None) -> Iterator[str | Link]:
        for part in self.parts:
            if part is link:
                return
            yield part


def plain_label(label: str) -> str:
    """A label in small letters without signs, to be compared."""
    return clean(re.sub(r"[^a-z0-9]+", " ", label.lower()))


def read_line(tokens: Sequence[Token]) -> Line:
    """The line behind the inline tokens of a paragraph or cell."""
    line = Line()
    opened: Link | None = None
    for token in tokens:
        if token.type == "link_open":
            opened = Link(str(token.attrGet("href") or ""))
            line.parts.append(opened)
        elif token.type == "link_close":
            opened = None
        elif token.type == "html_inline":
            match = _TAG.match(token.content)
            if match:
                opened = Link(unescape(match[1] or match[2] or match[3] or ""))
                line.parts.append(opened)
            elif token.content.lower().startswith("</a"):
                opened = None
            elif token.content.lower().startswith("<img") and opened:
                opened.has_image = True
            elif token.content.lower().startswith("<br"):
                _say(line, opened, " ")
        elif token.type == "image":
            if opened:
                opened.has_image = True
        elif token.type in {"softbreak", "hardbreak"}:
            _say(line, opened, " ")
        elif token.type in {"text", "code_inline"}:
            _say(line, opened, token.content)
    if not line.links:
        line.parts = list(_with_bare_links(line.parts))
    return line


def _say(line: Line, opened: Link | None, words: str) -> None:
    if opened:
        opened.label += words
    else:
        line.parts.append(words)


def _with_bare_links(parts: Sequence[str | Link]) -> Iterator[str | Link]:
    """The parts with addresses in the text as links on themselves."""
    text = _joined(parts)
    end = 0
    for match in _BARE.finditer(text):
        url = match[0].rstrip(".,;:!?)")
        yield text[end : match.start()]
        yield Link(url, url)
        end = match.start() + len(url)
    yield text[end:]


def _joined(parts: Sequence[str | Link] | Iterator[str | Link]) -> str:
    return "".join(part for part in parts if isinstance(part, str))
