"""The map: groups, categories and a card for each project."""

from __future__ import annotations

from crawler.site.asked import Asked, Page


def page(asked: Asked) -> Page:
    """The landscape at a glance."""
    return Page(template="landscape.html", title=asked.texts("landscape.title"), values={})
