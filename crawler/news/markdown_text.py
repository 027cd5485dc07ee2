"""Text from upstream inside Markdown (CommonMark, and GitHub's form of it)."""

from __future__ import annotations

import re

from crawler.printable import plain

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$@]|(?<=:)//|(?<=www)\.|(?<!\w)#", re.IGNORECASE)
_OPENING = re.compile(r"^(\d+(?=[.)](?:\s|$))|)([-+=#.)])")
"""What would begin a list or a heading at the beginning of a line."""
_CALLS = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=[\w+-]+:)", re.IGNORECASE)
"""What GitHub makes a person, an issue or an emoji of, in the text that is left once all marks are read."""
_APART = "<!-- -->"
"""Shows nothing, and is in the way of that."""
_ENTITY = re.compile(r"&(?=#?\w+;)")


def escaped(text: str) -> str:
    """The text as one line of Markdown that shows it as it is, also in a cell of a table.

    Nothing in it is a mark, a link, an element, an emoji, or calls a person or an issue. White space is a space; of
    what cannot be printed a mark is shown in its place.
    """
    parts: list[str] = []
    shown, at = plain(" ".join(text.split())), 0
    for call in _CALLS.finditer(shown):
        parts.append(shown[at : call.end()])
        at = call.end()
    parts.append(shown[at:])
    joined = _APART.join(_MARKS.sub(_escaped, part) for part in parts)
    return _OPENING.sub(r"\1\\\2", joined)


def linked(text: str, address: str | None) -> str:
    """A link whose text is escaped; `address` is one that ends no link, see `web_address`."""
    if address is None:
        return escaped(text)
    return f"[{escaped(text)}]({_ENTITY.sub('&amp;', address)})"


def _escaped(mark: re.Match[str]) -> str:
    return "".join(f"\\{one}" for one in mark[0])
