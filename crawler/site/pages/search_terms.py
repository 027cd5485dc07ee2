"""What somebody searches for: its words, as a safe question to the full-text index, and marked where they are found."""

from __future__ import annotations

import re

from markupsafe import Markup
from msgspec import Struct

from crawler.printable import plain

LONGEST, MOST_WORDS = 200, 8
"""Characters and words beyond which nobody means anything."""
_WORD = re.compile(r"\w+(?:[+#]+(?![\w+#]))?")
"""A sign at the end is a part of the name: C, C++ and C# are three languages."""
_SIGNS = "+#"


class Terms(Struct, frozen=True, kw_only=True):
    """A search: as it is compared with names, and its words."""

    text: str
    """Folded for comparison, with single spaces."""
    words: tuple[str, ...]

    @property
    def fts(self) -> str:
        """The question for FTS5: all words, each as a beginning; empty where there is none. Nothing in it is syntax.

        The index has no signs: a word with one is asked for without, as a whole word, and is one of `signed`.
        """
        return " ".join(f'"{word.rstrip(_SIGNS)}"{"" if word in self.signed else "*"}' for word in self.words)

    @property
    def signed(self) -> list[str]:
        """The words that end in a sign."""
        return [word for word in self.words if word[-1] in _SIGNS]


def terms_of(text: str) -> Terms:
    """The terms of what somebody typed, which may be anything."""
    folded = folded_name(text[:LONGEST])
    return Terms(text=folded, words=tuple(dict.fromkeys(_WORD.findall(folded)))[:MOST_WORDS])


def folded_name(name: str) -> str:
    """A name as it is compared: case folded, with single spaces."""
    return " ".join(name.casefold().split())


def marked(text: str, terms: Terms, longest: int = 300) -> Markup:
    """The text of a stranger, cut where it is too long, with `<mark>` around what begins like a word of the search."""
    shown = plain(text if len(text) <= longest else f"{text[:longest]}…")
    sought = sorted({*terms.words, *filter(None, [terms.text])}, key=len, reverse=True)
    if not sought:
        return Markup("<bdi>{}</bdi>").format(shown)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in sought), re.IGNORECASE)
    pieces, end = [Markup()], 0
    for found in pattern.finditer(shown):
        pieces += [Markup.escape(shown[end : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
        end = found.end()
    pieces.append(Markup.escape(shown[end:]))
    return Markup("<bdi>{}</bdi>").format(Markup().join(pieces))
