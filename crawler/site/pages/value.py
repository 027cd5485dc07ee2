"""The page value."""

from __future__ import annotations

from crawler.site.asked import Asked, Page


def page(asked: Asked) -> Page:
    """To be written."""
    return Page(template="plain.html", title=asked.texts("nav.landscape"), values={"lines": []})
