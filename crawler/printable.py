"""Text from upstream, fit to be shown."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text without controls, escape sequences, or marks that turn or hide text.

    A terminal obeys them, and XML has no place for them.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
