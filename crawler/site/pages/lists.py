"""The lists of all projects and of all organisations."""

from __future__ import annotations

from crawler.site.asked import Asked, Page


def projects(asked: Asked) -> Page:
    """To be written."""
    return Page(template="plain.html", title=asked.texts("nav.landscape"), values={"lines": []})


def organizations(asked: Asked) -> Page:
    """To be written."""
    return Page(template="plain.html", title=asked.texts("nav.landscape"), values={"lines": []})
