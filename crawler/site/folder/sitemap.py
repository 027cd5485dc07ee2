"""What search engines read: the addresses of all pages, and that they are welcome."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from crawler.site.folder.naming import Place, file_of

MOST = 50_000
"""Addresses in a sitemap, by its protocol (sitemaps.org)."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LEFT_OUT = frozenset(("feed", "search"))


def sitemap_files(places: Sequence[Place], url: str, *, most: int = MOST) -> dict[str, bytes]:
    """`sitemap.xml` and `robots.txt` for pages below `url`, which ends in a slash; more files where one is too small.

    A variation of a page says nothing new, and is left out.
    """
    pages = [file_of(place) for place in places if not place.query and place.name not in _LEFT_OUT]
    addresses = [url if file == "index.html" else url + file for file in sorted(pages)]
    parts = [addresses[start : start + most] for start in range(0, len(addresses), most)]
    files = {"robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {url}sitemap.xml\n".encode()}
    if len(parts) == 1:
        return files | {"sitemap.xml": _xml("urlset", "url", parts[0])}
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    files |= {name: _xml("urlset", "url", part) for name, part in zip(names, parts, strict=True)}
    return files | {"sitemap.xml": _xml("sitemapindex", "sitemap", [url + name for name in names])}


def _xml(root: str, element: str, addresses: Sequence[str]) -> bytes:
    lines = "\n".join(f"<{element}><loc>{escape(address)}</loc></{element}>" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{lines}\n</{root}>\n'.encode()
