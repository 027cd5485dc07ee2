"""All names of the landscape in memory: which fit a search, how well, and which are spelt like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from heapq import nlargest
from itertools import pairwise

from msgspec import Struct

from crawler.site.asked import Asked
from crawler.site.metadata import canned_queries
from crawler.site.pages.search_terms import Terms, folded_name
from crawler.site.texts import Texts

PAGES = ("landscape", "treemap", "projects", "organizations", "value", "changes", "compare", "freshness")
FACETS = ("language", "license", "topic")
EXACT, BEGINS, HAS_WORD, HOLDS = range(4)
"""How well a name fits, the best first."""
SHORT = 3
"""A text of fewer letters is not looked for in the middle of words."""
_CLOSEST = 60
"""Of how many names with common letters the spelling is compared."""


class Name(Struct, frozen=True, kw_only=True):
    """Something that can be found by a name."""

    kind: str
    key: str
    name: str
    weight: int
    """Breaks ties: stars, or projects."""
    forms: tuple[str, ...]
    """It and its other names, folded."""
    every: str
    """All of them in one text, to see quickly what cannot fit."""
    letters: int
    """Which pairs of neighbouring letters the name has, as bits."""
    note: str = ""


class Names(Struct, frozen=True):
    """By kind all names of the landscape, those of the greatest weight first."""

    of: dict[str, tuple[Name, ...]]


def names_of(asked: Asked) -> Names:
    """The names, worked out once for a board; those that our catalogue has come from `own_names`."""
    return asked.once("search.names", lambda: _read(asked))


def own_names(asked: Asked) -> list[Name]:
    """Our pages, and the questions that Datasette answers where there is one."""
    texts: Texts = asked.texts
    found = [_name("page", page, texts(f"nav.{page}"), 0) for page in PAGES]
    found += [
        _name("question", key, query.title, 0, note=query.description)
        for key, query in canned_queries().items()
        if asked.links.data(key)
    ]
    return found


def found_in(names: Iterable[Name], terms: Terms) -> list[Name]:
    """The names that fit, the best first, and of those that fit as well the ones that came first.

    Where only a letter or two are sought, a name has to have a word that begins so.
    """
    buckets: tuple[list[Name], ...] = ([], [], [], [])
    text, first = terms.text, min(terms.words, default=terms.text, key=len)
    for name in names:
        if text in name.every or (first in name.every and len(terms.words) > 1):
            how = fit(name, terms)
            if how is not None:
                buckets[how].append(name)
    return [name for bucket in buckets[: HAS_WORD + 1 if len(text) < SHORT else None] for name in bucket]


def fit(name: Name, terms: Terms) -> int | None:
    """How well a name fits the whole text, or else all words; None: not at all."""
    fits = [how for form in name.forms if (how := _fit(form, terms)) is not None]
    return min(fits) if fits else None


def _fit(form: str, terms: Terms) -> int | None:
    text = terms.text
    at = form.find(text)
    if at == 0:
        return EXACT if form == text else BEGINS
    if at > 0:
        return HOLDS if form[at - 1].isalnum() else HAS_WORD
    if len(terms.words) > 1 and all(word in form for word in terms.words):
        return HOLDS
    return None


def spelt_alike(names: Names, terms: Terms, most: int = 6) -> list[Name]:
    """What has a name that is spelt much like the text."""
    letters = _letters(terms.text)
    candidates = []
    for kind in ("project", "organization", "repository", "category"):
        for name in names.of[kind]:
            # To compare the spelling of thousands of names takes too long: first those with the most common letters.
            common = (letters & name.letters).bit_count()
            if common:
                candidates.append((common / (letters | name.letters).bit_count(), name))
    by_form: dict[str, Name] = {}
    for _, name in nlargest(_CLOSEST, candidates, key=lambda pair: pair[0]):
        by_form.setdefault(_spelling(name.kind, name.name), name)
    return [by_form[one] for one in get_close_matches(terms.text, list(by_form), n=most, cutoff=0.6)]


def _spelling(kind: str, name: str) -> str:
    """Of a repository without its owner."""
    folded = folded_name(name)
    return folded.rpartition("/")[2] if kind == "repository" else folded


def _letters(text: str) -> int:
    """Its pairs of neighbouring letters as bits of a number; a few pairs share a bit."""
    bits = 0
    for first, second in pairwise(f" {text[:60]} "):
        bits |= 1 << (ord(first) * 31 + ord(second)) % 251
    return bits


def _name(kind: str, key: str, name: str, weight: int, also: Sequence[str] = (), note: str = "") -> Name:
    forms = (folded_name(name), *map(folded_name, also))
    return Name(
        kind=kind,
        key=key,
        name=name,
        weight=weight,
        forms=forms,
        every="\n".join(forms),
        letters=_letters(_spelling(kind, name)),
        note=note,
    )


_REPOSITORIES = """
SELECT r.id, r.name_with_owner, coalesce(r.stars, 0) AS stars, min(pr.project_id) AS project_id,
  (SELECT group_concat(former_name, ' ') FROM former_names f WHERE f.repository_id = r.id) AS former
FROM repositories r
JOIN project_repositories pr ON pr.repository_id = r.id
JOIN projects p ON p.id = pr.project_id AND p.removed_at IS NULL
GROUP BY r.id
"""
_ALIASES = "SELECT p.id, one.value FROM projects p, json_each(p.aliases) AS one WHERE p.removed_at IS NULL"
_TOPICS = """
SELECT topics.value AS topic, count(*) AS repositories FROM repositories r, json_each(r.topics) AS topics
WHERE r.id IN (
  SELECT pr.repository_id FROM project_repositories pr JOIN projects p ON p.id = pr.project_id
  WHERE p.removed_at IS NULL
)
GROUP BY topics.value
"""


def _read(asked: Asked) -> Names:
    board, connection = asked.board, asked.connection
    aliases: dict[str, list[str]] = {}
    for project_id, alias in connection.execute(_ALIASES):
        aliases.setdefault(project_id, []).append(str(alias))
    found = [
        _name("project", card.id, card.name, card.stars or 0, (card.id, *aliases.get(card.id, ())))
        for card in board.cards.values()
    ]
    found += [_name("organization", one.id, one.name, len(one.cards)) for one in board.organizations.values()]
    for category in board.categories.values():
        found.append(_name("category", category.id, category.name, len(category.cards)))
        found += [
            _name("category", category.id, part.name, len(part.cards), note=category.name)
            for part in category.subcategories
            if part.name != category.name
        ]
    found += [
        _name("repository", row["project_id"], row["name_with_owner"], row["stars"], (row["former"] or "").split())
        for row in connection.execute(_REPOSITORIES)
    ]
    for kind, value in (("language", lambda card: card.language), ("license", lambda card: card.license)):
        found += [
            _name(kind, key, asked.texts(f"{kind}.{key}") if f"{kind}.{key}" in asked.texts else key, number)
            for key, number in _counted(asked, value).items()
        ]
    found += [_name("topic", row["topic"], row["topic"], row["repositories"]) for row in connection.execute(_TOPICS)]
    of: dict[str, list[Name]] = {kind: [] for kind in ("project", "organization", "category", "repository", *FACETS)}
    for name in sorted(found, key=lambda name: (-name.weight, name.forms[0], name.key)):
        of[name.kind].append(name)
    return Names({kind: tuple(names) for kind, names in of.items()})


def _counted(asked: Asked, value: Callable[..., str | None]) -> dict[str, int]:
    number: dict[str, int] = {}
    for card in asked.board.cards.values():
        if key := value(card):
            number[key] = number.get(key, 0) + 1
    return number
