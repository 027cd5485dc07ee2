"""Our pages by name: what makes each, from a request to what its template shows."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from crawler.site.asked import Page
from crawler.site.pages import (
    category,
    changes,
    compare,
    freshness,
    landscape,
    lists,
    organization,
    project,
    search,
    treemap,
    value,
)

HTML = "text/html; charset=utf-8"


class PageKind(Struct, frozen=True, kw_only=True):
    """`make` takes what was asked, and the key of the address where there is one; text is sent as it is."""

    make: Callable[..., Page | str]
    has_key: bool = False
    content_type: str = HTML
    lasts: float | None = None
    """So many seconds it may be kept though nothing was written meanwhile; None: for ever."""


PAGES: dict[str, PageKind] = {
    "landscape": PageKind(make=landscape.page),
    "treemap": PageKind(make=treemap.page),
    "projects": PageKind(make=lists.projects),
    "project": PageKind(make=project.page, has_key=True),
    "organizations": PageKind(make=lists.organizations),
    "organization": PageKind(make=organization.page, has_key=True),
    "category": PageKind(make=category.page, has_key=True),
    "compare": PageKind(make=compare.page),
    "value": PageKind(make=value.page),
    "changes": PageKind(make=changes.page),
    "feed": PageKind(make=changes.feed, content_type="application/atom+xml; charset=utf-8"),
    "freshness": PageKind(make=freshness.page, lasts=30),
    "search": PageKind(make=search.page),
}
