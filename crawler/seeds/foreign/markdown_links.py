"""One line of a Markdown list into its links, the words before them, and the words behind the first one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from html import unescape
from itertools import groupby

from markdown_it.token import Token
from msgspec import Struct, field

from crawler.seeds.foreign.addresses import without_user
from crawler.seeds.foreign.building import clean
from crawler.seeds.foreign.markdown_words import GONE, HELD, SEPARATORS, mended, trimmed, without_codes

_TAG = re.compile(r"<a\s[^>]*?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"'`|\x00-\x1f\x7f-\x9f]+", re.IGNORECASE)
_CHECKBOX = re.compile(r"^\[[ xX]\]\s")


class Link(Struct):
    """A link, and the words on it; `has_image`: there is a picture on it, such as a badge."""

    url: str
    label: str = ""
    has_image: bool = False
    heading: str = ""
    """Of a table: the heading of its column."""


class Code(str):
    """Words that are marked as code."""

    __slots__ = ()


class Line(Struct):
    """What an entry says: texts and links in their order."""

    parts: list[str | Link] = field(default_factory=list)

    @property
    def links(self) -> list[Link]:
        """The links alone."""
        return [part for part in self.parts if isinstance(part, Link)]

    def words_before(self, link: Link | None) -> str:
        """The words before a link (None: all), without a checkbox, signs, and a bracket that is opened last."""
        words = _CHECKBOX.sub("", joined(self._before(link)).lstrip())
        return trimmed(clean(without_codes(words)).rstrip("([{" + SEPARATORS))

    def words_behind(self, first: Link, last: Link, is_left_out: Set[str]) -> str:
        """The words behind links from a first to a last one, without pictures and links labelled in `is_left_out`.

        Brackets around nothing but links, one of them such a link, go with them.
        """
        at = next(number for number, part in enumerate(self.parts) if part is last)
        words: list[str] = []
        before = joined(self._before(first)).rstrip()
        if before.endswith(("(", "[", "{")):
            # The bracket that is closed behind the link.
            words.append(before[-1] + GONE)
        for part in self.parts[at + 1 :]:
            if not isinstance(part, Link):
                words.append(part)
            elif not part.label.strip() or plain_label(part.label) in is_left_out:
                words.append(GONE)
            else:
                words.append(f"{HELD}{part.label}{HELD}")
        return trimmed(mended("".join(words)))

    def beside(self, link: Link) -> Iterator[tuple[str, Link]]:
        """The links behind a link, each with the words before it."""
        parts, words = iter(self.parts), ""
        for part in parts:
            if part is link:
                break
        for part in parts:
            if isinstance(part, Link):
                yield words, part
                words = ""
            else:
                words += part

    def codes_last(self) -> tuple[int, list[str]]:
        """The number of the part from which on there is nothing but words in code, and these words."""
        at, codes = len(self.parts), list[str]()
        for number in range(at - 1, -1, -1):
            part = self.parts[number]
            if isinstance(part, Code):
                at, codes = number, [clean(part), *codes]
            elif isinstance(part, Link) or part.strip(f" ,·|/{GONE}"):
                break
        return at, codes

    def _before(self, link: Link | None) -> Iterator[str | Link]:
        for part in self.parts:
            if part is link:
                return
            yield part


def plain_label(label: str) -> str:
    """A label in small letters without signs, to be compared."""
    return clean(re.sub(r"[^a-z0-9]+", " ", label.lower()))


def read_line(tokens: Sequence[Token]) -> Line:
    """The line behind the inline tokens of a paragraph or cell; users in its addresses are left out."""
    line = Line()
    opened: Link | None = None
    for token in tokens:
        if token.type == "link_open":
            opened = Link(without_user(str(token.attrGet("href") or "")))
            line.parts.append(opened)
        elif token.type == "link_close":
            opened = None
        elif token.type == "html_inline":
            match = _TAG.match(token.content)
            if match:
                opened = Link(without_user(unescape(match[1] or match[2] or match[3] or "")))
                line.parts.append(opened)
            elif token.content.lower().startswith("</a"):
                opened = None
            elif token.content.lower().startswith("<img"):
                _show(line, opened)
            elif token.content.lower().startswith("<br"):
                _say(line, opened, " ")
        elif token.type == "image":
            _show(line, opened)
        elif token.type in {"softbreak", "hardbreak"}:
            _say(line, opened, " ")
        elif token.type == "code_inline":
            _say(line, opened, Code(token.content))
        elif token.type in {"text", "text_special"}:
            _say(line, opened, token.content.replace(GONE, " ").replace(HELD, " "))
    line.parts = list(_with_bare_links(line.parts))
    if not line.links:
        line.parts = [
            piece
            for part in line.parts
            for piece in (_linked(part) if isinstance(part, Code) and _BARE.search(part) else [part])
        ]
    return line


def _say(line: Line, opened: Link | None, words: str) -> None:
    if opened:
        opened.label += words
    else:
        line.parts.append(words)


def _show(line: Line, opened: Link | None) -> None:
    if opened:
        opened.has_image = True
    else:
        line.parts.append(GONE)


def _with_bare_links(parts: Sequence[str | Link]) -> Iterator[str | Link]:
    """The parts with addresses in the text as links on themselves, and texts that follow each other as one.

    Code is looked at only where there is no link otherwise.
    """
    for _, group in groupby(parts, key=lambda part: id(part) if isinstance(part, Link | Code) else 0):
        found = list(group)
        if isinstance(found[0], Link):
            found[0].label = without_user(found[0].label)
            yield found[0]
        elif isinstance(found[0], Code):
            yield Code(without_user(found[0]))
        else:
            yield from _linked(without_user(joined(found)))


def _linked(text: str) -> Iterator[str | Link]:
    end = 0
    for match in _BARE.finditer(text):
        url = match[0].rstrip(".,;:!?)")
        yield text[end : match.start()]
        yield Link(url, url)
        end = match.start() + len(url)
    yield text[end:]


def joined(parts: Iterable[str | Link]) -> str:
    """The words that are no link's."""
    return "".join(part for part in parts if isinstance(part, str))
