"""The page search: over everything that has a name, and over what is told of projects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from crawler.site.asked import Asked, Page
from crawler.site.pages.search_names import (
    EXACT,
    FACETS,
    SHORT,
    Name,
    Names,
    fit,
    found_in,
    names_of,
    own_names,
    spelt_alike,
)
from crawler.site.pages.search_terms import Terms, marked, terms_of

KINDS = ("project", "repository", "organization", "category", *FACETS, "question", "page")
"""In the order in which they are shown, if none of them has a name that fits exactly."""
IN_A_GROUP = 20
ON_A_PAGE = 50
MOST_PAGES = 10
MOST_TOLD = 500
"""No more projects are looked at for what is told of them."""
_TOLD = """
SELECT p.id FROM projects_fts f JOIN projects p ON p.rowid = f.rowid
WHERE projects_fts MATCH ? AND NOT EXISTS (
  SELECT 1 FROM json_each(?) AS signed WHERE NOT instr(
    lower(coalesce(f.name, '') || ' ' || coalesce(f.description, '') || ' ' || coalesce(f.topics, '')), signed.value
  )
)
ORDER BY bm25(projects_fts, 10.0, 2.0, 0.5, 6.0, 3.0, 4.0) LIMIT ?
"""


class Found(Struct, frozen=True, kw_only=True):
    """Something that was found; `href` is None where there is nothing to open."""

    name: Markup
    href: str | None
    note: Markup
    weight: int
    """Stars of a project or repository, else projects; 0: not to be told."""


class Group(Struct, frozen=True, kw_only=True):
    """What was found of a kind: how many, and the first of them."""

    kind: str
    number: int
    found: tuple[Found, ...]
    more: str | None
    """The address of all of them, where these are not all."""


def page(asked: Asked) -> Page:
    """What fits `q`, by kind; with `kind` those of one kind, in pages."""
    text = asked.query.first("q")
    kind = asked.query.one_of("kind", KINDS, "")
    terms = terms_of(text)
    results = find(asked, terms) if terms.text else {}
    number = len(results.get(kind, ()))
    pages = min(MOST_PAGES, max(1, -(-number // ON_A_PAGE)))
    at = asked.query.number("page", 1, most=pages) if kind else 1
    groups = [
        _group(asked, terms, one, results[one], at if kind else 0, text)
        for one in _in_order(results, terms)
        if kind in ("", one)
    ]
    near = spelt_alike(names_of(asked), terms) if terms.text and not results else []
    return Page(
        template="search.html",
        title=asked.texts("search.title.of", text=text[:60]) if terms.text else asked.texts("search.title"),
        values={
            "text": text,
            "kind": kind,
            "terms": terms,
            "total": sum(map(len, results.values())),
            "groups": groups,
            "near": [(asked.texts(f"search.one.{one.kind}"), one.name, _href(asked, one)) for one in near],
            "at": at,
            "pages": pages,
            "start": [] if terms.text else _start(asked),
        },
    )


def find(asked: Asked, terms: Terms) -> dict[str, list[Name]]:
    """By kind what fits, the best first; only kinds of which there is something."""
    names = names_of(asked)
    found = {kind: found_in(of, terms) for kind, of in names.of.items()}
    for name in found_in(own_names(asked), terms):
        found.setdefault(name.kind, []).append(name)
    found["project"] += _told(asked, names, terms, found["project"])
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}


def _in_order(results: dict[str, list[Name]], terms: Terms) -> list[str]:
    """The kinds of which something was found, first those with something that is called just so.

    A topic is not: it is called like what many a project is about.
    """
    kinds = [kind for kind in KINDS if kind in results]
    return sorted(kinds, key=lambda kind: kind == "topic" or fit(results[kind][0], terms) != EXACT)


def _told(asked: Asked, names: Names, terms: Terms, named: list[Name]) -> list[Name]:
    """Projects of which something else than the name fits, in the order of the full-text index."""
    if not terms.words or len(terms.text) < SHORT:
        return []
    there = {name.key for name in named}
    by_id = asked.once("search.projects", lambda: {name.key: name for name in names.of["project"]})
    rows = asked.connection.execute(_TOLD, [terms.fts, json.dumps(terms.signed), MOST_TOLD])
    return [by_id[row["id"]] for row in rows if row["id"] not in there and row["id"] in by_id]


def _group(asked: Asked, terms: Terms, kind: str, names: list[Name], at: int, text: str) -> Group:
    """The first of a kind, or where `at` is given, all those on that page."""
    shown = names[(at - 1) * ON_A_PAGE : at * ON_A_PAGE] if at else names[:IN_A_GROUP]
    more = None
    if not at and len(names) > len(shown):
        more = asked.links.page("search", q=text[:200], kind=kind)
    return Group(kind=kind, number=len(names), found=tuple(_found(asked, terms, name) for name in shown), more=more)


def _found(asked: Asked, terms: Terms, name: Name) -> Found:
    note = name.note
    if name.kind == "project":
        card = asked.board.cards[name.key]
        note = " · ".join(filter(None, (card.organization, card.description)))
    elif name.kind == "repository":
        former = "" if terms.text in name.forms[0] else next((one for one in name.forms if terms.text in one), "")
        note = asked.texts("search.former", name=former) if former else ""
    return Found(
        name=marked(name.name, terms),
        href=_href(asked, name),
        note=marked(note, terms) if note else Markup(),
        weight=name.weight,
    )


def _href(asked: Asked, name: Name) -> str | None:
    links = asked.links
    if name.kind in {"project", "repository"}:
        return links.page("project", name.key)
    if name.kind in {"organization", "category"}:
        return links.page(name.kind, name.key)
    if name.kind in {"language", "license"}:
        return None if links.is_static else links.page("projects", **{name.kind: name.key})
    if name.kind == "topic":
        return links.data("repositories", topics__arraycontains=name.key)
    return links.data(name.key) if name.kind == "question" else links.page(name.key)


def _start(asked: Asked) -> list[dict[str, Any]]:
    """Where one may start who does not know yet what to look for."""
    board, names = asked.board, names_of(asked)
    starred = sorted(board.cards.values(), key=lambda card: -(card.stars or 0))[:10]
    largest = sorted(board.organizations.values(), key=lambda one: -len(one.cards))[:10]
    return [
        _started("category", [(one.name, asked.links.page("category", one.id)) for one in board.categories.values()]),
        _started("project", [(card.name, asked.links.page("project", card.id)) for card in starred]),
        _started("organization", [(one.name, asked.links.page("organization", one.id)) for one in largest]),
        _started("language", _heaviest(asked, names.of["language"])),
        _started("license", _heaviest(asked, names.of["license"])),
        _started("topic", _heaviest(asked, names.of["topic"])),
        _started("question", [(one.name, _href(asked, one)) for one in own_names(asked) if one.kind == "question"]),
    ]


def _started(kind: str, found: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    return {"kind": kind, "found": [(name, href) for name, href in found if href]}


def _heaviest(asked: Asked, names: Iterable[Name], most: int = 12) -> list[tuple[str, str | None]]:
    return [(name.name, _href(asked, name)) for name in islice(names, most)]
