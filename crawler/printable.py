"""Text from upstream, fit to be shown."""

from __future__ import annotations

import re

_JOINED = re.compile(
    "(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\N{ZERO WIDTH JOINER}(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
)
"""What makes one sign of several emoji, as a family or a profession."""


def plain(text: str) -> str:
    """The text without controls, escape sequences, or marks that turn or hide text.

    A terminal obeys them, and XML has no place for them. Emoji that are joined to one stay so.
    """
    if text.isprintable():
        return text
    return "\N{ZERO WIDTH JOINER}".join(_without_marks(part) for part in _JOINED.split(text))


def _without_marks(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
