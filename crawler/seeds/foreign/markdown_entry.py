"""What an entry of a Markdown list names: a project, its repository and homepage, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.nodes import Node

from crawler.seeds.findings import short
from crawler.seeds.foreign.addresses import is_repository, same_place, short_name
from crawler.seeds.foreign.building import Entry, clean
from crawler.seeds.foreign.markdown_links import Line, Link, plain_label
from crawler.seeds.foreign.markdown_words import SEPARATORS, trimmed
from crawler.seeds.foreign.nodes import mapping, sequence, text
from crawler.seeds.values import is_url


def _labels(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


_SOURCES = _labels(
    "github, github com, gitlab, codeberg, bitbucket, gitee, git, repo, repository, source, sources, source code, code,"
    " src, github repo, github repository, github page, github link, gitlab repo, gitlab repository"
)
_SITES = _labels(
    "website, web site, homepage, home page, home, site, web, official site, official website, project page"
)
_OTHERS = _labels(
    "link, here, demo, live demo, docs, doc, documentation, paper, papers, arxiv, pdf, video, blog, post, article,"
    " slides, download, url"
)
_GENERIC = _SOURCES | _SITES | _OTHERS
"""Labels that are no names."""
_BESIDE = re.compile(r"\s*(?:[/,&+|]|and|or)\s*")
# Ruby and Vim are licences, too, and yet not what is meant by those words.
_CERTAIN = re.compile(r"[0-9]|^(?:MIT|ISC|Unlicense|Zlib|WTFPL)$")
_DASHES = (" - ", " – ", " — ", ": ")


def is_anchor(line: Line) -> bool:
    """Whether the line leads to a place in the list itself, as those of its table of contents do."""
    first = next((link for link in line.links if link.label.strip()), None)
    return first is not None and first.url.startswith("#")


def lone_repository(line: Line) -> bool:
    """Whether the line is but a link to a repository, perhaps with badges and a number."""
    named = [link for link in line.links if link.label.strip()]
    words = any(character.isalpha() for part in line.parts if isinstance(part, str) for character in part)
    return len(named) == 1 and is_url(named[0].url) and is_repository(named[0].url) and not words


def read_entry(line: Line, number: int) -> Entry | None:
    """The entry of a line of the file; None where it is no entry.

    The first link is the project, and repositories that stand beside it, such as `[a](…) / [b](…)`, are further ones
    of it. Of the others only those count as its repository that say so: by their label, as badges, or by its name; a
    description may well link to somebody else's.
    """
    links = [link for link in line.links if is_url(link.url)]
    main = next((link for link in links if link.label.strip()), None)
    main = main or next((link for link in links if is_repository(link.url)), None)
    if main is None or is_anchor(line):
        return None
    said = _of_codes(line, number)
    name, lead = _name(line, main)
    first = [main, *_beside(line, main)]
    if is_repository(main.url):
        own = first
    else:
        named = plain_label(name or "").replace(" ", "")
        own = [link for link in links if is_repository(link.url) and _is_own(link, named)][:1]
    urls: dict[str, str] = {}
    for link in own:
        urls.setdefault(same_place(link.url), link.url)
    if name is None and not urls:
        name = short(short_name(main.url))
    homepage = main if not is_repository(main.url) else None
    if homepage is None or _label(homepage) in _OTHERS:
        homepage = next((link for link in links if _label(link) in _SITES and not is_repository(link.url)), homepage)
    description = trimmed(clean(f"{lead} {line.words_behind(main, first[-1], _GENERIC)}"))
    values: dict[str, Node] = {}
    if homepage:
        values["homepage_url"] = text(homepage.url, number)
    if description:
        values["description"] = text(description, number)
    return Entry(
        line=number,
        name=text(name, number) if name else None,
        repo_urls=[text(url, number) for url in urls.values()],
        values=values | said,
    )


def _beside(line: Line, main: Link) -> Iterator[Link]:
    """The repositories that stand beside the main link if that is one, with names of their own."""
    if not is_repository(main.url):
        return
    for words, link in line.beside(main):
        if not (is_url(link.url) and is_repository(link.url) and _is_name(link) and _BESIDE.fullmatch(words)):
            return
        yield link


def _of_codes(line: Line, number: int) -> dict[str, Node]:
    """What a licence in code at the end of the line says, with further words behind it as tags; they are taken out."""
    at, codes = line.codes_last()
    if not codes or not _CERTAIN.search(codes[0]):
        return {}
    # Imported where it is needed: loading the licence list takes long, and most lists state none.
    from crawler.seeds.licences import is_spdx

    if not is_spdx(codes[0]):
        return {}
    del line.parts[at:]
    values: dict[str, Node] = {"license": text(codes[0], number)}
    tags = [text(code, number) for code in codes[1:] if code]
    if tags:
        values["extra"] = mapping([("tag", sequence(tags, number))], number)
    return values


def _name(line: Line, main: Link) -> tuple[str | None, str]:
    """The project's name, None where nothing but an address tells it, and what else stands before its link."""
    if _is_name(main):
        return clean(main.label).strip(SEPARATORS), ""
    lead = line.words_before(main)
    if not any(character.isalnum() for character in lead):
        other = next((link for link in line.links if link is not main and _is_name(link)), None)
        return (clean(other.label) if other else None), ""
    for dash in _DASHES:
        if dash in lead:
            name, _, rest = lead.partition(dash)
            return name.strip(SEPARATORS) or None, rest
    return lead, ""


def _is_name(link: Link) -> bool:
    label = clean(link.label).strip(SEPARATORS)
    return bool(label) and _label(link) not in _GENERIC and not is_url(label)


def _is_own(link: Link, named: str) -> bool:
    if _label(link) in _SOURCES or plain_label(link.heading) in _SOURCES:
        return True
    if link.has_image and not link.label.strip():
        return True
    return bool(named) and plain_label(short_name(link.url)).replace(" ", "") == named


def _label(link: Link) -> str:
    heading = plain_label(link.heading)
    return heading if heading in _SOURCES | _SITES else plain_label(link.label)
