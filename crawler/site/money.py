"""What pages about money read once for a board: the value of the day, who owns whom, and what may not be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from difflib import get_close_matches

from msgspec import Struct, structs

from crawler.figures.inputs import Standing, read_standing
from crawler.figures.model import ValueLine
from crawler.figures.valuation import LANDSCAPE, Valuation, names, read_valuation
from crawler.site.asked import Asked
from crawler.site.reading.names import names_in_place
from crawler.store.restricted import restricted_sources

NEAR = 5
_LONGEST = 80
"""Characters of a name that is looked for: comparing longer ones takes too long."""

_CHILDREN = """
SELECT k.parent_id, k.child_id, min(k.licence_class = 'restricted') FROM (
  SELECT parent_id, id AS child_id, '' AS licence_class FROM organizations WHERE parent_id IS NOT NULL
  UNION SELECT parent_id, child_id, licence_class FROM ownerships WHERE withdrawn_at IS NULL
) k JOIN organizations c ON c.id = k.child_id AND c.removed_at IS NULL
WHERE k.parent_id <> k.child_id GROUP BY k.parent_id, k.child_id ORDER BY c.name, c.id
"""


class Money(Struct, frozen=True, kw_only=True):
    """The whole landscape's value, in such a form that a page of one organisation is quickly made."""

    valuation: Valuation
    standing: Standing
    hidden: frozenset[ValueLine]
    """Lines whose amounts may not be shown; empty where all may be."""
    lines: dict[str, list[ValueLine]]
    """By ultimate parent what was weighed of its group."""
    children: dict[str, list[str]]
    """By organisation those of which somebody says that it owns them, at any time, and may be quoted."""
    all_children: dict[str, list[str]]
    """The same with those of which nobody who says so may be quoted."""
    names: dict[str, str]
    restricted_sources: frozenset[str]
    """Those that may not be named; empty where all may be."""

    def group_of(self, organization_id: str) -> str:
        """Its ultimate parent, itself where it has none."""
        return self.standing.group_of.get(organization_id, organization_id)

    def valuation_of(self, organization_id: str) -> Valuation:
        """The landscape's value with the lines of that organisation's group alone."""
        wanted = dict.fromkeys((self.group_of(organization_id), organization_id))
        lines = list(dict.fromkeys(line for one in wanted for line in self.lines.get(one, ())))
        ids = {line.figure_id for line in lines if line.figure_id is not None}
        figures = self.valuation.figures
        return structs.replace(self.valuation, lines=lines, figures={one: figures[one] for one in sorted(ids)})

    def below(self, organization_id: str) -> Iterator[str]:
        """All that it owns at whatever remove, each once, the nearest first; circles end where they begin."""
        return _below(self.children, organization_id)

    def unsaid(self, organization_id: str) -> frozenset[str]:
        """Those that it owns at whatever remove, but of which that may not be told."""
        if self.children == self.all_children:
            return frozenset()
        told = {organization_id, *self.below(organization_id)}
        return frozenset(one for one in _below(self.all_children, organization_id) if one not in told)


def money_of(asked: Asked) -> Money:
    """The money behind the board, read with the first page that needs it."""
    return asked.once("money", lambda: _read(asked))


def near(wanted: str, called: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those ids and names that look like an id or a name that is not there, the likest first."""
    text = wanted.casefold()[:_LONGEST]
    by_word: dict[str, tuple[str, str]] = {}
    for one in called:
        for word in one:
            by_word.setdefault(word.casefold()[:_LONGEST], one)
    found = get_close_matches(text, by_word, n=2 * NEAR, cutoff=0.6)
    return list(dict.fromkeys(by_word[word] for word in found))[:NEAR]


def _below(children: dict[str, list[str]], organization_id: str) -> Iterator[str]:
    seen, row = {organization_id}, [organization_id]
    while row:
        below = [child for one in row for child in children.get(one, ()) if child not in seen]
        row = list(dict.fromkeys(below))
        seen.update(row)
        yield from row


def _read(asked: Asked) -> Money:
    connection, snapshot = asked.connection, asked.board.snapshot
    valuation = read_valuation(connection, LANDSCAPE, snapshot.day, snapshot=snapshot)
    standing = read_standing(connection, day=date.fromisoformat(snapshot.day), origin=snapshot.origin)
    hidden = frozenset() if asked.with_restricted else valuation.restricted
    lines: dict[str, list[ValueLine]] = {}
    for line in valuation.lines:
        own = standing.group_of.get(line.organization_id or "", line.organization_id)
        for group_id in {line.group_id, own} - {None}:
            lines.setdefault(str(group_id), []).append(line)
    links = connection.execute(_CHILDREN).fetchall()
    return Money(
        valuation=valuation,
        standing=standing,
        hidden=hidden,
        lines=lines,
        children=_children(
            (parent, child) for parent, child, is_secret in links if asked.with_restricted or not is_secret
        ),
        all_children=_children((parent, child) for parent, child, _ in links),
        names=_names(asked),
        restricted_sources=frozenset() if asked.with_restricted else restricted_sources(connection),
    )


def _children(links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for parent_id, child_id in links:
        found.setdefault(parent_id, []).append(child_id)
    return found


def _names(asked: Asked) -> dict[str, str]:
    """The names of organisations by id; of one that has no page, as only a source has named it whose word is not for
    publication, that it is not.
    """
    found = names(asked.connection)
    if asked.with_restricted:
        return found
    hidden = asked.texts("figure.hidden")
    in_place = names_in_place(asked.connection)
    return found | {one: name if one in asked.board.organizations else hidden for one, name in in_place.items()}
