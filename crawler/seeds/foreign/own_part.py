"""What an export writes at the end of an entry in a Markdown list; whoever reads the list reads over it."""

from __future__ import annotations

import re

OPEN, CLOSE = "<!--crawler-->", "<!--/crawler-->"
_PART = re.compile(rf" ?{OPEN}(?:(?!{OPEN}).)*?{CLOSE}(?=[ \t\r]*$)", re.MULTILINE)


def without_part(text: str) -> str:
    """The text without such parts at the ends of its lines."""
    return _PART.sub("", text)
