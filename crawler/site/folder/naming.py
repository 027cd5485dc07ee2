"""Which file a page is written to: a name that every file system and web server takes as it is."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from crawler.export.file_names import LONGEST_SLUG, PLAIN, digest, file_name
from crawler.site.links import PATHS

ASSETS = "assets"
"""The directory of styles, scripts and the index that the search reads."""


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
    path = (PATHS[place.name] or "index").format(key=file_name(place.key))
    if place.name == "feed":
        return path
    return f"{path}{_variation(place.query)}.html"


def _variation(query: tuple[tuple[str, str], ...]) -> str:
    """`~name-value` for each parameter; a digest where they are long or could not be told from others."""
    if not query:
        return ""
    words = [f"{name}-{value}" for name, value in query]
    if all(PLAIN.fullmatch(word) and "-" not in name for word, (name, _) in zip(words, query, strict=True)):
        text = "~".join(("", *words))
        if len(text) <= LONGEST_SLUG:
            return text
    return f"~q-{digest(repr(query))}"
