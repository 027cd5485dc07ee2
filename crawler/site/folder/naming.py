"""Which file a page is written to: a name that every file system and web server takes as it is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from crawler.site.links import PATHS

ASSETS = "assets"
"""The directory of styles, scripts and the index that the search reads."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", "index", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
"""What Windows keeps for devices, whatever stands behind a dot; and what a server shows for a directory."""
_DIGITS = 16
_LONGEST_SLUG = 60


class Place(NamedTuple):
    """A page by its name in `PATHS`, its key, and the parameters that pick a variation of it, in order."""

    name: str
    key: str = ""
    query: tuple[tuple[str, str], ...] = ()


@cache
def file_of(place: Place) -> str:
    """The file of a page, relative to the folder: `projects/wasmtime.html`, `index~color-health.html`.

    It follows from the page alone, so that it stays the same whatever else is on the list. It is lower-case ASCII and
    no part of it is longer than 255 bytes.
    """
    path = (PATHS[place.name] or "index").format(key=_file_name(place.key))
    if place.name == "feed":
        return path
    return f"{path}{_variation(place.query)}.html"


def _file_name(key: str) -> str:
    """The key, or where a file system could not hold it or tell it from another, what is left of it and a digest."""
    if _PLAIN.fullmatch(key) and key.partition(".")[0] not in _RESERVED:
        return key
    folded = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:_LONGEST_SLUG].strip("-")
    return f"{slug or 'page'}~{_digest(key)}"


def _variation(query: tuple[tuple[str, str], ...]) -> str:
    """`~name-value` for each parameter; a digest where they are long or could not be told from others."""
    if not query:
        return ""
    words = [f"{name}-{value}" for name, value in query]
    if all(_PLAIN.fullmatch(word) and "-" not in name for word, (name, _) in zip(words, query, strict=True)):
        text = "~".join(("", *words))
        if len(text) <= _LONGEST_SLUG:
            return text
    return f"~q-{_digest(repr(query))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
