"""What an entry of a Markdown list names: a project, its repository and homepage, and what is said of it."""

from __future__ import annotations

from crawler.seeds.findings import short
from crawler.seeds.foreign.addresses import is_repository, same_place, short_name
from crawler.seeds.foreign.building import Entry, clean
from crawler.seeds.foreign.markdown_links import SEPARATORS, Line, Link, plain_label
from crawler.seeds.foreign.nodes import text
from crawler.seeds.values import is_url


def _labels(text: str) -> frozenset[str]:
    return frozenset(text.split(", "))


_SOURCES = _labels(
    "github, gitlab, codeberg, bitbucket, gitee, git, repo, repository, source, sources, source code, code, src,"
    " github repo, github repository, github page, github link, gitlab repo, gitlab repository"
)
_SITES = _labels(
    "website, web site, homepage, home page, home, site, web, official site, official website, project page"
)
_OTHERS = _labels(
    "link, here, demo, live demo, docs, doc, documentation, paper, pdf, video, blog, post, slides, download, url"
)
_GENERIC = _SOURCES | _SITES | _OTHERS
"""Labels that are no names."""
_DASHES = (" - ", " – ", " — ", ": ")


def is_anchor(line: Line) -> bool:
    """Whether the line leads to a place in the list itself, as those of its table of contents do."""
    first = next((link for link in line.links if link.label.strip()), None)
    return first is not None and first.url.startswith("#")


def repositories(line: Line) -> int:
    """How many different repositories the line links to."""
    return len({same_place(link.url) for link in line.links if is_repository(link.url)})


def read_entry(line: Line, number: int) -> tuple[Entry, int] | None:
    """The entry of a line of the file, and how many further repositories it links to; None where it is no entry.

    The first link is the project. Of the others only those count as its repository that say so: by their label, as
    badges, or by its name; a description may well link to somebody else's.
    """
    links = [link for link in line.links if is_url(link.url)]
    main = next((link for link in links if link.label.strip()), None)
    main = main or next((link for link in links if is_repository(link.url)), None)
    if main is None or is_anchor(line):
        return None
    name, lead = _name(line, main)
    entry = Entry(line=number, name=text(name, number) if name else None)
    urls = {same_place(link.url): link.url for link in links if is_repository(link.url) and link is main}
    # The first link has a repository's address already: what else is labelled so is no second name for it.
    if not urls:
        named = plain_label(name or "").replace(" ", "")
        for link in links:
            if is_repository(link.url) and _is_own(link, named):
                urls.setdefault(same_place(link.url), link.url)
                break
    homepage = main if not is_repository(main.url) else None
    if homepage is None or _label(homepage) in _OTHERS:
        homepage = next((link for link in links if _label(link) in _SITES and not is_repository(link.url)), homepage)
    description = clean(f"{lead} {line.words_behind(main, _GENERIC)}").strip(SEPARATORS)
    entry.repo_urls = [text(url, number) for url in urls.values()]
    if homepage:
        entry.values["homepage_url"] = text(homepage.url, number)
    if description:
        entry.values["description"] = text(description, number)
    found = {same_place(link.url) for link in links if is_repository(link.url)}
    return entry, len(found - urls.keys())


def _name(line: Line, main: Link) -> tuple[str | None, str]:
    """The project's name, and what else stands before its link."""
    label = clean(main.label).strip(SEPARATORS)
    if label and _label(main) not in _GENERIC and not is_url(label):
        return label, ""
    lead = line.words_before(main)
    if not any(character.isalnum() for character in lead):
        earlier = next((link.label for link in line.links if link is not main and plain_label(link.label)), "")
        return (clean(earlier), "") if earlier and plain_label(earlier) not in _GENERIC else (_of_address(main), "")
    for dash in _DASHES:
        if dash in lead:
            name, _, rest = lead.partition(dash)
            return name.strip(SEPARATORS) or None, rest
    return lead, ""


def _of_address(main: Link) -> str | None:
    return None if is_repository(main.url) else short(short_name(main.url))


def _is_own(link: Link, named: str) -> bool:
    if _label(link) in _SOURCES or plain_label(link.heading) in _SOURCES:
        return True
    if link.has_image and not link.label.strip():
        return True
    return bool(named) and plain_label(short_name(link.url)).replace(" ", "") == named


def _label(link: Link) -> str:
    heading = plain_label(link.heading)
    return heading if heading in _SOURCES | _SITES else plain_label(link.label)
