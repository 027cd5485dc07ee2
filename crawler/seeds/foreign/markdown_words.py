"""The words of an entry in a Markdown list without what is left of links and pictures that are no words."""

from __future__ import annotations

import re

from crawler.seeds.foreign.building import clean

GONE, HELD = "\x00", "\x01"
"""Where a link or picture was whose words are left out; around the words of a link that stay."""
SEPARATORS = " \t-–—:|·•~>*,;"

_MAX_BRACKETS = 3
"""Brackets in each other that are looked at."""
_SIGNS = r"\s,;|/·•&+"
_LINKS_ALONE = re.compile(rf"([(\[{{])(?=[^()\[\]{{}}]*{GONE})(?:[{_SIGNS}{GONE}]|{HELD}[^{HELD}]*{HELD})*[)\]}}]")
_AFTER_OPEN = re.compile(rf"(?<=[(\[{{])\s*{GONE}[{_SIGNS}{GONE}]*")
_BEFORE_CLOSED = re.compile(rf"(?<![{_SIGNS}{GONE}])[{_SIGNS}{GONE}]+(?=[)\]}}])")
_TWICE = re.compile(rf"(?<=[,;|/·•&+])\s*{GONE}\s*[,;|/·•&+]")
_LOST_BLANK = re.compile(r" ([.,;:!?])(?= |\Z)")
_CODE = r":[a-z0-9_+-]+:"
_CODES = re.compile(rf"(?<!\S){_CODE}(?!\S)")
_MARKS = re.compile(rf"^(?:(?>{_CODE}|[^\w\s([{{]+)\s+)+(?=[-–—:|]\s)")
_LEADING = re.compile(rf"^(?:(?!{_CODE})[{re.escape(SEPARATORS)}])+")
_CODE_LAST = re.compile(rf"(?<!\S){_CODE}$")


def without_codes(words: str) -> str:
    """The words without short names of emoji, such as `:rocket:`."""
    return _CODES.sub(" ", words)


def trimmed(words: str) -> str:
    """The words without signs at their ends, which keeps short names of emoji whole."""
    words = _LEADING.sub("", words)
    return words if _CODE_LAST.search(words) else words.rstrip(SEPARATORS)


def mended(words: str) -> str:
    """Words with marks of what is gone in one line: no brackets, commas or decorations around nothing are left."""
    for _ in range(_MAX_BRACKETS):
        words = _LINKS_ALONE.sub(GONE, words)
    words = _BEFORE_CLOSED.sub(lambda found: "" if GONE in found[0] else found[0], _AFTER_OPEN.sub("", words))
    words = _TWICE.sub("", words)
    words = _LOST_BLANK.sub(r"\1", clean(words.replace(HELD, "")))
    return _MARKS.sub("", words.lstrip("*~> "))
