"""The Atom feeds of github.com as the sandbox plays them: the ten newest releases or tags of a repository."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from crawler.sandbox.replies import HTML_TYPE, Reply, html_reply
from crawler.sandbox.world import Repository, World

ATOM_TYPE = "application/atom+xml; charset=utf-8"
LENGTH = 10
_ROUTE = re.compile(r"/([^/]+/[^/]+)/(releases|tags)\.atom")


def names(path: str) -> list[str]:
    """The repository, `owner/name`, that a path asks for."""
    match = _ROUTE.fullmatch(urlsplit(path).path)
    return [match[1]] if match else []


def answer(path: str, world: World, base: str) -> Reply:
    """The feed at a path; 301, below the address `base`, for one whose repository has another name by now."""
    match = _ROUTE.fullmatch(urlsplit(path).path)
    repository = world.find(match[1]) if match else None
    if match is None or repository is None or repository.hidden:
        return html_reply(404, "Not Found")
    if repository.blocked:
        return html_reply(451, "Unavailable For Legal Reasons")
    if match[1].casefold() != repository.name_with_owner.casefold():
        location = f"{base}/{repository.name_with_owner}/{match[2]}.atom"
        return Reply(301, b"<html><body>You are being redirected.</body></html>", HTML_TYPE, {"location": location})
    return Reply(200, _feed(repository, match[2]).encode(), ATOM_TYPE)


def _feed(repository: Repository, kind: str) -> str:
    entries = _newest(_releases(repository) if kind == "releases" else [])
    if not entries:
        entries = _newest((tag.name, tag.commit.committed_at) for tag in repository.tags or ())
    page = f"{repository.url}/{kind}"
    updated = entries[0][1] if entries else repository.updated_at
    name = repository.name_with_owner.partition("/")[2]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">',
        f"  <id>tag:github.com,2008:{escape(page)}</id>",
        f'  <link type="text/html" rel="alternate" href={quoteattr(page)}/>',
        f'  <link type="application/atom+xml" rel="self" href={quoteattr(f"{page}.atom")}/>',
        f"  <title>{'Release notes' if kind == 'releases' else 'Tags'} from {escape(name)}</title>",
        f"  <updated>{updated or ''}</updated>",
    ]
    for tag, moment in entries:
        lines += _entry(repository, tag, moment)
    return "\n".join([*lines, "</feed>", ""])


def _releases(repository: Repository) -> Iterable[tuple[str, str]]:
    """Prereleases are among them, unmarked; drafts are not."""
    return ((one.tag_name, one.published_at) for one in repository.releases or () if one.tag_name and one.published_at)


def _newest(entries: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(entries, key=lambda entry: datetime.fromisoformat(entry[1]), reverse=True)[:LENGTH]


def _entry(repository: Repository, tag: str, moment: str) -> list[str]:
    address = f"{repository.url}/releases/tag/{quote(tag)}"
    return [
        "  <entry>",
        f"    <id>tag:github.com,2008:Repository/{repository.database_id}/{escape(tag)}</id>",
        f"    <updated>{moment}</updated>",
        f'    <link rel="alternate" type="text/html" href={quoteattr(address)}/>',
        f"    <title>{escape(tag)}</title>",
        '    <content type="html">No content.</content>',
        "    <author>",
        "      <name>somebody</name>",
        "    </author>",
        "  </entry>",
    ]
