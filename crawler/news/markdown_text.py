"""Text from upstream inside Markdown (CommonMark, and GitHub's form of it)."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$@]|(?<=:)//|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^(\d*)([-+=#.)])")
"""What would begin a list or a heading at the beginning of a line."""


def escaped(text: str) -> str:
    """The text, of one line, as Markdown that shows it as it is: nothing in it is a mark, a link or an element."""
    shown = _MARKS.sub(lambda mark: "".join(f"\\{one}" for one in mark[0]), " ".join(text.split()))
    return _OPENING.sub(r"\1\\\2", shown)


def linked(text: str, address: str | None) -> str:
    """A link whose text is escaped; `address` is one that ends no link, see `web_address`."""
    return escaped(text) if address is None else f"[{escaped(text)}]({address})"
