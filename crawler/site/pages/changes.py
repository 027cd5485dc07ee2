"""The page of what changed, and its feed."""

from __future__ import annotations

from crawler.site.asked import Asked, Page


def page(asked: Asked) -> Page:
    """To be written."""
    return Page(template="plain.html", title=asked.texts("nav.changes"), values={"lines": []})


def feed(asked: Asked) -> str:
    """To be written."""
    return asked.texts("nav.changes")
